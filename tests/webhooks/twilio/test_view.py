from urllib.parse import urlencode

import pytest

from core.model.conversation import Attachment
from core.model.customer import Channel
from core.model.event import EventKind
from core.model.event_payloads import MessageReceived, MessageStatus
from core.model.ids import EffectId
from tests.clock import NOW
from tests.webhooks.receiving import FORM, INSIDE, PUBLIC_URL, Receivers, twilio_headers
from webhooks.twilio.view import EMPTY_TWIML, recorded_message

MESSAGE = "/webhooks/twilio/message"
SID = "SM" + "0a" * 16


def text(**changes: str) -> dict[str, str]:
    """An inbound SMS as Twilio posts it."""
    return {
        "ToCountry": "GB",
        "SmsSid": SID,
        "MessageSid": SID,
        "AccountSid": "AC" + "0" * 32,
        "From": "+447700900004",
        "To": "+15005550006",
        "Body": "Where is my order? £20 ✓",
        "NumMedia": "0",
        "ApiVersion": "2010-04-01",
        **changes,
    }


def status(name: str, **changes: str) -> dict[str, str]:
    return {"MessageSid": SID, "MessageStatus": name, "To": "+447700900004", "SmsStatus": name, **changes}


def test_a_genuine_text_is_kept_and_answered_with_empty_twiml(receivers: Receivers) -> None:
    answer = receivers.twilio("message", text())
    (event,) = receivers.kept
    assert (answer.status_code, answer.text, answer.mimetype) == (200, EMPTY_TWIML, "text/xml")
    assert (event.source, event.kind, event.subject) == ("twilio", EventKind.MESSAGE_RECEIVED, SID)
    said = MessageReceived(channel=Channel.SMS, sender="+447700900004", text="Where is my order? £20 ✓")
    assert event.payload == said
    assert receivers.count("twilio", "accepted") == 1


def test_a_whatsapp_message_is_told_apart_by_its_address(receivers: Receivers) -> None:
    receivers.twilio("message", text(From="whatsapp:+447700900004", ProfileName="Dana"))
    said = receivers.kept[0].payload_as(MessageReceived)
    assert (said.sender, said.channel, said.name) == ("+447700900004", Channel.WHATSAPP, "Dana")


def test_a_picture_without_words_is_not_an_empty_message(receivers: Receivers) -> None:
    receivers.twilio("message", text(Body="", NumMedia="1"))
    assert receivers.kept[0].payload_as(MessageReceived).text == "(sent a picture or file)"


def test_twilios_own_word_on_stop_is_kept(receivers: Receivers) -> None:
    receivers.twilio("message", text(Body="STOP", OptOutType="STOP"))
    assert receivers.kept[0].payload_as(MessageReceived).opt_out == "STOP"


def test_the_same_text_again_changes_nothing(receivers: Receivers) -> None:
    """Twilio signs no time: the sid alone stops a replay, however old."""
    answers = [receivers.twilio("message", text()).status_code for _ in range(3)]
    assert answers == [200, 200, 200]
    assert len(receivers.told.events) == 1
    assert receivers.count("twilio", "duplicate") == 2


@pytest.mark.parametrize(
    "headers",
    [
        {},
        twilio_headers(PUBLIC_URL + MESSAGE, text(), token="another-token"),
        twilio_headers(PUBLIC_URL + MESSAGE, text(Body="something else")),
        twilio_headers(PUBLIC_URL + "/webhooks/twilio/status", text()),
    ],
    ids=["unsigned", "another token", "another text", "another path"],
)
def test_a_forged_text_is_refused_and_counted(receivers: Receivers, headers: dict[str, str]) -> None:
    assert receivers.post(MESSAGE, urlencode(text()).encode(), headers, FORM).status_code == 401
    assert receivers.told.events == []
    assert receivers.count("twilio", "bad_signature") == 1


def test_behind_a_proxy_the_public_address_is_the_signed_one(receivers: Receivers) -> None:
    """`Receivers` posts to another host than PUBLIC_URL, as a proxy does."""
    body = urlencode(text()).encode()
    assert receivers.post(MESSAGE, body, twilio_headers(INSIDE + MESSAGE, text()), FORM).status_code == 401
    assert receivers.post(MESSAGE, body, twilio_headers(PUBLIC_URL + MESSAGE, text()), FORM).status_code == 200


