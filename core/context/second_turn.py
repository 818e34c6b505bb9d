"""A turn that is decided a second time: somebody gave the conversation back to the assistant while a customer waits.

A message has one decision. What is decided again bears a name of its own, made of the message and of the event that
asked for it, so that this event, too, decides once.
"""

from dataclasses import replace
from datetime import datetime

from core.model.conversation import CaseContext, Conversation, Message
from core.model.decision import Decision
from core.model.effect_payloads import TicketUpdatePayload
from core.model.event import Event, EventKind
from core.model.event_payloads import DecideAgain
from core.model.ids import DecisionId, DraftId, EventId, MessageId, TicketId, derive_id
from core.model.outbound import EffectState
from core.ports import Unit

OURS = "handrail"
LEAVING = frozenset({EffectState.PENDING, EffectState.SENDING, EffectState.UNKNOWN})


def reopen_ticket_turn(
    conversation: Conversation, why: str, now: datetime, *, intent: str = "", label: str = ""
) -> Event | None:
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
        payload=DecideAgain(why=why, intent=intent, label=label),
    )


def with_correction(case: CaseContext, event: Event) -> CaseContext:
    """The case with the intent that an agent named, where that is why it is decided again."""
    again = event.payload
    if not isinstance(again, DecideAgain) or not again.intent:
        return case
    return replace(case, corrected=(again.intent, again.label))


def is_second_turn(event: Event) -> bool:
    return isinstance(event.payload, DecideAgain)


def still_opening(unit: Unit, event: Event) -> bool:
    """Whether the ticket is only being opened for the turn that this event asks for: the helpdesk calls it solved until
    then, and nobody speaks on a solved ticket."""
    conversation = unit.conversations.by_ticket(TicketId(event.subject)) if is_second_turn(event) else None
    rows = unit.outbox.of_conversation(conversation.id) if conversation else []
    leaving = (row.effect.payload for row in rows if row.state in LEAVING)
    return any(isinstance(each, TicketUpdatePayload) and each.status == "open" for each in leaving)


def replay_text(message: Message, why: str, now: datetime) -> Event:
    """The event that has a text decided afresh, as if it came in once more: it stands on its timeline already."""
    source, _, subject = message.vendor_ref.partition(":")
    return Event(
        source=source,
        delivery_id=f"{why}:{message.id}:{now.isoformat()}",
        kind=EventKind.MESSAGE_RECEIVED,
        subject=subject,
        occurred_at=message.at,
        received_at=now,
        payload=DecideAgain(why=why),
    )


def decision_name(event: Event, message: Message) -> MessageId:
    """The name under which an event's turn is decided: the message's own, but where it is decided again."""
    return name_again(message.id, event.id) if is_second_turn(event) else message.id


def name_again(message: MessageId, event: EventId) -> MessageId:
    """The name of a message that this event has decided again."""
    return MessageId(derive_id("ms", message, event))


def with_name(decision: Decision, name: MessageId) -> Decision:
    """The decision under this name."""
    if decision.message_id == name:
        return decision
    draft = decision.draft
    fresh = replace(draft, id=DraftId(derive_id("draft", draft.id, name))) if draft else None
    return replace(
        decision, id=DecisionId(derive_id("de", name)), message_id=name, draft=fresh, again_of=decision.about
    )
