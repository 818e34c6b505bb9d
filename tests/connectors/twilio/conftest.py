from collections.abc import Iterator

import pytest
import responses

from connectors.twilio.client import TwilioAccount

SID = "AC" + "0" * 32


@pytest.fixture
def account() -> TwilioAccount:
    return TwilioAccount(
        sid=SID,
        auth_token="fake-twilio-auth-token",
        sms_sender="+15005550006",
        whatsapp_sender="+14155238886",
        status_url="https://handrail.example/webhooks/twilio/status",
    )


@pytest.fixture
def twilio() -> Iterator[responses.RequestsMock]:
    """Twilio's addresses without a network: what is not arranged cannot be reached."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock
