"""WhatsApp's sign that an answer is being written, against the sandbox's Twilio."""

from collections.abc import Iterator

import pytest

from apps.sandbox.twilio.account import SMS_NUMBER, WHATSAPP_SENDER
from connectors.twilio.client import TwilioAccount
from connectors.twilio.messenger import TwilioTyping
from core.model.customer import Channel
from tests.apps.sandbox.running import Sandbox, serving, wait_until
from tests.core import samples

PHONE = "+447700900001"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with serving() as running:
        yield running


def typing(sandbox: Sandbox, base: str = "") -> TwilioTyping:
    settings = sandbox.world.settings
    return TwilioTyping(
        TwilioAccount(
            sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token,
            sms_sender="+15005550006",
            status_url="https://handrail.example/s",
            base_url=base or f"{sandbox.url}/twilio",
        )
    )


def test_a_whatsapp_message_is_marked_as_read_and_being_answered(sandbox: Sandbox) -> None:
    received = sandbox.world.twilio.receive(PHONE, WHATSAPP_SENDER, "Hi")
    message = samples.message(channel=Channel.WHATSAPP, vendor_ref=f"twilio:{received.sid}")
    typing(sandbox).show(message)
    wait_until(lambda: received.status == "read")
    assert PHONE in sandbox.world.twilio.typing


def test_a_text_message_knows_no_such_sign(sandbox: Sandbox) -> None:
    received = sandbox.world.twilio.receive(PHONE, SMS_NUMBER, "Hi")
    before = len(sandbox.world.recorder.exchanges("twilio"))
    typing(sandbox).show(samples.message(channel=Channel.SMS, vendor_ref=f"twilio:{received.sid}"))
    assert len(sandbox.world.recorder.exchanges("twilio")) == before


def test_a_twilio_that_is_down_is_nobodys_trouble(sandbox: Sandbox) -> None:
    signs = typing(sandbox, "http://127.0.0.1:1/twilio")
    for number in range(20):
        signs.show(samples.message(channel=Channel.WHATSAPP, vendor_ref=f"twilio:SM{number:032d}"))
