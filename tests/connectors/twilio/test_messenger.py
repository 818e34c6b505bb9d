from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
import responses

from connectors.twilio.account import TwilioAccount
from connectors.twilio.messenger import TwilioMessenger
from core.errors import ConfigurationError, RejectedError
from core.model.customer import Channel
from core.model.ids import EffectId
from tests.connectors.twilio.conftest import SID
from tests.outgoing import to_send

MESSAGES = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TO = "+447700900001"
FX = EffectId("fx_1")


def message(**changes: Any) -> dict[str, Any]:
    made = {"sid": "SM1", "status": "queued", "body": "Hi", "direction": "outbound-api", "date_created": at(NOW)}
    return made | changes


def at(moment: datetime) -> str:
    return format_datetime(moment)


def form(twilio: responses.RequestsMock, place: int = 0) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(str(twilio.calls[place].request.body)).items()}


def test_a_text_carries_sender_validity_and_where_to_report(
    account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    twilio.post(MESSAGES, status=201, json=message())
    receipt = TwilioMessenger(account).send(to_send(TO, "Hi", effect_id=FX))
    assert (receipt.ref, receipt.at, receipt.facts) == ("SM1", NOW, {"status": "queued"})
    assert form(twilio) == {
        "To": TO,
        "From": "+15005550006",
        "Body": "Hi",
        "StatusCallback": "https://handrail.example/webhooks/twilio/status?effect=fx_1",
        "ValidityPeriod": "3600",
    }


def test_a_status_address_keeps_its_own_question(account: TwilioAccount) -> None:
    with_query = TwilioAccount(sid=SID, auth_token="fake", sms_sender="+1", status_url="https://handrail.example/s?a=b")
    assert with_query.status_callback(EffectId("fx 1")) == "https://handrail.example/s?a=b&effect=fx+1"


def test_whatsapp_writes_both_numbers_its_own_way(account: TwilioAccount, twilio: responses.RequestsMock) -> None:
    twilio.post(MESSAGES, status=201, json=message())
    TwilioMessenger(account).send(to_send(TO, "Hi", channel=Channel.WHATSAPP, effect_id=FX))
    assert (form(twilio)["To"], form(twilio)["From"]) == (f"whatsapp:{TO}", "whatsapp:+14155238886")


def outside(twilio: responses.RequestsMock) -> None:
    twilio.post(MESSAGES, status=400, json={"code": 63016, "status": 400, "message": "outside the window"})


def test_outside_the_window_the_approved_template_is_used(
    account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    outside(twilio)
    twilio.post(MESSAGES, status=201, json=message(sid="SM2"))
    fallback = TwilioAccount(
        sid=SID,
        auth_token="fake",
        sms_sender="+15005550006",
        whatsapp_sender="whatsapp:+14155238886",
        status_url="https://handrail.example/s",
        whatsapp_template="HX1",
    )
    assert TwilioMessenger(fallback).send(to_send(TO, "Hi", channel=Channel.WHATSAPP, effect_id=FX)).ref == "SM2"
    assert form(twilio, 1)["ContentSid"] == "HX1"
    assert form(twilio, 1)["ContentVariables"] == '{"1": "Hi"}'
    assert "Body" not in form(twilio, 1)


def test_outside_the_window_without_a_template_is_a_refusal(
    account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    outside(twilio)
    with pytest.raises(RejectedError) as caught:
        TwilioMessenger(account).send(to_send(TO, "Hi", channel=Channel.WHATSAPP, effect_id=FX))
    assert caught.value.code == "63016"


@pytest.mark.parametrize("channel", ["whatsapp", "pigeon"])
def test_a_channel_without_a_sender_is_a_matter_for_a_person(channel: str) -> None:
    bare = TwilioAccount(sid=SID, auth_token="fake", sms_sender="+1", status_url="https://handrail.example/s")
    with pytest.raises(ConfigurationError):
        TwilioMessenger(bare).send(to_send(TO, "Hi", channel=channel, effect_id=FX))


def listed(twilio: responses.RequestsMock, *messages: dict[str, Any]) -> None:
    twilio.get(MESSAGES, json={"messages": list(messages), "page": 0, "next_page_uri": None})


def find(account: TwilioAccount, body: str = "Hi") -> str | None:
    receipt = TwilioMessenger(account).find(to_send(TO, body), NOW)
    return receipt.ref if receipt else None


def test_a_message_is_found_by_its_words_even_while_it_waits(
    account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    listed(twilio, message(sid="SM3", body="Ho"), message(sid="SM2", date_sent=None), message())
    assert find(account) == "SM2"
    assert "To=%2B447700900001" in str(twilio.calls[0].request.url)
    assert "From=%2B15005550006" in str(twilio.calls[0].request.url)


def test_an_older_message_of_the_same_words_is_another(account: TwilioAccount, twilio: responses.RequestsMock) -> None:
    listed(twilio, message(date_created=at(NOW - timedelta(minutes=1))))
    assert find(account) is None


def test_twilios_whole_seconds_do_not_hide_a_message(account: TwilioAccount, twilio: responses.RequestsMock) -> None:
    listed(twilio, message(date_created=at(NOW - timedelta(seconds=1))))
    assert find(account) == "SM1"


def test_what_the_customer_sent_is_not_ours(account: TwilioAccount, twilio: responses.RequestsMock) -> None:
    listed(twilio, message(direction="inbound"))
    assert find(account) is None


@pytest.mark.parametrize(
    "change",
    [{"sid": ""}, {"auth_token": ""}, {"sms_sender": ""}, {"status_url": ""}, {"validity": timedelta(0)}],
)
def test_an_account_without_what_it_needs_is_refused(change: dict[str, Any]) -> None:
    given = {"sid": "AC", "auth_token": "fake", "sms_sender": "+1", "status_url": "https://handrail.example/s"}
    with pytest.raises(ValueError, match=next(iter(change))):
        TwilioAccount(**(given | change))


def test_the_auth_token_is_not_shown(account: TwilioAccount) -> None:
    assert "fake-twilio-auth-token" not in repr(account)
