"""What phones send, and what comes of it."""

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from apps.sandbox.twilio.account import SMS_NUMBER, WHATSAPP_SENDER
from apps.sandbox.twilio.records import segments
from apps.sandbox.twilio.webhooks import retry_rule, sign, twiml_messages
from tests.apps.sandbox.running import PUBLIC_URL, Sandbox, twilio_client, wait_until

PHONE = "+447700900123"
INBOUND = "/webhooks/twilio/message"


def test_the_signature_is_the_one_of_the_vendors_published_example() -> None:
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    assert sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_a_text_reaches_the_webhook_signed_for_the_public_address(sandbox: Sandbox) -> None:
    message = sandbox.world.twilio.receive(PHONE, SMS_NUMBER, "Where is my order?")
    post = sandbox.receiver.wait_for(1, INBOUND)[0]
    assert post.form | {"From": PHONE, "To": SMS_NUMBER, "Body": "Where is my order?"} == post.form
    assert (post.form["MessageSid"], post.form["NumMedia"]) == (message.sid, "0")
    check = RequestValidator(sandbox.world.settings.twilio_auth_token)
    assert check.validate(f"{PUBLIC_URL}{INBOUND}", post.form, post.headers["X-Twilio-Signature"])


def test_a_whatsapp_text_names_the_profile(sandbox: Sandbox) -> None:
    sandbox.world.twilio.receive(PHONE, WHATSAPP_SENDER, "Hi", "Ada Byron")
    form = sandbox.receiver.wait_for(1, INBOUND)[0].form
    assert form["From"] == f"whatsapp:{PHONE}"
    assert (form["WaId"], form["ProfileName"]) == (PHONE.lstrip("+"), "Ada Byron")


def test_the_webhook_goes_where_an_installer_set_it(sandbox: Sandbox) -> None:
    client = twilio_client(sandbox)
    number = client.incoming_phone_numbers.list(phone_number=SMS_NUMBER)[0]
    client.incoming_phone_numbers(number.sid).update(sms_url=f"{PUBLIC_URL}/elsewhere")
    sandbox.world.twilio.receive(PHONE, SMS_NUMBER, "Hi")
    assert sandbox.receiver.wait_for(1)[0].path == "/elsewhere"


def test_stop_is_answered_by_twilio_and_blocks_until_start(sandbox: Sandbox) -> None:
    twilio, client = sandbox.world.twilio, twilio_client(sandbox)
    twilio.receive(PHONE, SMS_NUMBER, " stop ")
    assert sandbox.receiver.wait_for(1, INBOUND)[0].form["OptOutType"] == "STOP"
    with pytest.raises(TwilioRestException) as refusal:
        client.messages.create(to=PHONE, from_=SMS_NUMBER, body="Hi")
    assert refusal.value.code == 21610
    twilio.receive(PHONE, SMS_NUMBER, "START")
    client.messages.create(to=PHONE, from_=SMS_NUMBER, body="Hi again")
    assert twilio.drain(5)
    outbound = [each.body for each in twilio.on_phone(PHONE, "sms") if each.outbound]
    assert len(outbound) == 3
    assert outbound[0].startswith("You have successfully been unsubscribed")


def test_stop_on_whatsapp_is_left_to_the_business(sandbox: Sandbox) -> None:
    sandbox.world.twilio.receive(PHONE, WHATSAPP_SENDER, "STOP")
    assert "OptOutType" not in sandbox.receiver.wait_for(1, INBOUND)[0].form
    client = twilio_client(sandbox)
    assert client.messages.create(to=f"whatsapp:{PHONE}", from_=WHATSAPP_SENDER, body="Hi").sid


def test_yes_is_an_ordinary_answer_from_somebody_who_never_said_stop(sandbox: Sandbox) -> None:
    sandbox.world.twilio.receive(PHONE, SMS_NUMBER, "yes")
    assert "OptOutType" not in sandbox.receiver.wait_for(1, INBOUND)[0].form


def test_a_twiml_answer_becomes_a_text_to_the_phone(sandbox: Sandbox) -> None:
    twiml = b"<Response><Message>We got it.</Message></Response>"
    sandbox.receiver.reply = lambda post: (200, {"Content-Type": "text/xml"}, twiml)
    twilio = sandbox.world.twilio
    twilio.receive(PHONE, SMS_NUMBER, "Hi")
    assert sandbox.world.courier.drain(5)
    assert twilio.drain(5)
    assert [each.body for each in twilio.on_phone(PHONE, "sms")] == ["Hi", "We got it."]


def test_an_answer_that_is_not_twiml_says_nothing() -> None:
    assert twiml_messages("") == twiml_messages("accepted") == twiml_messages("<Response/>") == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [("a" * 160, 1), ("a" * 161, 2), ("ä" * 160, 1), ("ж" * 70, 1), ("ж" * 71, 2), ("", 1)],
)
def test_segments_are_counted_by_alphabet(body: str, expected: int) -> None:
    assert segments(body) == expected


