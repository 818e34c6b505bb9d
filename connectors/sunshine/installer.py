"""Tells the messaging app where its events go. Doing it twice changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from connectors.sunshine.api import UNREADABLE, Json, SunshineApi
from core.errors import RejectedError

# What Handrail reads. Anything else the app would tell is not asked for.
TRIGGERS = (
    "conversation:message",
    "conversation:postback",
    "conversation:read",
    "conversation:message:delivery:channel",
    "conversation:message:delivery:user",
    "conversation:message:delivery:failure",
    "switchboard:passControl",
    "switchboard:releaseControl",
    "user:merge",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One webhook of our integration. `full_user`: the person is told with what the app knows of them."""

    id: str
    target: str
    triggers: Sequence[str]
    full_user: bool = False

    @property
    def raw(self) -> dict[str, Any]:
        """Field by field, as the app names them."""
        return {"target": self.target, "triggers": sorted(self.triggers), "includeFullUser": self.full_user}

    @property
    def missing(self) -> list[str]:
        """The triggers that it lacks."""
        return [name for name in TRIGGERS if name not in self.triggers]


class SunshineInstaller:
    """Errors are those of `core.errors`: ConfigurationError when the key is not accepted, RejectedError when the app or
    the integration is not known."""

    def __init__(self, api: SunshineApi) -> None:
        self._api = api

    def hooks(self) -> list[Hook]:
        """All webhooks of our integration."""
        rows = self._api.get(self._path(), "read the webhooks").get("webhooks")
        if not isinstance(rows, list):
            raise RejectedError("the list of webhooks cannot be read", code=UNREADABLE)
        return [_hook(row) for row in rows if isinstance(row, Mapping)]

    def hook(self, target: str) -> Hook | None:
        """The one that leads to this address."""
        return next((each for each in self.hooks() if each.target == target), None)

    def create(self, target: str) -> tuple[Hook, str]:
        """A new webhook, and the secret by which it is known: the app tells it now and not again."""
        made = self._api.post(self._path(), _body(target), "create the webhook", write=True).get("webhook")
        if not isinstance(made, Mapping):
            raise RejectedError("the new webhook cannot be read", code=UNREADABLE)
        return _hook(made), str(made.get("secret") or "")

    def change(self, hook_id: str, target: str) -> None:
        """With our address, triggers and the full user."""
        self._api.patch(self._path(hook_id), _body(target), "change the webhook")

    def restore(self, hook_id: str, before: Mapping[str, Any]) -> None:
        """Set fields back to what they were."""
        self._api.patch(self._path(hook_id), dict(before), "set the webhook back")

    def target_webhook(self, target: str) -> dict[str, Any]:
        """How a webhook of ours looks, field by field."""
        return Hook(id="", target=target, triggers=TRIGGERS, full_user=True).raw

    def delete(self, hook_id: str) -> None:
        self._api.delete(self._path(hook_id), "delete the webhook")

    def secret(self, target: str) -> str:
        """The secret of the webhook to this address, where the app still tells it; else empty."""
        rows = self._api.get(self._path(), "read the webhooks").get("webhooks") or ()
        found = (
            str(row.get("secret") or "") for row in rows if isinstance(row, Mapping) and row.get("target") == target
        )
        return next(found, "")

    def _path(self, hook_id: str = "") -> str:
        more = f"/{quote(hook_id, safe='')}" if hook_id else ""
        return f"/integrations/{quote(self._api.account.integration_id, safe='')}/webhooks{more}"


def _body(target: str) -> dict[str, Any]:
    return {"target": target, "triggers": list(TRIGGERS), "includeFullUser": True, "includeFullSource": False}


def _hook(row: Json) -> Hook:
    triggers = row.get("triggers")
    return Hook(
        id=str(row.get("id") or ""),
        target=str(row.get("target") or ""),
        triggers=[str(each) for each in triggers] if isinstance(triggers, list) else [],
        full_user=bool(row.get("includeFullUser")),
    )
