"""Every request of our Twilio connector against Twilio's documents."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connectors.twilio.account import TwilioAccount
from connectors.twilio.installer import TwilioInstaller
from connectors.twilio.messenger import TwilioMessenger
from connectors.twilio.templates import TwilioTemplates
from core.model.ids import EffectId
from tests.apps.sandbox.running import PUBLIC_URL, Sandbox, serving
from tests.contracts.contract import Contract
from tests.contracts.test_sandbox_twilio import filled
from tests.contracts.wire import check
from tests.outgoing import to_send

TO = "+447700900123"
ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"


@pytest.fixture
def contract() -> Contract:
    return Contract.load("twilio.json")


@pytest.fixture
def sandbox(contract: Contract) -> Iterator[Sandbox]:
    with serving() as running:
        yield running


@pytest.fixture
def account(sandbox: Sandbox) -> TwilioAccount:
    settings = sandbox.world.settings
    return TwilioAccount(
        sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        sms_sender="+15005550006",
        whatsapp_sender="+14155238886",
        status_url=f"{PUBLIC_URL}/webhooks/twilio/status",
        base_url=f"{sandbox.url}/twilio",
    )


def test_templates(sandbox: Sandbox, account: TwilioAccount, contract: Contract) -> None:
    templates = TwilioTemplates(account)
    sid = templates.ensure("outage", language="en", body="Larkfield: {{1}}", samples={"1": "All is well."})
    assert templates.approval(sid) == "approved"
    TwilioMessenger(account).send_template(to=TO, content_sid=sid, variables={"1": "Hi"}, effect_id=EffectId("fx_1"))
    assert check(contract, sandbox.world.recorder.exchanges("twilio"), "/twilio") == {
        "GET /v1/Content",
        "POST /v1/Content",
        "POST /v1/Content/{ContentSid}/ApprovalRequests/whatsapp",
        "GET /v1/Content/{Sid}/ApprovalRequests",
        f"POST {ACCOUNT}/Messages.json",
    }


def test_messages_numbers_and_lookups(sandbox: Sandbox, account: TwilioAccount, contract: Contract) -> None:
    messenger, installer = TwilioMessenger(account), TwilioInstaller(account)
    for channel in ("sms", "whatsapp"):
        messenger.send(to_send(TO, "Hi", channel=channel))
        messenger.find(to_send(TO, "Hi", channel=channel), datetime.now(UTC))
    installer.ensure_number(f"{PUBLIC_URL}/elsewhere")
    installer.lookup(TO, kind=True)
    installer.lookup(TO)
    assert check(contract, sandbox.world.recorder.exchanges("twilio"), "/twilio", newer=filled) == {
        f"POST {ACCOUNT}/Messages.json",
        f"GET {ACCOUNT}/Messages.json",
        f"GET {ACCOUNT}/IncomingPhoneNumbers.json",
        f"POST {ACCOUNT}/IncomingPhoneNumbers/{{Sid}}.json",
        "GET /v2/PhoneNumbers/{PhoneNumber}",
    }
