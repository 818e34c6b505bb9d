"""The switches, seen by a client over HTTP."""

import time

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from apps.sandbox.faults import VENDORS, Faults
from apps.sandbox.twilio.account import SMS_NUMBER
from tests.apps.sandbox.running import Sandbox, twilio_client

PHONE = "+447700900123"
PATHS = {
    "zendesk": "/zendesk/api/v2/users/me.json",
    "twilio": "/twilio/v1/Content",
    "slack": "/slack/api/api.test",
    "sunshine": "/sunshine/v2/apps/none/users/nobody",
    "openai": "/openai/v1/models",
    "office": "/orders/v1/stock/LW-120",
    "shopify": "/shopify/admin/api/2025-10/orders.json",
    "hubspot": "/hubspot/crm/v3/objects/contacts/1",
}


@pytest.mark.parametrize("vendor", VENDORS)
def test_too_many_requests_are_told_with_retry_after_as_often_as_set(sandbox: Sandbox, vendor: str) -> None:
    sandbox.world.faults.set(vendor, rate_limited=2, retry_after=7)
    answers = [requests.get(sandbox.url + PATHS[vendor], timeout=5) for _ in range(3)]
    assert [answer.status_code == 429 for answer in answers] == [True, True, False]
    assert answers[0].headers["Retry-After"] == "7"
    assert answers[0].json()


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_server_error_is_in_the_vendors_words(sandbox: Sandbox, vendor: str) -> None:
    sandbox.world.faults.set(vendor, error_5xx=1)
    answer = requests.get(sandbox.url + PATHS[vendor], timeout=5)
    assert answer.status_code in (500, 503)
    assert isinstance(answer.json(), dict)
    assert sandbox.world.faults.of(vendor).error_5xx == 0


def test_one_vendors_fault_leaves_the_others_alone(sandbox: Sandbox) -> None:
    sandbox.world.faults.set("twilio", error_5xx=5)
    assert requests.get(f"{sandbox.url}/slack/api/api.test", timeout=5).json() == {"ok": True}


def test_a_lost_request_does_nothing(sandbox: Sandbox) -> None:
    sandbox.world.faults.set("twilio", lost=1)
    with pytest.raises(requests.ConnectionError):
        twilio_client(sandbox).messages.create(to=PHONE, from_=SMS_NUMBER, body="Hi")
    assert sandbox.world.twilio.kept() == []


def test_a_timeout_after_the_work_leaves_the_message_behind(sandbox: Sandbox) -> None:
    sandbox.world.faults.set("twilio", timeout_after_work=1)
    with pytest.raises(requests.ConnectionError):
        twilio_client(sandbox).messages.create(to=PHONE, from_=SMS_NUMBER, body="Hi")
    assert [each.body for each in sandbox.world.twilio.kept()] == ["Hi"]
    assert twilio_client(sandbox).messages.create(to=PHONE, from_=SMS_NUMBER, body="Again").sid


def test_a_refused_request_does_not_use_up_a_timeout_after_work(sandbox: Sandbox) -> None:
    sandbox.world.faults.set("twilio", rate_limited=1, timeout_after_work=1)
    with pytest.raises(TwilioRestException) as limited:
        twilio_client(sandbox).messages.create(to=PHONE, from_=SMS_NUMBER, body="Hi")
    assert limited.value.code == 20429
    assert sandbox.world.faults.of("twilio").timeout_after_work == 1


def test_latency_is_added(sandbox: Sandbox) -> None:
    sandbox.world.faults.set("slack", latency_ms=200)
    started = time.monotonic()
    requests.get(f"{sandbox.url}/slack/api/api.test", timeout=5)
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize("bad", [{"lost": -1}, {"lost": "many"}, {"lost": True}, {"explode": 1}])
def test_a_bad_switch_is_refused_and_changes_nothing(bad: dict[str, object]) -> None:
    faults = Faults()
    with pytest.raises(ValueError, match=r"must be|no such"):
        faults.set("slack", **bad)
    assert faults.of("slack").lost == 0


def test_clear_puts_everything_back() -> None:
    faults = Faults()
    faults.set("slack", lost=3, latency_ms=9)
    faults.clear()
    assert (faults.of("slack").lost, faults.of("slack").latency_ms) == (0, 0)
