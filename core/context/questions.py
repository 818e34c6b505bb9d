"""The questions of a conversation: what the customer asked where, and whether anybody has answered it there.

A conversation may hold a mail, another mail and a talk by text. What is said in one place answers nothing in another:
each place keeps its newest question, its draft and its state until somebody answers it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.model.conversation import Conversation, Message, Role
from core.model.decision import Action, Decision
from core.model.ids import DraftId, TicketId
from core.ports import Unit


class QuestionState(StrEnum):
    """OPEN: a draft or nothing, and nobody has answered. HANDED: a person was asked to. ANSWERED: somebody did."""

    OPEN = "open"
    HANDED = "handed"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the customer asked last in one place. `by` is who answered it, or the team that was asked to."""

    message: Message
    decision: Decision
    state: QuestionState
    by: str = ""

    @property
    def waits(self) -> bool:
        return self.state is not QuestionState.ANSWERED


def place_of(message: Message) -> str:
    """Where a message was written: a ticket, or the customer's own address."""
    return message.address or message.ticket_id or ""


def questions_of(unit: Unit, conversation: Conversation, timeline: Sequence[Message]) -> list[Question]:
    """The newest question of each place, oldest first; none for what needed no answer. What was asked before the matter
    was solved is closed. Of one place there is nothing to tell apart, and nothing is read."""
    since = conversation.solved_at
    asked = [m for m in timeline if m.role is Role.CUSTOMER and m.public and (since is None or m.at > since)]
    if len({place_of(message) for message in asked}) < 2:
        return []
    return _newest(asked, timeline, unit.decisions.of_conversation(conversation.id))


def waiting_elsewhere(unit: Unit, conversation: Conversation, timeline: Sequence[Message]) -> list[Question]:
    """The questions that wait in other places than where the customer wrote last."""
    last = next((m for m in reversed(timeline) if m.role is Role.CUSTOMER and m.public), None)
    found = questions_of(unit, conversation, timeline)
    return [each for each in found if each.waits and (last is None or place_of(each.message) != place_of(last))]


def waits_since(
    unit: Unit, conversation: Conversation, timeline: Sequence[Message], among: Sequence[Message]
) -> datetime | None:
    """When the oldest of these messages was written that the customer still waits for, its turn to come or not; None
    where nothing of them waits."""
    solved = conversation.solved_at
    asked = [m for m in among if m.role is Role.CUSTOMER and m.public and (solved is None or m.at > solved)]
    decided = {decision.about: decision for decision in unit.decisions.of_conversation(conversation.id)}
    return min((m.at for m in asked if _still_waits(m, decided.get(m.id), timeline)), default=None)


def _still_waits(message: Message, decision: Decision | None, timeline: Sequence[Message]) -> bool:
    if decision is None:
        return not any(m.public and m.role in (Role.AGENT, Role.ASSISTANT) and m.at >= message.at for m in timeline)
    return decision.disposition.action is not Action.SILENT and _question(message, decision, timeline).waits


def _newest(asked: Sequence[Message], timeline: Sequence[Message], decisions: Sequence[Decision]) -> list[Question]:
    messages = {message.id: message for message in asked}
    newest: dict[str, tuple[Message, Decision]] = {}
    for decision in decisions:
        message = messages.get(decision.about)
        if message is not None and decision.disposition.action is not Action.SILENT:
            newest[place_of(message)] = (message, decision)
    found = [_question(message, decision, timeline) for message, decision in newest.values()]
    return sorted(found, key=lambda each: each.message.at)


def _question(message: Message, decision: Decision, timeline: Sequence[Message]) -> Question:
    after = [m for m in timeline if m.public and m.at >= message.at and m.role is Role.AGENT]
    # An agent's words on a ticket are carried to the phone where the customer wrote, not to another ticket.
    said = next((m for m in after if message.address or not m.ticket_id or m.ticket_id == message.ticket_id), None)
    if said is not None:
        return Question(message=message, decision=decision, state=QuestionState.ANSWERED, by=said.author)
    disposition = decision.disposition
    # An answer that is decided may yet be stopped: it has to have left.
    left = [m for m in timeline if m.role is Role.ASSISTANT and m.public and m.at >= message.at]
    if disposition.action is Action.AUTO_REPLY and any(m.address in ("", message.address) for m in left):
        return Question(message=message, decision=decision, state=QuestionState.ANSWERED, by=disposition.owner.name)
    if disposition.action is Action.HANDOFF:
        return Question(message=message, decision=decision, state=QuestionState.HANDED, by=disposition.owner.name)
    return Question(message=message, decision=decision, state=QuestionState.OPEN)


def drafts_elsewhere(
    unit: Unit, conversation: Conversation, timeline: Sequence[Message], ticket_id: TicketId | None
) -> frozenset[DraftId]:
    """The drafts for questions that wait on other tickets than this one: what is answered here leaves them alone."""
    waiting = (each for each in questions_of(unit, conversation, timeline) if each.waits)
    elsewhere = (each for each in waiting if each.message.ticket_id not in (None, ticket_id))
    return frozenset(each.decision.draft.id for each in elsewhere if each.decision.draft is not None)
