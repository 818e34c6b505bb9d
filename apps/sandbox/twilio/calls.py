"""Telephone calls to the account's numbers: each runs its TwiML on a thread of its own, as Twilio runs it.

Who calls types what they say, so silence is not counted in seconds: it is told like a word.
"""

import json
import queue
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree

from apps.sandbox.twilio.records import API_VERSION, new_sid
from apps.sandbox.twilio.webhooks import failed

# What is heard in a call, and what comes to it from outside.

CONFIDENCE = 0.93


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came from outside while a call waited."""

    kind: str  # said, pressed, silent, hung_up, twiml, agent_said, agent_pressed, agent_hung_up, agent_answered
    text: str = ""
    confidence: float = CONFIDENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One line that somebody in the call could hear."""

    who: str  # company, caller, agent, whisper
    text: str
    at: datetime
    language: str = ""


# A call's TwiML, read into the few verbs that the stand-in knows.

VERBS = frozenset({"Say", "Gather", "Pause", "Redirect", "Start", "Stop", "Dial", "Hangup", "Reject"})


class TwimlError(ValueError):
    """What Twilio would end a call over: no XML, or a verb in it that is none (error 12100, 12200)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One verb with its attributes; `lines` are the (language, text) that it says, `target` the text or the nested
    address that it leads to."""

    name: str
    given: dict[str, str] = field(default_factory=dict)
    lines: tuple[tuple[str, str], ...] = ()
    target: str = ""
    noun: dict[str, str] = field(default_factory=dict)


def verbs_of(twiml: str) -> list[Verb]:
    """Raises TwimlError."""
    if not twiml.strip():
        return []
    try:
        root = ElementTree.fromstring(twiml)  # noqa: S314 - the answer is Handrail's own
    except ElementTree.ParseError as error:
        raise TwimlError(f"12100: no document ({error})") from error
    if root.tag != "Response":
        raise TwimlError(f"12100: the document begins with {root.tag}")
    return list(_verbs(root))


def _verbs(root: ElementTree.Element) -> Iterator[Verb]:
    for each in root:
        if each.tag not in VERBS:
            raise TwimlError(f"12200: {each.tag} is no verb of a call")
        noun = next((child for child in each if child.tag in ("Number", "Transcription")), None)
        said = [each] if each.tag == "Say" else [child for child in each if child.tag == "Say"]
        yield Verb(
            name=each.tag,
            given=dict(each.attrib),
            lines=tuple((line.get("language", "en-US"), " ".join((line.text or "").split())) for line in said),
            target=((noun.text if noun is not None else each.text) or "").strip(),
            noun=dict(noun.attrib) if noun is not None else {},
        )


# The live transcriptions of a call, as Twilio makes them: from `<Start>` to `<Stop>` or the end of the call whatever
# is said on the caller's line is told, what the caller says and what they hear, be it a person or our own words.

CALLER, HEARD = "inbound_track", "outbound_track"
Tell = Callable[[str, Mapping[str, str]], None]


@dataclass(slots=True, kw_only=True, eq=False)
class Transcriptions:
    """Each under its name; one without a name is stopped by the end of the call alone."""

    sid: str  # of the call
    account_sid: str
    now: Callable[[], datetime]
    tell: Tell
    _running: dict[str, dict[str, str]] = field(default_factory=dict)
    _sequence: int = 0

    def start(self, noun: Mapping[str, str]) -> None:
        self._running[noun.get("name", "")] = dict(noun)
        self._report(noun, "transcription-started", {})

    def stop(self, name: str) -> None:
        noun = self._running.pop(name, None) if name else None
        if noun is not None:
            self._report(noun, "transcription-stopped", {})

    def say(self, track: str, text: str, confidence: float) -> None:
        """Somebody said this."""
        data = json.dumps({"transcript": text, "confidence": confidence})
        for noun in list(self._running.values()):
            told = {"LanguageCode": noun.get("languageCode", "en-US"), "TranscriptionData": data, "Final": "true"}
            self._report(noun, "transcription-content", {**told, "Track": track})

    def end(self) -> None:
        """The call is over."""
        for noun in self._running.values():
            self._report(noun, "transcription-stopped", {})
        self._running.clear()

    def _report(self, noun: Mapping[str, str], event: str, more: Mapping[str, str]) -> None:
        if not noun.get("statusCallbackUrl"):
            return
        self._sequence += 1
        form = {
            "AccountSid": self.account_sid,
            "CallSid": self.sid,
            "TranscriptionSid": "GT" + self.sid[2:],
            "TranscriptionEvent": event,
            "Timestamp": self.now().isoformat().replace("+00:00", "Z"),
            "SequenceId": str(self._sequence),
            **more,
        }
        self.tell(noun["statusCallbackUrl"], form)


# A call.

Post = Callable[[str, Mapping[str, str]], str]
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
MOST_STEPS = 500  # documents of one call: a loop of redirects is a bug, not a conversation


class _Over(Exception):  # noqa: N818 - it is no error: the call has ended
    """The call is over."""


