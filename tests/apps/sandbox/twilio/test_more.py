"""What phones send besides words, and the lives of messages that meet trouble."""

import json

from apps.sandbox.twilio.account import SMS_NUMBER, WHATSAPP_SENDER
from apps.sandbox.twilio.webhooks import Sent
from tests.apps.sandbox.running import Sandbox, twilio_client, wait_until

PHONE = "+447700900124"
JSON = {"Content-Type": "application/json"}
INBOUND = "/webhooks/twilio/message"


def form(sandbox: Sandbox, sent: Sent, body: str = "", to: str = WHATSAPP_SENDER) -> dict[str, str]:
    sandbox.world.twilio.receive(PHONE, to, body, "Ada", sent)
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
    twilio.troubles[PHONE] = 30007
    message = twilio_client(sandbox).messages.create(to=PHONE, from_=SMS_NUMBER, body="Hi")
    wait_until(lambda: twilio.messages[message.sid].status == "undelivered")
    assert twilio.messages[message.sid].error_code == 30007


def test_the_typing_sign_marks_the_message_as_read(sandbox: Sandbox) -> None:
    twilio = sandbox.world.twilio
    message = twilio.receive(PHONE, WHATSAPP_SENDER, "Hi")
    twilio_client(sandbox).messaging.v2.typing_indicator.create(channel="whatsapp", message_id=message.sid)
    assert message.status == "read"
    assert PHONE in twilio.typing


def test_buttons_are_shown_under_their_message(sandbox: Sandbox) -> None:
    client = twilio_client(sandbox)
    actions = [{"type": "QUICK_REPLY", "title": each, "id": each} for each in ("Yes", "No")]
    asked = {"language": "en", "types": {"twilio/quick-reply": {"body": "On?", "actions": actions}}}
    answer = client.request("POST", "https://content.twilio.com/v1/Content", data=asked, headers=JSON)
    sandbox.world.twilio.receive(PHONE, WHATSAPP_SENDER, "Hi")
    sid = json.loads(answer.text)["sid"]
    sent = client.messages.create(to=f"whatsapp:{PHONE}", from_=WHATSAPP_SENDER, content_sid=sid)
    assert sandbox.world.twilio.messages[sent.sid].choices == ("Yes", "No")
