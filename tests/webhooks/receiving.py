"""Our receivers behind a test client, and the vendors' signatures written out by hand."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from prometheus_client import CollectorRegistry
from werkzeug.test import TestResponse

from connectors.sql.inbox import SqlInbox
from connectors.sql.store import SqlStore
from connectors.twilio.signature import TwilioSignature
from connectors.zendesk.signature import ZendeskSignature
from core.model.event import Event, EventKind
from core.model.ids import EffectId, EventId
from core.ports import Inbox
from tests.clock import Clock
from tests.core.rules import policy
from webhooks.intake import Intake, counter
from webhooks.signals.key import ApiKey
from webhooks.signals.view import signal_webhooks
from webhooks.twilio.view import twilio_webhooks
from webhooks.zendesk.view import zendesk_webhooks

PUBLIC_URL = "https://desk.example.com"
INSIDE = "http://10.0.0.7:8800"  # what the proxy in front of us calls us
ZENDESK_SECRET = "fake-webhook-secret"
TWILIO_TOKEN = "fake-auth-token"
API_KEY = "fake-api-key"
OWN_USER = "9001"


@dataclass
class Told:
    """A publisher that notes what it was told."""

    events: list[EventId] = field(default_factory=list)
    status_hints: int = 0

    def event(self, event_id: EventId, *, at: datetime | None = None) -> None:
        self.events.append(event_id)

    def effect(self, effect_id: EffectId, *, at: datetime | None = None) -> None:
        raise AssertionError("a webhook publishes no effects")

    def statuses(self) -> None:
        self.status_hints += 1

    def campaigns(self) -> None:
        raise AssertionError("a webhook knows no campaigns")


class Receivers:
    """The web process's receivers over a real store, with real signatures."""

    def __init__(self, store: SqlStore, clock: Clock, *, inbox: Inbox | None = None, own_user: str = OWN_USER) -> None:
        self.policy = policy(outreach__plays=PLAYS)
        self.store, self.clock, self.told, self.registry = store, clock, Told(), CollectorRegistry()
        kept = inbox or SqlInbox(store, self.told)
        intake = Intake(inbox=kept, now=clock, public_url=PUBLIC_URL, received=counter(self.registry))
        app = Flask(__name__)
        app.register_blueprint(zendesk_webhooks(intake, ZendeskSignature(ZENDESK_SECRET), own_user))
        app.register_blueprint(twilio_webhooks(intake, TwilioSignature(TWILIO_TOKEN)))
        app.register_blueprint(signal_webhooks(intake, ApiKey(API_KEY), lambda: self.policy))
        self.client = app.test_client()

    @property
    def kept(self) -> list[Event]:
        """Every event that the workers were told of, read back from the store (and claimed by that)."""
        with self.store.begin() as unit:
            found = [unit.events.claim(event_id, self.clock()) for event_id in self.told.events]
        return [event for event in found if event is not None]

    @property
    def statuses(self) -> list[Event]:
        """Every status callback that waits to be worked off."""
        return pending_statuses(self.store, self.clock)

    def count(self, source: str, result: str) -> float:
        found = self.registry.get_sample_value("handrail_received_total", {"source": source, "result": result})
        return found or 0.0

    def post(self, path: str, body: bytes, headers: Mapping[str, str], kind: str = "application/json") -> TestResponse:
        return self.client.post(path, base_url=INSIDE, data=body, headers=dict(headers), content_type=kind)

    def zendesk(self, path: str, value: Any, **headers: str) -> TestResponse:
        """A genuine delivery of now; `value` is sent as it is when it is bytes."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.post(f"/webhooks/zendesk/{path}", body, zendesk_headers(body, self.clock()) | headers)

    def twilio(self, path: str, form: Mapping[str, str]) -> TestResponse:
        headers = twilio_headers(f"{PUBLIC_URL}/webhooks/twilio/{path}", form)
        return self.post(f"/webhooks/twilio/{path}", urlencode(form).encode(), headers, FORM)

    def signal(self, value: Any, key: str = API_KEY) -> TestResponse:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.post("/signals", body, {"X-Api-Key": key})


def pending_statuses(store: SqlStore, clock: Clock) -> list[Event]:
    """Status callbacks are told of together, without their names, and found in the store."""
    with store.begin() as unit:
        return unit.events.pending(EventKind.MESSAGE_STATUS, clock(), 100)


TEXTS = {"default": "It is so."}
PLAYS = {
    "outage": {"match": "region", "purpose": "service", "channel": "sms", "texts": TEXTS},
    "order_late": {
        "match": "people",
        "purpose": "service",
        "channel": "sms",
        "texts": {"default": "Your order {order} with {carrier} is late."},
    },
    "outage_over": {
        "match": "told",
        "after": "outage",
        "purpose": "service",
        "channel": "sms",
        "matter": {"fact": "incident"},
        "texts": TEXTS,
    },
    "how_to": {
        "match": "customers",
        "purpose": "service",
        "channel": "sms",
        "article": "How do I pair it?",
        "signal": "usage_friction",
        "facts": ["feature"],
        "texts": {"default": "{answer} {article_url}"},
    },
}
FORM = "application/x-www-form-urlencoded"


def zendesk_headers(body: bytes, at: datetime, secret: str = ZENDESK_SECRET) -> dict[str, str]:
    stamp = at.isoformat().replace("+00:00", "Z")
    signature = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    return {
        "X-Zendesk-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
    }


def twilio_headers(url: str, form: Mapping[str, str], token: str = TWILIO_TOKEN) -> dict[str, str]:
    text = url + "".join(name + form[name] for name in sorted(form))
    return {"X-Twilio-Signature": base64.b64encode(hmac.new(token.encode(), text.encode(), "sha1").digest()).decode()}
