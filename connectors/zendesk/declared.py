"""What an account has of what we declare: webhooks and triggers as we compare, change and take them away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.zendesk import records
from connectors.zendesk.records import Record

Condition = Mapping[str, str]
FOR_TRIGGERS = "conditional_ticket_events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One thing that Zendesk has: what it is, and what it should be, field by field."""

    id: str
    raw: Mapping[str, Any]
    wanted: Mapping[str, Any]

    @property
    def fits(self) -> bool:
        return all(self.raw[name] == value for name, value in self.wanted.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerPlan:
    """A trigger that calls a webhook with `body` when all (and any) of the conditions hold."""

    title: str
    webhook_id: str
    body: str
    all_of: Sequence[Condition]
    any_of: Sequence[Condition] = ()
    remove_tags: Sequence[str] = ()


def webhook(name: str, endpoint: str, events: Sequence[str]) -> dict[str, Any]:
    """The webhook as Zendesk takes it."""
    return {"name": name, "endpoint": endpoint, "status": "active", "subscriptions": sorted(events)}


def trigger(plan: TriggerPlan) -> dict[str, Any]:
    """The trigger as Zendesk takes it."""
    actions: list[dict[str, Any]] = [{"field": "notification_webhook", "value": [plan.webhook_id, plan.body]}]
    if plan.remove_tags:
        actions.append({"field": "remove_tags", "value": " ".join(plan.remove_tags)})
    return {
        "title": plan.title,
        "active": True,
        "conditions": {
            "all": [dict(condition) for condition in plan.all_of],
            "any": [dict(condition) for condition in plan.any_of],
        },
        "actions": actions,
    }


def compared(found: Record, wanted: Mapping[str, Any]) -> Declared:
    """What Zendesk adds of its own does not count."""
    return Declared(
        id=records.number(found, "id"),
        raw={name: plain(found.get(name)) for name in wanted},
        wanted={name: plain(value) for name, value in wanted.items()},
    )


def plain(value: Any) -> Any:
    """A value without what Zendesk adds or orders as it likes: subscriptions' order, values that are not there."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        flat = [plain(each) for each in value]
        return sorted(flat) if all(isinstance(each, str) and each.startswith("zen:") for each in flat) else flat
    return value
