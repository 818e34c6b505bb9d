"""Twilio → calls: each request is answered at once with what the call does next; what is to be decided goes to the
inbox. Everything in our own addresses is covered by Twilio's signature."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, Response, request
from marshmallow import Schema, ValidationError

from core.errors import TransientError
from core.model.conversation import Role
from core.model.event import Event, EventKind
from core.model.event_payloads import CallEnded, LineSpoken
from core.ports import Signature
from core.text.call_words import line
from core.text.outside import read_moment
from core.voice.arrival import BEGINNING, END, SOURCE, Arrival, Heard, Place, call_changed, call_over
from core.voice.live_call import asking
from core.voice.reception import Reception, Turned
from core.voice.script import Go, Rendered, Say, Script, Wait, Way
from webhooks.intake import Intake, json_object
from webhooks.twilio.voice_schema import (
    ArrivalSchema,
    CallSchema,
    EndedSchema,
    Form,
    RungSchema,
    SaidSchema,
    TranscriptionSchema,
)

ARRIVAL, CALL, ENDED, RUNG, SAID = ArrivalSchema(), CallSchema(), EndedSchema(), RungSchema(), SaidSchema()
TRANSCRIBED = TranscriptionSchema()
E164 = re.compile(r"\+[1-9]\d{6,14}\Z")
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
PATH = "/webhooks/twilio/voice"
KEPT = ("Digits", "DialCallStatus")  # of a request that could not be kept, in our own address for the next
AGAIN = 2  # seconds until a page is asked for again
LONGEST = 200  # characters of a place in our own addresses
SPEAKERS = {"inbound_track": Role.CUSTOMER, "outbound_track": Role.AGENT}
# Twilio puts these in the place of a number that is withheld; they are dialling codes of nowhere.
WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})

Step = Callable[[Form, Place], Turned]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """What takes calls: the desk that answers them and the vendor's language for what it says."""

    intake: Intake
    signature: Signature
    reception: Callable[[], Reception]
    rendered: Rendered

    def answer(self, schema: Schema, step: Step) -> Response:
        """Verify, parse, accept, say what comes next."""
        refusal = self.intake.refusal(SOURCE, request, self.signature)
        if refusal is not None:
            return refusal
        try:
            turned = self._turned(schema, step)
        except (ValidationError, ValueError) as error:
            return Response(f"malformed: {error}\n", status=400, mimetype="text/plain")
        except TransientError:
            return self._later(schema)
        return Response(self.rendered(turned.script), mimetype="text/xml")

    def _turned(self, schema: Schema, step: Step) -> Turned:
        kept = {name: request.args[name] for name in KEPT if name in request.args}
        form = schema.load({**kept, **request.form.to_dict()})
        turned = step(form, _place(form))
        self.intake.keep(SOURCE, turned.events)
        return turned

    def _later(self, schema: Schema) -> Response:
        """The store cannot be used now. An error would end the call: the caller is asked again, or waits."""
        told = dict(request.args.items())
        spoken = isinstance(schema, SaidSchema) and "call" not in request.args
        if not spoken:  # Twilio tells these once: without them a call would be taken for one that nobody took
            told |= {name: request.form[name][:LONGEST] for name in KEPT if name in request.form}
        here = Way(path=request.path.removeprefix(PATH).strip("/"), told=tuple(told.items()))
        language = told.get("lang", "en")
        again = Say(text=line("again", language), language=language)
        place = Place(sid="", language=language, turn="", asked=told.get("asked", ""))
        script: Script = (replace(asking(place, again), then=here),) if spoken else (Wait(seconds=AGAIN), Go(to=here))
        return Response(self.rendered(script), mimetype="text/xml")


def voice_webhooks(calls: Calls) -> Blueprint:
    blueprint = Blueprint("voice_webhooks", __name__, url_prefix=PATH)
    table: Mapping[str, tuple[Schema, Callable[[Reception, Form, Place], Turned]]] = {
        "": (ARRIVAL, _answered),
        "said": (SAID, lambda desk, form, place: desk.hear(place, _heard(form))),
        "wait": (CALL, lambda desk, _, place: desk.waiting(place)),
        "through": (CALL, lambda desk, _, place: desk.through(place)),
        "whisper": (CALL, lambda desk, _, place: desk.whisper(request.args.get("call", "")[:LONGEST])),
        "accepted": (SAID, _accepted),
        "rung": (RUNG, lambda desk, form, place: desk.rung(place, form["DialCallStatus"])),
        "left": (SAID, lambda desk, form, place: desk.take_message(place, _heard(form))),
    }
    for path, (schema, step) in table.items():
        blueprint.add_url_rule(
            f"/{path}" if path else "",
            path or "arrival",
            _view(calls, schema, step),
            methods=["POST"],
        )
    _add_reports(blueprint, calls)
    return blueprint


