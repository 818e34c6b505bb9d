"""Sets up the account for Handrail: webhook, trigger. Doing it twice changes nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zenpy.lib.api_objects import Trigger, Webhook

from connectors.zendesk import records
from connectors.zendesk.api import ZendeskApi
from connectors.zendesk.declared import FOR_TRIGGERS, Declared, TriggerPlan, compared, trigger, webhook
from connectors.zendesk.errors import MalformedAnswerError
from connectors.zendesk.records import Record
from core.errors import ConfigurationError, RejectedError

__all__ = ["FOR_TRIGGERS", "IntegrationUser", "TriggerPlan", "ZendeskInstaller"]

GONE = frozenset({"404", "RecordNotFound"})


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationUser:
    """Whose credentials these are. `role` is end-user, agent or admin."""

    id: str
    name: str
    role: str


class ZendeskInstaller:
    """What an admin would click together. Errors are those of `core.errors`."""

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api

    def whoami(self) -> str:
        """The id of the user whose credentials these are. ConfigurationError when Zendesk does not know them."""
        return self.user().id

    def user(self) -> IntegrationUser:
        """Who that user is. ConfigurationError when Zendesk does not know the credentials."""
        with self._api.reading("read the integration user") as zendesk:
            found = records.plain(zendesk.users.me())
            # Wrong credentials are not refused here: Zendesk answers as an anonymous user without an id.
            number = records.reference(found, "id")
        if number is None:
            raise ConfigurationError("Zendesk does not know these credentials")
        return IntegrationUser(id=number, name=records.words(found, "name"), role=records.words(found, "role"))

    # ---------------------------------------------------------------- webhooks

    def webhook(self, name: str, endpoint: str, events: Sequence[str], known: str = "") -> Declared | None:
        """The webhook with the id `known`, else the one of this name, and where it differs.

        RejectedError (code `kind`) when it is of the other kind and can never become what is wanted."""
        found = self._webhook(name, known)
        return None if found is None else self._checked(found, webhook(name, endpoint, events))

    def ensure_webhook(self, name: str, endpoint: str, events: Sequence[str], known: str = "") -> tuple[str, str]:
        """(id, signing secret) of that webhook, made or corrected to fit."""
        wanted = webhook(name, endpoint, events)
        found = self._webhook(name, known)
        webhook_id = self._new_webhook(wanted) if found is None else self._corrected(found, wanted)
        return webhook_id, self.signing_secret(webhook_id)

    def signing_secret(self, webhook_id: str) -> str:
        with self._api.reading(f"read the secret of webhook {webhook_id}") as zendesk:
            return records.text(records.plain(zendesk.webhooks.show_secret(webhook_id)), "secret")

    def change_webhook(self, webhook_id: str, fields: Mapping[str, Any]) -> None:
        with self._api.writing(f"change webhook {webhook_id}", repeatable=True) as zendesk:
            zendesk.webhooks.patch(Webhook(id=webhook_id, **fields))

    def delete_webhook(self, webhook_id: str) -> bool:
        """Whether it was still there."""
        webhook = Webhook(id=webhook_id)
        return self._deleted(f"delete webhook {webhook_id}", lambda zendesk: zendesk.webhooks.delete(webhook))

    def _webhook(self, name: str, known: str) -> Record | None:
        with self._api.reading("read the webhooks") as zendesk:
            listed = records.every(zendesk.webhooks.list())
        by_id = next((each for each in listed if known and str(each.get("id")) == known), None)
        return by_id or next((each for each in listed if each.get("name") == name), None)

    def _new_webhook(self, wanted: Record) -> str:
        made = Webhook(**wanted, http_method="POST", request_format="json")
        with self._api.writing(f"make webhook {wanted['name']}") as zendesk:
            return records.text(records.plain(zendesk.webhooks.create(made)), "id")

    def _corrected(self, found: Record, wanted: Record) -> str:
        declared = self._checked(found, wanted)
        if not declared.fits:
            self.change_webhook(declared.id, wanted)
        return declared.id

    def _checked(self, found: Record, wanted: Record) -> Declared:
        # A webhook for triggers can never become one for events, nor the other way round.
        if (FOR_TRIGGERS in (found.get("subscriptions") or ())) != (FOR_TRIGGERS in wanted["subscriptions"]):
            raise RejectedError(f"webhook {found['name']} is of the other kind; rename or delete it", code="kind")
        return compared(found, wanted)

    # ---------------------------------------------------------------- triggers

    def trigger(self, plan: TriggerPlan, known: str = "") -> Declared | None:
        """The trigger with the id `known`, else the one of this title, and where it differs."""
        found = self._trigger(plan.title, known)
        return None if found is None else compared(found, trigger(plan))

    def ensure_trigger(self, plan: TriggerPlan, known: str = "") -> str:
        """The id of that trigger, made or corrected to fit."""
        wanted = trigger(plan)
        found = self._trigger(plan.title, known)
        if found is None:
            with self._api.writing(f"make trigger {plan.title}") as zendesk:
                return records.number(records.plain(zendesk.triggers.create(Trigger(**wanted))), "id")
        declared = compared(found, wanted)
        if not declared.fits:
            self.change_trigger(declared.id, wanted)
        return declared.id

    def change_trigger(self, trigger_id: str, fields: Mapping[str, Any]) -> None:
        with self._api.writing(f"change trigger {trigger_id}", repeatable=True) as zendesk:
            zendesk.triggers.update(Trigger(id=int(trigger_id), **fields))

    def delete_trigger(self, trigger_id: str) -> bool:
        """Whether it was still there."""
        trigger = Trigger(id=int(trigger_id))
        return self._deleted(f"delete trigger {trigger_id}", lambda zendesk: zendesk.triggers.delete(trigger))

    def _trigger(self, title: str, known: str) -> Record | None:
        with self._api.reading("read the triggers") as zendesk:
            listed = list(records.every(zendesk.triggers()))
        by_id = next((each for each in listed if known and str(each.get("id")) == known), None)
        return by_id or next((each for each in listed if each.get("title") == title), None)

    def _deleted(self, action: str, delete: Callable[[Any], object]) -> bool:
        try:
            with self._api.writing(action, repeatable=True) as zendesk:
                delete(zendesk)
        except RejectedError as error:
            if error.code in GONE:
                return False
            raise
        return True

    # ---------------------------------------------------------------- the app

    def public_key(self, app_id: str) -> str:
        """The PEM key with which Zendesk signs the app's page loads."""
        with self._api.reading(f"read the key of app {app_id}"):
            key = self._api.get(f"/api/v2/apps/{app_id}/public_key.pem").text
            if not key.lstrip().startswith("-----BEGIN "):
                raise MalformedAnswerError("the app's key is no PEM")
            return key
