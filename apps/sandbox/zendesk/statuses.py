"""The words a ticket may carry, and the custom statuses behind them."""

from apps.sandbox.zendesk.answers import Record

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
TYPES = ("problem", "incident", "question", "task")
DONE = frozenset({"solved", "closed"})
CUSTOM_STATUS_IDS = {category: 6_600_001 + place for place, category in enumerate(STATUSES[:5])}
LABELS = {"new": "New", "open": "Open", "pending": "Pending", "hold": "On-hold", "solved": "Solved"}
EPOCH = "2024-01-08T09:00:00Z"


def custom_status_id(status: str) -> int:
    """A closed ticket keeps the id of solved."""
    return CUSTOM_STATUS_IDS.get(status, CUSTOM_STATUS_IDS["solved"])


def custom_statuses() -> list[Record]:
    return [_custom_status(category) for category in CUSTOM_STATUS_IDS]


def _custom_status(category: str) -> Record:
    label = LABELS[category]
    return {
        "id": CUSTOM_STATUS_IDS[category],
        "status_category": category,
        "agent_label": label,
        "raw_agent_label": label,
        "end_user_label": label,
        "raw_end_user_label": label,
        "description": f"Ticket is {label.lower()}",
        "raw_description": f"Ticket is {label.lower()}",
        "end_user_description": "",
        "raw_end_user_description": "",
        "active": True,
        "default": True,
        "created_at": EPOCH,
        "updated_at": EPOCH,
    }
