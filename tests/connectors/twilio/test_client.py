import responses

from connectors.twilio.client import TwilioAccount
from connectors.twilio.messenger import TwilioMessenger
from tests.connectors.twilio.conftest import SID
from tests.connectors.twilio.test_messenger import message
from tests.outgoing import to_send


def test_requests_go_to_base_url_and_say_whom_they_were_for(twilio: responses.RequestsMock) -> None:
    elsewhere = TwilioAccount(
        sid=SID,
        auth_token="fake",
        sms_sender="+1",
        status_url="https://handrail.example/s",
        base_url="http://127.0.0.1:9000/twilio/",
    )
    twilio.post(f"http://127.0.0.1:9000/twilio/2010-04-01/Accounts/{SID}/Messages.json", status=201, json=message())
    TwilioMessenger(elsewhere).send(to_send("+447700900001", "Hi"))
    assert twilio.calls[0].request.headers["X-Original-Host"] == "api.twilio.com"


def test_the_timeouts_are_three_and_ten_seconds(account: TwilioAccount, twilio: responses.RequestsMock) -> None:
    twilio.post(f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json", status=201, json=message())
    TwilioMessenger(account).send(to_send("+447700900001", "Hi"))
    assert twilio.calls[0].request.req_kwargs["timeout"] == (3.0, 10.0)  # type: ignore[attr-defined]
    assert "X-Original-Host" not in twilio.calls[0].request.headers
