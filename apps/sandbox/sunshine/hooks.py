"""The app's webhooks: who is told what, and the posts, one event each, tried again as Zendesk tries again."""

import json
import secrets
from typing import Any

from apps.sandbox.clock import Clock
from apps.sandbox.courier import Courier
from apps.sandbox.deliveries import RetryRule
from apps.sandbox.sunshine.errors import SunshineError, bad
from apps.sandbox.sunshine.records import APP_ID, Row, new_id, stamp

VENDOR = "sunshine"
RETRY = RetryRule(
    connect_seconds=5.0,
    read_seconds=20.0,
    delays=(1.0, 2.0, 4.0, 8.0, 16.0),
    statuses=frozenset({408, 429, *range(500, 600)}),
    on_timeout=True,
    on_no_connection=True,
)


class Hooks:
    """Kept by the integration that they belong to."""

    def __init__(self, courier: Courier, clock: Clock) -> None:
        self._courier, self._clock = courier, clock
        self._rows: dict[str, Row] = {}

    def create(self, asked: Row, secret: str = "") -> Row:
        row = {"id": new_id(), "version": "v2", **_checked(asked), "secret": secret or secrets.token_hex(32)}
        self._rows[row["id"]] = row
        return row

    def change(self, hook_id: str, asked: Row) -> Row:
        self.get(hook_id).update(_checked({**self.get(hook_id), **asked}))
        return self.get(hook_id)

    def get(self, hook_id: str) -> Row:
        if hook_id not in self._rows:
            raise SunshineError(404, "webhook_not_found", "Webhook not found")
        return self._rows[hook_id]

    def delete(self, hook_id: str) -> None:
        self.get(hook_id)
        del self._rows[hook_id]

    def all(self) -> list[Row]:
        return list(self._rows.values())

    def tell(self, kind: str, payload: Any) -> None:
        """Post an event to every webhook that asked for it; the person in full only where that was asked for."""
        for hook in self.all():
            if kind in hook["triggers"]:
                self._post(hook, kind, payload if hook["includeFullUser"] else _trimmed(payload))

    def _post(self, hook: Row, kind: str, payload: Any) -> None:
        event = {"id": new_id(), "createdAt": stamp(self._clock.now()), "type": kind, "payload": payload}
        body = {"app": {"id": APP_ID}, "webhook": {"id": hook["id"], "version": "v2"}, "events": [event]}
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Zendesk Conversations",
            "X-Api-Key": hook["secret"],
        }
        self._courier.deliver(
            VENDOR, hook["target"], json.dumps(body).encode(), lambda attempt: headers, RETRY, event["id"]
        )


def _checked(asked: Row) -> Row:
    target, triggers = asked.get("target"), asked.get("triggers")
    if not isinstance(target, str) or not target.startswith("http"):
        raise bad("target must be a valid URL")
    if not isinstance(triggers, list) or not triggers or not all(isinstance(each, str) for each in triggers):
        raise bad("triggers must be an array of strings")
    full = {name: bool(asked.get(name, False)) for name in ("includeFullUser", "includeFullSource")}
    return {"target": target, "triggers": triggers, **full}


def _trimmed(payload: Any) -> Any:
    """Without the person's profile and identities."""
    if isinstance(payload, dict):
        keep = ("id", "authenticated", "externalId", "zendeskId")
        return {
            key: {name: value[name] for name in keep if name in value} if key == "user" else _trimmed(value)
            for key, value in payload.items()
        }
    return payload
