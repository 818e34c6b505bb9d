"""No fault of Twilio, of its SDK or of the line leaves the connector as anything but one of our errors."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses
from requests import exceptions as http
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException  # type: ignore[import-untyped]

from connectors.twilio.client import TwilioAccount
from connectors.twilio.errors import CODES, translate_errors
from connectors.twilio.installer import TwilioInstaller
from connectors.twilio.messenger import Tapped, TwilioContent, TwilioMessenger
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError, UnknownOutcome
from tests.connectors.faults import ODD_ANSWERS, refusals, requests_errors, subclasses, unreachable
from tests.outgoing import to_send

ANYTHING = re.compile(r"https://(api|lookups|content)\.twilio\.com/.*")
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TO = "+447700900001"

Call = Callable[[TwilioAccount], Any]


def sending(account: TwilioAccount) -> Any:
    return TwilioMessenger(account).send(to_send(TO, "Hi"))


CALLS: dict[str, Call] = {
    "send": sending,
    "find": lambda account: TwilioMessenger(account).find(to_send(TO, "Hi"), NOW),
    "number": lambda account: TwilioInstaller(account).number(),
    "template": lambda account: TwilioContent(account).make("outage", "en", Tapped(body="On?", choices=("Yes",))),
    "approval": lambda account: TwilioContent(account).approval("HX1"),
    "lookup": lambda account: TwilioInstaller(account).lookup(TO, kind=True),
}


def arrange(twilio: responses.RequestsMock, **answer: Any) -> None:
    for method in ("GET", "POST"):
        twilio.add(method, ANYTHING, **answer)


@pytest.mark.parametrize(
    "rows", refusals('{"code": 20404, "message": "no", "status": 404}', '{"code": "odd", "message": []}')
)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_every_refusal_by_status_is_one_of_our_errors(
    call: Call, account: TwilioAccount, twilio: responses.RequestsMock, rows: list[tuple[int, str]]
) -> None:
    for status, body in rows:
        twilio.reset()
        arrange(twilio, status=status, body=body)
        with pytest.raises(HandrailError):
            call(account)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_every_exception_of_the_line_is_one_of_our_errors(
    call: Call, account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    for error in requests_errors():
        twilio.reset()
        arrange(twilio, body=error)
        with pytest.raises(HandrailError):
            call(account)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_success_that_makes_no_sense_is_one_of_our_errors(
    call: Call, account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    for body in ODD_ANSWERS:
        twilio.reset()
        arrange(twilio, body=body, content_type="application/json")
        with pytest.raises(HandrailError):
            call(account)


def test_every_exception_of_the_sdk_is_one_of_our_errors() -> None:
    made = [TwilioRestException(418, "/"), TwilioServiceException("t", "t", 418, 1), TwilioException("fault")]
    assert {type(error) for error in made} == set(subclasses(TwilioException))
    for error in made:
        for write in (False, True):
            with pytest.raises(HandrailError), translate_errors("try", write=write):
                raise error


def test_a_mistake_of_ours_is_not_dressed_up_as_the_vendors() -> None:
    with pytest.raises(TypeError), translate_errors("try"):
        raise TypeError("ours")


def refuse(twilio: responses.RequestsMock, status: int, code: int | None) -> None:
    twilio.post(ANYTHING, status=status, json={"code": code, "message": f"To {TO} is bad", "status": status})


@pytest.mark.parametrize(
    ("code", "kind"),
    [*CODES.items(), *((code, RejectedError) for code in (21211, 21408, 21610, 21614, 21617, 30007, 63003, 63016))],
)
def test_a_refusal_by_code_says_what_can_be_done(
    code: int, kind: type[HandrailError], account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    refuse(twilio, 400, code)
    with pytest.raises(kind) as caught:
        sending(account)
    assert type(caught.value) is kind
    assert TO not in str(caught.value)


def test_a_refusal_carries_twilios_code(account: TwilioAccount, twilio: responses.RequestsMock) -> None:
    refuse(twilio, 400, 21610)
    with pytest.raises(RejectedError) as caught:
        sending(account)
    assert caught.value.code == "21610"


def test_a_full_queue_asks_for_half_an_hour(account: TwilioAccount, twilio: responses.RequestsMock) -> None:
    refuse(twilio, 400, 21611)
    with pytest.raises(TransientError) as caught:
        sending(account)
    assert caught.value.retry_after == timedelta(minutes=30)


def test_a_429_passes_on_the_wait(account: TwilioAccount, twilio: responses.RequestsMock) -> None:
    twilio.post(ANYTHING, status=429, headers={"Retry-After": "7"}, json={"code": 20429, "status": 429})
    with pytest.raises(TransientError) as caught:
        sending(account)
    assert caught.value.retry_after == timedelta(seconds=7)
    assert len(twilio.calls) == 1


def test_the_accounts_limit_for_the_day_is_no_matter_of_waiting(
    account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    refuse(twilio, 429, 63038)
    with pytest.raises(RejectedError) as caught:
        sending(account)
    assert caught.value.code == "63038"


@pytest.mark.parametrize("status", [408, 500, 502, 504])
def test_a_create_that_broke_on_the_way_back_has_an_unknown_outcome(
    status: int, account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    twilio.post(ANYTHING, status=status, body="<html>gateway</html>")
    with pytest.raises(UnknownOutcome):
        sending(account)


@pytest.mark.parametrize("error", [http.ReadTimeout(), http.ConnectionError("reset"), http.ChunkedEncodingError()])
def test_a_create_without_an_answer_has_an_unknown_outcome_and_is_made_once(
    error: Exception, account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    twilio.post(ANYTHING, body=error)
    with pytest.raises(UnknownOutcome):
        sending(account)
    assert len(twilio.calls) == 1


@pytest.mark.parametrize("error", [http.ConnectTimeout(), http.ConnectionError(unreachable())])
def test_a_create_that_never_left_may_simply_be_tried_again(
    error: Exception, account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    twilio.post(ANYTHING, body=error)
    with pytest.raises(TransientError) as caught:
        sending(account)
    assert type(caught.value) is TransientError


@pytest.mark.parametrize("text", ["{", json.dumps({"sid": None}), json.dumps({"sid": 7})])
def test_a_receipt_that_cannot_be_read_is_an_unknown_outcome(
    text: str, account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    twilio.post(ANYTHING, status=201, body=text)
    with pytest.raises(UnknownOutcome):
        sending(account)


def test_a_certificate_that_is_not_trusted_is_a_matter_for_a_person(
    account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    twilio.post(ANYTHING, body=http.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"))
    with pytest.raises(ConfigurationError):
        sending(account)
