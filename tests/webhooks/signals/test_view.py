import json
from datetime import UTC, datetime
from typing import Any

import pytest

from core.model.event import EventKind
from tests.clock import NOW
from tests.webhooks.receiving import Receivers


def outage(**changes: Any) -> dict[str, Any]:
    return {
        "id": "outage-2026-11-21/eu",
        "kind": "outage",
        "at": "2026-11-21T09:00:00Z",
        "facts": {"region": "eu-west", "minutes": 40, "confirmed": True},
        **changes,
    }


def test_a_signal_with_the_key_is_kept_with_its_facts(receivers: Receivers) -> None:
    answer = receivers.signal(outage())
    (event,) = receivers.kept
    assert answer.status_code == 202
    assert (event.source, event.kind, event.subject) == ("signals", EventKind.BUSINESS_SIGNAL, "outage")
    assert event.occurred_at == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    assert event.payload == {"kind": "outage", "region": "eu-west", "minutes": 40, "confirmed": True}
    assert receivers.count("signals", "accepted") == 1


def test_a_signal_without_a_time_happened_now(receivers: Receivers) -> None:
    body = outage()
    del body["at"]
    receivers.signal(body)
    assert receivers.kept[0].occurred_at == NOW


def test_the_same_signal_again_changes_nothing(receivers: Receivers) -> None:
    assert [receivers.signal(outage()).status_code for _ in range(2)] == [202, 202]
    assert len(receivers.told.events) == 1
    assert receivers.count("signals", "duplicate") == 1


@pytest.mark.parametrize("key", ["", "another", "fake-api-key ", "FAKE-API-KEY", "fäke"])
def test_a_signal_without_the_key_is_refused_and_counted(receivers: Receivers, key: str) -> None:
    answer = receivers.signal(outage(), key=key)
    assert answer.status_code == 401
    assert "fake-api-key" not in answer.text
    assert receivers.told.events == []
    assert receivers.count("signals", "bad_signature") == 1


def test_a_fact_cannot_rename_the_signal(receivers: Receivers) -> None:
    receivers.signal(outage(facts={"kind": "order_late", "region": "eu"}))
    assert receivers.kept[0].payload == {"kind": "outage", "region": "eu"}


def test_a_list_becomes_one_line_and_what_is_deeper_is_left_out(receivers: Receivers) -> None:
    receivers.signal(outage(facts={"customers": ["7001", 7002], "nested": {"a": 1}, "deep": [[1]]}))
    assert receivers.kept[0].payload == {"kind": "outage", "customers": "7001, 7002"}


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"\xff",
        b"[]",
        b"{}",
        b'{"a":' * 50_000,
        b'{"id": "a", "kind": "outage", "facts": {"minutes": NaN}}',
        b'{"id": "a", "kind": "outage", "facts": {"minutes": 1e999}}',
        b'{"id": "a", "kind": "outage", "facts": {"minutes": -Infinity}}',
        json.dumps(outage(id="")).encode(),
        json.dumps(outage(id="\ud83d")).encode(),
        json.dumps(outage(kind="Outage!")).encode(),
        json.dumps(outage(kind="outage\n")).encode(),
        json.dumps(outage(at="2026-11-21T09:00:00")).encode(),
        json.dumps(outage(facts={})).encode(),
        json.dumps(outage(facts={"Region Name": "eu"})).encode(),
        json.dumps(outage(facts={"region": None})).encode(),
        json.dumps(outage(facts={f"f_{'x' * n}": n for n in range(60)})).encode(),
    ],
)
def test_a_signal_that_cannot_be_read_is_a_plain_400(receivers: Receivers, body: bytes) -> None:
    assert receivers.signal(body).status_code == 400
    assert receivers.count("signals", "malformed") == 1
    assert receivers.told.events == []