def test_a_host_header_that_claims_to_be_us_signs_nothing(receivers: Receivers) -> None:
    headers = twilio_headers("https://evil.example" + MESSAGE, text()) | {"X-Forwarded-Host": "evil.example"}
    answer = receivers.client.post(MESSAGE, base_url="https://evil.example", data=text(), headers=headers)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "fields",
    [
        {"MessageSid": ""},
        {"MessageSid": "SM123"},
        {"MessageSid": SID + "\n"},
        {"From": ""},
        {"From": "+44\x007700900004"},
        {"NumMedia": "some"},
        {"Body": "x" * 20_001},
    ],
)
def test_a_genuine_form_that_cannot_be_read_is_a_plain_400(receivers: Receivers, fields: dict[str, str]) -> None:
    assert receivers.twilio("message", text(**fields)).status_code == 400
    assert receivers.count("twilio", "malformed") == 1
    assert receivers.told.events == []


@pytest.mark.parametrize("body", [b"Body=%ff%fe", b"\xff\xfe", b"&&&=&"])
def test_a_form_that_is_no_text_is_refused(receivers: Receivers, body: bytes) -> None:
    assert receivers.post(MESSAGE, body, {"X-Twilio-Signature": "x"}, FORM).status_code == 401


def test_a_json_body_is_not_taken_for_a_text(receivers: Receivers) -> None:
    answer = receivers.post(MESSAGE, b'{"Body": "hello"}', twilio_headers(PUBLIC_URL + MESSAGE, {}))
    assert answer.status_code == 401


def test_each_status_of_a_message_is_kept_once(receivers: Receivers) -> None:
    for name in ("sent", "delivered", "delivered", "sent"):
        assert receivers.twilio("status", status(name)).status_code == 204
    kept = {(event.kind, event.subject, event.payload_as(MessageStatus).status) for event in receivers.statuses}
    assert len(receivers.statuses) == 2
    assert kept == {(EventKind.MESSAGE_STATUS, SID, "sent"), (EventKind.MESSAGE_STATUS, SID, "delivered")}
    assert (receivers.told.status_hints, receivers.told.events) == (2, [])
    assert receivers.count("twilio", "duplicate") == 2


def test_a_failed_status_carries_its_code_and_the_effect_it_belongs_to(receivers: Receivers) -> None:
    form = status("undelivered", ErrorCode="30003")
    answer = receivers.twilio("status?effect=fx_17", form)
    assert answer.status_code == 204
    assert receivers.statuses[0].payload == MessageStatus(status="undelivered", error="30003", effect=EffectId("fx_17"))


def test_the_effect_in_the_address_is_signed_too(receivers: Receivers) -> None:
    headers = twilio_headers(f"{PUBLIC_URL}/webhooks/twilio/status?effect=fx_17", status("sent"))
    body = urlencode(status("sent")).encode()
    assert receivers.post("/webhooks/twilio/status?effect=fx_18", body, headers, FORM).status_code == 401
    assert receivers.post("/webhooks/twilio/status?effect=fx_17", body, headers, FORM).status_code == 204


def test_a_status_that_we_have_no_word_for_is_kept_for_the_worker(receivers: Receivers) -> None:
    assert receivers.twilio("status", status("pondering")).status_code == 204
    assert receivers.statuses[0].payload_as(MessageStatus).status == "pondering"


@pytest.mark.parametrize("form", [{}, status(""), status("sent", MessageSid="XX1")])
def test_a_status_without_its_fields_is_a_plain_400(receivers: Receivers, form: dict[str, str]) -> None:
    padded = form or {"Unknown": "x"}
    assert receivers.twilio("status", padded).status_code == 400


def test_the_files_of_a_message_are_named_by_address_and_type(receivers: Receivers) -> None:
    media = {"NumMedia": "2", "MediaUrl0": "https://api.twilio.com/one", "MediaContentType0": "image/jpeg"}
    receivers.twilio("message", text(Body="See", **media))
    listed = receivers.kept[0].payload_as(MessageReceived).attachments
    assert listed == (Attachment(name="file 1", type="image/jpeg", ref="https://api.twilio.com/one"),)


def test_a_message_and_its_retry_at_the_fallback_address_are_one_with_what_the_list_tells(receivers: Receivers) -> None:
    fields = text()
    receivers.twilio("message", fields)
    receivers.twilio("message", fields | {"ErrorCode": "11200", "ErrorUrl": "https://handrail.example/x"})
    (event,) = receivers.kept
    (listed,) = recorded_message({name: fields[name] for name in ("MessageSid", "From", "To", "Body")}, NOW, NOW)
    assert listed.id == event.id
