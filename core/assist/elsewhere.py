"""The customer besides this ticket: other conversations, messages that were sent without being asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.context.outreach_messages import approaches, stands_on_a_timeline
from core.model.conversation import Conversation, Message, Role
from core.model.customer import Customer
from core.model.ids import MessageId, TicketId
from core.model.outbound import OutboxRow
from core.ports import Unit

BACK = timedelta(days=365)
CONVERSATIONS = 6
MESSAGES = 12  # of each, the last ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The last time that we said something to the customer, before what they now wait for."""

    at: datetime
    message: Message
    subject: str
    ticket: TicketId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """`others` with their messages, newest conversation first; `outreach` newest first, as far as it is on no
    timeline yet. `moods` are what was read of
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
        outreach=tuple(row for row in approaches(unit, customer) if not stands_on_a_timeline(unit, row)),
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
