"""A turn that is decided a second time: somebody gave the conversation back to the assistant while a customer waits.

A message has one decision. What is decided again bears a name of its own, made of the message and of the event that
asked for it, so that this event, too, decides once.
"""

from dataclasses import replace
from datetime import datetime

from core.model.conversation import Conversation, Message
from core.model.decision import Decision
from core.model.event import Event, EventKind
from core.model.ids import DecisionId, DraftId, MessageId, derived

OURS = "handrail"
AGAIN = "again"


def asked_again(conversation: Conversation, why: str, now: datetime) -> Event | None:
    """The event that has the unanswered words of a ticket decided afresh; None where there is no ticket."""
    if conversation.ticket_id is None:
        return None
    return Event(
        source=OURS,
        delivery_id=f"{why}:{conversation.id}:{now.isoformat()}",
        kind=EventKind.TICKET_CHANGED,
        subject=conversation.ticket_id,
        occurred_at=now,
        received_at=now,
        payload={AGAIN: why},
    )


def decided_as(event: Event, message: Message) -> MessageId:
    """The name under which an event's turn is decided: the message's own, but where it is decided again."""
    again = event.source == OURS and AGAIN in event.payload
    return MessageId(derived("ms", message.id, event.id)) if again else message.id


def named(decision: Decision, name: MessageId) -> Decision:
    """The decision under this name."""
    if decision.message_id == name:
        return decision
    draft = decision.draft
    fresh = replace(draft, id=DraftId(derived("draft", draft.id, name))) if draft else None
    return replace(decision, id=DecisionId(derived("de", name)), message_id=name, draft=fresh)
