import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, cast
from urllib.parse import parse_qs

import pytest
import responses

from connectors.twilio.client import TwilioAccount
from connectors.twilio.forms import read_forms
from connectors.twilio.messenger import TwilioMessenger
from core.errors import ConfigurationError, RejectedError
from core.execute.failures import FAILURES
from core.handoff.relay import parts
from core.model.customer import Channel
from core.model.ids import EffectId
from core.model.outbound import Occasion, Outgoing
from tests.connectors.twilio.conftest import SID
from tests.outgoing import to_send

MESSAGES = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TO = "+447700900001"
FX = EffectId("fx_1")


def message(**changes: Any) -> dict[str, Any]:
    made = {"sid": "SM1", "status": "queued", "body": "Hi", "direction": "outbound-api", "date_created": at(NOW)}
    return made | changes


def content_of(twilio: responses.RequestsMock) -> Any:
    """The content that the first request made."""
    return json.loads(twilio.calls[0].request.body or b"")


def at(moment: datetime) -> str:
    return format_datetime(moment)


def form(twilio: responses.RequestsMock, place: int = 0) -> dict[str, str]:
    # The mock hears the whole process, and threads of earlier tests may still be asking somebody else.
    calls = [call for call in twilio.calls if "twilio.com/" in str(call.request.url)]
    return {name: values[0] for name, values in parse_qs(str(calls[place].request.body)).items()}


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


CONTENT = "https://content.twilio.com/v1/Content"
HX = "HX" + "1" * 32


def with_forms(text: str = f"reply.en={HX}") -> TwilioMessenger:
    account = TwilioAccount(
        sid=SID,
        auth_token="fake",
        sms_sender="+15005550006",
        whatsapp_sender="whatsapp:+14155238886",
        status_url="https://handrail.example/s",
        forms=read_forms(text),
    )
    return TwilioMessenger(account, now=lambda: NOW)


def whatsapp(body: str = "Hi", **changes: Any) -> Outgoing:
    return replace(to_send(TO, body, channel=Channel.WHATSAPP, effect_id=FX), **changes)


def approval(twilio: responses.RequestsMock, status: str = "approved", sid: str = HX) -> None:
    twilio.get(f"{CONTENT}/{sid}/ApprovalRequests", json={"sid": sid, "whatsapp": {"status": status}})


def test_inside_the_window_free_words_are_sent(twilio: responses.RequestsMock) -> None:
    twilio.post(MESSAGES, status=201, json=message())
    with_forms().send(whatsapp(free_until=NOW + timedelta(minutes=5)))
    assert (form(twilio)["Body"], "ContentSid" in form(twilio)) == ("Hi", False)


@pytest.mark.parametrize("until", [NOW, NOW - timedelta(days=3), NOW + timedelta(seconds=10)])
def test_outside_the_window_the_approved_form_is_chosen_before_anything_is_sent(
    twilio: responses.RequestsMock, until: datetime
) -> None:
    approval(twilio)
    twilio.post(MESSAGES, status=201, json=message())
    with_forms().send(whatsapp("Hi\n\nthere", free_until=until))
    assert form(twilio, 1)["ContentSid"] == HX
    assert form(twilio, 1)["ContentVariables"] == '{"1": "Hi there"}'
    assert "Body" not in form(twilio, 1)
    assert len(twilio.calls) == 2


def test_an_approval_is_asked_for_once_in_a_while(twilio: responses.RequestsMock) -> None:
    approval(twilio)
    twilio.post(MESSAGES, status=201, json=message())
    messenger = with_forms()
    for _ in range(3):
        messenger.send(whatsapp(free_until=NOW))
    assert len(twilio.calls) == 4


@pytest.mark.parametrize(
    ("forms", "status", "language"),
    [("", "approved", "en"), (f"reply.de={HX}", "approved", "en"), (f"reply.en={HX}", "pending", "en")],
    ids=["none", "another language", "not approved"],
)
def test_without_an_approved_form_nothing_is_sent(
    twilio: responses.RequestsMock, forms: str, status: str, language: str
) -> None:
    approval(twilio, status)
    with pytest.raises(RejectedError) as caught:
        with_forms(forms).send(whatsapp(free_until=NOW, language=language))
    assert caught.value.code == "no_template"
    assert not [call for call in twilio.calls if call.request.method == "POST"]


def test_a_form_that_would_cut_the_text_is_refused_and_nothing_is_sent(twilio: responses.RequestsMock) -> None:
    approval(twilio)
    with pytest.raises(RejectedError) as caught:
        with_forms().send(whatsapp("word " * 181, free_until=NOW))
    assert caught.value.code == "too_long"
    assert caught.value.code in FAILURES
    assert not [call for call in twilio.calls if call.request.method == "POST"]


def test_every_part_of_an_agents_reply_fits_a_form_whole(twilio: responses.RequestsMock) -> None:
    approval(twilio)
    twilio.post(MESSAGES, status=201, json=message())
    messenger = with_forms()
    cut = parts("x" * 30_000, Channel.WHATSAPP)
    for part in cut:
        messenger.send(whatsapp(part, free_until=NOW))
        said = parse_qs(str(twilio.calls[-1].request.body))["ContentVariables"][0]
        assert json.loads(said) == {"1": part}
    assert len(cut) == 35


