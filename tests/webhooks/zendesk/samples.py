"""Deliveries as Zendesk writes them, cut to what matters."""

from typing import Any

CUSTOMER = "7001"


def ticket_event(event_id: str = "01HZX0000000000000000000A1", **changes: Any) -> dict[str, Any]:
    """An event subscription's delivery: a comment of the customer."""
    return {
        "account_id": 4600,
        "id": event_id,
        "type": "zen:event-type:ticket.comment_added",
        "subject": "zen:ticket:42",
        "time": "2026-11-21T09:29:58.123456789Z",
        "zendesk_event_version": "2022-11-06",
        "detail": {"id": "42", "actor_id": CUSTOMER, "requester_id": CUSTOMER, "status": "OPEN"},
        "event": {"comment": {"id": "501", "is_public": True, "author": {"id": CUSTOMER}, "body": "Where is it?"}},
        **changes,
    }


def trigger(**changes: Any) -> dict[str, Any]:
    """The body of our own trigger."""
    return {
        "schema": "handrail.ticket.v1",
        "ticket_id": "42",
        "updated_at": "2026-11-21T09:29:58Z",
        "current_user_id": CUSTOMER,
        **changes,
    }
