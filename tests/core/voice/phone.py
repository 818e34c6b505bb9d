"""Somebody at the telephone, in the tests of calls."""

from dataclasses import replace

from core.model.call import Call
from core.model.conversation import Conversation
from core.model.event_payloads import CallEnded
from core.policy import Policy, Voice
from core.voice.arrival import Arrival, Heard, Place, call_changed
from core.voice.reception import Reception, Turned
from core.voice.script import Ask, Say
from tests.core import people, rules
from tests.core.container import Container

SID = "CA" + "1a" * 16
OWN = "+15005550006"
CARE = "+442079460100"
VOICE = Voice(
    numbers={"Customer care": CARE, "Specialists": "+442079460199"},
    languages=("en", "de"),
    transcribe=True,
    dispositions={"dispute": "billing"},
)


def policy() -> Policy:
    known = rules.policy()
    return replace(
        known, voice=VOICE, automatic=known.automatic | {"voice"}, standing=known.standing | {"call", "automatic_reply"}
    )


class Phone:
    """A caller at the telephone: what they do, and what the company's end is told of it."""

    def __init__(self, container: Container, number: str = people.EMMA_PHONE) -> None:
        self.container, self.number = container, number
        self.desk = Reception(
            store=container.store,
            policy=lambda: container.policy,
            company="Larkfield",
            caller_id=OWN,
            now=container.clock,
        )
        self.place = Place(sid=SID, language="en", turn="g", number=number)

    def calls(self, country: str = "GB") -> Turned:
        return self._done(self.desk.answer(Arrival(sid=SID, number=self.number, country=country)))

    def calls_unheard(self) -> Turned:
        """A call that no worker has come to yet."""
        return self.desk.answer(Arrival(sid=SID, number=self.number, country="GB"))

    def says(self, words: str, confidence: float = 0.9, **place: object) -> Turned:
        self.place = replace(self.place, **place)
        return self._done(self.desk.hear(self.place, Heard(words=words, confidence=confidence)))

    def presses(self, digits: str, **place: object) -> Turned:
        self.place = replace(self.place, **place)
        return self._done(self.desk.hear(self.place, Heard(digits=digits)))

    def hangs_up(self) -> None:
        ended = call_changed(self.place, CallEnded(number=self.number), self.container.clock())
        self._done(Turned(script=(), events=(ended,)))

    def _done(self, turned: Turned) -> Turned:
        self.container.wait(seconds=1)
        for event in turned.events:
            self.container.happens(event)
        self.container.drain()
        return turned

    def heard(self) -> list[str]:
        """What the loop said in the call."""
        return self.container.messenger.sent_to(SID)


def tags(container: Container) -> set[str]:
    """All that were ever set on a ticket."""
    return {tag for write in container.helpdesk.writes for tag in write.changes.get("add_tags", ())}


def said(turned: Turned) -> str:
    """Everything that the caller hears at once."""
    lines = [v.text for v in turned.script if isinstance(v, Say)]
    lines += [line.text for v in turned.script if isinstance(v, Ask) for line in v.lines]
    return " ".join(lines)


def the_call(container: Container) -> Call:
    with container.store.read() as unit:
        call = unit.calls.get(SID)
    assert call is not None
    return call


def matter(container: Container) -> Conversation:
    """The conversation that the call belongs to."""
    name = the_call(container).conversation_id
    assert name is not None
    with container.store.read() as unit:
        found = unit.conversations.get(name)
    assert found is not None
    return found
