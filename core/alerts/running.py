"""How Handrail itself fares: writes that fail, and what models cost."""

from collections.abc import Sequence
from datetime import datetime

from core.model.alert import AlertKind, Failing, Raised
from core.model.spend import MICRO
from core.policy import Policy
from core.ports import Unit

KINDS = {
    "message": "messages to customers",
    "ticket_reply": "replies on tickets",
    "ticket_note": "notes on tickets",
    "ticket_update": "changes of tickets",
    "ticket_create": "new tickets",
    "control": "handovers of messaging conversations",
    "appointment": "bookings",
}


def too_many_errors(failing: Sequence[Failing], policy: Policy) -> list[Failing]:
    rate = policy.alerts.errors
    return [each for each in failing if each.total >= rate.least and each.failed >= rate.share * each.total]


def errors_raised(failing: Failing, policy: Policy, now: datetime) -> Raised:
    """One occurrence in each ten minutes while it lasts."""
    minutes = round(policy.alerts.errors.within.total_seconds() / 60)
    what = KINDS.get(failing.kind, failing.kind.replace("_", " "))
    return Raised(
        kind=AlertKind.ERRORS,
        key=errors_key(failing.kind),
        source=f"{errors_key(failing.kind)}:{now:%Y-%m-%dT%H}:{now.minute // 10}",
        text=f"{failing.failed} of {failing.total} {what} failed in the last {minutes} minutes",
        why=f"The policy calls from {policy.alerts.errors.share:.0%} on; `handrail doctor` says what is wrong",
    )


def errors_key(kind: str) -> str:
    return f"{AlertKind.ERRORS}:{kind}"


def budget_raised(unit: Unit, policy: Policy, now: datetime) -> list[Raised]:
    """Where the models' budget of this day (of UTC) is nearly spent, or spent."""
    limit = policy.models.per_day
    if not limit:
        return []
    spent = unit.spend.spent(f"day:{now.date().isoformat()}") / MICRO
    if spent < policy.alerts.budget * limit:
        return []
    # A request that would go past the limit is not made: what is left is then too little for one.
    over = spent >= limit
    name, currency = budget_key(now), policy.models.currency
    told = "is spent: what models would do is done without them" if over else "is nearly spent"
    return [
        Raised(
            kind=AlertKind.BUDGET,
            key=name,
            source=f"{name}:{'over' if over else 'near'}",
            text=f"The language models' budget of this day {told}",
            facts={"Spent": f"{spent:.2f} of {limit:.2f} {currency}"},
        )
    ]


def budget_key(now: datetime) -> str:
    return f"{AlertKind.BUDGET}:{now.date().isoformat()}"
