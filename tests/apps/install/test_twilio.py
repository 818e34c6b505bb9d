"""Connecting Twilio with its own SDK, to the account that the sandbox plays."""

import pytest

from apps.sandbox.twilio.records import Sender
from tests.apps.install.admin import DESK, Admin
from tests.apps.sandbox.running import Sandbox
from webhooks.twilio import RETRIES

OLD, OURS = "https://old.example/sms", f"{DESK}/webhooks/twilio/message{RETRIES}"
SMS, WHATSAPP = "+15005550006", "whatsapp:+14155238886"


@pytest.fixture
def number(sandbox: Sandbox) -> Sender:
    """The number as somebody else left it."""
    found = sandbox.world.twilio.senders[SMS]
    found.sms_url, found.sms_method, found.status_callback = OLD, "GET", "https://old.example/calls"
    return found


def test_texts_come_to_us_and_calls_go_where_they_went(admin: Admin, number: Sender) -> None:
    assert admin.connect("twilio") == 0
    assert (number.sms_url, number.sms_method) == (OURS, "POST")
    assert number.status_callback == "https://old.example/calls"


def test_twilio_is_asked_to_try_again_and_to_come_here_once_more_after_that(admin: Admin, number: Sender) -> None:
    """`#rc=…&rp=all`: by itself it tries once more, and only where it could not connect."""
    number.sms_fallback_url = "https://old.example/oops"
    admin.connect("twilio")
    assert RETRIES.startswith("#rc=5&rp=all")
    assert (number.sms_url, number.sms_fallback_url, number.sms_fallback_method) == (OURS, OURS, "POST")
    admin.disconnect("twilio")
    assert (number.sms_url, number.sms_fallback_url) == (OLD, "https://old.example/oops")


def test_connecting_again_changes_nothing(admin: Admin, number: Sender) -> None:
    admin.connect("twilio")
    assert admin.connect("twilio") == 0
    assert admin.told("Everything was as it should be")


def test_a_dry_run_says_what_it_was_and_what_it_will_be(admin: Admin, number: Sender) -> None:
    assert admin.connect("twilio", dry_run=True) == 0
    assert number.sms_url == OLD
    assert admin.told(f"sms_url: {OLD} → {OURS}")
    assert admin.told("sms_method: GET → POST")


def test_disconnecting_sets_back_what_was_there_before(admin: Admin, number: Sender) -> None:
    admin.connect("twilio")
    assert admin.disconnect("twilio") == 0
    assert (number.sms_url, number.sms_method) == (OLD, "GET")


def test_what_was_there_before_is_remembered_over_a_second_change(admin: Admin, number: Sender) -> None:
    admin.connect("twilio")
    admin.environ["HANDRAIL_PUBLIC_URL"] = "https://new.larkfield.example"
    admin.connect("twilio")
    assert number.sms_url == f"https://new.larkfield.example/webhooks/twilio/message{RETRIES}"
    admin.disconnect("twilio")
    assert number.sms_url == OLD


def test_an_address_that_somebody_set_since_is_left_alone(admin: Admin, number: Sender) -> None:
    admin.connect("twilio")
    number.sms_url = "https://newest.example/sms"
    admin.disconnect("twilio")
    assert number.sms_url == "https://newest.example/sms"
    assert admin.told("somebody changed it since")


def test_a_whatsapp_sender_is_pointed_here_and_set_back_too(admin: Admin, sandbox: Sandbox) -> None:
    sender = sandbox.world.twilio.senders[WHATSAPP]
    sender.sms_url = OLD
    admin.environ["HANDRAIL_TWILIO_WHATSAPP_NUMBER"] = "+14155238886"
    admin.connect("twilio")
    # Twilio describes connection overrides for numbers alone.
    assert (sender.sms_url, sender.sms_fallback_url) == (OURS.partition("#")[0], OURS.partition("#")[0])
    admin.disconnect("twilio")
    assert sender.sms_url == OLD


