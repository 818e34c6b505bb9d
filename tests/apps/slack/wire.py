"""Slack's side of the wire: what it posts, truly signed, into a web app that holds our listeners."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from prometheus_client import CollectorRegistry
from slack_sdk import WebClient
from werkzeug.test import TestResponse

from apps.bootstrap import now
from apps.slack.app import slack_app, slack_requests
from apps.slack.cards.actions import APPROVE
from apps.slack.door import Door
from connectors.slack.signature import SlackSignature
from connectors.sql.store import SqlStore
from core.answer.style import StyleCard
from core.model.event import Event
from core.outreach.office import Office
from core.policy import Policy
from core.ports import Inbox, Store
from tests.core.fakes import FakeDesk, FakePublisher
from tests.core.rules import policy as rules
from tests.webhooks.receiving import Told
from webhooks.intake import Intake, counter

SECRET = "fake-signing-secret"
TOKEN = "xoxb-fake"
VALUE = json.dumps({"approval": "ap_outage_plus", "digest": "d1g35t", "revision": 2})
FORM = "application/x-www-form-urlencoded"
NOWHERE = "http://127.0.0.1:9/"
TEAM = {"id": "T0LARK", "domain": "larkfield"}
PRIYA = {"id": "U0PRIYA", "username": "priya.nair", "name": "priya.nair", "team_id": "T0LARK"}
MARIA = {"id": "U0MARIA", "username": "maria.lopez", "name": "maria.lopez", "team_id": "T0LARK"}


def click(action_id: str = APPROVE, value: str | None = VALUE, **changes: Any) -> dict[str, Any]:
    """What Slack says of a press of a button."""
    action = {"action_id": action_id, "block_id": "ap_outage_plus", "type": "button", "action_ts": "1795253400.000100"}
    return {
        "type": "block_actions",
        "user": PRIYA,
        "api_app_id": "A0HAND",
        "team": TEAM,
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": "1.2.3",
        "container": {"type": "message", "message_ts": "1795253300.000200", "channel_id": "C0APPROVE"},
        "channel": {"id": "C0APPROVE", "name": "care-approvals"},
        "response_url": f"{NOWHERE}response",
        "actions": [action | ({} if value is None else {"value": value})],
        **changes,
    }


def submitted(view: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What Slack says of a modal that was sent."""
    filled = {"id": "V0001", "hash": "1.abc", "type": "modal", "blocks": [], "state": {"values": {}}, **view}
    return {
        "type": "view_submission",
        "user": PRIYA,
        "api_app_id": "A0HAND",
        "team": TEAM,
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": "1.2.4",
        "view": filled,
        "response_urls": [],
        **changes,
    }


def happened(event: dict[str, Any], event_id: str = "Ev0001") -> dict[str, Any]:
    """An event as Slack wraps it."""
    return {
        "token": "fake",
        "team_id": "T0LARK",
        "api_app_id": "A0HAND",
        "type": "event_callback",
        "event_id": event_id,
        "event_time": 1795253400,
        "event": event,
        "authorizations": [{"enterprise_id": None, "team_id": "T0LARK", "user_id": "U0HAND", "is_bot": True}],
    }


def command(text: str, **changes: str) -> dict[str, str]:
    """A slash command, as a form."""
    return {
        "token": "fake",
        "team_id": "T0LARK",
        "team_domain": "larkfield",
        "channel_id": "C0APPROVE",
        "channel_name": "care-approvals",
        "user_id": "U0PRIYA",
        "user_name": "priya.nair",
        "command": "/handrail",
        "text": text,
        "api_app_id": "A0HAND",
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/1",
        "trigger_id": "5.6.7",
        **changes,
    }


@dataclass
class Slack:
    app: Flask
    registry: CollectorRegistry
    desk: FakeDesk
    removed: list[str] = field(default_factory=list)

    def count(self, result: str) -> float:
        found = self.registry.get_sample_value("handrail_received_total", {"source": "slack", "result": result})
        return found or 0.0

    def press(self, payload: dict[str, Any], *, secret: str = SECRET, age: float = 0.0) -> TestResponse:
        """A click, or a modal that is sent."""
        return self._signed(urlencode({"payload": json.dumps(payload)}).encode(), FORM, secret, age)

    def tell(self, payload: dict[str, Any], **headers: str) -> TestResponse:
        return self._signed(json.dumps(payload).encode(), "application/json", SECRET, 0.0, headers)

    def command(self, form: dict[str, str]) -> TestResponse:
        return self._signed(urlencode(form).encode(), FORM, SECRET, 0.0)

    def _signed(
        self, body: bytes, kind: str, secret: str, age: float, headers: dict[str, str] | None = None
    ) -> TestResponse:
        stamp = str(int(time.time() - age))
        digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        signed = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}", **(headers or {})}
        return self.post(body, signed, kind)

    def post(
        self, body: bytes, headers: dict[str, str], kind: str = "application/x-www-form-urlencoded"
    ) -> TestResponse:
        return self.app.test_client().post("/slack/events", data=body, headers=headers, content_type=kind)


def opening(
    inbox: Inbox,
    store: Store,
    *,
    api: str = NOWHERE,
    token: str = TOKEN,
    policy: Policy | None = None,
    several: bool = False,
) -> tuple[Door, FakeDesk, CollectorRegistry]:
    registry = CollectorRegistry()
    intake = Intake(inbox=inbox, now=now, public_url="https://desk.example.com", received=counter(registry))
    desk = FakeDesk({"U0PRIYA": "priya@larkfield.example", "U0MARIA": "maria@larkfield.example"})
    held = policy or rules()
    door = Door(
        intake=intake,
        client=WebClient(token=token, base_url=api),
        store=store,
        desk=lambda: desk,
        policy=lambda: held,
        office=lambda: Office(store=store, desk=desk, publisher=FakePublisher(), policy=held, now=now),
        style=lambda: StyleCard(company="Larkfield Home"),
        several=several,
    )
    return door, desk, registry


def slack_over(inbox: Inbox, store: Store, *, api: str = NOWHERE, several: bool = False) -> Slack:
    door, desk, registry = opening(inbox, store, api=api, several=several)
    app = Flask(__name__)
    slack = Slack(app, registry, desk)
    bolt = slack_app(door, SECRET, removed=lambda team, _: slack.removed.append(team))
    app.register_blueprint(slack_requests(door.intake, SlackSignature(SECRET), bolt))
    return slack


def kept(store: SqlStore, told: Told) -> list[Event]:
    with store.begin() as unit:
        return [event for event_id in told.events if (event := unit.events.claim(event_id, now())) is not None]
