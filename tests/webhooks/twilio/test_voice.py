"""The web side of calls: real signatures and TwiML, over a real store."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from flask import Flask
from prometheus_client import CollectorRegistry
from werkzeug.test import TestResponse

from connectors.sql.inbox import SqlInbox
from connectors.sql.store import SqlStore
from connectors.twilio.signature import TwilioSignature
from connectors.twilio.voice import VoiceTwiml
from core.errors import TransientError
from core.model.call import Call
from core.model.conversation import Role
from core.model.customer import Channel
from core.model.event import Event, EventKind
from core.model.event_payloads import CallAccepted, CallEnded, LineSpoken, MessageReceived
from core.policy import Voice
from core.voice.reception import Reception
from tests.clock import Clock
from tests.core import people, rules
from tests.webhooks.receiving import FORM, INSIDE, PUBLIC_URL, TWILIO_TOKEN, Told, twilio_headers
from webhooks.intake import Intake, counter
from webhooks.twilio.voice import Calls, recorded_call, voice_webhooks

SID = "CA" + "1a" * 16
ROOT = "/webhooks/twilio/voice"


class FullInbox:
    """A store whose disk is full, for as long as `full` says so."""

    def __init__(self, inbox: SqlInbox) -> None:
        self.inbox, self.full = inbox, False

    def accept(self, event: Event) -> bool:
        if self.full:
            raise TransientError("the disk is full")
        return self.inbox.accept(event)


class Line:
    """Twilio's end of one call."""

    def __init__(self, store: SqlStore, clock: Clock) -> None:
        self.store, self.clock, self.told = store, clock, Told()
        self.inbox = FullInbox(SqlInbox(store, self.told))
        known = rules.policy()
        self.policy = replace(known, voice=Voice(languages=("en", "de")), standing=known.standing | {"call"})
        intake = Intake(inbox=self.inbox, now=clock, public_url=PUBLIC_URL, received=counter(CollectorRegistry()))
        calls = Calls(
            intake=intake,
            signature=TwilioSignature(TWILIO_TOKEN),
            reception=self.reception,
            rendered=VoiceTwiml(PUBLIC_URL),
        )
        app = Flask(__name__)
        app.register_blueprint(voice_webhooks(calls))
        self.client = app.test_client()

    def reception(self) -> Reception:
        return Reception(
            store=self.store,
            policy=lambda: self.policy,
            company="Larkfield",
            caller_id="+15005550006",
            now=self.clock,
        )

    def post(self, path: str, *, token: str = TWILIO_TOKEN, **form: str) -> TestResponse:
        sent = {"CallSid": SID, "From": people.EMMA_PHONE, "CallStatus": "in-progress", **form}
        url = f"{ROOT}/{path}" if path else ROOT
        headers = twilio_headers(f"{PUBLIC_URL}{url}", sent, token)
        return self.client.post(url, base_url=INSIDE, data=urlencode(sent).encode(), headers=headers, content_type=FORM)

    @property
    def kept(self) -> list[Event]:
        with self.store.begin() as unit:
            found = [unit.events.claim(event_id, self.clock()) for event_id in self.told.events]
        return [event for event in found if event is not None]


@pytest.fixture
def line(store: SqlStore) -> Line:
    return Line(store, Clock(people.NOW))


def verbs(answer: TestResponse) -> list[str]:
    return [verb.tag for verb in ElementTree.fromstring(answer.data)]  # noqa: S314 - our own


def gathers(answer: TestResponse) -> Mapping[str, str]:
    gather = ElementTree.fromstring(answer.data).find("Gather")  # noqa: S314 - our own
    assert gather is not None
    return gather.attrib


