"""Status callbacks: they arrive late, twice and out of order, so a status never goes backwards."""

from datetime import datetime

from core.execute.settle import settle_sent
from core.model.event import Event
from core.model.helpdesk import Receipt
from core.model.ids import EffectId
from core.model.outbound import EffectState
from core.ports import Unit

RANK = {
    "accepted": 0,
    "scheduled": 0,
    "queued": 1,
    "sending": 2,
    "sent": 3,
    "undelivered": 4,
    "failed": 4,
    "canceled": 4,
    "delivered": 5,
    "read": 6,
}


def track(unit: Unit, event: Event, now: datetime) -> str:
    """Note how far a message got. A callback is also the vendor's word that an unanswered send was carried out."""
    status = str(event.payload["status"])
    row = unit.outbox.by_ref(event.subject)
    if row is None and event.payload.get("effect"):
        row = unit.outbox.get(EffectId(str(event.payload["effect"])))
    if row is None:
        return "unknown_message"
    if row.state in (EffectState.UNKNOWN, EffectState.PARKED):
        unit.outbox.mark(row.effect.id, EffectState.SENT, now, vendor_ref=event.subject)
        settle_sent(unit, row.effect, Receipt(ref=event.subject, at=event.occurred_at), now)
    if RANK.get(status, -1) <= RANK.get(row.delivery or "", -1):
        return "older_status"
    error = str(event.payload.get("error") or "") or None
    unit.outbox.set_delivery(row.effect.id, status, error)
    unit.conversations.set_delivery(f"{event.source}:{event.subject}", status)
    return status
