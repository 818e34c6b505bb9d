"""Each kind of effect, told to the vendor that it is for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.errors import ConfigurationError, ConflictError, RejectedError
from core.execute.files import FileCourier
from core.model.appointment import Do, Guest, Slot
from core.model.conversation import Control
from core.model.customer import Channel
from core.model.helpdesk import Receipt
from core.model.ids import TicketId, VerificationId
from core.model.outbound import Effect, EffectKind, OutboxRow, Outgoing, outgoing
from core.ports import Calendar, Desk, Helpdesk, Messenger, OfferBoard, Switchboard
from core.ports.vendors import GONE
from core.profile.codes import CODE_OF, Codes

UNASSIGNED = "unassigned"  # the fact of a receipt that names the agent whom the helpdesk would not have
Sender = Callable[[Effect], Receipt]
Finder = Callable[[OutboxRow], Receipt | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Senders:
    """`send` does an effect; `find` looks for one whose outcome is unknown."""

    helpdesk: Helpdesk
    messengers: Mapping[Channel, Messenger]
    desk: Desk
    codes: Codes
    switchboard: Switchboard | None = None
    calendar: Calendar | None = None
    offers: OfferBoard | None = None
    files: FileCourier | None = None

    def send(self, effect: Effect) -> Receipt:
        table: Mapping[EffectKind, Sender] = {
            EffectKind.MESSAGE: self._message,
            EffectKind.OFFER: self._offer,
            EffectKind.TICKET_REPLY: self._comment,
            EffectKind.TICKET_NOTE: self._comment,
            EffectKind.CONTROL: self._control,
            EffectKind.TICKET_UPDATE: self._ticket,
            EffectKind.TICKET_CREATE: self._new_ticket,
            EffectKind.FILES: lambda e: self._files().carry(e),
            EffectKind.SLACK_POST: self._slack_post,
            EffectKind.SLACK_UPDATE: self._slack_update,
            EffectKind.APPOINTMENT: lambda e: arrange(self.calendar, e),
        }
        return table[effect.kind](effect)

    def find(self, row: OutboxRow) -> Receipt | None:
        table: Mapping[EffectKind, Finder] = {
            EffectKind.MESSAGE: self._find_message,
            EffectKind.OFFER: lambda r: self._offer(r.effect),  # placed twice is placed once
            EffectKind.TICKET_REPLY: self._find_write,
            EffectKind.TICKET_NOTE: self._find_write,
            EffectKind.CONTROL: self._find_control,
            EffectKind.TICKET_UPDATE: self._find_write,
            # The helpdesk's Idempotency-Key makes the second create return the first ticket; a Slack update sets the
            # same text twice. For both, doing it again is the look-up.
            EffectKind.TICKET_CREATE: lambda r: self._new_ticket(r.effect),
            EffectKind.SLACK_UPDATE: lambda r: self._slack_update(r.effect),
            EffectKind.FILES: lambda r: self._files().carried(r.effect),
            EffectKind.SLACK_POST: self._find_post,
            EffectKind.APPOINTMENT: lambda r: arrange(self.calendar, r.effect),  # its key makes it once
        }
        return table[row.effect.kind](row)

    def _message(self, effect: Effect) -> Receipt:
        return self._messenger(effect).send(self._outgoing(effect))

    def _outgoing(self, effect: Effect) -> Outgoing:
        """With the one-time code, where it has one: here and nowhere before."""
        said = outgoing(effect)
        if CODE_OF not in effect.payload:
            return said
        return replace(said, body=self.codes.filled(said.body, VerificationId(effect.payload[CODE_OF])))

    def _offer(self, effect: Effect) -> Receipt:
        if self.offers is None:
            raise ConfigurationError("no page of the company asks for offers")
        return self.offers.place(str(effect.payload["offer"]))

    def _files(self) -> FileCourier:
        if self.files is None:
            raise ConfigurationError("nothing is set up to fetch files with")
        return self.files

    def _find_message(self, row: OutboxRow) -> Receipt | None:
        since = row.first_sent_at or row.effect.created_at
        return self._messenger(row.effect).find(self._outgoing(row.effect), since)

    def _control(self, effect: Effect) -> Receipt:
        return self._switchboard().pass_to(effect.target, Control(effect.payload["to"]), effect.payload)

    def _find_control(self, row: OutboxRow) -> Receipt | None:
        """Whoever has control now tells whether it was passed."""
        effect = row.effect
        if self._switchboard().holder(effect.target) is not Control(effect.payload["to"]):
            return None
        return Receipt(ref=effect.target, at=row.first_sent_at or effect.created_at)

    def _switchboard(self) -> Switchboard:
        if self.switchboard is None:
            raise ConfigurationError("no messaging is set up, so no control of it can be passed")
        return self.switchboard

    def _messenger(self, effect: Effect) -> Messenger:
        channel = Channel(effect.payload["channel"])
        if channel not in self.messengers:
            raise ConfigurationError(f"nothing is set up to send by {channel}")
        return self.messengers[channel]

    def _comment(self, effect: Effect) -> Receipt:
        public = effect.kind is EffectKind.TICKET_REPLY
        facts: dict[str, Any] = {"rule": effect.authority.rule, "policy": effect.authority.policy_version}
        if public:
            facts["ai_generated"] = bool(effect.payload.get("ai_generated"))
        return self.helpdesk.reply(
            TicketId(effect.target), effect.payload["body"], public=public, key=effect.key, facts=facts
        )

    def _ticket(self, effect: Effect) -> Receipt:
        """With the named agent; to the team alone where the helpdesk will not have them: nothing waits for a name."""
        assignee = effect.payload.get("assignee")
        try:
            return self._updated(effect, assignee)
        except ConflictError:
            raise
        except RejectedError:
            if assignee is None:
                raise
            receipt = self._updated(effect, None)
            return replace(receipt, facts={**receipt.facts, UNASSIGNED: str(assignee)})

    def _updated(self, effect: Effect, assignee: str | None) -> Receipt:
        payload = effect.payload
        return self.helpdesk.update(
            TicketId(effect.target),
            key=effect.key,
            group_id=self._group(payload.get("group")),
            assignee_id=assignee,
            status=payload.get("status"),
            priority=payload.get("priority"),
            add_tags=payload.get("add_tags", ()),
            remove_tags=payload.get("remove_tags", ()),
            fields=payload.get("fields"),
            note=payload.get("note"),
        )

    def _group(self, name: str | None) -> str | None:
        if name is None:
            return None
        found = next((team.id for team in self.helpdesk.teams() if team.name == name), None)
        if found is None:
            raise ConfigurationError(f"the policy names a group {name!r} that the helpdesk does not have")
        return found

    def _find_write(self, row: OutboxRow) -> Receipt | None:
        return self.helpdesk.find_write(TicketId(row.effect.target), row.effect.key)

    def _new_ticket(self, effect: Effect) -> Receipt:
        payload = effect.payload
        return self.helpdesk.open_ticket(
            subject=payload["subject"],
            text=payload["text"],
            requester_id=payload.get("requester_id"),
            name=payload["name"],
            phone=payload.get("phone"),
            key=effect.key,
            tags=payload.get("add_tags", ()),
        )

    def _slack_post(self, effect: Effect) -> Receipt:
        payload = effect.payload
        return self.desk.post(
            channel=effect.target,
            text=payload["text"],
            blocks=payload["blocks"],
            key=effect.key,
            only_to=str(payload.get("ephemeral_to", "")),
        )

    def _slack_update(self, effect: Effect) -> Receipt:
        return self.desk.update(ref=effect.target, text=effect.payload["text"], blocks=effect.payload["blocks"])

    def _find_post(self, row: OutboxRow) -> Receipt | None:
        if row.effect.payload.get("ephemeral_to"):
            return self._slack_post(row.effect)  # no history shows it; read twice by one person it does no harm
        since = row.first_sent_at or row.effect.created_at
        return self.desk.find(channel=row.effect.target, key=row.effect.key, since=since)


# ------------------------------------------------------------------
# An appointment at the calendar, and what follows: the customer is told what is true there now.


LOST = "gone"  # the fact of a receipt: somebody else had the time first


def arrange(calendar: Calendar | None, effect: Effect) -> Receipt:
    """Book, move or give up. A move books the new time before the old one is given up: nobody ends with none."""
    if calendar is None:
        raise ConfigurationError("no calendar is set up: set HANDRAIL_CALENDAR_URL")
    payload, do = effect.payload, Do(effect.payload["do"])
    ref = str(payload.get("ref") or "")
    if do is not Do.CANCEL:
        try:
            made = calendar.book(
                effect.target, _slot(payload), _guest(payload), payload.get("answers", {}), key=effect.key
            )
        except RejectedError as error:
            if error.code != GONE:
                raise
            return Receipt(ref=ref or effect.key, facts={LOST: "yes"})
    if do is not Do.BOOK:
        calendar.cancel(ref, key=f"{effect.key}:old")
    return Receipt(ref=ref if do is Do.CANCEL else made.ref)


def tell_customer(effect: Effect, receipt: Receipt, now: datetime) -> list[Effect]:
    """What the customer is told now: what was promised for this, or that the time was gone."""
    lost = LOST in receipt.facts
    return [_said(effect, place, row, lost, now) for place, row in enumerate(effect.payload["said"])]


def _said(effect: Effect, place: int, row: Mapping[str, Any], lost: bool, now: datetime) -> Effect:
    payload = dict(row["payload"])
    if lost:
        payload["body"] = effect.payload["gone"]
        payload.pop("then", None)
        payload.pop("choices", None)
    return replace(
        effect,
        kind=EffectKind(row["kind"]),
        key=f"{effect.key}:said{place or ''}",
        target=row["target"],
        payload=payload,
        created_at=max(effect.created_at, now) if lost else effect.created_at,
    )


def _slot(payload: Mapping[str, Any]) -> Slot:
    return Slot(
        id=payload["slot"],
        starts_at=datetime.fromisoformat(payload["starts_at"]),
        ends_at=datetime.fromisoformat(payload["ends_at"]),
        place=payload["place"],
        zone=payload["zone"],
    )


def _guest(payload: Mapping[str, Any]) -> Guest:
    return Guest(who=payload["who"], name=payload["name"], phone=payload["phone"], email=payload["email"])
