"""TwiML as Twilio publishes it, and the words that reach a live call."""

from datetime import UTC, datetime
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
import requests
import responses

from connectors.twilio.client import TwilioAccount
from connectors.twilio.voice import TwilioVoice, VoiceTwiml
from core.errors import RejectedError, UnknownOutcome
from core.model.customer import Channel
from core.model.ids import EffectId
from core.model.outbound import Outgoing
from core.text.call_words import LINES, LOCALES
from core.voice.script import Ask, Dial, Go, HangUp, Say, Script, StopTranscribing, Transcribe, Wait, Way

BASE = "https://handrail.example"
SID = "CA" + "1a" * 16
URL = f"https://api.twilio.com/2010-04-01/Accounts/AC{'0' * 32}/Calls/{SID}.json"
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)

# The verbs and nouns of Programmable Voice that we use, and the attributes that Twilio documents for them.
PUBLISHED = {
    "Response": set(),
    "Say": {"voice", "loop", "language"},
    "Gather": {
        "input", "action", "method", "timeout", "speechTimeout", "maxSpeechTime", "profanityFilter", "finishOnKey",
        "numDigits", "partialResultCallback", "partialResultCallbackMethod", "language", "hints", "bargeIn", "debug",
        "actionOnEmptyResult", "speechModel", "enhanced",
    },
    "Pause": {"length"},
    "Redirect": {"method"},
    "Start": {"action", "method"},
    "Stop": set(),
    "Transcription": {
        "name", "track", "statusCallbackUrl", "statusCallbackMethod", "inboundTrackLabel", "outboundTrackLabel",
        "partialResults", "languageCode", "transcriptionEngine", "profanityFilter", "speechModel", "hints",
        "enableAutomaticPunctuation", "intelligenceService",
    },
    "Dial": {
        "action", "method", "timeout", "hangupOnStar", "timeLimit", "callerId", "record", "trim", "answerOnBridge",
        "ringTone", "recordingStatusCallback", "recordingTrack", "sequential", "referUrl", "referMethod",
    },
    "Number": {"sendDigits", "url", "method", "statusCallbackEvent", "statusCallback", "statusCallbackMethod"},
    "Hangup": set(),
    "Reject": {"reason"},
}  # fmt: skip
NESTED = {
    "Response": {"Say", "Gather", "Pause", "Redirect", "Start", "Stop", "Dial", "Hangup", "Reject"},
    "Gather": {"Say", "Pause"},
    "Start": {"Transcription"},
    "Stop": {"Transcription"},
    "Dial": {"Number"},
}
ALL: Script = (
    Say(text="Hello & <welcome>", language="de"),
    Wait(seconds=1),
    Transcribe(language="fr", to=Way(path="lines")),
    StopTranscribing(),
    Dial(
        number="+442079460100",
        caller_id="+15005550006",
        seconds=20,
        whisper=Way(path="whisper", told=(("call", SID),)),
        then=Way(path="rung"),
    ),
    Ask(lines=(Say(text="Yes?", language="ja"),), language="ja", then=Way(path="said", told=(("turn", "a b&c"),))),
    Ask(lines=(), language="en", then=Way(path="accepted"), keys_only=True),
    Go(to=Way(path="wait")),
    HangUp(),
    HangUp(unanswered=True),
)


def read(twiml: str) -> ElementTree.Element:
    return ElementTree.fromstring(twiml)  # noqa: S314 - our own


def test_everything_that_a_call_can_do_is_twiml_as_it_is_published() -> None:
    root = read(VoiceTwiml(BASE)(ALL))
    for parent in root.iter():
        assert set(parent.attrib) <= PUBLISHED[parent.tag], parent.tag
        assert {child.tag for child in parent} <= NESTED.get(parent.tag, set()), parent.tag
    assert {each.tag for each in root.iter()} == set(PUBLISHED)


