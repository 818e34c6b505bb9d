"""The stand-in through Twilio's own client, over HTTP."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList

from apps.sandbox.twilio.account import SMS_NUMBER, WHATSAPP_SENDER
from apps.sandbox.twilio.webhooks import Sent
from tests.apps.sandbox.running import PUBLIC_URL, Sandbox, serving, twilio_client, wait_until

PHONE = "+447700900123"


def test_a_message_lives_through_its_statuses_and_each_is_posted(sandbox: Sandbox) -> None:
    message = twilio_client(sandbox).messages.create(
        to=PHONE, from_=SMS_NUMBER, body="Your parcel is on its way.", status_callback=f"{PUBLIC_URL}/status?m=1"
    )
    assert (message.status, message.direction, message.num_segments) == ("queued", "outbound-api", "1")
    posts = sandbox.receiver.wait_for(3, "/status")
    # As with the vendor, one post may overtake another; what became of the message may not.
    lived = [status for status, _ in sandbox.world.twilio.messages[message.sid].history]
    assert lived == ["queued", "sending", "sent", "delivered"]
    assert sorted(post.form["MessageStatus"] for post in posts) == sorted(lived[1:])
    assert {post.form["MessageSid"] for post in posts} == {message.sid}
    assert twilio_client(sandbox).messages(message.sid).fetch().status == "delivered"


def test_a_status_callback_passes_the_vendors_own_signature_check(sandbox: Sandbox) -> None:
    callback = f"{PUBLIC_URL}/status?m=1&n=a%20b"
    twilio_client(sandbox).messages.create(to=PHONE, from_=SMS_NUMBER, body="Hi", status_callback=callback)
    post = sandbox.receiver.wait_for(1, "/status")[0]
    check = RequestValidator(sandbox.world.settings.twilio_auth_token)
    assert check.validate(callback, post.form, post.headers["X-Twilio-Signature"])
    assert not check.validate(callback, {**post.form, "To": "+1"}, post.headers["X-Twilio-Signature"])
    assert post.headers["I-Twilio-Idempotency-Token"]


def test_whatsapp_is_read_as_well_when_the_person_wrote_first(sandbox: Sandbox) -> None:
    sandbox.world.twilio.receive(PHONE, WHATSAPP_SENDER, "hello", "Ada")
    twilio_client(sandbox).messages.create(
        to=f"whatsapp:{PHONE}", from_=WHATSAPP_SENDER, body="Hi", status_callback=f"{PUBLIC_URL}/status"
    )
    posts = sandbox.receiver.wait_for(3, "/status")
    assert [post.form["MessageStatus"] for post in posts] == ["sent", "delivered", "read"]
    assert posts[-1].form["EventType"] == "READ"


def test_free_text_on_whatsapp_outside_the_window_fails_with_63016(sandbox: Sandbox) -> None:
    client = twilio_client(sandbox)
    sid = client.messages.create(to=f"whatsapp:{PHONE}", from_=WHATSAPP_SENDER, body="Hi").sid
    wait_until(lambda: client.messages(sid).fetch().status == "undelivered")
    assert client.messages(sid).fetch().error_code == 63016


def test_an_approved_template_goes_out_outside_the_window(sandbox: Sandbox) -> None:
    client = twilio_client(sandbox)
    text = ContentList.Types({"twilio/text": ContentList.TwilioText({"body": "Hello {{1}}, we are on it."})})
    template = client.content.v1.contents.create(
        ContentList.ContentCreateRequest(
            {"friendly_name": "outage", "language": "en", "variables": {"1": "name"}, "types": text}
        )
    )
    client.content.v1.contents(template.sid).approval_create.create(
        ApprovalCreateList.ContentApprovalRequest({"name": "outage", "category": "UTILITY"})
    )
    fetched = client.content.v1.contents(template.sid).approval_fetch().fetch()
    assert fetched.whatsapp["status"] == "approved"
    sent = client.messages.create(
        to=f"whatsapp:{PHONE}",
        from_=WHATSAPP_SENDER,
        content_sid=template.sid,
        content_variables='{"1": "Ada"}',
    )
    assert sent.body == "Hello Ada, we are on it."
    wait_until(lambda: client.messages(sent.sid).fetch().status == "read")


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("12", 21211),
        ("+15005550001", 21211),
        ("+15005550003", 21408),
        ("+15005550004", 21610),
        ("+15005550009", 21614),
    ],
)
def test_a_refusal_carries_twilios_code(sandbox: Sandbox, to: str, code: int) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        twilio_client(sandbox).messages.create(to=to, from_=SMS_NUMBER, body="Hi")
    assert (refusal.value.status, refusal.value.code) == (400, code)


def test_a_wrong_token_is_refused_with_20003(sandbox: Sandbox) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        twilio_client(sandbox, "fake-other-token").messages.create(to=PHONE, from_=SMS_NUMBER, body="Hi")
    assert (refusal.value.status, refusal.value.code) == (401, 20003)


def test_two_creates_are_two_messages(sandbox: Sandbox) -> None:
    client = twilio_client(sandbox)
    first, second = (client.messages.create(to=PHONE, from_=SMS_NUMBER, body="Hi") for _ in range(2))
    assert first.sid != second.sid
    assert {each.sid for each in client.messages.list(to=PHONE)} == {first.sid, second.sid}


def test_a_list_does_not_show_what_was_just_written_but_a_fetch_does() -> None:
    with serving(lag_seconds=0.3) as sandbox:
        client = twilio_client(sandbox)
        sid = client.messages.create(to=PHONE, from_=SMS_NUMBER, body="Hi").sid
        assert client.messages(sid).fetch().sid == sid
        assert client.messages.list(to=PHONE) == []
        wait_until(lambda: [each.sid for each in client.messages.list(to=PHONE)] == [sid])


def test_a_long_list_is_read_page_by_page(sandbox: Sandbox) -> None:
    client = twilio_client(sandbox)
    sids = [client.messages.create(to=PHONE, from_=SMS_NUMBER, body=str(n)).sid for n in range(5)]
    assert [each.sid for each in client.messages.list(page_size=2)] == sids[::-1]


def test_a_list_is_filtered_by_date(sandbox: Sandbox) -> None:
    client = twilio_client(sandbox)
    sid = client.messages.create(to=PHONE, from_=SMS_NUMBER, body="Hi").sid
    hour = timedelta(hours=1)
    now = datetime.now(UTC)
    assert [each.sid for each in client.messages.list(date_sent_after=now - hour)] == [sid]
    assert client.messages.list(date_sent_after=now + hour) == []
    assert client.messages.list(date_sent_before=now - hour) == []


def test_a_body_can_be_redacted_and_a_message_deleted(sandbox: Sandbox) -> None:
    client = twilio_client(sandbox)
    sid = client.messages.create(to=PHONE, from_=SMS_NUMBER, body="secret").sid
    assert client.messages(sid).update(body="").body == ""
    assert client.messages(sid).delete()
    with pytest.raises(TwilioRestException) as gone:
        client.messages(sid).fetch()
    assert (gone.value.status, gone.value.code) == (404, 20404)


def test_a_scheduled_message_can_be_canceled(sandbox: Sandbox) -> None:
    client = twilio_client(sandbox)
    service = client.messaging.v1.services.create(friendly_name="care")
    client.messaging.v1.services(service.sid).phone_numbers.create(
        phone_number_sid=client.incoming_phone_numbers.list()[0].sid
    )
    later = datetime.now(UTC) + timedelta(hours=1)
    message = client.messages.create(
        to=PHONE, messaging_service_sid=service.sid, body="Hi", schedule_type="fixed", send_at=later
    )
    assert (message.status, message.from_) == ("scheduled", None)
    assert client.messages(message.sid).update(status="canceled").status == "canceled"


def test_a_phone_that_is_off_ends_undelivered_with_30003(sandbox: Sandbox) -> None:
    sandbox.world.twilio.switched_off.add(PHONE)
    client = twilio_client(sandbox)
    sid = client.messages.create(to=PHONE, from_=SMS_NUMBER, body="Hi").sid
    wait_until(lambda: client.messages(sid).fetch().error_code == 30003)
    assert client.messages(sid).fetch().status == "undelivered"


# What phones send besides words, and the lives of messages that meet trouble.

CALLERS_PHONE = "+447700900124"
JSON = {"Content-Type": "application/json"}
INBOUND = "/webhooks/twilio/message"


def form(sandbox: Sandbox, sent: Sent, body: str = "", to: str = WHATSAPP_SENDER) -> dict[str, str]:
    sandbox.world.twilio.receive(CALLERS_PHONE, to, body, "Ada", sent)
    return sandbox.receiver.wait_for(1, INBOUND)[0].form


def test_a_place_has_coordinates(sandbox: Sandbox) -> None:
    found = form(sandbox, Sent(place=("51.5", "-0.1", "Home")))
    assert (found["Latitude"], found["Longitude"], found["Label"]) == ("51.5", "-0.1", "Home")
    assert found["MessageType"] == "location"


def test_a_reaction_names_its_message(sandbox: Sandbox) -> None:
    found = form(sandbox, Sent(reaction="👍", quotes="SM" + "1" * 32))
    assert (found["MessageType"], found["Body"]) == ("reaction", "👍")
    assert found["OriginalRepliedMessageSid"] == "SM" + "1" * 32


def test_a_tap_is_the_buttons_own_text(sandbox: Sandbox) -> None:
    found = form(sandbox, Sent(tapped="Yes"))
    assert (found["Body"], found["ButtonText"]) == ("Yes", "Yes")


def test_an_mms_has_files_and_nothing_of_whatsapps(sandbox: Sandbox) -> None:
    found = form(sandbox, Sent(files=(("image/png", b"x"),), reaction="👍"), "Look", SMS_NUMBER)
    assert (found["NumMedia"], found["Body"]) == ("1", "Look")
    assert "ReactionEmoji" not in found
    assert found["MediaUrl0"].startswith("https://api.twilio.com/2010-04-01/Accounts/")


def test_a_number_in_trouble_ends_every_message_with_its_error(sandbox: Sandbox) -> None:
    twilio = sandbox.world.twilio
    twilio.troubles[CALLERS_PHONE] = 30007
    message = twilio_client(sandbox).messages.create(to=CALLERS_PHONE, from_=SMS_NUMBER, body="Hi")
    wait_until(lambda: twilio.messages[message.sid].status == "undelivered")
    assert twilio.messages[message.sid].error_code == 30007


def test_the_typing_sign_marks_the_message_as_read(sandbox: Sandbox) -> None:
    twilio = sandbox.world.twilio
    message = twilio.receive(CALLERS_PHONE, WHATSAPP_SENDER, "Hi")
    twilio_client(sandbox).messaging.v2.typing_indicator.create(channel="whatsapp", message_id=message.sid)
    assert message.status == "read"
    assert CALLERS_PHONE in twilio.typing


def test_buttons_are_shown_under_their_message(sandbox: Sandbox) -> None:
    client = twilio_client(sandbox)
    actions = [{"type": "QUICK_REPLY", "title": each, "id": each} for each in ("Yes", "No")]
    asked = {"language": "en", "types": {"twilio/quick-reply": {"body": "On?", "actions": actions}}}
    answer = client.request("POST", "https://content.twilio.com/v1/Content", data=asked, headers=JSON)
    sandbox.world.twilio.receive(CALLERS_PHONE, WHATSAPP_SENDER, "Hi")
    sid = json.loads(answer.text)["sid"]
    sent = client.messages.create(to=f"whatsapp:{CALLERS_PHONE}", from_=WHATSAPP_SENDER, content_sid=sid)
    assert sandbox.world.twilio.messages[sent.sid].choices == ("Yes", "No")
