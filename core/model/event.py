"""Something a vendor or the company's own systems told us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from core.errors import RejectedError
from core.model.alert import AlertClick
from core.model.event_payloads import (
    NOTHING,
    AgentSaid,
    CallAccepted,
    CallEnded,
    CallLanguage,
    CallLink,
    CallMissed,
    CallRinging,
    CallStarted,
    CallUnanswered,
    ControlChanged,
    DecideAgain,
    EngineeringClick,
    EventPayload,
    LineSpoken,
    MessageReceived,
    MessageStatus,
    NoPayload,
    OfferAnswered,
    PageStep,
    PeopleMerged,
    SignalStated,
    SupervisorAsked,
    Unreadable,
)
from core.model.ids import EventId, derive_id
from core.model.outreach import Click

T = TypeVar("T")


class EventKind(StrEnum):
    """What happened, in our words; `core.loop.STEPS` names the step for each."""

    TICKET_CHANGED = "ticket_changed"
    MESSAGE_RECEIVED = "message_received"
    MESSAGE_STATUS = "message_status"
    ARTICLE_CHANGED = "article_changed"
    CUSTOMER_CHANGED = "customer_changed"
    BUSINESS_SIGNAL = "business_signal"
    APPROVAL_CLICKED = "approval_clicked"
    JOURNEY_STEP = "journey_step"
    CALL_CHANGED = "call_changed"
    CALL_LINE = "call_line"
    AGENT_SAID = "agent_said"
    CONTROL_CHANGED = "control_changed"
    CONVERSATION_READ = "conversation_read"
    PEOPLE_MERGED = "people_merged"
    SUPERVISOR_ASKED = "supervisor_asked"  # a command, a search or the opened home of a supervisor in Slack
    ALERT_CLICKED = "alert_clicked"
    STATUS_PAGE = "status_page"  # an incident there began, changed or ended
    ENGINEERING_CLICKED = "engineering_clicked"  # how a fault stands
    APPEALED = "appealed"  # a customer, from the receipt of what was decided


# What each kind carries: the name of a shape, by which the store finds its class again, and the class. A class has the
# same name wherever it stands.
PAYLOADS: Mapping[EventKind, Mapping[str, type[EventPayload]]] = {
    EventKind.TICKET_CHANGED: {"": NoPayload, "again": DecideAgain},
    EventKind.MESSAGE_RECEIVED: {"": MessageReceived, "again": DecideAgain},
    EventKind.MESSAGE_STATUS: {"": MessageStatus},
    EventKind.ARTICLE_CHANGED: {"": NoPayload},
    EventKind.CUSTOMER_CHANGED: {"": NoPayload},
    EventKind.BUSINESS_SIGNAL: {"": SignalStated},
    EventKind.APPROVAL_CLICKED: {"": Click},
    EventKind.JOURNEY_STEP: {"step": PageStep, "answer": OfferAnswered},
    EventKind.CALL_CHANGED: {
        "started": CallStarted,
        "language": CallLanguage,
        "link": CallLink,
        "ringing": CallRinging,
        "accepted": CallAccepted,
        "unanswered": CallUnanswered,
        "missed": CallMissed,
        "ended": CallEnded,
    },
    EventKind.CALL_LINE: {"": LineSpoken},
    EventKind.AGENT_SAID: {"": AgentSaid},
    EventKind.CONTROL_CHANGED: {"": ControlChanged},
    EventKind.CONVERSATION_READ: {"": NoPayload},
    EventKind.PEOPLE_MERGED: {"": PeopleMerged},
    EventKind.SUPERVISOR_ASKED: {"": SupervisorAsked},
    EventKind.ALERT_CLICKED: {"": AlertClick},
    EventKind.STATUS_PAGE: {"": SignalStated},
    EventKind.ENGINEERING_CLICKED: {"": EngineeringClick},
    EventKind.APPEALED: {"": NoPayload},
}
SHAPES: Mapping[type[EventPayload], str] = {
    found: shape for shapes in PAYLOADS.values() for shape, found in shapes.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One delivery, accepted once.

    `delivery_id` is the vendor's de-duplication key; `subject` the record it is about (ticket id, message sid …);
    `payload` holds ids and the few fields that cannot be read again from their owner (an SMS text, a click), as a class
    that PAYLOADS has for the kind.
    """

    source: str
    delivery_id: str
    kind: EventKind
    subject: str
    occurred_at: datetime
    received_at: datetime
    payload: EventPayload = NOTHING

    def __post_init__(self) -> None:
        if not (self.source and self.delivery_id and self.subject):
            raise ValueError("an event needs a source, a delivery id and a subject")
        for name in ("occurred_at", "received_at"):
            if getattr(self, name).tzinfo is None:
                raise ValueError(f"{name} has no time zone")
        carried = type(self.payload)
        if carried not in PAYLOADS[self.kind].values() and carried is not Unreadable:
            raise ValueError(f"an event {self.kind} does not carry {carried.__name__}")

    @property
    def id(self) -> EventId:
        return EventId(derive_id("ev", self.source, self.delivery_id))

    def payload_as(self, wanted: type[T]) -> T:
        """The payload, where it is of this class. RejectedError where it is another: the step does not fit it."""
        if isinstance(self.payload, wanted):
            return self.payload
        why = self.payload.why if isinstance(self.payload, Unreadable) else f"no {wanted.__name__} is in it"
        raise RejectedError(f"event {self.id}: {why}")
