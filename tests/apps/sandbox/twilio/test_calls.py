"""The stand-in's telephone: it runs the TwiML that it is given, as Twilio does."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from apps.sandbox.twilio.account import SMS_NUMBER
from tests.apps.sandbox.running import PUBLIC_URL, Post, Reply, Sandbox, twilio_client, wait_until

VOICE = "/webhooks/twilio/voice"
EMMA = "+447700900123"


def xml(body: str) -> Reply:
    return 200, {"Content-Type": "text/xml"}, f"<Response>{body}</Response>".encode()


def gather(words: str, path: str = "said") -> str:
    url = f"{PUBLIC_URL}{VOICE}/{path}"
    return (
        f'<Gather input="dtmf speech" action="{url}" actionOnEmptyResult="true">'
        f'<Say language="en-GB">{words}</Say></Gather>'
    )


class Caller:
    """Somebody at the page's telephone."""

    def __init__(self, sandbox: Sandbox, answers: dict[str, Callable[[Post], Reply]]) -> None:
        self.sandbox, self.sid = sandbox, ""

        def reply(post: Post) -> Reply:
            path = post.path.split("?")[0].removeprefix(VOICE).strip("/")
            return answers.get(path, lambda _: (204, {}, b""))(post)

        sandbox.receiver.reply = reply

    def calls(self, **wish: Any) -> None:
        self.sid = self._post("calls", {"from": EMMA, **wish})["sid"]

    def does(self, do: str, text: str = "", who: str = "caller", **more: Any) -> None:
        self._post(f"calls/{self.sid}/{who}", {"do": do, "text": text, **more})

    def _post(self, path: str, wish: dict[str, Any]) -> dict[str, Any]:
        answer = requests.post(f"{self.sandbox.url}/sandbox/api/{path}", json=wish, timeout=5)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    @property
    def call(self) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self.sandbox.url}/sandbox/api/calls/{self.sid}", timeout=5).json()
        return found

    def waits_for(self, what: str, value: object) -> None:
        wait_until(lambda: self.call[what] == value)

    def heard(self) -> list[tuple[str, str]]:
        return [(line["who"], line["text"]) for line in self.call["spoken"]]

    def lines(self, event: str = "transcription-content") -> list[dict[str, str]]:
        return [line for line in self.posts("/lines") if line["TranscriptionEvent"] == event]

    def posts(self, path: str) -> list[dict[str, str]]:
        found = [post for post in self.sandbox.receiver.posts if post.path.split("?")[0] == f"{VOICE}{path}"]
        return [post.form for post in found]


def test_what_the_caller_says_is_posted_to_the_gathers_action(sandbox: Sandbox) -> None:
    caller = Caller(
        sandbox,
        {"": lambda _: xml(gather("Hello.")), "said": lambda _: xml("<Say>Goodbye.</Say><Hangup/>")},
    )
    caller.calls(country="GB")
    caller.waits_for("listening", "caller")
    caller.does("say", "Where is my order?", confidence=0.8)
    caller.waits_for("status", "completed")
    assert caller.heard() == [("company", "Hello."), ("caller", "Where is my order?"), ("company", "Goodbye.")]
    wait_until(lambda: bool(caller.posts("/status")))  # sent after the call is over
    arrival, said = caller.posts("")[0], caller.posts("/said")[0]
    assert (arrival["CallSid"], arrival["From"], arrival["FromCountry"]) == (caller.sid, EMMA, "GB")
    assert (said["SpeechResult"], said["Confidence"]) == ("Where is my order?", "0.8")
    assert caller.posts("/status")[-1]["CallStatus"] == "completed"


def test_silence_and_keys_are_told_as_what_they_are(sandbox: Sandbox) -> None:
    caller = Caller(sandbox, {"": lambda _: xml(gather("Hello.")), "said": lambda _: xml(gather("Again?"))})
    caller.calls()
    caller.waits_for("listening", "caller")
    caller.does("silence")
    wait_until(lambda: len(caller.posts("/said")) == 1)
    caller.waits_for("listening", "caller")
    caller.does("press", "0")
    wait_until(lambda: len(caller.posts("/said")) == 2)
    silent, pressed = caller.posts("/said")
    assert "SpeechResult" not in silent
    assert "Digits" not in silent
    assert pressed["Digits"] == "0"


def test_a_live_call_goes_on_with_the_twiml_that_it_is_given(sandbox: Sandbox) -> None:
    wait = f'<Pause length="60"/><Redirect>{PUBLIC_URL}{VOICE}/wait</Redirect>'
    caller = Caller(sandbox, {"": lambda _: xml(wait)})
    caller.calls()
    caller.waits_for("status", "in-progress")
    twilio_client(sandbox).calls(caller.sid).update(twiml="<Response><Say>It is on its way.</Say><Hangup/></Response>")
    caller.waits_for("status", "completed")
    assert caller.heard() == [("company", "It is on its way.")]


def test_a_call_that_is_over_takes_no_more_twiml(sandbox: Sandbox) -> None:
    caller = Caller(sandbox, {"": lambda _: xml("<Hangup/>")})
    caller.calls()
    caller.waits_for("status", "completed")
    with pytest.raises(TwilioRestException) as refused:
        twilio_client(sandbox).calls(caller.sid).update(twiml="<Response/>")
    assert refused.value.code == 21220


