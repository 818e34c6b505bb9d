"""Sets up the account for Handrail: webhook, trigger. Doing it twice changes nothing."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import requests
from zenpy.lib.api_objects import Trigger, Webhook

from connectors.faults import MalformedAnswerError, json_of
from connectors.zendesk import records
from connectors.zendesk.api import ZendeskApi
from connectors.zendesk.records import Record
from core.errors import ConfigurationError, RejectedError, TransientError

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


def compare(found: Record, wanted: Mapping[str, Any]) -> Declared:
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
        return None if found is None else self._check(found, webhook(name, endpoint, events))

    def ensure_webhook(self, name: str, endpoint: str, events: Sequence[str], known: str = "") -> tuple[str, str]:
        """(id, signing secret) of that webhook, made or corrected to fit."""
        wanted = webhook(name, endpoint, events)
        found = self._webhook(name, known)
        webhook_id = self._new_webhook(wanted) if found is None else self._correct(found, wanted)
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
        return self._delete(f"delete webhook {webhook_id}", lambda zendesk: zendesk.webhooks.delete(webhook))

    def _webhook(self, name: str, known: str) -> Record | None:
        with self._api.reading("read the webhooks") as zendesk:
            listed = records.every(zendesk.webhooks.list())
        by_id = next((each for each in listed if known and str(each.get("id")) == known), None)
        return by_id or next((each for each in listed if each.get("name") == name), None)

    def _new_webhook(self, wanted: Record) -> str:
        made = Webhook(**wanted, http_method="POST", request_format="json")
        with self._api.writing(f"make webhook {wanted['name']}") as zendesk:
            return records.text(records.plain(zendesk.webhooks.create(made)), "id")

    def _correct(self, found: Record, wanted: Record) -> str:
        declared = self._check(found, wanted)
        if not declared.fits:
            self.change_webhook(declared.id, wanted)
        return declared.id

    def _check(self, found: Record, wanted: Record) -> Declared:
        # A webhook for triggers can never become one for events, nor the other way round.
        if (FOR_TRIGGERS in records.items(found, "subscriptions")) != (FOR_TRIGGERS in wanted["subscriptions"]):
            raise RejectedError(f"webhook {found['name']} is of the other kind; rename or delete it", code="kind")
        return compare(found, wanted)

    # ---------------------------------------------------------------- triggers

    def trigger(self, plan: TriggerPlan, known: str = "") -> Declared | None:
        """The trigger with the id `known`, else the one of this title, and where it differs."""
        found = self._trigger(plan.title, known)
        return None if found is None else compare(found, trigger(plan))

    def ensure_trigger(self, plan: TriggerPlan, known: str = "") -> str:
        """The id of that trigger, made or corrected to fit."""
        wanted = trigger(plan)
        found = self._trigger(plan.title, known)
        if found is None:
            with self._api.writing(f"make trigger {plan.title}") as zendesk:
                return records.number(records.plain(zendesk.triggers.create(Trigger(**wanted))), "id")
        declared = compare(found, wanted)
        if not declared.fits:
            self.change_trigger(declared.id, wanted)
        return declared.id

    def change_trigger(self, trigger_id: str, fields: Mapping[str, Any]) -> None:
        with self._api.writing(f"change trigger {trigger_id}", repeatable=True) as zendesk:
            zendesk.triggers.update(Trigger(id=int(trigger_id), **fields))

    def delete_trigger(self, trigger_id: str) -> bool:
        """Whether it was still there."""
        trigger = Trigger(id=int(trigger_id))
        return self._delete(f"delete trigger {trigger_id}", lambda zendesk: zendesk.triggers.delete(trigger))

    def _trigger(self, title: str, known: str) -> Record | None:
        with self._api.reading("read the triggers") as zendesk:
            listed = list(records.every(zendesk.triggers()))
        by_id = next((each for each in listed if known and str(each.get("id")) == known), None)
        return by_id or next((each for each in listed if each.get("title") == title), None)

    def _delete(self, action: str, delete: Callable[[Any], object]) -> bool:
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


# Puts our private app into the account: upload, build, install; and takes it out again. zenpy has no calls for apps,
# so these are plain requests over the account's session.

APPS = "/api/v2/apps"
INSTALLATIONS = "/api/support/apps/installations"
BUILD_WITHIN = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = 0.2, 3.0  # seconds between two looks at a build
UPLOAD_WITHIN = 60.0  # seconds; a package is larger than any other request


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledApp:
    """A private app of the account, and its installation where there is one."""

    id: str
    name: str
    version: str
    installation: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    enabled: bool = False


class ZendeskAppInstaller:
    """Errors are those of `core.errors`. `pause` waits between two looks at a build."""

    def __init__(self, api: ZendeskApi, pause: Callable[[float], None] = time.sleep) -> None:
        self._api = api
        self._pause = pause

    def find(self, name: str, known: str = "") -> InstalledApp | None:
        """The account's own app with the id `known`, else the one of this name."""
        with self._api.reading("read the account's apps"):
            owned = records.records_of(self._json("GET", f"{APPS}/owned.json"), "apps")
            found = next((each for each in owned if known and str(each.get("id")) == known), None)
            found = found or next((each for each in owned if each.get("name") == name), None)
            return None if found is None else self._with_installation(found)

    def upload(self, name: str, package: bytes, app_id: str = "") -> str:
        """Build the package as a new app, or as the next version of `app_id`; the app's id.

        RejectedError with Zendesk's reason when it does not build."""
        with self._api.writing("upload the app", repeatable=True):
            sent = self._json("POST", f"{APPS}/uploads.json", files={"uploaded_data": (f"{name}.zip", package)})
            upload = int(records.number(sent, "id"))
        method, path = ("PUT", f"{APPS}/{app_id}.json") if app_id else ("POST", f"{APPS}.json")
        body = {"upload_id": upload} if app_id else {"name": name, "upload_id": upload}
        with self._api.writing("build the app", repeatable=bool(app_id)):
            job = records.text(self._json(method, path, json=body), "job_id")
        return self._built(job) or app_id

    def install(self, app_id: str, settings: Mapping[str, str]) -> str:
        """The id of the new installation."""
        body = {"app_id": int(app_id), "settings": dict(settings)}
        with self._api.writing("install the app"):
            return records.number(self._json("POST", f"{INSTALLATIONS}.json", json=body), "id")

    def configure(self, installation: str, settings: Mapping[str, str]) -> None:
        body = {"settings": dict(settings), "enabled": True}
        with self._api.writing("set the app's settings", repeatable=True):
            self._json("PUT", f"{INSTALLATIONS}/{installation}.json", json=body)

    def uninstall(self, installation: str) -> bool:
        """Whether it was still there."""
        return self._delete("uninstall the app", f"{INSTALLATIONS}/{installation}.json")

    def delete(self, app_id: str) -> bool:
        """Whether it was still there."""
        return self._delete("delete the app", f"{APPS}/{app_id}.json")

    def _with_installation(self, app: Record) -> InstalledApp:
        rows = records.records_of(self._json("GET", f"{INSTALLATIONS}.json"), "installations")
        mine: Record = next((row for row in rows if str(row.get("app_id")) == str(app["id"])), {})
        settings = mine.get("settings")
        return InstalledApp(
            id=records.number(app, "id"),
            name=records.words(app, "name"),
            version=records.words(app, "version"),
            installation=records.reference(mine, "id") or "",
            settings={k: str(v) for k, v in settings.items()} if isinstance(settings, Mapping) else {},
            enabled=bool(mine.get("enabled")),
        )

    def _built(self, job: str) -> str:
        """Wait for the end of a build; the app's id."""
        with self._api.reading("see whether the app is built"):
            waited, wait = 0.0, FIRST_WAIT
            while waited < BUILD_WITHIN.total_seconds():
                found = self._json("GET", f"{APPS}/job_statuses/{job}.json")
                if found.get("status") == "failed":
                    raise RejectedError(f"Zendesk could not build the app: {found.get('message') or 'no reason given'}")
                if found.get("status") == "completed":
                    return records.reference(found, "app_id") or ""
                self._pause(wait)
                waited, wait = waited + wait, min(2 * wait, LONGEST_WAIT)
        raise TransientError(f"Zendesk is still building the app after {BUILD_WITHIN.total_seconds():.0f} s")

    def _delete(self, action: str, path: str) -> bool:
        try:
            with self._api.writing(action, repeatable=True):
                self._json("DELETE", path)
        except RejectedError as error:
            if error.code in ("404", "RecordNotFound"):
                return False
            raise
        return True

    def _json(self, method: str, path: str, **what: Any) -> Record:
        account = self._api.account
        timeout = (account.connect_timeout.total_seconds(), UPLOAD_WITHIN) if "files" in what else account.timeout
        answer = self._api.session.request(method, f"{account.origin}{path}", timeout=timeout, **what)
        if answer.status_code >= 300:
            raise requests.HTTPError(str(answer.status_code), response=answer)
        try:
            body = json_of(answer) if answer.content else {}
        except ValueError as error:
            raise MalformedAnswerError("the answer is no JSON") from error
        if not isinstance(body, Mapping):
            raise MalformedAnswerError("the answer is not an object")
        return body
