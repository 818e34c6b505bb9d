from urllib.parse import urlencode

import pytest

from core.model.conversation import MessageKind
from core.model.event_payloads import MessageReceived
from tests.webhooks.receiving import FORM, PUBLIC_URL, Receivers, twilio_headers
from tests.webhooks.twilio.test_view import SID, text

QUOTED = "SM" + "0b" * 16


def kept(receivers: Receivers, **fields: str) -> MessageReceived:
    assert receivers.twilio("message", text(**{"From": "whatsapp:+447700900004", **fields})).status_code == 200
    return receivers.kept[0].payload_as(MessageReceived)


def test_a_place_is_words_coordinates_and_a_map(receivers: Receivers) -> None:
    place = {"Latitude": "51.5074", "Longitude": "-0.1278", "Label": "Home", "Address": "1 High Street"}
    said = kept(receivers, Body="", MessageType="location", **place)
    assert said.text == (
        "Location: Home, 1 High Street (51.5074, -0.1278) https://www.openstreetmap.org/?mlat=51.5074&mlon=-0.1278"
    )


def test_coordinates_that_are_none_are_left_out(receivers: Receivers) -> None:
    assert "openstreetmap" not in kept(receivers, Body="Hi", Latitude="1;x", Longitude="2").text


def test_a_tapped_button_is_what_it_says(receivers: Receivers) -> None:
    said = kept(receivers, Body="", ButtonText="Yes", ButtonPayload="1", MessageType="button")
    assert (said.text, said.choice) == ("Yes", "1")


def test_a_row_of_a_list_is_what_it_says(receivers: Receivers) -> None:
    said = kept(receivers, Body="", ListTitle="Monday 9:00", ListId="slot-1", MessageType="interactive")
    assert (said.text, said.choice) == ("Monday 9:00", "slot-1")


def test_a_reply_names_the_message_it_is_to(receivers: Receivers) -> None:
    assert kept(receivers, OriginalRepliedMessageSid=QUOTED).quotes == f"twilio:{QUOTED}"


@pytest.mark.parametrize("sid", ["", "wamid.x", "SM1\n"])
def test_a_reply_to_what_is_no_message_of_twilios_names_none(receivers: Receivers, sid: str) -> None:
    assert kept(receivers, OriginalRepliedMessageSid=sid).quotes == ""


def test_a_reaction_is_told_as_one(receivers: Receivers) -> None:
    said = kept(receivers, Body="👍", MessageType="reaction", OriginalRepliedMessageSid=QUOTED)
    assert (said.kind, said.text, said.quotes) == (MessageKind.REACTION, "👍", f"twilio:{QUOTED}")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("image/jpeg", "(sent a photo)"),
        ("audio/ogg", "(sent a voice message)"),
        ("video/mp4", "(sent a video)"),
        ("text/vcard", "(sent a contact card)"),
        ("application/pdf", "(sent a PDF)"),
        ("application/zip", "(sent a picture or file)"),
    ],
)
def test_a_file_without_words_is_called_by_its_kind(receivers: Receivers, kind: str, words: str) -> None:
    media = {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/x", "MediaContentType0": kind}
    assert kept(receivers, Body="", MessageType="document", **media).text == words


def test_a_kind_that_cannot_be_shown_is_told_as_such(receivers: Receivers) -> None:
    assert kept(receivers, Body="", MessageType="poll").text == "(sent a message that cannot be shown here: poll)"


def test_an_ad_and_forwarding_are_told_beside_the_words(receivers: Receivers) -> None:
    ad = {"ReferralHeadline": "Warm homes", "ReferralSourceUrl": "https://ads.example/1"}
    said = kept(receivers, Body="Hi", Forwarded="true", **ad)
    assert said.text == "Hi\n(came from the ad: Warm homes, https://ads.example/1)\n(forwarded)"
    assert said.forwarded is True


def test_a_retry_under_another_token_is_the_same_message(receivers: Receivers) -> None:
    """Twilio's idempotency token is outside the signature: the sid decides."""
    signed = twilio_headers(f"{PUBLIC_URL}/webhooks/twilio/message", text())
    for token in ("one", "two"):
        headers = signed | {"I-Twilio-Idempotency-Token": token}
        assert receivers.post("/webhooks/twilio/message", urlencode(text()).encode(), headers, FORM).status_code == 200
    assert [event.subject for event in receivers.kept] == [SID]