def test_the_agent_hears_the_whisper_alone_and_takes_the_call_with_a_key(sandbox: Sandbox) -> None:
    dial = (
        f'<Start><Transcription statusCallbackUrl="{PUBLIC_URL}{VOICE}/lines" track="both_tracks"/></Start>'
        f'<Dial action="{PUBLIC_URL}{VOICE}/rung" timeout="5"><Number url="{PUBLIC_URL}{VOICE}/whisper">'
        "+442079460101</Number></Dial>"
    )
    caller = Caller(
        sandbox,
        {
            "": lambda _: xml(dial),
            "whisper": lambda _: xml(gather("A call from Emma.", "accepted") + "<Hangup/>"),
            "accepted": lambda _: xml(""),
            "rung": lambda _: xml("<Hangup/>"),
        },
    )
    caller.calls()
    caller.waits_for("ringing", "+442079460101")
    caller.does("answer", who="agent")
    caller.waits_for("listening", "agent")
    caller.does("press", "1", who="agent")
    caller.waits_for("bridged", True)
    caller.does("say", "Hello, Maria here.", who="agent")
    caller.does("say", "My card was stolen.")
    wait_until(lambda: len(caller.lines()) == 2)
    caller.does("hang_up", who="agent")
    caller.waits_for("status", "completed")
    assert ("whisper", "A call from Emma.") in caller.heard()
    assert [line["Track"] for line in caller.lines()] == ["outbound_track", "inbound_track"]
    assert caller.posts("/rung")[0]["DialCallStatus"] == "completed"
    assert caller.posts("/whisper")[0]["CallSid"] != caller.sid


def test_what_is_said_after_the_ringing_is_transcribed_too_until_that_is_stopped(sandbox: Sandbox) -> None:
    noun = f'<Transcription name="live" statusCallbackUrl="{PUBLIC_URL}{VOICE}/lines" track="both_tracks"/>'
    dial = f'<Dial action="{PUBLIC_URL}{VOICE}/rung" timeout="0.1"><Number>+442079460101</Number></Dial>'
    stop = '<Stop><Transcription name="live"/></Stop>'
    caller = Caller(
        sandbox,
        {
            "": lambda _: xml(f"<Say>One moment.</Say><Start>{noun}</Start>{dial}"),
            "rung": lambda _: xml(gather("Nobody is free.", "left")),
            "left": lambda _: xml(f"{stop}<Say>Goodbye.</Say><Hangup/>"),
        },
    )
    caller.calls()
    caller.waits_for("listening", "caller")
    caller.does("say", "Call me back.")
    caller.waits_for("status", "completed")
    told = [(line["Track"], json.loads(line["TranscriptionData"])["transcript"]) for line in caller.lines()]
    assert told == [("outbound_track", "Nobody is free."), ("inbound_track", "Call me back.")]
    assert len(caller.lines("transcription-started")) == len(caller.lines("transcription-stopped")) == 1


def test_a_code_is_keyed_in_digit_by_digit_and_one_key_ends_where_one_is_asked_for(sandbox: Sandbox) -> None:
    one, six = (gather("Hello.").replace("<Gather ", f'<Gather numDigits="{n}" timeout="5" ') for n in (1, 6))
    caller = Caller(sandbox, {"": lambda _: xml(one), "said": lambda _: xml(six)})
    caller.calls()
    caller.waits_for("listening", "caller")
    caller.does("press", "45")
    wait_until(lambda: len(caller.posts("/said")) == 1)
    caller.waits_for("listening", "caller")
    for key in "104599":
        caller.does("press", key)
    wait_until(lambda: len(caller.posts("/said")) == 2)
    assert [post["Digits"] for post in caller.posts("/said")] == ["4", "104599"]


def test_nobody_who_picks_up_is_told_as_no_answer(sandbox: Sandbox) -> None:
    dial = f'<Dial action="{PUBLIC_URL}{VOICE}/rung" timeout="0.1"><Number>+442079460101</Number></Dial>'
    caller = Caller(sandbox, {"": lambda _: xml(dial), "rung": lambda _: xml("<Hangup/>")})
    caller.calls()
    caller.waits_for("status", "completed")
    assert caller.posts("/rung")[0]["DialCallStatus"] == "no-answer"


def test_a_document_with_a_verb_that_is_none_ends_the_call_with_twilios_word(sandbox: Sandbox) -> None:
    caller = Caller(sandbox, {"": lambda _: xml("<Sing>La</Sing>")})
    caller.calls()
    caller.waits_for("status", "completed")
    assert caller.call["error"].startswith("12200")


def test_a_withheld_number_is_told_as_twilio_tells_it(sandbox: Sandbox) -> None:
    caller = Caller(sandbox, {"": lambda _: xml("<Hangup/>")})
    caller.calls(withheld=True)
    caller.waits_for("status", "completed")
    assert caller.posts("")[0]["From"] == "+266696687"


def test_the_list_of_calls_is_filtered_by_number_status_and_times(sandbox: Sandbox) -> None:
    first, second = (Caller(sandbox, {"": lambda _: xml("<Hangup/>")}) for _ in range(2))
    first.calls()
    first.waits_for("status", "completed")
    second.calls()
    second.waits_for("status", "completed")
    client, now = twilio_client(sandbox), datetime.now(UTC)
    hour = timedelta(hours=1)

    def sids(**asked: Any) -> list[str]:
        return [call.sid for call in client.calls.list(**asked)]

    assert sids(to=SMS_NUMBER, from_=EMMA, status="completed", end_time_after=now - hour) == [second.sid, first.sid]
    assert (
        sids(start_time_before=now - hour)
        == sids(end_time_after=now + hour)
        == sids(to="+1")
        == sids(status="busy")
        == []
    )
    assert sids(end_time_before=now + hour, start_time=now.date()) == [second.sid, first.sid]
