"""After a valid signature, as after none, nothing is answered with a 500: what the vendor never sends is a 400."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from connectors.faults import json_of
from connectors.slack.errors import retry_after as slack_wait
from connectors.sql.inbox import SqlInbox
from connectors.sql.store import SqlStore
from connectors.zendesk.api import retry_after, stated_budget
from core.knowledge.page import page_of
from core.prompting.json_answer import MalformedError, the_object
from core.text.outside import DEEPEST, read_json, read_moment, read_wait
from tests.apps.slack.wire import FORM, Slack, click, command, happened, slack_over, submitted
from tests.apps.zendesk.desk import Desk
from tests.clock import NOW, Clock
from tests.core import people
from tests.fuzz.odd import deep
from tests.webhooks.receiving import Receivers, Told, twilio_headers
from tests.webhooks.sunshine.test_view import Receiver, body, row, said
from tests.webhooks.twilio.test_voice import Line

DEEP = deep(900)


# ---------------------------------------------------------------- JSON, moments and waits


def test_json_that_nests_too_deeply_is_refused_and_what_is_as_deep_as_may_be_is_read() -> None:
    assert read_json(json.dumps(deep(DEEPEST - 1, within=1))) == deep(DEEPEST - 1, within=1)
    for depth in (DEEPEST + 1, 900, 100_000):
        with pytest.raises(ValueError, match="deep"):
            read_json("[" * depth + "]" * depth)


@pytest.mark.parametrize("text", ["1e400", "[NaN]", '{"a": -Infinity}', "", "{} {}", "{", '{"a": ' + "9" * 5_000 + "}"])
def test_numbers_without_an_end_and_what_is_no_json_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_json(text)


@pytest.mark.parametrize(
    "told", [float("inf"), float("nan"), 10**400, -(10**12), 1e15, "²", "", None, [], True and "9999-12-31"]
)
def test_what_is_no_moment_is_refused(told: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_moment(told)


@pytest.mark.parametrize("told", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_moment_that_has_no_place_in_utc_is_refused(told: str) -> None:
    with pytest.raises(ValueError, match="moment"):
        read_moment(told)


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("30", 30),
        ("9" * 20, 3600),
        ("9" * 5_000, 3600),
        ("²", None),
        ("١", None),
        ("-1", None),
        ("1.5", None),
        (None, None),
    ],
)
def test_a_wait_is_whole_seconds_and_never_longer_than_an_hour(told: object, wait: int | None) -> None:
    assert read_wait(told) == (None if wait is None else timedelta(seconds=wait))


@pytest.mark.parametrize("told", ["²", "9" * 20, "9" * 5_000, "soon"])
def test_a_vendor_that_names_an_odd_wait_is_waited_for_a_while(told: str) -> None:
    answer = requests.Response()
    answer.status_code = 429
    answer.headers.update(
        dict.fromkeys(("Retry-After", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"), told)
    )
    assert timedelta(0) < (retry_after(answer) or timedelta(0)) <= timedelta(hours=1)
    assert timedelta(0) < slack_wait({"Retry-After": told}) <= timedelta(hours=1)
    stated_budget(answer, NOW)


def test_an_answer_that_nests_too_deeply_is_as_one_that_was_cut_off() -> None:
    answer = requests.Response()
    answer._content = json.dumps(DEEP).encode()
    with pytest.raises(requests.JSONDecodeError):
        json_of(answer)


def test_a_model_whose_answer_nests_too_deeply_is_told_so() -> None:
    with pytest.raises(MalformedError):
        the_object(json.dumps({"answerable": True, "sentences": DEEP}))


def test_what_word_leaves_in_a_page_costs_no_article() -> None:
    assert page_of("<![<p>Within 30 days.</p><![if !mso]><p>Or later.</p><![endif]>").text.endswith("Or later.")


# ---------------------------------------------------------------- Twilio


@pytest.mark.parametrize("since", ["1e400", "nan", "-inf", "1e17", "9" * 400, "soon"])
@pytest.mark.parametrize("path", ["said", "wait", "rung"])
def test_a_call_whose_address_names_no_time_is_malformed(store: SqlStore, since: str, path: str) -> None:
    line = Line(store, Clock(people.NOW))
    form = {"CallSid": "CA" + "1a" * 16, "From": people.EMMA_PHONE}
    url = f"/webhooks/twilio/voice/{path}?lang=en&turn=t&since={since}"
    headers = twilio_headers(f"https://desk.example.com{url}", form)
    answer = line.client.post(url, data=urlencode(form).encode(), headers=headers, content_type=FORM)
    assert answer.status_code == 400


# ---------------------------------------------------------------- Zendesk messaging


@pytest.fixture
def receiver(store: SqlStore, clock: Clock) -> Receiver:
    return Receiver(store, clock)


@pytest.mark.parametrize("kind", [["image"], {"a": 1}, 7, None, True, [[]]])
def test_a_message_of_an_odd_type_is_taken_as_far_as_it_can_be_read(receiver: Receiver, kind: Any) -> None:
    content = {"type": kind, "text": "Hi", "mediaUrl": "https://a.example/x.png"}
    assert receiver.post(body(row("conversation:message", said(content)))).status_code == 200
    assert len(receiver.told.events) == 1


@pytest.mark.parametrize("odd", [DEEP, float("inf"), "\ud83d"], ids=["deep", "infinite", "half an emoji"])
def test_odd_json_in_a_message_is_no_error_of_ours(receiver: Receiver, odd: Any) -> None:
    content = {"type": "text", "text": odd, "fields": odd, "payload": odd}
    sent = json.dumps(body(row("conversation:message", said(content)))).encode()
    answer = receiver.client.post("/webhooks/sunshine", data=sent, headers={"X-Api-Key": "fake-webhook-secret"})
    assert answer.status_code in (200, 400)


@pytest.mark.parametrize(
    "bad",
    [
        None,
        7,
        [],
        {"id": "e0"},
        {"id": ["e0"], "type": ["conversation:message"], "payload": {}},
        {"id": "e0", "type": "conversation:message", "payload": {"conversation": [], "message": []}},
        {"id": "e0", "type": "conversation:message", "createdAt": "0001-01-01T00:00:00+23:59", "payload": {}},
        {"id": "e0", "type": "user:merge", "payload": {"mergedUsers": {"surviving": 1, "discarded": "u"}}},
    ],
)
def test_one_bad_event_costs_no_other_of_its_body(receiver: Receiver, bad: Any) -> None:
    good = [row("conversation:message", said({"type": "text", "text": str(n)}, id=f"m{n}"), f"e{n}") for n in (1, 2)]
    assert receiver.post(body(good[0], bad, good[1])).status_code == 200
    assert len(receiver.told.events) == 2


# ---------------------------------------------------------------- signals


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1e400", ["2026-11-21"]])
def test_a_signal_of_no_time_that_we_know_is_malformed(receivers: Receivers, at: Any) -> None:
    answer = receivers.signal({"id": "o-1", "kind": "outage", "at": at, "facts": {"region": "eu"}})
    assert answer.status_code == 400


def test_a_signal_that_nests_too_deeply_is_malformed(receivers: Receivers) -> None:
    assert receivers.signal({"id": "o-1", "kind": "outage", "facts": {"region": DEEP}}).status_code == 400


@pytest.fixture
def receivers(store: SqlStore, clock: Clock) -> Receivers:
    return Receivers(store, clock)


# ---------------------------------------------------------------- Slack


@pytest.fixture
def slack(store: SqlStore) -> Slack:
    return slack_over(SqlInbox(store, Told()), store)


ODD_PRESSES = {
    "no action": click() | {"actions": []},
    "actions of text": click() | {"actions": ["a"]},
    "a list as type": click() | {"type": ["block_actions"]},
    "nobody": {name: value for name, value in click().items() if name != "user"},
    "a list as user": click() | {"user": ["U1"]},
    "a list as team": click() | {"team": ["T1"]},
    "a list as state": click() | {"state": {"values": {"b": ["x"]}}},
    "deep": click() | {"state": DEEP},
    "a deep value": click(value=json.dumps(DEEP)),
    "a modal that is a text": submitted({}) | {"view": "V1"},
    "a modal of lists": submitted({"private_metadata": [], "blocks": {}, "state": []}),
    "nothing": {},
    "a modal of no kind": submitted({})
    | {"view": {"id": "V1", "callback_id": "handrail_whispered", "blocks": [{"type": "input"}]}},
    "a search outside the home": click("handrail_refresh", None),
    "no trigger": {name: value for name, value in click("handrail_edit").items() if name != "trigger_id"},
    "a modal without addresses": submitted({}) | {"response_urls": None},
    "an odd button": click("handrail_pick", None) | {"actions": [{"selected_option": []}]},
}


@pytest.mark.parametrize("odd", ODD_PRESSES.values(), ids=ODD_PRESSES.keys())
def test_a_press_that_slack_never_sends_is_refused(slack: Slack, odd: dict[str, Any]) -> None:
    assert slack.press(odd).status_code in (200, 400, 404)


@pytest.mark.parametrize("text", ["[]", "7", "null", "{", "", "[" * 5_000, '{"type": 1e400}', '{"a": NaN}'])
def test_what_is_no_json_object_is_refused(slack: Slack, text: str) -> None:
    for sent, kind in ((urlencode({"payload": text}).encode(), FORM), (text.encode(), "application/json")):
        assert slack._signed(sent, kind, "fake-signing-secret", 0.0).status_code in (400, 411)


ODD_EVENTS = {
    "no event": happened({}) | {"event": None},
    "a list": happened({}) | {"event": [1]},
    "a list as type": happened({"type": ["app_home_opened"]}),
    "deep": happened({"type": "app_home_opened", "user": DEEP, "tab": "home"}),
    "tokens of text": happened({"type": "tokens_revoked", "tokens": "all"}),
    "a time without an end": happened({"type": "app_uninstalled"}) | {"event_time": 10**400},
    "a number as user": happened({"type": "app_home_opened", "user": 5e-324, "tab": "home"}),
    "nobody": happened({"type": "app_home_opened", "tab": "home"}),
    "odd authorizations": happened({"type": "app_uninstalled"}) | {"authorizations": [[], 7]},
}


@pytest.mark.parametrize("odd", ODD_EVENTS.values(), ids=ODD_EVENTS.keys())
def test_an_event_that_slack_never_sends_is_refused(slack: Slack, odd: dict[str, Any]) -> None:
    assert slack.tell(odd).status_code in (200, 400, 404)


def test_a_command_without_its_fields_is_refused(slack: Slack) -> None:
    for missing in ("user_id", "trigger_id"):
        form = {name: value for name, value in command("status").items() if name != missing}
        assert slack.command(form).status_code == 400
    assert slack.command(command("status")).status_code == 200


# ---------------------------------------------------------------- the sidebar


@pytest.mark.parametrize(
    "path", ["escalate", "intent", "review", "threads/move", "profile/facts", "drafts/dr_1/rating"]
)
@pytest.mark.parametrize("sent", [b"[" * 5_000, json.dumps(DEEP).encode(), b'{"text": 1e400}', b"[]", b"7", b"\xff"])
def test_the_sidebar_refuses_odd_json(store: SqlStore, clock: Clock, path: str, sent: bytes) -> None:
    assert Desk(store, clock).ask("POST", f"tickets/t-one/{path}", sent).status_code in (400, 404)
