"""Files of texts: onto the ticket as an internal note, so that whoever has it can look; then gone at the provider."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.context.attachments import REASONS, Fetching
from core.errors import RejectedError, TransientError, UnknownOutcome
from core.execute.planning import Planning
from core.model.conversation import Attachment, Message
from core.model.customer import TEXTED
from core.model.effect_payloads import CarriedFile, FilesPayload
from core.model.helpdesk import Receipt
from core.model.ids import TicketId
from core.model.outbound import Authority, Effect, EffectKind
from core.ports import Helpdesk

KEPT = timedelta(days=7)  # at the provider, where no ticket took them: who comes back may still be asked about them
ENDS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
}
GONE = "404"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCourier:
    """Carries out effects of the kind FILES."""

    fetching: Fetching
    helpdesk: Helpdesk

    def carry(self, effect: Effect, files: FilesPayload) -> Receipt:
        """Onto the ticket that is the target; without one they are only deleted. A file that the scanner stops, or that
        is gone, is named and left out.

        Raises:
            UnknownOutcome: the ticket has them, and they are not all deleted: `settle` goes on from there.
        """
        if not effect.target:
            return self._all_deleted(files, Receipt(ref="", at=effect.created_at))
        receipt = self._attached(effect, files)
        try:
            return self._all_deleted(files, receipt)
        except TransientError as error:  # carried again they would be on the ticket twice
            raise UnknownOutcome(str(error)) from error

    def settle(self, effect: Effect, files: FilesPayload) -> Receipt | None:
        """What became of an attempt without an answer: what the ticket has is deleted now. None: it does not have
        them."""
        if not effect.target:
            return self.carry(effect, files)
        receipt = self.helpdesk.find_write(TicketId(effect.target), effect.key)
        return self._all_deleted(files, receipt) if receipt is not None else None

    def _attached(self, effect: Effect, files: FilesPayload) -> Receipt:
        taken: list[tuple[str, str, bytes]] = []
        told = [files.body]
        for file in files.files:
            try:
                there = Attachment(name=file.name, type=file.type, ref=file.ref)
                taken.append((file.name, file.type, self.fetching.content(there)))
            except RejectedError as error:
                told.append(f"{file.name}: {REASONS.get(error.code or '', 'it is not there any more')}")
        return self.helpdesk.attach(TicketId(effect.target), "\n".join(told), taken, key=effect.key)

    def _all_deleted(self, files: FilesPayload, receipt: Receipt) -> Receipt:
        for file in files.files:
            try:
                self.fetching.media.delete(file.ref)
            except RejectedError as error:
                if error.code != GONE:
                    raise
        return receipt


def plan_files(plan: Planning, messages: Sequence[Message]) -> list[Effect]:
    """What becomes of the files of these messages with a decision: onto the ticket where there is one, and deleted."""
    rule, version = plan.decision.disposition.rule, plan.decision.policy_version
    authority, at = Authority(rule=rule, policy_version=version), plan.decision.at
    ticket = plan.case.conversation.ticket_id
    onto = files_onto(ticket, messages, authority, at) if ticket is not None else []
    return [*onto, *files_gone(messages, authority, at)]


def files_onto(ticket: TicketId, messages: Iterable[Message], authority: Authority, now: datetime) -> list[Effect]:
    """One effect for each message that brought files, done once however often it is planned."""
    return [
        _effect(m, ticket, f"Files that {m.author} sent ({m.channel}):", authority, now) for m in _with_files(messages)
    ]


def files_gone(messages: Iterable[Message], authority: Authority, now: datetime) -> list[Effect]:
    """What deletes them after a while, whatever became of them."""
    return [_effect(m, "", "", authority, now, not_before=now + KEPT) for m in _with_files(messages)]


def _with_files(messages: Iterable[Message]) -> list[Message]:
    return [m for m in messages if m.channel in TEXTED and any(each.ref for each in m.attachments)]


def _effect(
    message: Message, target: str, body: str, authority: Authority, now: datetime, not_before: datetime | None = None
) -> Effect:
    files = (CarriedFile(name=_named(each), type=each.type, ref=each.ref) for each in message.attachments if each.ref)
    return Effect(
        kind=EffectKind.FILES,
        key=f"{message.id}:files{'' if target else ':gone'}",
        target=target,
        payload=FilesPayload(files=tuple(files), body=body),
        authority=authority,
        created_at=now,
        conversation_id=message.conversation_id,
        not_before=not_before,
    )


def _named(file: Attachment) -> str:
    return file.name if "." in file.name else f"{file.name}{ENDS.get(file.type, '')}"