def test_a_call_is_answered_with_a_greeting_that_listens_at_once(line: Line) -> None:
    answer = line.post("", CallStatus="ringing", FromCountry="GB")
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    asked = gathers(answer)
    assert (asked["input"], asked["language"], asked["bargeIn"]) == ("dtmf speech", "en-GB", "true")
    assert asked["actionOnEmptyResult"] == "true"
    assert asked["action"].startswith(f"{PUBLIC_URL}{ROOT}/said?")
    assert "virtual assistant of Larkfield" in answer.text


def test_words_become_an_event_for_the_loop_and_the_caller_waits(line: Line) -> None:
    answer = line.post("said?lang=en&turn=g", SpeechResult="Where is my order?", Confidence="0.91")
    (event,) = line.kept
    assert (event.kind, event.subject) == (EventKind.MESSAGE_RECEIVED, f"{SID}:g")
    said = event.payload_as(MessageReceived)
    assert (said.channel, said.sender) == (Channel.VOICE, SID)
    assert (said.phone, said.text) == (people.EMMA_PHONE, "Where is my order?")
    assert verbs(answer) == ["Pause", "Redirect"]


def test_the_same_words_again_are_one_event(line: Line) -> None:
    for _ in range(3):
        line.post("said?lang=en&turn=g", SpeechResult="Where is my order?", Confidence="0.91")
    assert len(line.told.events) == 1


def test_a_forged_call_is_turned_away_and_nothing_is_kept(line: Line) -> None:
    answer = line.post("said?lang=en&turn=g", token="another-token", SpeechResult="Pay me")
    assert answer.status_code == 401
    assert line.told.events == []


def test_a_place_in_the_call_that_was_changed_on_the_way_does_not_fit_its_signature(line: Line) -> None:
    sent = {"CallSid": SID, "From": people.EMMA_PHONE, "Digits": "1"}
    headers = twilio_headers(f"{PUBLIC_URL}{ROOT}/accepted?call={SID}", sent)
    url = f"{ROOT}/accepted?call=CA{'9' * 32}"
    answer = line.client.post(url, base_url=INSIDE, data=urlencode(sent).encode(), headers=headers, content_type=FORM)
    assert answer.status_code == 401


@pytest.mark.parametrize("number", ["anonymous", "+266696687", "sip:somebody@example.com", ""])
def test_a_withheld_number_is_no_number(line: Line, number: str) -> None:
    line.post("said?lang=en&turn=g", From=number, SpeechResult="Hello")
    assert line.kept[0].payload_as(MessageReceived).phone == ""


def test_a_recogniser_without_a_confidence_is_believed(line: Line) -> None:
    line.post("said?lang=en&turn=g", SpeechResult="Where is my order?", Confidence="0.0")
    assert len(line.told.events) == 1


def test_a_store_that_is_full_asks_the_caller_again_instead_of_ending_the_call(line: Line) -> None:
    line.inbox.full = True
    answer = line.post("said?lang=en&turn=g", SpeechResult="Where is my order?", Confidence="0.9")
    assert answer.status_code == 200
    assert gathers(answer)["action"] == f"{PUBLIC_URL}{ROOT}/said?lang=en&turn=g"
    line.inbox.full = False
    line.post("said?lang=en&turn=g", SpeechResult="Where is my order?", Confidence="0.9")
    assert len(line.told.events) == 1


@pytest.mark.parametrize(
    ("place", "form"),
    [(f"accepted?lang=en&call={SID}", {"Digits": "1"}), ("rung?lang=en&turn=g", {"DialCallStatus": "completed"})],
)
def test_what_twilio_tells_once_is_asked_for_again_with_what_it_told(
    line: Line, place: str, form: dict[str, str]
) -> None:
    line.inbox.full = True
    with line.store.begin() as unit:
        unit.calls.save(Call(sid=SID, number="", language="en", started_at=people.NOW))
    (redirect,) = ElementTree.fromstring(line.post(place, **form).data).findall("Redirect")  # noqa: S314 - our own
    ((name, value),) = form.items()
    assert f"{name}={value}" in str(redirect.text)


