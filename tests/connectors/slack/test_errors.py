"""No fault of Slack, of its SDK or of the line leaves the connector as anything but one of our errors."""

import json
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected
from typing import Any
from urllib.error import HTTPError, URLError

import pytest
from slack_sdk.errors import SlackApiError, SlackClientError

from connectors.slack.account import SlackAccount, connect
from connectors.slack.desk import SlackDesk
from connectors.slack.errors import NAMES, translate_errors
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError, UnknownOutcome
from tests.connectors.faults import BODIES, ODD_ANSWERS, STATUSES, subclasses
from tests.connectors.scripted import Answer, Scripted

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
Call = Callable[[SlackDesk], Any]

CALLS: dict[str, Call] = {
    "post": lambda desk: desk.post(channel="C1", text="Hi", blocks=[], key="k"),
    "update": lambda desk: desk.update(ref="C1:1.2", text="Hi", blocks=[]),
    "find": lambda desk: desk.find(channel="C1", key="k", since=NOW),
    "find by name": lambda desk: desk.find(channel="#care", key="k", since=NOW),
}
WRITES = ("post", "update")


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_every_refusal_by_status_is_one_of_our_errors(call: Call, desk: SlackDesk, slack: Scripted) -> None:
    for status in [each for each in STATUSES if each != 304]:
        for body in BODIES:
            slack.say(Answer(status=status, body=body))
            with pytest.raises(HandrailError):
                call(desk)
            assert len(slack.asked) == 1


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_success_that_makes_no_sense_is_one_of_our_errors(call: Call, desk: SlackDesk, slack: Scripted) -> None:
    for body in [*ODD_ANSWERS, '{"ok": false}', '{"ok": false, "error": 7}', '{"ok": "no"}']:
        for kind in ("application/json", "text/html", "application/gzip"):
            slack.say(Answer(body=body, kind=kind))
            with pytest.raises(HandrailError):
                call(desk)


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("body", ['{"ok": true}', '{"ok": true, "channel": "C1", "ts": "soon"}'])
def test_a_receipt_that_cannot_be_read_is_an_unknown_outcome(
    name: str, body: str, desk: SlackDesk, slack: Scripted
) -> None:
    slack.say(Answer(body=body))
    with pytest.raises(UnknownOutcome):
        CALLS[name](desk)


@pytest.mark.parametrize(
    "body",
    [
        '{"ok": true}',
        '{"ok": true, "messages": 7}',
        '{"ok": true, "messages": [7]}',
        '{"ok": true, "messages": [{"metadata": {"event_type": "handrail", "event_payload": {"key": "k"}}}]}',
        '{"ok": true, "messages": [], "response_metadata": 7}',
    ],
)
def test_a_history_that_cannot_be_read_is_an_error_not_an_empty_one(
    body: str, desk: SlackDesk, slack: Scripted
) -> None:
    slack.say(Answer(body=body))
    with pytest.raises(HandrailError):
        CALLS["find"](desk)


ERRORS: list[Exception] = [
    URLError(ConnectionRefusedError()),
    URLError(socket.gaierror()),
    URLError(TimeoutError()),
    URLError(ssl.SSLEOFError()),
    URLError("no words"),
    HTTPError("https://slack.example", 500, "", {}, None),  # type: ignore[arg-type]
    TimeoutError(),
    ConnectionResetError(),
    BrokenPipeError(),
    ssl.SSLError(),
    RemoteDisconnected("gone"),
    BadStatusLine("?"),
    IncompleteRead(b""),
    OSError(),
]


def made(kind: type[Exception]) -> Exception:
    refused = SlackApiError("fault", {"ok": False, "error": "odd"})  # type: ignore[no-untyped-call]
    if kind is SlackApiError:
        return refused
    return kind(refused) if kind.__name__ == "SlackTokenRotationError" else kind("fault")


@pytest.mark.parametrize("write", [False, True])
def test_every_exception_of_line_and_sdk_is_one_of_our_errors(write: bool) -> None:
    for error in [*ERRORS, *(made(kind) for kind in subclasses(SlackClientError))]:
        with pytest.raises(HandrailError), translate_errors("try", write=write):
            raise error


