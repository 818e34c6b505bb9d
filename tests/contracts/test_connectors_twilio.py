"""Every request of our Twilio connector against Twilio's documents."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from twilio.rest.content.v1.content import ContentList  # type: ignore[import-untyped]
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList  # type: ignore[import-untyped]

from apps.sandbox.twilio.account import WHATSAPP_SENDER
from apps.sandbox.twilio.webhooks import Sent, media_url
from connectors.twilio.client import TwilioAccount, connect
from connectors.twilio.forms import read_forms
from connectors.twilio.installer import TwilioInstaller
from connectors.twilio.media import TwilioMedia
from connectors.twilio.messenger import TwilioContent, TwilioMessenger
from core.model.customer import Channel
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


class TextOnly:
    """The SDK would add a null for every other kind of content."""

    def to_dict(self) -> dict[str, object]:
        return {"twilio/text": {"body": "Larkfield: {{1}}"}}


def test_templates(sandbox: Sandbox, account: TwilioAccount, contract: Contract) -> None:
    client = connect(account)
    contents = client.content.v1.contents
    contents.list(limit=20)
    asked = {"friendly_name": "outage", "language": "en", "variables": {"1": "All is well."}}
    sid = contents.create(ContentList.ContentCreateRequest({**asked, "types": TextOnly()})).sid
    handed_in = ApprovalCreateList.ContentApprovalRequest({"name": "outage", "category": "UTILITY"})
    contents(sid).approval_create.create(handed_in)
    assert TwilioContent(account).approval(sid) == "approved"
    with_form = replace(account, forms=read_forms(f"reply.en={sid}"))
    TwilioMessenger(with_form).send(replace(to_send(TO, "Hi", channel=Channel.WHATSAPP), templated=True))
    assert check(contract, sandbox.world.recorder.exchanges("twilio"), "/twilio") == {
        "GET /v1/Content",
        "POST /v1/Content",
        "POST /v1/Content/{ContentSid}/ApprovalRequests/whatsapp",
        "GET /v1/Content/{Sid}/ApprovalRequests",
        f"POST {ACCOUNT}/Messages.json",
    }


def test_buttons_files_and_the_typing_sign(sandbox: Sandbox, account: TwilioAccount, contract: Contract) -> None:
    received = sandbox.world.twilio.receive(
        TO, WHATSAPP_SENDER, "", sent=Sent(files=(("image/jpeg", b"a photo"),), quotes="SM" + "0" * 32)
    )
    ref = media_url(received, received.files[0])
    choices = replace(to_send(TO, "Is it on?", channel=Channel.WHATSAPP), choices=("Yes", "No"))
    TwilioMessenger(account).send(choices)
    TwilioMessenger(account).send(replace(choices, choices=("One", "Two", "Three", "Four")))
    client = connect(account)
    assert client.messaging.v2.typing_indicator.create(channel="whatsapp", message_id=received.sid).success
    TwilioMedia(account).delete(ref)
    assert check(contract, sandbox.world.recorder.exchanges("twilio"), "/twilio") == {
        "POST /v1/Content",
        f"POST {ACCOUNT}/Messages.json",
        "POST /v2/Indicators/Typing.json",
        f"DELETE {ACCOUNT}/Messages/{{MessageSid}}/Media/{{Sid}}.json",
    }


def test_messages_numbers_and_lookups(sandbox: Sandbox, account: TwilioAccount, contract: Contract) -> None:
    messenger, installer = TwilioMessenger(account), TwilioInstaller(account)
    for channel in ("sms", "whatsapp"):
        messenger.send(to_send(TO, "Hi", channel=channel))
        messenger.find(to_send(TO, "Hi", channel=channel), datetime.now(UTC))
    installer.set_number(installer.number().sid, {"sms_url": f"{PUBLIC_URL}/elsewhere", "sms_method": "POST"})
    installer.lookup(TO, kind=True)
    installer.lookup(TO)
    assert check(contract, sandbox.world.recorder.exchanges("twilio"), "/twilio", newer=filled) == {
        f"POST {ACCOUNT}/Messages.json",
        f"GET {ACCOUNT}/Messages.json",
        f"GET {ACCOUNT}/IncomingPhoneNumbers.json",
        f"POST {ACCOUNT}/IncomingPhoneNumbers/{{Sid}}.json",
        "GET /v2/PhoneNumbers/{PhoneNumber}",
    }
