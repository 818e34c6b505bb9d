"""Clicks as Slack posts them, truly signed, through Bolt's Flask adapter."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest

from apps.slack.cards.actions import ALERT_WISHES, EDIT, FAULT_STATUSES, LINK, REJECT, TAKE_OVER, VERDICTS, WHISPER
from apps.slack.door import NOT_KEPT
from connectors.sql.inbox import SqlInbox
from connectors.sql.store import SqlStore
from core.errors import TransientError
from core.model.alert import AlertClick
from core.model.event import Event, EventKind
from core.model.event_payloads import EngineeringClick
from core.model.ids import AlertId
from core.model.outreach import Click, Verdict
from tests.apps.slack.wire import MARIA, SECRET, Slack, click, kept, slack_over
from tests.connectors.scripted import Answer, Scripted, scripted
from tests.webhooks.receiving import Told
from webhooks.intake import LARGEST

FIELD = {"ap_outage_plus:reason": {"handrail_reason": {"type": "plain_text_input", "value": " Not this month. "}}}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": {"values": FIELD}}, "Not this month."),
        ({"state": {"values": {"other": {"some_select": {"type": "static_select", "selected_option": None}}}}}, ""),
        ({"state": {"values": {"x": {"handrail_reason": {"type": "plain_text_input", "value": None}}}}}, ""),
        (
            {"state": {"values": {"x": {"handrail_reason": {"type": "plain_text_input", "value": "y" * 900}}}}},
            "y" * 500,
        ),
        ({"state": None}, ""),
        ({}, ""),
    ],
)
def test_what_stands_in_the_cards_field_comes_with_the_click(
    slack: Slack, store: SqlStore, told: Told, changes: dict[str, Any], reason: str
) -> None:
    slack.press(click(REJECT, **changes))
    (event,) = kept(store, told)
    assert event.payload_as(Click).reason == reason


@pytest.mark.parametrize(
    ("action_id", "verdict"), [(name, verdict) for name, verdict in VERDICTS.items() if name != EDIT]
)
def test_a_press_of_a_cards_button_is_one_event(
    slack: Slack, store: SqlStore, told: Told, action_id: str, verdict: Verdict
) -> None:
    answer = slack.press(click(action_id))
    (event,) = kept(store, told)
    assert (answer.status_code, answer.data) == (200, b"")
    assert (event.source, event.kind, event.subject) == ("slack", EventKind.APPROVAL_CLICKED, "ap_outage_plus")
    read = event.payload_as(Click)
    assert (read.verdict, read.digest, read.user_id, read.user_name) == (verdict, "d1g35t", "U0PRIYA", "priya.nair")
    assert (read.channel, read.ts, read.revision) == ("C0APPROVE", "1795253300.000200", 2)


def test_the_same_press_delivered_twice_is_one_event(slack: Slack, told: Told) -> None:
    assert [slack.press(click()).status_code for _ in range(2)] == [200, 200]
    assert len(told.events) == 1


def test_a_second_press_is_an_event_of_its_own(slack: Slack, told: Told) -> None:
    """What it may still do is for the core to say; nothing is dropped here."""
    again = click()
    again["actions"][0]["action_ts"] = "1795253401.000100"
    slack.press(click())
    slack.press(again)
    assert len(told.events) == 2


def test_two_people_who_press_at_once_are_two_events(slack: Slack, told: Told) -> None:
    slack.press(click())
    slack.press(click(user=MARIA))
    assert len(told.events) == 2


@pytest.mark.parametrize(("secret", "age"), [("another-secret", 0.0), (SECRET, 600.0), (SECRET, -600.0)])
def test_a_forged_or_old_press_is_refused(slack: Slack, told: Told, secret: str, age: float) -> None:
    assert slack.press(click(), secret=secret, age=age).status_code == 401
    assert told.events == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=00", "X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Signature": "ü", "X-Slack-Request-Timestamp": "1795253300"},
    ],
)
@pytest.mark.parametrize("body", [urlencode({"payload": json.dumps(click())}).encode(), b"payload=x", b"\xff", b"[]"])
def test_an_unsigned_request_is_refused_whatever_it_holds(
    slack: Slack, told: Told, headers: dict[str, str], body: bytes
) -> None:
    assert slack.post(body, headers).status_code == 401
    assert told.events == []
    assert slack.count("bad_signature") == 1


def test_a_request_that_is_too_large_is_refused_and_counted(slack: Slack) -> None:
    assert slack.post(b"x" * (LARGEST + 1), {}).status_code == 413
    assert slack.count("too_large") == 1


def test_presses_are_counted(slack: Slack) -> None:
    slack.press(click())
    slack.press(click())
    slack.press(click(value="words"))
    assert (slack.count("accepted"), slack.count("duplicate"), slack.count("ignored")) == (1, 1, 1)


@pytest.mark.parametrize(
    "press",
    [
        click("somebody_elses_button"),
        click(value=None),
        click(value="words"),
        click(value="[]"),
        click(value='{"approval": "ap_1"}'),
    ],
    ids=["another action", "no value", "words", "list", "no digest"],
)
def test_other_buttons_are_none_of_ours(slack: Slack, told: Told, press: dict[str, Any]) -> None:
    slack.press(press)
    assert told.events == []


@dataclass
class SlowInbox:
    """A store that keeps an event only when it is let go."""

    go: threading.Event = field(default_factory=threading.Event)
    kept: list[Event] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def accept(self, event: Event) -> bool:
        assert self.go.wait(20)
        self.kept.append(event)
        self.done.set()
        return True


@pytest.fixture
def slow() -> Iterator[SlowInbox]:
    inbox = SlowInbox()
    yield inbox
    inbox.go.set()


def test_a_slow_store_does_not_cost_slacks_three_seconds(slow: SlowInbox, store: SqlStore) -> None:
    began = time.monotonic()
    answer = slack_over(slow, store).press(click())
    waited = time.monotonic() - began
    assert (answer.status_code, slow.kept) == (200, [])
    assert waited < 3
    slow.go.set()
    assert slow.done.wait(5)
    assert [event.subject for event in slow.kept] == ["ap_outage_plus"]


def test_in_general_a_press_is_kept_before_it_is_answered(slack: Slack, told: Told) -> None:
    began = time.monotonic()
    slack.press(click())
    assert len(told.events) == 1
    assert time.monotonic() - began < 1


class FullInbox:
    def accept(self, event: Event) -> bool:
        raise TransientError("the disk is full")


@pytest.fixture
def response_url() -> Iterator[Scripted]:
    with scripted() as script:
        script.say(Answer(body="ok", kind="text/plain"))
        yield script


def test_whoever_pressed_is_told_when_it_could_not_be_kept(response_url: Scripted, store: SqlStore) -> None:
    answer = slack_over(FullInbox(), store).press(click(response_url=f"{response_url.url}/response"))
    (asked,) = response_url.asked
    said = json.loads(asked.body)
    assert answer.status_code == 200
    assert (said["text"], said["response_type"], said["replace_original"]) == (NOT_KEPT, "ephemeral", False)


def test_a_press_that_could_not_be_kept_is_answered_though_nobody_can_be_told(
    response_url: Scripted, store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    response_url.say(Answer(hang_up=True))
    answer = slack_over(FullInbox(), store).press(click(response_url=f"{response_url.url}/response"))
    assert answer.status_code == 200
    assert "could not be told: Remote end closed" in caplog.text


@pytest.mark.parametrize("action_id", [each for each in ALERT_WISHES if each != WHISPER])
def test_a_press_of_an_alerts_button_is_one_event(slack: Slack, store: SqlStore, told: Told, action_id: str) -> None:
    press = click(action_id, json.dumps({"alert": "al_1"}))
    assert [slack.press(press).status_code for _ in range(2)] == [200, 200]
    (event,) = kept(store, told)
    assert (event.kind, event.subject) == (EventKind.ALERT_CLICKED, "al_1")
    assert event.payload == AlertClick(
        alert_id=AlertId("al_1"),
        wish=ALERT_WISHES[action_id],
        user_id="U0PRIYA",
        user_name="priya.nair",
        channel="C0APPROVE",
    )


@pytest.mark.parametrize("action_id", FAULT_STATUSES)
def test_a_press_below_a_brief_is_one_event(slack: Slack, store: SqlStore, told: Told, action_id: str) -> None:
    assert [slack.press(click(action_id, "co_one")).status_code for _ in range(2)] == [200, 200]
    (event,) = kept(store, told)
    assert (event.kind, event.subject) == (EventKind.ENGINEERING_CLICKED, "co_one")
    assert event.payload == EngineeringClick(
        status=FAULT_STATUSES[action_id],
        user_id="U0PRIYA",
        user_name="priya.nair",
        channel="C0APPROVE",
        ts="1795253300.000200",
    )


def test_words_in_its_thread_are_none_of_ours(slack: Slack, told: Told) -> None:
    said = {"type": "message", "text": "fixed", "user": "U0PRIYA", "thread_ts": "1795253300.000200", "ts": "1.2"}
    slack.tell({"type": "event_callback", "team_id": "T0", "api_app_id": "A0HAND", "event": said})
    assert told.events == []


@pytest.mark.parametrize("value", [None, "words", "[]", "{}", json.dumps({"alert": ""})])
def test_a_button_that_names_no_alert_is_none_of_ours(slack: Slack, told: Told, value: str | None) -> None:
    assert slack.press(click(TAKE_OVER, value)).status_code == 200
    assert told.events == []


def test_a_button_that_only_opens_an_address_is_answered(slack: Slack, told: Told) -> None:
    assert slack.press(click(f"{LINK}:ap_1", "ap_1")).status_code == 200
    assert told.events == []


def test_where_there_are_several_workspaces_every_id_names_its_own(store: SqlStore, told: Told) -> None:
    slack_over(SqlInbox(store, told), store, several=True).press(click())
    (event,) = kept(store, told)
    read = event.payload_as(Click)
    assert (read.user_id, read.channel) == ("T0LARK/U0PRIYA", "T0LARK/C0APPROVE")
