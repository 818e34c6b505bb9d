"""Something a vendor or the company's own systems told us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.model.ids import EventId, derive_id


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
    APPEALED = "appealed"  # a customer, from the receipt of what was decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One delivery, accepted once.

    `delivery_id` is the vendor's de-duplication key; `subject` the record it is about (ticket id, message sid …);
    `payload` holds ids and the few fields that cannot be read again from their owner (an SMS text, a click).
    """

    source: str
    delivery_id: str
    kind: EventKind
    subject: str
    occurred_at: datetime
    received_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (self.source and self.delivery_id and self.subject):
            raise ValueError("an event needs a source, a delivery id and a subject")
        for name in ("occurred_at", "received_at"):
            if getattr(self, name).tzinfo is None:
                raise ValueError(f"{name} has no time zone")

    @property
    def id(self) -> EventId:
        return EventId(derive_id("ev", self.source, self.delivery_id))
