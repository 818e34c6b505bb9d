import json
from typing import Any

import pytest
from flask import Flask
from prometheus_client import CollectorRegistry
from werkzeug.test import TestResponse

from connectors.sql.inbox import SqlInbox
from connectors.sql.store import SqlStore
from core.model.event import EventKind
from core.model.event_payloads import PageStep
from tests.clock import Clock
from tests.webhooks.receiving import PUBLIC_URL, Told
from webhooks.intake import Intake, counter
from webhooks.journey.origin import KnownOrigin
from webhooks.journey.view import journey_webhooks

SHOP = "https://shop.example.com"
VISITOR = "0123456789abcdef0123456789abcdef"
STEP: dict[str, Any] = {"visitor": VISITOR, "number": 1, "kind": "failed", "page": "/checkout", "name": "payment"}


class Beacon:
    """The receiver of the beacon over a real store."""

    def __init__(self, store: SqlStore, clock: Clock) -> None:
        self.store, self.clock, self.told = store, clock, Told()
        intake = Intake(
            inbox=SqlInbox(store, self.told), now=clock, public_url=PUBLIC_URL, received=counter(CollectorRegistry())
        )
        app = Flask(__name__)
        app.register_blueprint(journey_webhooks(intake, KnownOrigin([f"{SHOP}/"])))
        self.client = app.test_client()

    def tells(self, path: str, body: Any, origin: str = SHOP) -> TestResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(f"/journey/{path}", data=raw, headers={"Origin": origin}, content_type="text/plain")


@pytest.fixture
def beacon(store: SqlStore, clock: Clock) -> Beacon:
    return Beacon(store, clock)


def test_a_step_is_kept_once(beacon: Beacon) -> None:
    assert [beacon.tells("steps", STEP).status_code for _ in range(2)] == [202, 202]
    assert beacon.tells("steps", STEP | {"number": 2}).status_code == 202
    assert len(beacon.told.events) == 2
    with beacon.store.begin() as unit:
        event = unit.events.claim(beacon.told.events[0], beacon.clock())
    assert event is not None
    assert (event.kind, event.subject, event.payload_as(PageStep).name) == (EventKind.JOURNEY_STEP, VISITOR, "payment")


def test_an_answer_is_kept(beacon: Beacon) -> None:
    answer = {"visitor": VISITOR, "offer": f"of_{'0' * 32}", "answer": "declined"}
    assert beacon.tells("answers", answer).status_code == 202
    assert beacon.tells("answers", answer | {"answer": "perhaps"}).status_code == 400


def test_other_pages_are_refused(beacon: Beacon) -> None:
    assert beacon.tells("steps", STEP, origin="https://evil.example.com").status_code == 401
    assert beacon.tells("steps", STEP, origin="").status_code == 401
    assert beacon.told.events == []


@pytest.mark.parametrize(
    "change",
    [
        {"visitor": "emma@example.com"},
        {"page": "/checkout?card=4111"},
        {"page": "javascript:alert(1)"},
        {"name": "<b>hi</b>"},
        {"name": "x" * 61},
        {"kind": "bought"},
        {"seconds": -1},
        {"seconds": 1e9},
        {"number": True},
        {"language": "english"},
    ],
)
def test_what_no_beacon_of_ours_sends_is_refused_and_not_repeated(beacon: Beacon, change: dict[str, Any]) -> None:
    answer = beacon.tells("steps", STEP | change)
    assert answer.status_code == 400
    assert beacon.told.events == []
    assert str(next(iter(change.values()))) not in answer.text


def test_what_is_too_large_is_refused_unread(beacon: Beacon) -> None:
    assert beacon.tells("steps", b"x" * 5000).status_code == 413
