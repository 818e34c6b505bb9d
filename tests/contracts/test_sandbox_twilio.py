"""Every request of Twilio's own client, and every answer of the stand-in, against Twilio's documents."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList

from apps.sandbox.twilio.account import SMS_NUMBER, WHATSAPP_SENDER
from tests.apps.sandbox.running import PUBLIC_URL, Sandbox, serving, twilio_client
from tests.contracts.contract import Contract
from tests.contracts.wire import check

PHONE = "+447700900123"
ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"


@pytest.fixture
def contract() -> Contract:
    return Contract.load("twilio.json")


@pytest.fixture
def sandbox(contract: Contract) -> Iterator[Sandbox]:
    with serving() as running:
        yield running


def filled(path: str, body: Any) -> Any:
    """A look-up without its nulls: the document's own examples show them, its schemas do not allow them."""
    if not path.startswith("/v2/PhoneNumbers/") or body is None:
        return body
    line = body["line_type_intelligence"]
    parts = {name: value for name, value in (line or {}).items() if value is not None}
    full = {name: value for name, value in body.items() if value is not None}
    return {**full, "line_type_intelligence": parts}


def held(sandbox: Sandbox, contract: Contract) -> set[str]:
    return check(contract, sandbox.world.recorder.exchanges("twilio"), "/twilio", newer=filled)


def test_messages(sandbox: Sandbox, contract: Contract) -> None:
    client = twilio_client(sandbox)
    sent = client.messages.create(
        to=PHONE, from_=SMS_NUMBER, body="Hi", status_callback=f"{PUBLIC_URL}/status", validity_period=600
    )
    sandbox.world.twilio.receive(PHONE, SMS_NUMBER, "Hello")
    client.messages.list(to=PHONE, from_=SMS_NUMBER, date_sent_before=datetime.now(UTC), page_size=1)
    client.messages(sent.sid).fetch()
    client.messages(sent.sid).media.list()
    assert sandbox.world.twilio.drain(5)
    assert client.messages(sent.sid).feedback.create(outcome="confirmed").outcome == "confirmed"
    client.messages(sent.sid).update(body="")
    with pytest.raises(TwilioRestException):
        client.messages.create(to="nobody", from_=SMS_NUMBER, body="Hi")
    client.messages(sent.sid).delete()
    assert held(sandbox, contract) == {
        f"POST {ACCOUNT}/Messages.json",
        f"GET {ACCOUNT}/Messages.json",
        f"GET {ACCOUNT}/Messages/{{Sid}}.json",
        f"POST {ACCOUNT}/Messages/{{Sid}}.json",
        f"DELETE {ACCOUNT}/Messages/{{Sid}}.json",
        f"GET {ACCOUNT}/Messages/{{MessageSid}}/Media.json",
        f"POST {ACCOUNT}/Messages/{{MessageSid}}/Feedback.json",
    }


def test_the_account_and_its_numbers(sandbox: Sandbox, contract: Contract) -> None:
    client = twilio_client(sandbox)
    client.api.v2010.accounts(sandbox.world.settings.twilio_account_sid).fetch()
    number = client.incoming_phone_numbers.list(phone_number=SMS_NUMBER)[0]
    client.incoming_phone_numbers(number.sid).update(sms_url=f"{PUBLIC_URL}/in", status_callback=f"{PUBLIC_URL}/s")
    client.incoming_phone_numbers(number.sid).fetch()
    assert len(held(sandbox, contract)) == 4


def test_templates_and_their_approval(sandbox: Sandbox, contract: Contract) -> None:
    client = twilio_client(sandbox)
    text = ContentList.Types({"twilio/text": ContentList.TwilioText({"body": "Hello {{1}}"})})
    asked = {"friendly_name": "hello", "language": "en", "variables": {"1": "name"}, "types": text}
    template = client.content.v1.contents.create(ContentList.ContentCreateRequest(asked))
    approval = {"name": "hello", "category": "UTILITY"}
    client.content.v1.contents(template.sid).approval_create.create(ApprovalCreateList.ContentApprovalRequest(approval))
    client.content.v1.contents(template.sid).approval_fetch().fetch()
    client.content.v1.contents(template.sid).fetch()
    client.content.v1.contents.list()
    client.content.v1.content_and_approvals.list()
    client.messages.create(
        to=f"whatsapp:{PHONE}", from_=WHATSAPP_SENDER, content_sid=template.sid, content_variables='{"1": "Ada"}'
    )
    client.content.v1.contents(template.sid).delete()
    # Twilio's client sends null for every kind of content that is not meant, which the document does not foresee.
    exchanges = [
        each
        for each in sandbox.world.recorder.exchanges("twilio")
        if (each.method, each.path) != ("POST", "/twilio/v1/Content")
    ]
    assert len(check(contract, exchanges, "/twilio")) == 7


def test_services_senders_and_lookups(sandbox: Sandbox, contract: Contract) -> None:
    client = twilio_client(sandbox)
    service = client.messaging.v1.services.create(friendly_name="care", status_callback=f"{PUBLIC_URL}/s")
    number = client.incoming_phone_numbers.list()[0]
    client.messaging.v1.services(service.sid).phone_numbers.create(phone_number_sid=number.sid)
    client.messaging.v1.services(service.sid).phone_numbers.list()
    client.messaging.v1.services(service.sid).update(friendly_name="care team")
    client.messaging.v1.services(service.sid).fetch()
    client.messaging.v1.services.list()
    senders = client.messaging.v2.channels_senders.list(channel="whatsapp")
    client.messaging.v2.channels_senders(senders[0].sid).fetch()
    client.lookups.v2.phone_numbers(PHONE).fetch(fields="line_type_intelligence")
    client.lookups.v2.phone_numbers("nonsense").fetch()
    assert len(held(sandbox, contract)) == 10
