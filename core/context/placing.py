"""Where a new text stands, and who has the conversation that it comes to."""

from datetime import datetime

from core.context.ownership import hold
from core.model.conversation import NOBODY, Conversation, Message, Role
from core.model.outbound import EffectKind, EffectState
from core.ports import Unit

TELLING = frozenset({EffectKind.TICKET_CREATE, EffectKind.CONTROL})  # agents of a conversation that has no ticket


def place_in_time(unit: Unit, conversation: Conversation, at: datetime) -> datetime:
    """Where a text stands that comes to light late: after what was said or decided without it, so that it is answered
    as the newest and not taken for one that was."""
    later = [message for message in unit.conversations.messages(conversation.id) if message.at > at]
    acted = [message.at for message in later if _was_acted_on(unit, message)]
    return max(acted, default=at)


def _was_acted_on(unit: Unit, message: Message) -> bool:
    if message.role is Role.CUSTOMER:
        return unit.decisions.of_message(message.id) is not None
    return message.public and message.role in (Role.AGENT, Role.ASSISTANT)


def with_somebody(unit: Unit, conversation: Conversation, now: datetime) -> Conversation:
    """A team or an agent has it only where a ticket shows it to them, or one is on its way or lost (an alert says so);
    else nobody was ever told, and nobody has it."""
    if not conversation.owner.is_human or conversation.ticket_id is not None or _was_told(unit, conversation):
        return conversation
    return unit.conversations.save(hold(conversation, NOBODY, now))


def _was_told(unit: Unit, conversation: Conversation) -> bool:
    rows = (row for row in unit.outbox.of_conversation(conversation.id) if row.effect.kind in TELLING)
    return any(row.state is not EffectState.REFUSED for row in rows)
