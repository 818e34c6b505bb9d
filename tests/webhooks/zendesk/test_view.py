import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.sql.store import SqlStore
from core.model.event import EventKind
from tests.clock import NOW, Clock
from tests.webhooks.receiving import OWN_USER, Receivers, zendesk_headers
from tests.webhooks.zendesk.samples import CUSTOMER, ticket_event, trigger
from webhooks.zendesk.view import KINDS

EVENTS = "/webhooks/zendesk/events"


def test_a_genuine_event_is_kept_and_published_once(receivers: Receivers) -> None:
    answer = receivers.zendesk("events", ticket_event())
    (event,) = receivers.kept
    assert answer.status_code == 202
    assert (event.source, event.kind, event.subject) == ("zendesk", EventKind.TICKET_CHANGED, "42")
    assert event.delivery_id == "comment:501"  # as the export has it, too
    assert event.received_at == NOW
    assert receivers.count("zendesk", "accepted") == 1


def test_what_brings_no_comment_is_known_by_the_events_own_id(receivers: Receivers) -> None:
    for change in ({}, {"comment": {"author": {"id": CUSTOMER}}}, {"comment": {"id": "0"}}):
        receivers.zendesk("events", ticket_event(event=change))
    assert {event.delivery_id for event in receivers.kept} == {"01HZX0000000000000000000A1"}


def test_nanoseconds_are_cut_to_what_a_datetime_holds(receivers: Receivers) -> None:
    receivers.zendesk("events", ticket_event())
    assert receivers.kept[0].occurred_at == datetime(2026, 11, 21, 9, 29, 58, 123456, tzinfo=UTC)


@pytest.mark.parametrize("time", ["2026-11-21T09:29:58Z", "2026-11-21T09:29:58.5Z"])
def test_shorter_times_are_read_too(receivers: Receivers, time: str) -> None:
    receivers.zendesk("events", ticket_event(time=time))
    assert receivers.kept[0].occurred_at.replace(microsecond=0) == datetime(2026, 11, 21, 9, 29, 58, tzinfo=UTC)


def test_a_time_that_cannot_be_read_is_taken_for_now(receivers: Receivers) -> None:
    assert receivers.zendesk("events", ticket_event(time="a while ago")).status_code == 202
    assert receivers.kept[0].occurred_at == NOW


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_that_we_declare_is_taken(receivers: Receivers, kind: str) -> None:
    assert receivers.zendesk("events", ticket_event(type=kind)).status_code == 202
    assert [event.kind for event in receivers.kept] == [KINDS[kind]]


def test_an_event_that_we_do_not_know_is_acknowledged_and_ignored(receivers: Receivers) -> None:
    answer = receivers.zendesk("events", ticket_event(type="zen:event-type:ticket.tags_changed"))
    assert (answer.status_code, receivers.kept) == (202, [])
    assert receivers.count("zendesk", "ignored") == 1


def test_a_duplicate_is_acknowledged_and_changes_nothing(receivers: Receivers) -> None:
    answers = [receivers.zendesk("events", ticket_event()).status_code for _ in range(3)]
    assert answers == [202, 202, 202]
    assert len(receivers.told.events) == 1
    assert (receivers.count("zendesk", "accepted"), receivers.count("zendesk", "duplicate")) == (1, 2)


def test_the_same_bytes_again_within_the_window_are_a_duplicate(receivers: Receivers, clock: Clock) -> None:
    body = json.dumps(ticket_event()).encode()
    headers = zendesk_headers(body, clock())
    assert receivers.post(EVENTS, body, headers).status_code == 202
    clock.forward(timedelta(minutes=4))
    assert receivers.post(EVENTS, body, headers).status_code == 202
    assert len(receivers.told.events) == 1


def test_the_same_bytes_again_after_the_window_are_refused(receivers: Receivers, clock: Clock) -> None:
    body = json.dumps(ticket_event()).encode()
    headers = zendesk_headers(body, clock())
    clock.forward(timedelta(minutes=6))
    answer = receivers.post(EVENTS, body, headers)
    assert answer.status_code == 401
    assert "not fresh" in answer.text
    assert receivers.told.events == []


@pytest.mark.parametrize("path", ["events", "trigger"])
@pytest.mark.parametrize("secret", ["another-secret", None])
def test_a_forged_delivery_is_refused_and_counted(receivers: Receivers, path: str, secret: str | None) -> None:
    body = json.dumps(ticket_event()).encode()
    headers = zendesk_headers(body, NOW, secret) if secret else {}
    assert receivers.post(f"/webhooks/zendesk/{path}", body, headers).status_code == 401
    assert receivers.told.events == []
    assert receivers.count("zendesk", "bad_signature") == 1


def test_a_byte_changed_on_the_way_is_refused(receivers: Receivers) -> None:
    body = json.dumps(ticket_event()).encode()
    headers = zendesk_headers(body, NOW)
    assert receivers.post(EVENTS, body.replace(b'"42"', b'"43"'), headers).status_code == 401