def _view(calls: Calls, schema: Schema, step: Callable[[Reception, Form, Place], Turned]) -> Callable[[], Response]:
    return lambda: calls.answer(schema, lambda form, place: step(calls.reception(), form, place))


def _add_reports(blueprint: Blueprint, calls: Calls) -> None:
    """What Twilio tells beside the call itself: how it ended, and what is said in it."""
    intake = calls.intake

    @blueprint.post("/status")
    def status() -> Response:
        return intake.take(SOURCE, request, calls.signature, lambda r, _: _ended(r.form, intake.now()), _nothing())

    @blueprint.post("/lines")
    def lines() -> Response:
        return intake.take(SOURCE, request, calls.signature, lambda r, _: _said_live(r.form, intake.now()), _nothing())


def _nothing() -> Response:
    return Response(status=204)


def _answered(desk: Reception, form: Form, place: Place) -> Turned:
    return desk.answer(Arrival(sid=place.sid, number=place.number, country=form["FromCountry"].upper()))


def _accepted(desk: Reception, form: Form, place: Place) -> Turned:
    """This is the agent's own leg: the caller's call is named in our address."""
    caller = request.args.get("call", "")[:LONGEST]
    return desk.connect(Place(sid=caller, language=place.language, turn=place.turn), form["Digits"])


def _place(form: Form) -> Place:
    told = request.args
    since = told.get("since", "")
    return Place(
        sid=form["CallSid"],
        language=told.get("lang", "en")[:LONGEST],
        turn=told.get("turn", "")[:LONGEST],
        number=_number(form["From"]),
        tries=int(told.get("tries", "0")),
        asked=told.get("asked", "")[:LONGEST],
        since=read_moment(float(since)) if since else BEGINNING,
    )


def _number(sent_from: str) -> str:
    """The caller's number; empty where it is withheld, or no telephone's."""
    known = E164.match(sent_from) and sent_from not in WITHHELD
    return sent_from if known else ""


def _heard(form: Form) -> Heard:
    confidence = min(max(form["Confidence"], 0.0), 1.0)
    # Some recognisers give no confidence and say 0 with words.
    return Heard(words=form["SpeechResult"].strip(), digits=form["Digits"], confidence=confidence or 1.0)


def _ended(form: Mapping[str, str], now: datetime) -> list[Event]:
    """Twilio reports every step; only the end changes anything here."""
    fields = ENDED.load(dict(form))
    if fields["CallStatus"] not in OVER:
        return []
    place = Place(sid=fields["CallSid"], language="en", turn=END)
    return [call_changed(place, CallEnded(status=fields["CallStatus"], number=_number(fields["From"])), now)]


def recorded_call(form: Mapping[str, str], ended_at: datetime, now: datetime) -> tuple[Event, ...]:
    """The events of a call that is over, from the fields that Twilio's reports of it have."""
    fields = ENDED.load(dict(form))
    if fields["CallStatus"] not in OVER:
        return ()
    arrival = Arrival(sid=fields["CallSid"], number=_number(fields["From"]))
    return call_over(arrival, fields["CallStatus"], ended_at, now)


def _said_live(form: Mapping[str, str], now: datetime) -> list[Event]:
    """One finished utterance; beginnings, ends and guesses are not kept."""
    fields = TRANSCRIBED.load(dict(form))
    if fields["TranscriptionEvent"] != "transcription-content" or not fields["Final"] or not fields["Track"]:
        return []
    text = str(json_object(fields["TranscriptionData"].encode()).get("transcript") or "").strip()
    if not text:
        return []
    key = f"{fields['TranscriptionSid']}:{fields['SequenceId']}"
    return [
        Event(
            source=SOURCE,
            delivery_id=f"line:{key}",
            kind=EventKind.CALL_LINE,
            subject=fields["CallSid"],
            occurred_at=fields["Timestamp"] or now,
            received_at=now,
            payload=LineSpoken(role=SPEAKERS[fields["Track"]], text=text, key=key),
        )
    ]