def test_a_mistake_of_ours_is_not_dressed_up_as_the_vendors() -> None:
    with pytest.raises(TypeError), translate_errors("try"):
        raise TypeError("ours")


@pytest.mark.parametrize("name", [*NAMES, "message_not_found", "msg_too_long", "invalid_blocks"])
def test_a_refusal_by_name_says_what_can_be_done(name: str, desk: SlackDesk, slack: Scripted) -> None:
    slack.say(Answer(body=json.dumps({"ok": False, "error": name})))
    kind = NAMES.get(name, RejectedError)
    with pytest.raises(kind) as caught:
        CALLS["post"](desk)
    assert type(caught.value) is kind
    with pytest.raises(TransientError if kind is UnknownOutcome else kind):
        CALLS["find"](desk)


def test_a_refusal_carries_slacks_name(desk: SlackDesk, slack: Scripted) -> None:
    slack.say(Answer(body='{"ok": false, "error": "cant_update_message"}'))
    with pytest.raises(RejectedError) as caught:
        CALLS["update"](desk)
    assert caught.value.code == "cant_update_message"


@pytest.mark.parametrize(("headers", "seconds"), [({"Retry-After": "17"}, 17), ({}, 30)])
def test_a_429_passes_on_the_wait_and_nobody_sleeps(
    headers: dict[str, str], seconds: int, desk: SlackDesk, slack: Scripted
) -> None:
    slack.say(Answer(status=429, body='{"ok": false, "error": "ratelimited"}', headers=headers))
    with pytest.raises(TransientError) as caught:
        CALLS["post"](desk)
    assert caught.value.retry_after == timedelta(seconds=seconds)
    assert len(slack.asked) == 1


@pytest.mark.parametrize("name", WRITES)
def test_a_line_that_breaks_leaves_a_post_unknown_and_it_is_made_once(
    name: str, desk: SlackDesk, slack: Scripted
) -> None:
    slack.say(Answer(hang_up=True))
    with pytest.raises(UnknownOutcome):
        CALLS[name](desk)
    assert len(slack.asked) == 1


def test_an_answer_that_does_not_come_leaves_a_post_unknown(slack: Scripted) -> None:
    slack.say(Answer(wait=1.4))
    hasty = SlackDesk(connect(SlackAccount(token="fake", base_url=slack.url, timeout=timedelta(seconds=1))))
    with pytest.raises(UnknownOutcome):
        CALLS["post"](hasty)
    with pytest.raises(TransientError) as caught:
        CALLS["find"](hasty)
    assert type(caught.value) is TransientError


@pytest.mark.parametrize("name", CALLS)
def test_nobody_listening_is_a_reason_to_try_again(name: str) -> None:
    nowhere = SlackDesk(connect(SlackAccount(token="fake", base_url="http://127.0.0.1:1/")))
    with pytest.raises(TransientError) as caught:
        CALLS[name](nowhere)
    assert type(caught.value) is TransientError


def test_a_certificate_that_is_not_trusted_is_a_matter_for_a_person() -> None:
    with pytest.raises(ConfigurationError), translate_errors("try", write=True):
        raise URLError(ssl.SSLCertVerificationError("self-signed"))


@pytest.mark.parametrize("status", [500, 502, 504])
@pytest.mark.parametrize("body", ["", "<html>Bad gateway</html>", "upstream timed out"])
def test_a_gateways_page_is_no_refusal_of_slacks(status: int, body: str, desk: SlackDesk, slack: Scripted) -> None:
    slack.say(Answer(status=status, body=body))
    with pytest.raises(UnknownOutcome):
        CALLS["post"](desk)
    slack.say(Answer(status=status, body=body))
    with pytest.raises(TransientError):
        CALLS["find"](desk)


def test_a_gateway_that_is_overloaded_has_not_passed_the_post_on(desk: SlackDesk, slack: Scripted) -> None:
    slack.say(Answer(status=503, body="<html>Service unavailable</html>"))
    with pytest.raises(TransientError) as told:
        CALLS["post"](desk)
    assert not isinstance(told.value, UnknownOutcome)
    assert "<html>" not in str(told.value)
