"""Files of messages: against the sandbox's Twilio, and against addresses that are not Twilio's."""

from collections.abc import Iterator

import pytest
import responses
from requests import exceptions as http

from apps.sandbox.twilio.account import WHATSAPP_SENDER
from apps.sandbox.twilio.webhooks import Sent
from connectors.twilio.client import TwilioAccount
from connectors.twilio.media import TwilioMedia
from core.errors import ConfigurationError, RejectedError, TransientError
from tests.apps.sandbox.running import PUBLIC_URL, Sandbox, serving
from tests.connectors.twilio.conftest import SID

PHONE = "+447700900001"
INBOUND = "/webhooks/twilio/message"
REF = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages/SM{'1' * 32}/Media/ME{'2' * 32}"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with serving() as running:
        yield running


def media(sandbox: Sandbox, largest: int = 5_000_000, token: str = "") -> TwilioMedia:
    settings = sandbox.world.settings
    account = TwilioAccount(
        sid=settings.twilio_account_sid,
        auth_token=token or settings.twilio_auth_token,
        sms_sender="+15005550006",
        status_url=f"{PUBLIC_URL}/webhooks/twilio/status",
        base_url=f"{sandbox.url}/twilio",
    )
    return TwilioMedia(account, largest)


def sent(sandbox: Sandbox, content: bytes) -> str:
    """The address of a photo that a phone sent, as the webhook told of it."""
    already = len([post for post in sandbox.receiver.posts if post.path.startswith(INBOUND)])
    sandbox.world.twilio.receive(PHONE, WHATSAPP_SENDER, "", sent=Sent(files=(("image/jpeg", content),)))
    form = sandbox.receiver.wait_for(already + 1, INBOUND)[-1].form
    assert (form["NumMedia"], form["MediaContentType0"], form["MessageType"]) == ("1", "image/jpeg", "image")
    return form["MediaUrl0"]


def test_a_file_is_fetched_through_the_redirect_and_deleted(sandbox: Sandbox) -> None:
    ref = sent(sandbox, b"a photo")
    files = media(sandbox)
    assert files.fetch(ref) == b"a photo"
    files.delete(ref)
    files.delete(ref)
    with pytest.raises(RejectedError) as caught:
        files.fetch(ref)
    assert caught.value.code == "404"


def test_a_file_that_is_too_large_is_left(sandbox: Sandbox) -> None:
    ref = sent(sandbox, b"x" * 1001)
    with pytest.raises(RejectedError) as caught:
        media(sandbox, largest=1000).fetch(ref)
    assert caught.value.code == "too_large"
    assert len(media(sandbox, largest=1001).fetch(ref)) == 1001


def test_wrong_credentials_are_a_matter_for_a_person(sandbox: Sandbox) -> None:
    with pytest.raises(ConfigurationError):
        media(sandbox, token="wrong").fetch(sent(sandbox, b"a photo"))


@pytest.mark.parametrize(
    "ref",
    [
        "https://evil.example/2010-04-01/Accounts/x",
        REF.replace("https", "http"),
        REF.replace("api.twilio.com", "api.twilio.com.evil.example"),
        REF.replace(SID, "AC" + "9" * 32),
        REF.replace(SID, "AC" + "9" * 32) + f"?x=/Accounts/{SID}/",
        REF + "/../../../../Calls.json",
        "file:///etc/passwd",
        "",
    ],
)
def test_credentials_go_to_the_accounts_own_files_alone(
    account: TwilioAccount, twilio: responses.RequestsMock, ref: str
) -> None:
    with pytest.raises(RejectedError):
        TwilioMedia(account).fetch(ref)
    assert len(twilio.calls) == 0


@pytest.mark.parametrize("error", [http.ReadTimeout(), http.ConnectionError("reset")])
def test_a_delete_without_an_answer_is_simply_tried_again(
    account: TwilioAccount, twilio: responses.RequestsMock, error: Exception
) -> None:
    twilio.delete(f"{REF}.json", body=error)
    twilio.delete(f"{REF}.json", status=404)
    with pytest.raises(TransientError) as caught:
        TwilioMedia(account).delete(REF)
    assert type(caught.value) is TransientError
    TwilioMedia(account).delete(REF)


def test_a_redirect_gets_no_credentials(account: TwilioAccount, twilio: responses.RequestsMock) -> None:
    stored = "https://mms.twiliocdn.com/one?signature=fake"
    twilio.get(REF, status=307, headers={"Location": stored})
    twilio.get(stored, body=b"a photo")
    assert TwilioMedia(account).fetch(REF) == b"a photo"
    first, second = (call.request.headers for call in twilio.calls)
    assert "Authorization" in first
    assert "Authorization" not in second


@pytest.mark.parametrize(
    "onward", ["https://evil.example/x", "http://mms.twiliocdn.com/x", "https://twiliocdn.com.evil.example/x"]
)
def test_a_redirect_to_somebody_else_is_not_followed(
    account: TwilioAccount, twilio: responses.RequestsMock, onward: str
) -> None:
    twilio.get(REF, status=302, headers={"Location": onward})
    with pytest.raises(RejectedError):
        TwilioMedia(account).fetch(REF)
    assert len(twilio.calls) == 1
