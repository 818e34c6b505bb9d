"""The customer besides this ticket: other conversations, messages that were sent without being asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.model.conversation import Conversation, Message, Role
from core.model.customer import Customer, IdentityKind
from core.model.ids import EffectId, MessageId, TicketId, derived
from core.model.outbound import EffectState, OutboxRow
from core.ports import Unit

BACK = timedelta(days=365)
CONVERSATIONS = 6
MESSAGES = 12  # of each, the last ones
OUTREACH = 10
LEFT = frozenset({EffectState.SENT, EffectState.SENDING, EffectState.UNKNOWN, EffectState.HELD, EffectState.PENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The last time that we said something to the customer, before what they now wait for."""

    at: datetime
    message: Message
    subject: str
    ticket: TicketId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """`others` with their messages, newest conversation first; `outreach` newest first. `moods` are what was read of
    this conversation's messages, from -1 to 1."""

    others: tuple[tuple[Conversation, tuple[Message, ...]], ...]
    outreach: tuple[OutboxRow, ...]
    moods: Mapping[MessageId, float]
    contact: Contact | None


def other_conversations(unit: Unit, here: Conversation, now: datetime) -> list[Conversation]:
    """Of the same customer within a year, newest first."""
    recent = unit.conversations.recent(here.customer_id, now - BACK)
    return [conversation for conversation in recent if conversation.id != here.id][:CONVERSATIONS]


def elsewhere(
    unit: Unit, here: Conversation, timeline: Sequence[Message], customer: Customer, others: Sequence[Conversation]
) -> Elsewhere:
    """`timeline` is this conversation's; `others` are the customer's other ones."""
    said = unit.conversations.last_words([other.id for other in others], MESSAGES)
    spoken = [(other, tuple(said.get(other.id, ()))) for other in others]
    return Elsewhere(
        others=tuple(spoken),
        outreach=tuple(_sent_to(unit, customer)),
        moods=unit.decisions.moods(here.id),
        contact=last_contact([(here, timeline), *spoken]),
    )


def last_contact(spoken: Sequence[tuple[Conversation, Sequence[Message]]]) -> Contact | None:
    """The newest public word of ours in any of the conversations."""
    ours = [
        (message, conversation)
        for conversation, messages in spoken
        for message in messages
        if message.public and message.role in (Role.AGENT, Role.ASSISTANT)
    ]
    if not ours:
        return None
    message, conversation = max(ours, key=lambda pair: pair[0].at)
    return Contact(at=message.at, message=message, subject=conversation.subject, ticket=conversation.ticket_id)


def _sent_to(unit: Unit, customer: Customer) -> list[OutboxRow]:
    """What supervisors approved and what became of it, as far as it went to one of the customer's numbers."""
    found = []
    for number in {i.value for i in customer.identities if i.kind is IdentityKind.PHONE}:
        for approval in unit.approvals.approved_to(number, OUTREACH):
            # An effect's id follows from its key, and that from the approval and the recipient.
            row = unit.outbox.get(EffectId(derived("fx", f"{approval.proposal.id}:{number}")))
            if row is not None and row.state in LEFT:
                found.append(row)
    return sorted(found, key=lambda row: row.effect.created_at, reverse=True)[:OUTREACH]