def test_the_form_for_the_occasion_comes_before_the_general_one(twilio: responses.RequestsMock) -> None:
    notice = "HX" + "2" * 32
    approval(twilio, sid=notice)
    twilio.post(MESSAGES, status=201, json=message())
    with_forms(f"reply.en={HX}, notice.en={notice}").send(whatsapp(templated=True, occasion=Occasion.NOTICE))
    assert form(twilio, 1)["ContentSid"] == notice


@pytest.mark.parametrize("text", ["reply.en", "hello.en=HX1", f"reply.english={HX}", f"reply.en={HX},reply.en={HX}"])
def test_forms_that_are_written_wrongly_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"reply|one template"):
        read_forms(text)


def test_choices_become_buttons_on_whatsapp_made_once(twilio: responses.RequestsMock) -> None:
    twilio.post(CONTENT, status=201, json={"sid": HX})
    twilio.post(MESSAGES, status=201, json=message())
    messenger = with_forms("")
    for _ in range(2):
        messenger.send(whatsapp("Is it on?", choices=("Yes", "No"), free_until=NOW + timedelta(hours=1)))
    made = content_of(twilio)
    assert made["types"]["twilio/quick-reply"]["actions"][0] == {"type": "QUICK_REPLY", "title": "Yes", "id": "1"}
    assert (form(twilio, 1)["ContentSid"], len(twilio.calls)) == (HX, 3)


def test_many_choices_become_a_list(twilio: responses.RequestsMock) -> None:
    twilio.post(CONTENT, status=201, json={"sid": HX})
    twilio.post(MESSAGES, status=201, json=message())
    with_forms("").send(whatsapp("When?", choices=tuple(f"Slot {n}" for n in range(5)), language="de"))
    made = content_of(twilio)["types"]["twilio/list-picker"]
    assert (made["button"], len(made["items"])) == ("Auswählen", 5)


def test_choices_that_fit_no_button_are_numbered(twilio: responses.RequestsMock) -> None:
    twilio.post(MESSAGES, status=201, json=message())
    with_forms("").send(whatsapp("When?", choices=("A choice that is far too long for any button", "No")))
    assert form(twilio)["Body"] == "When?\n1. A choice that is far too long for any button\n2. No"


def test_what_the_text_lists_already_is_not_listed_again_nor_the_way_to_a_person(
    twilio: responses.RequestsMock,
) -> None:
    long = "Wednesday 23 December, 09:00"
    for body in (f"When?\n1. {long}\n2. None\n\nReply AGENT for a person.", "When?\n\nReply AGENT for a person."):
        twilio.post(MESSAGES, status=201, json=message())
        with_forms("").send(whatsapp(body, choices=(long, "None", "Agent")))
    assert form(twilio)["Body"] == f"When?\n1. {long}\n2. None\n\nReply AGENT for a person."
    assert form(twilio, 1)["Body"] == f"When?\n\nReply AGENT for a person.\n1. {long}\n2. None"


def test_buttons_that_cannot_be_made_are_numbered_lines(twilio: responses.RequestsMock) -> None:
    twilio.post(CONTENT, status=500, json={})
    twilio.post(MESSAGES, status=201, json=message())
    with_forms("").send(whatsapp("Is it on?", choices=("Yes", "No")))
    assert form(twilio, 1)["Body"] == "Is it on?\n1. Yes\n2. No"


def test_a_text_message_is_spelled_in_plain_signs_with_numbered_choices(
    account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    twilio.post(MESSAGES, status=201, json=message())
    TwilioMessenger(account).send(replace(to_send(TO, "It’s “on”…"), choices=("Yes", "No")))
    assert form(twilio)["Body"] == 'It\'s "on"...\n1. Yes\n2. No'


def test_an_attempt_that_failed_is_not_taken_for_the_next_one(
    account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    listed(twilio, message(sid="SM2", status="undelivered"), message(sid="SM1", status="failed"))
    assert TwilioMessenger(account).find(replace(to_send(TO, "Hi"), again=True), NOW) is None
    assert find(account) == "SM2"


@pytest.mark.parametrize("channel", ["whatsapp", "pigeon"])
def test_a_channel_without_a_sender_is_a_matter_for_a_person(channel: str) -> None:
    bare = TwilioAccount(sid=SID, auth_token="fake", sms_sender="+1", status_url="https://handrail.example/s")
    with pytest.raises(ConfigurationError):
        TwilioMessenger(bare).send(to_send(TO, "Hi", channel=cast(Channel, channel), effect_id=FX))


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


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(hours=5), "3600"),  # the account's own bound is the shorter one
        (timedelta(minutes=30), "1800"),
        (timedelta(seconds=90.9), "90"),
        (timedelta(seconds=-5), "1"),
    ],
)
def test_a_text_is_dropped_before_the_quiet_hours_begin(
    account: TwilioAccount, twilio: responses.RequestsMock, left: timedelta, said: str
) -> None:
    twilio.post(MESSAGES, status=201, json=message())
    sent = replace(to_send(TO, "Hi", effect_id=FX), valid_until=NOW + left)
    TwilioMessenger(account, now=lambda: NOW).send(sent)
    assert form(twilio)["ValidityPeriod"] == said