def test_addresses_are_absolute_because_a_live_call_has_no_document_to_be_relative_to() -> None:
    root = read(VoiceTwiml(BASE)(ALL))
    named = [v for each in root.iter() for k, v in each.attrib.items() if k in ("action", "url", "statusCallbackUrl")]
    assert len(named) == 5
    assert all(url.startswith(f"{BASE}/webhooks/twilio/voice/") for url in named)


def test_what_is_stopped_is_the_transcription_that_was_started() -> None:
    root = read(VoiceTwiml(BASE)(ALL))
    started, stopped = (root.find(f"{verb}/Transcription") for verb in ("Start", "Stop"))
    assert started is not None
    assert stopped is not None
    assert started.attrib["name"] == stopped.attrib["name"]


def test_a_place_survives_its_address() -> None:
    root = read(VoiceTwiml(BASE)(ALL))
    gather = root.find("Gather")
    assert gather is not None
    assert gather.attrib["action"].endswith("/said?turn=a+b%26c")


def test_nothing_is_recorded() -> None:
    assert "record" not in VoiceTwiml(BASE)(ALL).casefold()


def test_every_language_has_every_line_and_a_voice() -> None:
    assert {language: set(lines) for language, lines in LINES.items()} == {key: set(LINES["en"]) for key in LOCALES}


def outgoing(on_call: str = "", body: str = "Hold the button.") -> Outgoing:
    return Outgoing(channel=Channel.VOICE, to=SID, body=body, effect_id=EffectId("fx_1"), on_call=on_call)


def sent(twilio: responses.RequestsMock) -> str:
    body = twilio.calls[0].request.body
    assert body is not None
    return parse_qs(body if isinstance(body, str) else body.decode())["Twiml"][0]


@pytest.mark.parametrize(
    ("on_call", "last"), [("", "Gather"), ("link", "Gather"), ("through", "Redirect"), ("end", "Hangup")]
)
def test_what_the_loop_says_interrupts_the_waiting_of_the_call(
    account: TwilioAccount, twilio: responses.RequestsMock, on_call: str, last: str
) -> None:
    twilio.post(URL, json={"sid": SID, "status": "in-progress"})
    voice = TwilioVoice(account, VoiceTwiml(BASE), now=lambda: NOW)
    receipt = voice.send(outgoing(on_call))
    root = read(sent(twilio))
    assert [each.tag for each in root][-1] == last
    assert "Hold the button." in "".join(root.itertext())
    assert receipt.ref == f"{SID}/fx_1"


def test_the_next_words_are_the_answer_to_this_turn(account: TwilioAccount, twilio: responses.RequestsMock) -> None:
    twilio.post(URL, json={"sid": SID, "status": "in-progress"})
    TwilioVoice(account, VoiceTwiml(BASE), now=lambda: NOW).send(outgoing("link"))
    assert "turn=fx_1" in sent(twilio)
    assert "asked=link" in sent(twilio)


def test_a_code_may_be_keyed_in_while_its_text_message_arrives(
    account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    twilio.post(URL, json={"sid": SID, "status": "in-progress"})
    TwilioVoice(account, VoiceTwiml(BASE), now=lambda: NOW).send(outgoing("code"))
    gather = read(sent(twilio)).find("Gather")
    assert gather is not None
    assert gather.attrib["numDigits"] == "6"
    assert int(gather.attrib["timeout"]) >= 15
    assert "asked=code" in gather.attrib["action"]


def test_a_caller_who_has_hung_up_hears_nothing(account: TwilioAccount, twilio: responses.RequestsMock) -> None:
    twilio.post(URL, status=400, json={"code": 21220, "message": "Invalid call state", "status": 400})
    with pytest.raises(RejectedError):
        TwilioVoice(account, VoiceTwiml(BASE), now=lambda: NOW).send(outgoing())


def test_an_answer_that_was_lost_is_not_said_again_by_guessing(
    account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    twilio.post(URL, body=requests.ConnectionError("reset"))
    voice = TwilioVoice(account, VoiceTwiml(BASE), now=lambda: NOW)
    with pytest.raises(UnknownOutcome):
        voice.send(outgoing())
    assert voice.find(outgoing(), NOW) is None
