"""What goes wrong before any campaign exists, told to the supervisors: once for each `key`."""

from collections.abc import Mapping
from datetime import datetime

from core.alerts.raising import alert_effect
from core.model.alert import AlertKind, Raised
from core.model.outbound import Effect
from core.policy import Policy


def warning(key: str, text: str, facts: Mapping[str, str], policy: Policy, now: datetime) -> Effect:
    """What `core.alerts.raising.add_or_count` takes. Each key is an alert of its own."""
    source = f"{key}:warning"
    raised = Raised(kind=AlertKind.OUTREACH, key=source, source=source, text=text, facts=facts)
    return alert_effect(raised, policy, now, "outreach_warning")