def test_a_sender_that_was_taken_out_of_the_settings_is_left_to_a_person(admin: Admin, sandbox: Sandbox) -> None:
    sender = sandbox.world.twilio.senders[WHATSAPP]
    sender.sms_url = OLD
    admin.environ["HANDRAIL_TWILIO_WHATSAPP_NUMBER"] = "+14155238886"
    admin.connect("twilio")
    del admin.environ["HANDRAIL_TWILIO_WHATSAPP_NUMBER"]
    admin.disconnect("twilio")
    assert admin.told(
        f"whatsapp +14155238886 is not in the settings any more: in the Twilio console, set it back to"
        f" callback_url {OLD}"
    )


def test_a_number_that_is_not_the_accounts_is_said_before_anything_changes(admin: Admin, number: Sender) -> None:
    admin.environ["HANDRAIL_TWILIO_SMS_NUMBER"] = "+15005550099"
    assert admin.connect("twilio") == 2
    assert admin.told("does not own the SMS sender")
    assert number.sms_url == OLD


def test_a_wrong_token_is_said_and_not_kept(admin: Admin, number: Sender) -> None:
    (admin.folder / "secrets" / "twilio.auth_token").unlink()
    assert admin.connect("twilio", talk=admin.types(twilio__auth_token="fake-wrong")) == 2
    assert admin.told("an API key will not do")
    assert admin.secret("twilio.auth_token") == ""
    assert number.sms_url == OLD


def test_a_messaging_service_that_decides_itself_is_a_persons_work(admin: Admin, sandbox: Sandbox) -> None:
    from twilio.rest import Client

    from tests.apps.sandbox.running import twilio_client

    client: Client = twilio_client(sandbox)
    service = client.messaging.v1.services.create(friendly_name="Campaigns", inbound_request_url=OLD)
    service.phone_numbers.create(phone_number_sid=sandbox.world.twilio.senders[SMS].sid)
    assert admin.connect("twilio") == 0
    assert admin.told("messaging service “Campaigns” decides")


@pytest.fixture
def called(admin: Admin, number: Sender) -> Sender:
    """The number takes calls too, and an application of somebody else's answers them."""
    admin.environ["HANDRAIL_TWILIO_VOICE_NUMBER"] = SMS
    number.voice_url, number.voice_method, number.voice_application_sid = "https://old.example/ivr", "GET", "APold"
    return number


def test_calls_come_to_us_and_we_hear_when_they_are_over(admin: Admin, called: Sender) -> None:
    assert admin.connect("twilio") == 0
    assert (called.voice_url, called.voice_method) == (f"{DESK}/webhooks/twilio/voice{RETRIES}", "POST")
    assert called.voice_fallback_url == called.voice_url
    assert called.voice_application_sid == ""
    assert called.status_callback == f"{DESK}/webhooks/twilio/voice/status{RETRIES}"
    assert called.sms_url == OURS


def test_connecting_a_number_for_calls_again_changes_nothing(admin: Admin, called: Sender) -> None:
    admin.connect("twilio")
    assert admin.connect("twilio") == 0
    assert admin.told("Everything was as it should be")


def test_a_dry_run_says_where_calls_will_go(admin: Admin, called: Sender) -> None:
    assert admin.connect("twilio", dry_run=True) == 0
    assert called.voice_url == "https://old.example/ivr"
    assert admin.told(f"voice_url: https://old.example/ivr → {DESK}/webhooks/twilio/voice")


def test_disconnecting_gives_calls_back_to_whoever_took_them(admin: Admin, called: Sender) -> None:
    admin.connect("twilio")
    assert admin.disconnect("twilio") == 0
    assert (called.voice_url, called.voice_method) == ("https://old.example/ivr", "GET")
    assert called.voice_application_sid == "APold"
    assert called.status_callback == "https://old.example/calls"


def test_a_number_for_calls_that_is_not_the_accounts_is_said_before_anything_changes(
    admin: Admin, number: Sender
) -> None:
    admin.environ["HANDRAIL_TWILIO_VOICE_NUMBER"] = "+15005550099"
    assert admin.connect("twilio") == 2
    assert number.sms_url == OLD
    assert admin.told("+15005550099")
