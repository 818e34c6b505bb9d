"""Sets up the account for Handrail: webhook, trigger. Doing it twice changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zenpy.lib.api_objects import Trigger, Webhook

from connectors.zendesk import records
from connectors.zendesk.api import ZendeskApi
from connectors.zendesk.errors import MalformedAnswerError
from connectors.zendesk.records import Record
from core.errors import ConfigurationError, RejectedError

Condition = Mapping[str, str]
FOR_TRIGGERS = "conditional_ticket_events"


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerPlan:
    """A trigger that calls a webhook with `body` when all (and any) of the conditions hold."""

    title: str
    webhook_id: str
    body: str
    all_of: Sequence[Condition]
    any_of: Sequence[Condition] = ()
    remove_tags: Sequence[str] = ()


class ZendeskInstaller:
    """What an admin would click together. Errors are those of `core.errors`."""

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api

    def whoami(self) -> str:
        """The id of the user whose credentials these are. ConfigurationError when Zendesk does not know them."""
        with self._api.reading("read the integration user") as zendesk:
            # Wrong credentials are not refused here: Zendesk answers as an anonymous user without an id.
            number = records.reference(records.plain(zendesk.users.me()), "id")
        if number is None:
            raise ConfigurationError("Zendesk does not know these credentials")
        return number

    def ensure_webhook(self, name: str, endpoint: str, events: Sequence[str]) -> tuple[str, str]:
        """(id, signing secret) of the webhook of this name, made or corrected to fit."""
        wanted = {"name": name, "endpoint": endpoint, "status": "active", "subscriptions": sorted(events)}
        found = self._webhook(name)
        webhook_id = self._new_webhook(wanted) if found is None else self._corrected(found, wanted)
        return webhook_id, self.signing_secret(webhook_id)

    def signing_secret(self, webhook_id: str) -> str:
        with self._api.reading(f"read the secret of webhook {webhook_id}") as zendesk:
            return records.text(records.plain(zendesk.webhooks.show_secret(webhook_id)), "secret")

    def ensure_trigger(self, plan: TriggerPlan) -> str:
        """The id of the trigger of this title, made or corrected to fit."""
        wanted = trigger(plan)
        found = self._trigger(plan.title)
        if found is None:
            with self._api.writing(f"make trigger {plan.title}") as zendesk:
                return records.number(records.plain(zendesk.triggers.create(Trigger(**wanted))), "id")
        trigger_id = records.number(found, "id")
        if not fits(found, wanted):
            with self._api.writing(f"change trigger {trigger_id}") as zendesk:
                zendesk.triggers.update(Trigger(id=int(trigger_id), **wanted))
        return trigger_id

    def public_key(self, app_id: str) -> str:
        """The PEM key with which Zendesk signs the app's page loads."""
        with self._api.reading(f"read the key of app {app_id}"):
            key = self._api.get(f"/api/v2/apps/{app_id}/public_key.pem").text
            if not key.lstrip().startswith("-----BEGIN "):
                raise MalformedAnswerError("the app's key is no PEM")
            return key

    def _webhook(self, name: str) -> Record | None:
        with self._api.reading("read the webhooks") as zendesk:
            listed = records.every(zendesk.webhooks.list(filter=name))
            return next((each for each in listed if each.get("name") == name), None)

    def _new_webhook(self, wanted: Record) -> str:
        made = Webhook(**wanted, http_method="POST", request_format="json")
        with self._api.writing(f"make webhook {wanted['name']}") as zendesk:
            return records.text(records.plain(zendesk.webhooks.create(made)), "id")

    def _corrected(self, found: Record, wanted: Record) -> str:
        webhook_id, subscribed = records.text(found, "id"), sorted(found.get("subscriptions") or ())
        # A webhook for triggers can never become one for events, nor the other way round.
        if (FOR_TRIGGERS in subscribed) != (FOR_TRIGGERS in wanted["subscriptions"]):
            raise RejectedError(f"webhook {found['name']} is of the other kind; rename or delete it", code="kind")
        if not fits({**found, "subscriptions": subscribed}, wanted):
            with self._api.writing(f"change webhook {webhook_id}") as zendesk:
                zendesk.webhooks.patch(Webhook(id=webhook_id, **wanted))
        return webhook_id

    def _trigger(self, title: str) -> Record | None:
        with self._api.reading("read the triggers") as zendesk:
            return next((each for each in records.every(zendesk.triggers()) if each.get("title") == title), None)


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


def fits(found: Record, wanted: Mapping[str, Any]) -> bool:
    """Whether it is what it should be; what Zendesk adds of its own does not count."""
    return all(found.get(name) == value for name, value in wanted.items())