def test_a_call_that_was_taken_stays_taken_when_the_store_is_there_again(line: Line) -> None:
    line.inbox.full = True
    asked = line.post(f"accepted?lang=en&call={SID}", CallSid="CA" + "2c" * 16, Digits="1")
    (redirect,) = ElementTree.fromstring(asked.data).findall("Redirect")  # noqa: S314 - our own
    line.inbox.full = False
    again = str(redirect.text).removeprefix(f"{PUBLIC_URL}{ROOT}/")
    assert verbs(line.post(again, CallSid="CA" + "2c" * 16)) == []
    assert [event.payload for event in line.kept] == [CallAccepted()]


def test_a_code_that_could_not_be_kept_is_keyed_in_again_as_a_whole(line: Line) -> None:
    line.inbox.full = True
    again = line.post("said?lang=en&turn=fx_1&asked=code", Digits="104599")
    assert gathers(again)["numDigits"] == "6"
    assert "104599" not in gathers(again)["action"]


def test_only_the_end_of_a_call_is_kept_of_its_reports(line: Line) -> None:
    for status in ("ringing", "in-progress", "completed", "completed"):
        assert line.post("status", CallStatus=status).status_code == 204
    (event,) = line.kept
    assert (event.kind, event.payload_as(CallEnded).status) == (EventKind.CALL_CHANGED, "completed")


def said(**changes: str) -> dict[str, str]:
    """A finished utterance as a live transcription reports it."""
    return {
        "TranscriptionSid": "GT" + "2b" * 16,
        "TranscriptionEvent": "transcription-content",
        "SequenceId": "3",
        "Timestamp": "2026-11-20T09:00:05.123Z",
        "Track": "inbound_track",
        "TranscriptionData": json.dumps({"transcript": "My card was stolen", "confidence": 0.9}),
        "Final": "true",
        **changes,
    }


def test_what_is_said_to_a_person_is_kept_with_who_said_it_and_when(line: Line) -> None:
    line.post("lines", **said())
    (event,) = line.kept
    assert (event.kind, event.subject) == (EventKind.CALL_LINE, SID)
    spoken = event.payload_as(LineSpoken)
    assert (spoken.role, spoken.text) == (Role.CUSTOMER, "My card was stolen")
    assert event.occurred_at == datetime.fromisoformat("2026-11-20T09:00:05.123+00:00")


@pytest.mark.parametrize(
    "changes",
    [
        {"TranscriptionEvent": "transcription-started"},
        {"Final": "false"},
        {"TranscriptionData": '{"transcript": "  "}'},
    ],
)
def test_beginnings_guesses_and_silence_are_not_kept(line: Line, changes: dict[str, str]) -> None:
    assert line.post("lines", **said(**changes)).status_code == 204
    assert line.told.events == []


def test_a_transcript_that_cannot_be_read_is_refused(line: Line) -> None:
    assert line.post("lines", **said(TranscriptionData="no json")).status_code == 400


@pytest.mark.parametrize("changes", [{"CallSid": "CA1"}, {"CallSid": ""}])
def test_a_call_without_a_proper_name_is_refused(line: Line, changes: dict[str, str]) -> None:
    assert line.post("said?lang=en&turn=g", **changes).status_code == 400


def test_a_place_that_is_none_is_refused(line: Line) -> None:
    assert line.post("wait?lang=en&turn=g&since=yesterday").status_code == 400


def test_the_list_of_calls_names_the_arrival_and_the_end_as_the_webhooks_do(line: Line) -> None:
    line.post("", CallStatus="ringing", FromCountry="GB")
    line.post("status", CallStatus="completed")
    now = line.clock()
    listed = recorded_call({"CallSid": SID, "From": people.EMMA_PHONE, "CallStatus": "completed"}, now, now)
    assert [event.id for event in listed] == [event.id for event in line.kept]
    assert not any(line.inbox.accept(event) for event in listed)