class _Replaced(Exception):  # noqa: N818 - the call goes on with other TwiML
    def __init__(self, twiml: str) -> None:
        super().__init__("replaced")
        self.twiml = twiml


@dataclass(slots=True, kw_only=True, eq=False)
class PhoneCall:
    """One call and all that happens to it. `post` sends a signed form and gives back the answer."""

    sid: str
    account_sid: str
    caller: str
    to: str
    started_at: datetime
    now: Callable[[], datetime]
    post: Post
    country: str = ""
    status: str = "ringing"
    status_callback: str = ""
    listening: str = ""  # nobody, caller, agent
    ringing: str = ""  # the telephone that rings now
    bridged: bool = False
    error: str = ""
    ended_at: datetime | None = None
    spoken: list[Spoken] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    _inbox: "queue.Queue[Heard]" = field(default_factory=queue.Queue)
    _transcribed: Transcriptions = field(init=False)

    def __post_init__(self) -> None:
        self._transcribed = Transcriptions(sid=self.sid, account_sid=self.account_sid, now=self.now, tell=self._tell)

    # ------------------------------------------------------------ from outside

    def hear(self, heard: Heard) -> None:
        self._inbox.put(heard)

    def shown(self) -> dict[str, Any]:
        """The call resource."""
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "from": self.caller,
            "to": self.to,
            "direction": "inbound",
            "status": self.status,
            "start_time": format_datetime(self.started_at),
            "end_time": format_datetime(self.ended_at) if self.ended_at else None,
            "duration": str(self._seconds()) if self.ended_at else None,
            "parent_call_sid": None,
            "uri": f"/{API_VERSION}/Accounts/{self.account_sid}/Calls/{self.sid}.json",
        }

    # ------------------------------------------------------------ as Twilio runs it

    def run(self, url: str, fallback: str = "") -> None:
        """The whole call, from the first request to the last report."""
        try:
            self.status = "in-progress"
            twiml: str | None = self._begun(url, fallback)
            for _ in range(MOST_STEPS):
                twiml = self._document(twiml or "")
                if twiml is None:
                    break
        except _Over:
            pass
        except TwimlError as error:
            self.error = str(error)
        finally:
            self._end()

    def _begun(self, url: str, fallback: str) -> str:
        """What is to be said first; where the address fails, what the fallback says."""
        try:
            return self._fetch(url, {})
        except TwimlError:
            if not fallback:
                raise
            return self._fetch(fallback, failed(url))

    def _document(self, twiml: str) -> str | None:
        """Run one document; the next one, or None at the end of the call."""
        try:
            for verb in verbs_of(twiml):
                following = self._verb(verb)
                if following is not None:
                    return following
        except _Replaced as replaced:
            return replaced.twiml
        return None

    def _verb(self, verb: Verb) -> str | None:
        match verb.name:
            case "Say":
                self._say("company", verb)
            case "Pause":
                self._pause(float(verb.given.get("length", "1")))
            case "Redirect":
                return self._fetch(verb.target, {})
            case "Gather":
                return self._gather(verb)
            case "Start":
                self._transcribed.start(verb.noun)
            case "Stop":
                self._transcribed.stop(verb.noun.get("name", ""))
            case "Dial":
                return self._dial(verb)
            case "Hangup" | "Reject":
                raise _Over
        return None

    def _say(self, who: str, verb: Verb) -> None:
        self._check()
        for language, text in verb.lines:
            self.spoken.append(Spoken(who=who, text=text, at=self.now(), language=language))
            self._transcribed.say(HEARD, text, CONFIDENCE)

    def _pause(self, seconds: float) -> None:
        try:
            self._take(self._inbox.get(timeout=seconds))
        except queue.Empty:
            return

    def _check(self) -> None:
        """Something that came meanwhile ends or replaces what runs."""
        while not self._inbox.empty():
            self._take(self._inbox.get())

    def _take(self, heard: Heard) -> None:
        if heard.kind == "twiml":
            raise _Replaced(heard.text)
        if heard.kind == "hung_up":
            raise _Over

    def _gather(self, verb: Verb) -> str | None:
        self._say("company", verb)
        self.listening = "caller"
        try:
            answer = self._input(verb)
        finally:
            self.listening = ""
        if not answer and verb.given.get("actionOnEmptyResult") != "true":
            return None
        return self._fetch(verb.given["action"], answer)

    def _input(self, verb: Verb) -> dict[str, str]:
        """What Twilio posts to the action: words, keys, or neither."""
        while True:
            heard = self._inbox.get()
            self._take(heard)
            if heard.kind == "silent":
                return {}
            if heard.kind == "pressed":
                keys = self._keys(verb, heard.text)
                self.spoken.append(Spoken(who="caller", text=f"[{keys}]", at=self.now()))
                return {"Digits": keys}
            if heard.kind == "said" and "speech" in verb.given.get("input", "dtmf"):
                self._note_heard("caller", heard)
                return {"SpeechResult": heard.text, "Confidence": str(heard.confidence)}

    def _keys(self, verb: Verb, first: str) -> str:
        """As many keys as are asked for, the last of which ends it; fewer where no more come in time."""
        keys, most = first, int(verb.given.get("numDigits", len(first)))
        while len(keys) < most:
            try:
                heard = self._inbox.get(timeout=float(verb.given.get("timeout", "5")))
            except queue.Empty:
                break
            self._take(heard)
            if heard.kind == "silent":
                break
            keys += heard.text if heard.kind == "pressed" else ""
        return keys[:most]

    # ------------------------------------------------------------ a person at the other end

    def _dial(self, verb: Verb) -> str | None:
        self.ringing = verb.target
        started = self.now()
        try:
            status = self._connect(verb, float(verb.given.get("timeout", "30")))
        finally:
            self.ringing, self.bridged, self.listening = "", False, ""
        seconds = str(int((self.now() - started).total_seconds()))
        told = {"DialCallStatus": status, "DialCallSid": new_sid("CA"), "DialCallDuration": seconds}
        return self._fetch(verb.given["action"], told) if "action" in verb.given else None

    def _connect(self, verb: Verb, seconds: float) -> str:
        try:
            heard = self._inbox.get(timeout=seconds)
            while heard.kind not in ("agent_answered", "agent_hung_up"):
                self._take(heard)
                heard = self._inbox.get(timeout=seconds)
        except queue.Empty:
            return "no-answer"
        if heard.kind == "agent_hung_up":
            return "busy"
        if "url" in verb.noun and not self._whisper(verb.noun["url"], new_sid("CA")):
            return "no-answer"
        self.bridged = True
        self._talk()
        return "completed"

    def _whisper(self, url: str, leg: str) -> bool:
        """The agent hears it; the caller does not. Whether the two are to be connected."""
        verbs = verbs_of(self._fetch(url, {}, leg))
        for verb in verbs:
            if verb.name == "Hangup":
                return False
            for language, text in verb.lines:
                self.spoken.append(Spoken(who="whisper", text=text, at=self.now(), language=language))
            if verb.name == "Gather":
                self.listening = "agent"
                heard = self._inbox.get()
                self._take(heard)
                if heard.kind == "agent_hung_up":
                    return False
                digits = heard.text if heard.kind == "agent_pressed" else ""
                then = verbs_of(self._fetch(verb.given["action"], {"Digits": digits}, leg))
                return not any(each.name == "Hangup" for each in then)
        return True

    def _talk(self) -> None:
        """Both speak until the agent hangs up."""
        self.listening = "both"
        while (heard := self._inbox.get()).kind != "agent_hung_up":
            self._take(heard)
            if heard.kind in ("said", "agent_said"):
                self._note_heard("caller" if heard.kind == "said" else "agent", heard)

    def _note_heard(self, who: str, heard: Heard) -> None:
        self.spoken.append(Spoken(who=who, text=heard.text, at=self.now()))
        self._transcribed.say(CALLER if who == "caller" else HEARD, heard.text, heard.confidence)

    # ------------------------------------------------------------ requests

    def _fetch(self, url: str, more: Mapping[str, str], leg: str = "") -> str:
        answer = self.post(url, {**self._form(leg), **more})
        self.scripts.append(answer)
        return answer

    def _form(self, leg: str = "") -> dict[str, str]:
        return {
            "AccountSid": self.account_sid,
            "ApiVersion": API_VERSION,
            "CallSid": leg or self.sid,
            "CallStatus": self.status,
            "Direction": "outbound-dial" if leg else "inbound",
            "From": self.caller,
            "FromCountry": self.country,
            "To": self.ringing if leg else self.to,
            **({"ParentCallSid": self.sid} if leg else {}),
        }

    def _end(self) -> None:
        self.status, self.ended_at = "completed", self.now()
        self.listening = self.ringing = ""
        self.bridged = False
        self._transcribed.end()
        if self.status_callback:
            self._tell(self.status_callback, {**self._form(), "CallDuration": str(self._seconds())})

    def _tell(self, url: str, form: Mapping[str, str]) -> None:
        """A report: the call goes on whatever becomes of it."""
        try:
            self.post(url, form)
        except TwimlError as error:
            self.error = str(error)

    def _seconds(self) -> int:
        return int(((self.ended_at or self.now()) - self.started_at).total_seconds())


class Exchange:
    """The calls of one account."""

    def __init__(self, account_sid: str, now: Callable[[], datetime], post: Post) -> None:
        self._account_sid, self._now, self._post = account_sid, now, post
        self.calls: dict[str, PhoneCall] = {}

    def ring(
        self, caller: str, to: str, url: str, status_callback: str, country: str = "", fallback: str = ""
    ) -> PhoneCall:
        """Somebody calls one of our numbers."""
        call = PhoneCall(
            sid="CA" + uuid.uuid4().hex,
            account_sid=self._account_sid,
            caller=caller,
            to=to,
            started_at=self._now(),
            now=self._now,
            post=self._post,
            country=country,
            status_callback=status_callback,
        )
        self.calls[call.sid] = call
        threading.Thread(target=call.run, args=(url, fallback), name=f"call-{call.sid[:8]}", daemon=True).start()
        return call

    def close(self) -> None:
        for call in list(self.calls.values()):
            call.hear(Heard(kind="hung_up"))