#


def test_by_default_only_a_failed_connection_is_tried_once_more() -> None:
    rule = retry_rule("https://handrail.example/in?a=1")
    assert (len(rule.delays), rule.on_no_connection, rule.on_timeout, rule.statuses) == (1, True, False, frozenset())


def test_the_fragment_asks_for_more() -> None:
    rule = retry_rule("https://handrail.example/in#rc=2&rp=rt,5xx")
    assert (len(rule.delays), rule.on_no_connection, rule.on_timeout) == (2, False, True)
    assert (503 in rule.statuses, 404 in rule.statuses) == (True, False)
    everything = retry_rule("https://handrail.example/in#rc=9&rp=all")
    assert (len(everything.delays), everything.on_no_connection, 404 in everything.statuses) == (5, True, True)


def test_a_count_that_is_no_number_is_ignored() -> None:
    assert len(retry_rule("https://handrail.example/in#rc=many").delays) == 1


def test_connecting_and_reading_take_as_long_as_the_address_allows() -> None:
    usual, asked = retry_rule("https://handrail.example/in"), retry_rule("https://handrail.example/in#ct=2000&rt=90000")
    assert (usual.connect_seconds, usual.read_seconds) == (5.0, 15.0)
    assert (asked.connect_seconds, asked.read_seconds) == (2.0, 15.0)


def test_a_text_goes_to_the_fallback_when_all_tries_of_the_first_address_failed(sandbox: Sandbox) -> None:
    number, receiver = sandbox.world.twilio.senders[SMS_NUMBER], sandbox.receiver
    number.sms_url, number.sms_fallback_url = f"{PUBLIC_URL}/in?a=1#rc=1&rp=5xx", f"{PUBLIC_URL}/again"
    receiver.reply = lambda post: (503 if post.path.startswith("/in") else 204, {}, b"")
    sandbox.world.twilio.receive(PHONE, SMS_NUMBER, "Hi")
    posts = receiver.wait_for(3)
    assert [post.path for post in posts] == ["/in?a=1", "/in?a=1", "/again"]
    told = {name: value for name, value in posts[2].form.items() if name not in posts[0].form}
    assert told == {"ErrorCode": "11200", "ErrorUrl": f"{PUBLIC_URL}/in?a=1"}
    check = RequestValidator(sandbox.world.settings.twilio_auth_token)
    # The fragment is no part of what is requested, nor of what is signed.
    assert check.validate(f"{PUBLIC_URL}/in?a=1", posts[0].form, posts[0].headers["X-Twilio-Signature"])
    assert check.validate(f"{PUBLIC_URL}/again", posts[2].form, posts[2].headers["X-Twilio-Signature"])


def test_a_call_is_asked_for_again_and_then_at_the_fallback(sandbox: Sandbox) -> None:
    receiver = sandbox.receiver
    receiver.reply = lambda post: (503 if post.path == "/in" else 200, {}, b"<Response><Hangup/></Response>")
    asked = f"{PUBLIC_URL}/in#rc=1&rp=5xx"
    call = sandbox.world.twilio.exchange.ring(PHONE, SMS_NUMBER, asked, "", fallback=f"{PUBLIC_URL}/again")
    posts = receiver.wait_for(3)
    assert [post.path for post in posts] == ["/in", "/in", "/again"]
    assert posts[2].form["ErrorCode"] == "11200"
    wait_until(lambda: call.ended_at is not None)
    assert call.error == ""


def test_a_service_chooses_the_sender_and_says_which_when_it_sends(sandbox: Sandbox) -> None:
    client = twilio_client(sandbox)
    service = client.messaging.v1.services.create(friendly_name="care")
    with pytest.raises(TwilioRestException) as refusal:
        client.messages.create(to=PHONE, messaging_service_sid=service.sid, body="Hi")
    assert refusal.value.code == 21703
    service.phone_numbers.create(phone_number_sid=sandbox.world.twilio.senders[SMS_NUMBER].sid)
    taken = client.messages.create(to=PHONE, messaging_service_sid=service.sid, body="Hi")
    assert (taken.status, taken.from_, taken.messaging_service_sid) == ("accepted", None, service.sid)
    assert sandbox.world.twilio.drain(5)
    assert client.messages(taken.sid).fetch().from_ == SMS_NUMBER


def test_a_service_with_an_address_of_its_own_takes_the_texts_to_its_numbers(sandbox: Sandbox) -> None:
    client, number = twilio_client(sandbox), sandbox.world.twilio.senders[SMS_NUMBER]
    service = client.messaging.v1.services.create(friendly_name="care", inbound_request_url=f"{PUBLIC_URL}/service")
    service.phone_numbers.create(phone_number_sid=number.sid)
    sandbox.world.twilio.receive(PHONE, SMS_NUMBER, "Hi")
    (post,) = sandbox.receiver.wait_for(1)
    assert (post.path, post.form["MessagingServiceSid"]) == ("/service", service.sid)
