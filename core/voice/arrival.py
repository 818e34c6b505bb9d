"""A call as it comes to us, the place in it that the next words belong to, and the events that it makes."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.model.customer import Channel
from core.model.event import SHAPES, Event, EventKind
from core.model.event_payloads import CallChange, CallEnded, CallMissed, CallStarted, Insistence, MessageReceived
from core.voice.script import Way

SOURCE = "twilio"
GREETED, END = "g", "end"  # the turns of a call's first and last event
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """`number` is E.164, empty where it is withheld; `country` the caller's, as two letters."""

    sid: str
    number: str
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a caller said or pressed. `confidence` is the recogniser's, 1 where it gives none."""

    words: str = ""
    digits: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a call something is said. `turn` names the question that is answered, so that the same words sent twice
    are one turn; `tries` counts how often it was asked again, `asked` what was asked, `since` when the waiting began.
    All of it travels in our own addresses, which the vendor signs."""

    sid: str
    language: str
    turn: str
    number: str = ""
    tries: int = 0
    asked: str = ""
    since: datetime = BEGINNING

    @property
    def waits(self) -> bool:
        return self.since > BEGINNING

    def way(self, path: str) -> Way:
        """Our own address `path`, told of this place."""
        told = [("lang", self.language), ("turn", self.turn)]
        told += [("tries", str(self.tries))] if self.tries else []
        told += [("asked", self.asked)] if self.asked else []
        told += [("since", f"{self.since.timestamp():.3f}")] if self.waits else []
        return Way(path=path, told=tuple(told))


def call_changed(place: Place, what: CallChange, at: datetime) -> Event:
    """What happened to a call, once at each place of it."""
    return Event(
        source=SOURCE,
        delivery_id=f"call:{place.sid}:{SHAPES[type(what)]}:{place.turn}",
        kind=EventKind.CALL_CHANGED,
        subject=place.sid,
        occurred_at=at,
        received_at=at,
        payload=what,
    )


def call_over(arrival: Arrival, status: str, ended_at: datetime, now: datetime) -> tuple[Event, Event]:
    """What the list of calls says of one that is over. The first has the delivery id of its arrival and the second that
    of its status callback: whatever had come to us by itself stands."""
    place = Place(sid=arrival.sid, language="", turn=GREETED)
    came = call_changed(place, CallStarted(number=arrival.number, language=""), now)
    missed = replace(came, payload=CallMissed(number=arrival.number), occurred_at=ended_at)
    ended = call_changed(replace(place, turn=END), CallEnded(status=status, number=arrival.number), now)
    return missed, replace(ended, occurred_at=ended_at)


def utterance(place: Place, heard: Heard, at: datetime, *, insists: Insistence | None = None) -> Event:
    """A caller's words, to be decided about like any others; `insists` says why a person takes over whatever is
    read in them."""
    said = MessageReceived(
        channel=Channel.VOICE,
        sender=place.sid,
        phone=place.number,
        text=heard.words,
        at_once=True,
        confidence=heard.confidence,
        insists=insists,
    )
    return Event(
        source=SOURCE,
        delivery_id=f"in:{place.sid}:{place.turn}",
        kind=EventKind.MESSAGE_RECEIVED,
        subject=f"{place.sid}:{place.turn}",
        occurred_at=at,
        received_at=at,
        payload=said,
    )
