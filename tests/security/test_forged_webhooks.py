"""Requests that no vendor sent, or that one sent before: nothing of them is worked off, or not again."""

import json
from datetime import timedelta

import pytest

from tests.clock import Clock
from tests.webhooks.receiving import PUBLIC_URL, TWILIO_TOKEN, Receivers, twilio_headers, zendesk_headers
from tests.webhooks.zendesk.samples import ticket_event, trigger

INVOCATION = "X-Zendesk-Webhook-Invocation-Id"
SMS = {
    "MessageSid": f"SM{'a' * 32}",
    "AccountSid": f"AC{'b' * 32}",
    "From": "+442079460958",
    "To": "+442079460000",
    "Body": "Where is my order?",
    "NumMedia": "0",
}


def test_a_captured_trigger_under_another_invocation_id_is_the_same_delivery(receivers: Receivers) -> None:
    """Zendesk signs the time and the body; the header with the invocation is whatever somebody writes."""
    for number in range(20):
        assert receivers.zendesk("trigger", trigger(), **{INVOCATION: f"01FORGED{number}"}).status_code == 202
    assert len(receivers.kept) == 1


def test_nobody_uses_up_the_id_of_a_delivery_that_is_still_to_come(receivers: Receivers) -> None:
    """Whoever replays one request under the next one's id would have the next one dropped as known."""
    receivers.zendesk("trigger", trigger(), **{INVOCATION: "01NEXT"})
    receivers.zendesk("trigger", trigger(ticket_id="43"), **{INVOCATION: "01NEXT"})
    assert sorted(event.subject for event in receivers.kept) == ["42", "43"]


def test_two_changes_of_a_ticket_are_two_deliveries_though_their_bodies_are_alike(
    receivers: Receivers, clock: Clock
) -> None:
    receivers.zendesk("trigger", trigger())
    clock.forward(timedelta(seconds=1))
    receivers.zendesk("trigger", trigger())
    assert len(receivers.kept) == 2


@pytest.mark.parametrize("path", ["events", "trigger"])
@pytest.mark.parametrize("minutes", [-6, 6, 24 * 60])
def test_what_zendesk_signed_at_another_time_is_refused(
    receivers: Receivers, clock: Clock, path: str, minutes: int
) -> None:
    body = json.dumps(ticket_event() if path == "events" else trigger()).encode()
    headers = zendesk_headers(body, clock() - timedelta(minutes=minutes))
    assert receivers.post(f"/webhooks/zendesk/{path}", body, headers).status_code == 401
    assert receivers.told.events == []


@pytest.mark.parametrize("path", ["events", "trigger"])
def test_a_body_that_zendesk_did_not_sign_is_refused(receivers: Receivers, clock: Clock, path: str) -> None:
    signed = json.dumps(ticket_event()).encode()
    headers = zendesk_headers(signed, clock())
    for forged in (signed + b" ", signed.replace(b'"42"', b'"43"'), b"{}"):
        assert receivers.post(f"/webhooks/zendesk/{path}", forged, headers).status_code == 401
    assert receivers.post(f"/webhooks/zendesk/{path}", signed, {}).status_code == 401
    assert receivers.told.events == []


def test_an_event_that_is_sent_again_with_other_headers_is_known(receivers: Receivers, clock: Clock) -> None:
    receivers.zendesk("events", ticket_event(), **{INVOCATION: "1"})
    clock.forward(timedelta(minutes=4))
    receivers.zendesk("events", ticket_event(), **{INVOCATION: "2"})
    assert len(receivers.kept) == 1


def test_twilios_message_is_known_by_its_signed_sid_whatever_token_comes_beside_it(receivers: Receivers) -> None:
    """Twilio signs no time: what was captured is worth nothing a day later, because its sid was here before."""
    url = f"{PUBLIC_URL}/webhooks/twilio/message"
    for number in range(3):
        headers = twilio_headers(url, SMS) | {"I-Twilio-Idempotency-Token": str(number)}
        answer = receivers.client.post("/webhooks/twilio/message", data=SMS, headers=headers, base_url=PUBLIC_URL)
        assert answer.status_code == 200
    assert len(receivers.kept) == 1


@pytest.mark.parametrize("changed", [{"Body": "Refund me"}, {"From": "+442079460999"}, {"MessageSid": f"SM{'c' * 32}"}])
def test_a_message_that_twilio_did_not_sign_is_refused(receivers: Receivers, changed: dict[str, str]) -> None:
    headers = twilio_headers(f"{PUBLIC_URL}/webhooks/twilio/message", SMS)
    answer = receivers.client.post("/webhooks/twilio/message", data=SMS | changed, headers=headers, base_url=PUBLIC_URL)
    assert answer.status_code == 401
    assert receivers.told.events == []


def test_a_host_header_changes_nothing_of_what_twilio_has_to_have_signed(receivers: Receivers) -> None:
    elsewhere = twilio_headers("https://evil.example/webhooks/twilio/message", SMS, TWILIO_TOKEN)
    answer = receivers.client.post(
        "/webhooks/twilio/message", data=SMS, headers=elsewhere | {"Host": "evil.example"}, base_url=PUBLIC_URL
    )
    assert answer.status_code == 401