@pytest.mark.parametrize(
    "echo",
    [
        {"detail": {"id": "42", "actor_id": OWN_USER}, "event": {}},
        {"event": {"comment": {"author": {"id": OWN_USER}}}},
        {"type": "zen:event-type:ticket.status_changed", "detail": {"id": "42", "actor_id": OWN_USER}, "event": {}},
    ],
    ids=["actor", "author", "status"],
)
def test_what_we_did_ourselves_does_not_come_back_in(receivers: Receivers, echo: dict[str, Any]) -> None:
    assert receivers.zendesk("events", ticket_event(**echo)).status_code == 202
    assert receivers.told.events == []
    assert receivers.count("zendesk", "ignored") == 1


def test_a_customers_comment_counts_though_we_are_the_actor(receivers: Receivers) -> None:
    """The integration user may file a comment for somebody else; its author is who spoke."""
    receivers.zendesk("events", ticket_event(detail={"id": "42", "actor_id": OWN_USER}))
    assert len(receivers.kept) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b'"text"',
        b"null",
        b"{}",
        b'{"id": ',
        b"\xff\xfe\x00",
        '{"id": "é"}'.encode("latin-1"),
        b"[" * 100_000,
        b'{"id": NaN}',
        json.dumps(ticket_event(id="")).encode(),
        json.dumps(ticket_event(id="x" * 101)).encode(),
        json.dumps(ticket_event(id="half an emoji \ud83d")).encode(),
        json.dumps(ticket_event(id="a\x00b")).encode(),
        json.dumps(ticket_event(type="order.created")).encode(),
        json.dumps(ticket_event(detail={})).encode(),
        json.dumps(ticket_event(detail=None)).encode(),
        json.dumps(ticket_event(detail={"id": "\ud83d"})).encode(),
        json.dumps(ticket_event(event={"comment": "text"})).encode(),
    ],
)
def test_a_genuine_body_that_cannot_be_read_is_a_plain_400(receivers: Receivers, body: bytes) -> None:
    answer = receivers.zendesk("events", body)
    assert answer.status_code == 400
    assert answer.text.startswith("malformed: ")
    assert receivers.count("zendesk", "malformed") == 1
    assert receivers.told.events == []


def test_a_400_names_the_field_and_does_not_repeat_its_value(receivers: Receivers) -> None:
    answer = receivers.zendesk("events", ticket_event(detail={"id": ""}, type="somebody's words"))
    assert "detail.id: " in answer.text
    assert "type: " in answer.text
    assert "somebody's words" not in answer.text


def test_our_triggers_delivery_is_kept_under_what_zendesk_signed(receivers: Receivers) -> None:
    answers = [receivers.zendesk("trigger", trigger()).status_code for _ in range(2)]
    (event,) = receivers.kept
    assert answers == [202, 202]
    assert (event.subject, event.kind) == ("42", EventKind.TICKET_CHANGED)
    assert event.delivery_id.startswith("trigger:")


def test_triggers_with_other_bodies_are_other_deliveries(receivers: Receivers) -> None:
    receivers.zendesk("trigger", trigger())
    receivers.zendesk("trigger", trigger(updated_at="2026-11-21T09:29:59Z"))
    assert len(receivers.kept) == 2


def test_a_trigger_that_our_own_change_fired_is_dropped(receivers: Receivers) -> None:
    assert receivers.zendesk("trigger", trigger(current_user_id=OWN_USER)).status_code == 202
    assert receivers.told.events == []


@pytest.mark.parametrize("nobody", ["", "0", "null"])
def test_a_change_by_nobody_is_no_echo_though_our_user_is_not_known(store: SqlStore, clock: Clock, nobody: str) -> None:
    unknown = Receivers(store, clock, own_user="")
    unknown.zendesk("trigger", trigger(current_user_id=nobody))
    assert len(unknown.kept) == 1


@pytest.mark.parametrize("ticket_id", ["", "42/../43", "٤٢", "42\n", "-1", 42])
def test_a_trigger_names_a_ticket_by_its_digits(receivers: Receivers, ticket_id: Any) -> None:
    assert receivers.zendesk("trigger", trigger(ticket_id=ticket_id)).status_code == 400


def test_a_trigger_of_another_schema_is_refused(receivers: Receivers) -> None:
    assert receivers.zendesk("trigger", trigger(schema="handrail.ticket.v2")).status_code == 400


TEXT = st.text(st.characters(categories=["L", "N", "P", "S", "Z", "Cc", "Cs"]), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
PARTS = dict.fromkeys(("id", "type", "time", "detail", "event"), JSON)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(change=st.fixed_dictionaries({}, optional=PARTS))
def test_whatever_a_genuine_body_says_it_is_taken_or_refused(receivers: Receivers, change: dict[str, Any]) -> None:
    assert receivers.zendesk("events", ticket_event(**change)).status_code in (202, 400)
