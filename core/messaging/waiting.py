"""Who still waits for an answer where messages were moved to: the assistant takes another turn there."""

from collections.abc import Collection, Sequence
from datetime import datetime

from core.context.case import said_so_far
from core.context.second_turn import asked_again, heard_again, name_again
from core.context.threading import LETTERS
from core.model.conversation import Conversation, Message, Role
from core.model.customer import WRITTEN
from core.model.decision import Decision
from core.model.event import Event
from core.model.ids import ConversationId, MessageId
from core.model.outbound import TO_CUSTOMER, UNDER_WAY
from core.ports import Unit

MOVED = "moved"


def decided_about(unit: Unit, there: ConversationId, names: Collection[MessageId]) -> list[Decision]:
    """The conversation's decisions about these messages, those taken again among them."""
    return [
        each
        for each in unit.decisions.of_conversation(there)
        if each.message_id in names or any(each.message_id == name_again(name, each.event_id) for name in names)
    ]


def another_turn(
    unit: Unit, conversation: Conversation, names: Collection[MessageId], came_from: ConversationId, now: datetime
) -> Event | None:
    """The event that has words decided afresh where they stand now. None: a person has the conversation, nobody waits,
    or the newest message has its own turn still to come."""
    customer = unit.customers.get(conversation.customer_id)
    if customer is None or conversation.owner.is_human:
        return None
    case = said_so_far(unit, customer, conversation, now)
    latest = case.latest
    if latest is None or not any(message.id in names for message in case.unanswered):
        return None
    if _answered_there(unit, came_from, latest) or _answer_under_way(unit, (conversation.id, came_from), latest):
        return None
    if latest.channel in LETTERS:
        return asked_again(conversation, MOVED, now)
    decided = decided_about(unit, conversation.id, (latest.id,))
    return heard_again(latest, MOVED, now) if latest.channel in WRITTEN and decided else None


def _answered_there(unit: Unit, there: ConversationId, message: Message) -> bool:
    """Whether somebody has answered it since, where it stood until now: that answer stays there."""
    since = (m for m in unit.conversations.messages(there) if m.at >= message.at)
    return any(m.public and m.role in (Role.AGENT, Role.ASSISTANT) for m in since)


def _answer_under_way(unit: Unit, places: Sequence[ConversationId], message: Message) -> bool:
    """Whether what was decided about it is only now being said."""
    decided = decided_about(unit, message.conversation_id, (message.id,))
    beginnings = tuple(f"{each.id}:" for each in decided)
    rows = [row for place in places for row in unit.outbox.of_conversation(place)]
    to_customer = (row for row in rows if row.effect.kind in TO_CUSTOMER and row.effect.key.startswith(beginnings))
    return any(row.state in UNDER_WAY for row in to_customer)
