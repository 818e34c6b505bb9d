"""Each kind of effect, told to the vendor that it is for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

from core.errors import ConfigurationError, ConflictError, HandrailError, RejectedError
from core.execute.actions import ActionCourier
from core.execute.files import FileCourier
from core.model.appointment import Do
from core.model.customer import Channel
from core.model.effect_payloads import (
    ActionPayload,
    AppointmentPayload,
    ArticleDraftPayload,
    ControlPayload,
    FilesPayload,
    MessagePayload,
    OfferPayload,
    Said,
    SideConversationPayload,
    SlackPayload,
    TicketCreatePayload,
    TicketNotePayload,
    TicketReplyPayload,
    TicketUpdatePayload,
)
from core.model.helpdesk import Receipt
from core.model.ids import TicketId
from core.model.outbound import Effect, EffectKind, OutboxRow, Outgoing, outgoing
from core.ports import Calendar, ConversationControl, Desk, Helpdesk, Messenger, OfferBoard
from core.ports.vendors import GONE
from core.profile.codes import Codes

CERTAIN_ABSENCE = frozenset(
    {EffectKind.TICKET_NOTE, EffectKind.TICKET_REPLY, EffectKind.TICKET_UPDATE, EffectKind.CONTROL, EffectKind.FILES}
)
UNASSIGNED = "unassigned"  # the fact of a receipt that names the agent whom the helpdesk would not have


@dataclass(frozen=True, slots=True, kw_only=True)
class Senders:
    """`send` does an effect; `find` looks for one whose outcome is unknown."""

    helpdesk: Helpdesk
    messengers: Mapping[Channel, Messenger]
    desk: Desk
    codes: Codes
    conversation_control: ConversationControl | None = None
    calendar: Calendar | None = None
    offers: OfferBoard | None = None
    files: FileCourier | None = None
    actions: ActionCourier | None = None

    def send(self, effect: Effect, *, again: bool = False) -> Receipt:
        """`again`: an attempt before this one had no answer."""
        match effect.payload:
            case MessagePayload() as said:
                return self._messenger(said).send(self._outgoing(effect, said))
            case OfferPayload() as offer:
                return self._offer(offer)
            case TicketReplyPayload() | TicketNotePayload() as comment:
                return self._comment(effect, comment)
            case ControlPayload() as control:
                return self._conversation_control().pass_to(effect.target, control)
            case TicketUpdatePayload() as changes:
                return self._ticket(effect, changes)
            case TicketCreatePayload() | SideConversationPayload() | ArticleDraftPayload() as new:
                return self._opened(effect, new)
            case FilesPayload() as files:
                return self._files().carry(effect, files)
            case SlackPayload() as card:
                return self._slack(effect, card)
            case AppointmentPayload() | ActionPayload() as done:
                return self._in_own_system(effect, done, again)
            case other:
                assert_never(other)

    def _in_own_system(self, effect: Effect, done: AppointmentPayload | ActionPayload, again: bool) -> Receipt:
        if isinstance(done, ActionPayload):
            return self._actions().carry(done.run, again=again)
        return arrange(self.calendar, effect, done)

    def certain(self, effect: Effect) -> bool:
        """Whether what is not found was not done, or may be done again without harm. A ticket's audits, and who has
        control of a conversation, are read from the record itself, not from a lagging list: absence there is proof."""
        done = effect.payload
        return self._actions().repeats(done.run) if isinstance(done, ActionPayload) else effect.kind in CERTAIN_ABSENCE

    def surely_undone(self, effect: Effect) -> bool:
        """Whether the record itself says that an action was not done."""
        done = effect.payload
        try:
            return isinstance(done, ActionPayload) and self._actions().surely_undone(done.run)
        except HandrailError:
            return False

    def find(self, row: OutboxRow) -> Receipt | None:
        effect = row.effect
        since = row.first_sent_at or effect.created_at
        match effect.payload:
            case MessagePayload() as said:
                return self._messenger(said).find(self._outgoing(effect, said), since)
            case TicketReplyPayload() | TicketNotePayload() | TicketUpdatePayload():
                return self.helpdesk.find_write(TicketId(effect.target), effect.key)
            case ArticleDraftPayload():
                return self.helpdesk.find_article_draft(effect.key)
            case SideConversationPayload():
                return self.helpdesk.find_side_conversation(TicketId(effect.target), effect.key)
            case ControlPayload() as control:
                # Whoever has control now tells whether it was passed.
                passed = self._conversation_control().holder(effect.target) is control.to
                return Receipt(ref=effect.target, at=since) if passed else None
            case FilesPayload() as files:
                return self._files().settle(effect, files)
            case ActionPayload() as action:
                return self._actions().find(action.run)
            case SlackPayload() as card if effect.kind is EffectKind.SLACK_POST and not card.ephemeral_to:
                return self.desk.find(channel=effect.target, key=effect.key, since=since, thread=card.thread)
            case _:
                # Doing it again is the look-up: an offer placed twice is placed once, the helpdesk's Idempotency-Key
                # makes a second create return the first ticket, the calendar's makes it once, a Slack update sets the
                # same text twice; and what one member alone sees no history shows, read twice it does no harm.
                return self.send(effect)

    def _outgoing(self, effect: Effect, said: MessagePayload) -> Outgoing:
        """With the one-time code, where it has one: here and nowhere before."""
        told = outgoing(effect, said)
        return told if said.code_of is None else replace(told, body=self.codes.fill(told.body, said.code_of))

    def _offer(self, offer: OfferPayload) -> Receipt:
        if self.offers is None:
            raise ConfigurationError("no page of the company asks for offers")
        return self.offers.place(offer.offer)

    def _files(self) -> FileCourier:
        if self.files is None:
            raise ConfigurationError("nothing is set up to fetch files with")
        return self.files

    def _actions(self) -> ActionCourier:
        if self.actions is None:
            raise ConfigurationError("no system is set up that actions change: actions.systems is empty")
        return self.actions

    def _conversation_control(self) -> ConversationControl:
        if self.conversation_control is None:
            raise ConfigurationError("no messaging is set up, so no control of it can be passed")
        return self.conversation_control

    def _messenger(self, said: MessagePayload) -> Messenger:
        if said.channel not in self.messengers:
            raise ConfigurationError(f"nothing is set up to send by {said.channel}")
        return self.messengers[said.channel]

    def _comment(self, effect: Effect, comment: TicketReplyPayload | TicketNotePayload) -> Receipt:
        facts: dict[str, Any] = {"rule": effect.authority.rule, "policy": effect.authority.policy_version}
        author = None
        if isinstance(comment, TicketReplyPayload):
            facts["ai_generated"], author = comment.ai_generated, comment.author
        public = isinstance(comment, TicketReplyPayload)
        return self.helpdesk.reply(
            TicketId(effect.target), comment.body, public=public, key=effect.key, facts=facts, author_id=author
        )

    def _ticket(self, effect: Effect, changes: TicketUpdatePayload) -> Receipt:
        """With the named agent; to the team alone where the helpdesk will not have them: nothing waits for a name."""
        try:
            return self._updated(effect, changes)
        except ConflictError:
            raise
        except RejectedError:
            if changes.assignee is None:
                raise
            receipt = self._updated(effect, replace(changes, assignee=None))
            return replace(receipt, facts={**receipt.facts, UNASSIGNED: changes.assignee})

    def _updated(self, effect: Effect, changes: TicketUpdatePayload) -> Receipt:
        return self.helpdesk.update(
            TicketId(effect.target),
            key=effect.key,
            group_id=self._group(changes.group),
            assignee_id=changes.assignee,
            status=changes.status,
            priority=changes.priority,
            add_tags=changes.add_tags,
            remove_tags=changes.remove_tags,
            fields=changes.fields,
            note=changes.note,
        )

    def _group(self, name: str | None) -> str | None:
        if name is None:
            return None
        found = next((team.id for team in self.helpdesk.teams() if team.name == name), None)
        if found is None:
            raise ConfigurationError(f"the policy names a group {name!r} that the helpdesk does not have")
        return found

    def _opened(
        self, effect: Effect, new: TicketCreatePayload | SideConversationPayload | ArticleDraftPayload
    ) -> Receipt:
        if isinstance(new, ArticleDraftPayload):
            return self.helpdesk.draft_article(
                new.title, new.text, near=effect.target, locale=new.locale, key=effect.key
            )
        if isinstance(new, SideConversationPayload):
            about = TicketId(effect.target)
            return self.helpdesk.open_side_conversation(
                about, to=new.to, subject=new.subject, text=new.body, key=effect.key
            )
        return self.helpdesk.open_ticket(
            subject=new.subject,
            text=new.text,
            requester_id=new.requester_id,
            name=new.name,
            phone=new.phone,
            key=effect.key,
        )

    def _slack(self, effect: Effect, card: SlackPayload) -> Receipt:
        if effect.kind is EffectKind.SLACK_UPDATE:
            return self.desk.update(ref=effect.target, text=card.text, blocks=card.blocks)
        return self.desk.post(
            channel=effect.target,
            text=card.text,
            blocks=card.blocks,
            key=effect.key,
            only_to=card.ephemeral_to or "",
            thread=card.thread,
        )


# ------------------------------------------------------------------
# An appointment at the calendar, and what follows: the customer is told what is true there now.


LOST = "gone"  # the fact of a receipt: somebody else had the time first


def arrange(calendar: Calendar | None, effect: Effect, told: AppointmentPayload) -> Receipt:
    """Book, move or give up. A move books the new time before the old one is given up: nobody ends with none."""
    if calendar is None:
        raise ConfigurationError("no calendar is set up: set HANDRAIL_CALENDAR_URL")
    ref, time = told.ref, told.time
    if told.do is not Do.CANCEL and time is not None:
        try:
            ref = calendar.book(effect.target, time, told.guest, told.answers, key=effect.key).ref
        except RejectedError as error:
            if error.code != GONE:
                raise
            return Receipt(ref=ref or effect.key, facts={LOST: "yes"})
    if told.do is not Do.BOOK:
        calendar.cancel(told.ref, key=f"{effect.key}:old")
    return Receipt(ref=ref)


def tell_customer(effect: Effect, told: AppointmentPayload, receipt: Receipt, now: datetime) -> list[Effect]:
    """What the customer is told now: what was promised for this, or that the time was gone."""
    lost = LOST in receipt.facts
    return [_said(effect, place, each, told.gone if lost else None, now) for place, each in enumerate(told.said)]


def _said(effect: Effect, place: int, said: Said, gone: str | None, now: datetime) -> Effect:
    """`gone` are the words in the place of the promised ones; None: those are said."""
    return replace(
        effect,
        kind=said.kind,
        key=f"{effect.key}:said{place or ''}",
        target=said.target,
        payload=said.payload if gone is None else replace(said.payload, body=gone, then=None, choices=()),
        created_at=effect.created_at if gone is None else max(effect.created_at, now),
    )
