"""The connector and the sandbox's Twilio, the real SDK in between."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connectors.twilio.client import TwilioAccount
from connectors.twilio.installer import TwilioInstaller
from connectors.twilio.messenger import TwilioMessenger
from connectors.twilio.signature import TwilioSignature
from core.errors import ConfigurationError, HandrailError, RejectedError
from core.model.ids import EffectId
from core.ports import SignedRequest
from tests.apps.sandbox.running import PUBLIC_URL, Sandbox, serving
from tests.outgoing import to_send

TO = "+447700900001"
FX = EffectId("fx_1")
STATUS = "/webhooks/twilio/status"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with serving() as running:
        yield running


def account_of(sandbox: Sandbox, **changes: str) -> TwilioAccount:
    settings = sandbox.world.settings
    given = {
        "sid": settings.twilio_account_sid,
        "auth_token": settings.twilio_auth_token,
        "sms_sender": "+15005550006",
        "whatsapp_sender": "+14155238886",
        "status_url": f"{PUBLIC_URL}{STATUS}",
        "base_url": f"{sandbox.url}/twilio",
    }
    return TwilioAccount(**(given | changes))  # type: ignore[arg-type]


def test_a_text_is_sent_found_and_reported_under_its_effect(sandbox: Sandbox) -> None:
    since = datetime.now(UTC)
    messenger = TwilioMessenger(account_of(sandbox))
    receipt = messenger.send(to_send(TO, "On its way.", effect_id=FX))
    found = messenger.find(to_send(TO, "On its way."), since)
    assert found is not None
    assert found.ref == receipt.ref  # how far it is by then is the carrier's
    assert messenger.find(to_send(TO, "Something else."), since) is None
    report = sandbox.receiver.wait_for(1, STATUS)[0]
    assert report.path == f"{STATUS}?effect=fx_1"
    assert report.form["MessageSid"] == receipt.ref


def test_a_report_passes_our_signature_check_and_a_touched_one_does_not(sandbox: Sandbox) -> None:
    TwilioMessenger(account_of(sandbox)).send(to_send(TO, "Signed.", effect_id=FX))
    report = sandbox.receiver.wait_for(1, STATUS)[0]
    signature = TwilioSignature(sandbox.world.settings.twilio_auth_token)
    url = f"{PUBLIC_URL}{report.path}"
    signature.check(SignedRequest(url=url, headers=report.headers, body=report.body), datetime.now(UTC))
    touched = SignedRequest(url=url.replace("fx_1", "fx_2"), headers=report.headers, body=report.body)
    with pytest.raises(RejectedError):
        signature.check(touched, datetime.now(UTC))


@pytest.mark.parametrize(
    ("to", "code"), [("+15005550001", "21211"), ("+15005550004", "21610"), ("+15005550009", "21614")]
)
def test_numbers_that_cannot_be_texted_are_refused_by_code(sandbox: Sandbox, to: str, code: str) -> None:
    with pytest.raises(RejectedError) as caught:
        TwilioMessenger(account_of(sandbox)).send(to_send(to, "Hi", effect_id=FX))
    assert caught.value.code == code


def test_a_sender_of_somebody_else_is_a_matter_for_a_person(sandbox: Sandbox) -> None:
    with pytest.raises(ConfigurationError):
        TwilioInstaller(account_of(sandbox, sms_sender="+15005550000")).number()


def test_a_lookup_says_what_kind_of_line_it_is(sandbox: Sandbox) -> None:
    line = TwilioInstaller(account_of(sandbox)).lookup(TO, kind=True)
    assert (line.number, line.valid, line.country, line.kind) == (TO, True, "GB", "mobile")


def test_wrong_credentials_are_a_matter_for_a_person(sandbox: Sandbox) -> None:
    with pytest.raises(ConfigurationError):
        TwilioMessenger(account_of(sandbox, auth_token="wrong")).send(to_send(TO, "Hi", effect_id=FX))


def test_nobody_listening_is_an_error_of_ours() -> None:
    nowhere = TwilioAccount(
        sid="AC" + "0" * 32, auth_token="fake", sms_sender="+1", status_url="https://h.example/s",
        base_url="http://127.0.0.1:1/twilio",
    )  # fmt: skip
    with pytest.raises(HandrailError, match="could not be reached"):
        TwilioMessenger(nowhere).send(to_send(TO, "Hi", effect_id=FX))
