"""Calls that nobody takes: what the caller hears, who calls them back, and what was not said to a person."""

from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore
from core.model.call import Stage
from core.model.conversation import Role
from core.model.customer import Identity, IdentityKind
from core.model.event import Event, EventKind
from core.model.event_payloads import CallAccepted, LineSpoken
from core.policy import Policy
from core.voice.arrival import Arrival, Heard, call_changed, call_over
from core.voice.reception import Turned
from core.voice.script import Dial, HangUp, StopTranscribing
from tests.core import people
from tests.core.container import Container
from tests.core.voice.phone import SID, Phone, matter, policy, said, tags, the_call

STRANGER = "+447700900999"


def silent() -> Policy:
    known = policy()
    return replace(known, standing=known.standing - {"call"})


@pytest.fixture
def container(store: SqlStore) -> Container:
    return Container(store, policy())


@pytest.fixture
def quiet(store: SqlStore) -> Container:
    """A house whose assistant may not speak in calls."""
    return Container(store, silent())


def notes(container: Container) -> str:
    return "\n".join(c.text for ticket in container.helpdesk.tickets.values() for c in ticket.comments)


def line(container: Container, key: str, role: Role, text: str) -> str:
    container.wait(seconds=1)
    payload = LineSpoken(role=role, text=text, key=key)
    heard = container.happens(container.event(EventKind.CALL_LINE, SID, f"line:{key}", payload=payload))
    container.drain()
    return heard


def test_where_the_assistant_may_not_speak_a_call_that_nobody_takes_ends_without_a_word(quiet: Container) -> None:
    phone = Phone(quiet)
    assert isinstance(phone.calls().script[-1], Dial)
    assert phone._done(phone.desk.rung(phone.place, "no-answer")).script == (HangUp(),)


def test_a_missed_call_of_somebody_unknown_is_a_ticket_with_their_number(quiet: Container) -> None:
    phone = Phone(quiet, STRANGER)
    phone.calls()
    phone._done(phone.desk.rung(phone.place, "no-answer"))
    (ticket,) = quiet.helpdesk.tickets.values()
    assert STRANGER in ticket.subject
    assert f"Please call back {STRANGER}. They heard nothing but the ringing." in notes(quiet)
    assert "promised" not in notes(quiet)
    assert "handrail_callback" in tags(quiet)
    assert matter(quiet).ticket_id == ticket.id
    assert matter(quiet).owner.name == "Customer care"


def test_a_missed_call_proves_nobody(quiet: Container) -> None:
    phone = Phone(quiet, STRANGER)
    phone.calls()
    phone._done(phone.desk.rung(phone.place, "no-answer"))
    with quiet.store.read() as unit:
        found = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=STRANGER))
    assert found is not None
    assert [each.verified for each in found.identities] == [False]


def test_a_missed_call_is_told_once_however_often_it_is_reported(quiet: Container) -> None:
    phone = Phone(quiet, STRANGER)
    phone.calls()
    for turn in ("g", "g", "g.v"):
        phone._done(phone.desk.rung(replace(phone.place, turn=turn), "no-answer"))
    assert len(quiet.helpdesk.tickets) == 1
    assert notes(quiet).count("Please call back") == 1


def test_after_a_missed_call_the_ticket_is_told_of_its_end(quiet: Container) -> None:
    phone = Phone(quiet, STRANGER)
    phone.calls()
    phone._done(phone.desk.rung(phone.place, "no-answer"))
    phone.hangs_up()
    assert the_call(quiet).outcome == "callback"
    assert "nobody was free to take it" in notes(quiet)
    assert len(quiet.helpdesk.tickets) == 1


def test_who_hangs_up_while_it_rings_in_vain_is_called_back(quiet: Container) -> None:
    phone = Phone(quiet, STRANGER)
    phone.calls()
    phone.hangs_up()
    assert the_call(quiet).outcome == "abandoned"
    assert f"Please call back {STRANGER}" in notes(quiet)


def test_who_hangs_up_on_the_greeting_without_a_word_has_asked_for_nothing(container: Container) -> None:
    phone = Phone(container, STRANGER)
    phone.calls()
    phone.hangs_up()
    assert the_call(container).outcome == "nothing_said"
    assert container.helpdesk.tickets == {}


def test_a_call_that_the_team_took_is_no_missed_one(quiet: Container) -> None:
    phone = Phone(quiet, STRANGER)
    phone.calls()
    phone._done(phone.desk.connect(phone.place, "1"))
    phone.hangs_up()
    assert the_call(quiet).outcome == "spoke_to_person"
    assert quiet.helpdesk.tickets == {}


def test_nobody_can_call_back_a_withheld_number_that_said_nothing(quiet: Container) -> None:
    phone = Phone(quiet, "")
    phone.calls(country="")
    phone._done(phone.desk.rung(phone.place, "no-answer"))
    assert quiet.helpdesk.tickets == {}


def test_a_missed_call_joins_what_the_caller_has_open(quiet: Container) -> None:
    quiet.text("I want a person for my refund")
    quiet.drain()
    phone = Phone(quiet)
    phone.calls()
    phone._done(phone.desk.rung(phone.place, "busy"))
    (ticket,) = quiet.helpdesk.tickets.values()
    assert f"Please call back {people.EMMA_PHONE}" in ticket.comments[-1].text


def test_a_missed_call_after_texts_that_have_no_ticket_yet_is_one_with_them(quiet: Container) -> None:
    quiet.text("How do I reset it with the button?")
    quiet.drain()
    phone = Phone(quiet)
    phone.calls()
    phone._done(phone.desk.rung(phone.place, "busy"))
    (ticket,) = quiet.helpdesk.tickets.values()
    assert "How do I reset it with the button?" in ticket.comments[0].text
    assert "Nobody took it." in ticket.comments[0].text
    assert matter(quiet).owner.is_human


def test_a_promise_made_while_no_worker_had_come_to_the_callers_words_is_on_a_ticket(container: Container) -> None:
    phone = Phone(container, STRANGER)
    phone.calls()
    waiting = replace(phone.place, since=container.clock())
    container.wait(seconds=60)
    sorry = phone._done(phone.desk.waiting(waiting))
    assert "We will call you back" in said(sorry)
    assert f"Please call back {STRANGER}. They were promised a call" in notes(container)


def test_a_promise_waits_for_the_ticket_that_is_being_opened_and_is_not_lost(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    for event in phone.desk.hear(phone.place, Heard(digits="0")).events:
        container.happens(event)  # decided, but the ticket has not left yet
    (missed,) = phone.desk.rung(phone.place, "no-answer").events
    assert container.happens(missed) == "later"
    container.drain()
    container.wait(seconds=5)
    assert container.loop.handle(missed.id) == "call_unanswered"
    container.drain()
    assert "handrail_callback" in tags(container)
    assert len(container.helpdesk.tickets) == 1


# ---------------------------------------------------------------- what was said to nobody


@pytest.fixture
def missed(container: Container) -> Turned:
    """A caller who was put through to a telephone that nobody took."""
    phone = Phone(container)
    phone.calls()
    phone.presses("0")
    phone._done(phone.desk.through(phone.place))
    return phone._done(phone.desk.rung(phone.place, "no-answer"))


def test_before_the_assistant_speaks_again_the_transcription_is_stopped(missed: Turned) -> None:
    assert isinstance(missed.script[0], StopTranscribing)
    assert "nobody is free" in said(missed)


def test_where_nothing_is_transcribed_nothing_is_stopped(store: SqlStore) -> None:
    known = policy()
    container = Container(store, replace(known, voice=replace(known.voice, transcribe=False)))
    turned = Phone(container).desk.rung(Phone(container).place, "no-answer")
    assert not any(isinstance(verb, StopTranscribing) for verb in turned.script)


def test_our_own_words_to_a_caller_whom_nobody_took_are_no_agents(container: Container, missed: Turned) -> None:
    assert line(container, "1", Role.AGENT, said(missed)) == "nobody_took_it"
    assert line(container, "2", Role.CUSTOMER, "It is about my refund.") == "nobody_took_it"
    with container.store.read() as unit:
        assert unit.calls.lines(SID) == []
        roles = {m.role for m in unit.conversations.messages(matter(container).id)}
    assert Role.AGENT not in roles


def test_a_line_that_comes_before_the_word_that_somebody_took_the_call_waits_for_it(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    phone.presses("0")
    phone._done(phone.desk.through(phone.place))
    assert line(container, "1", Role.AGENT, "Hello, Maria here.") == "later"
    container.happens(call_changed(phone.place, CallAccepted(), container.clock()))
    container.wait(seconds=5)
    event = container.event(EventKind.CALL_LINE, SID, "line:1")
    assert container.loop.handle(event.id) == "said"
    assert the_call(container).stage is Stage.PERSON


# ------------------------------------------------------------------
# Calls that never reached us: only Twilio's list of calls tells of them.


def over(container: Container, number: str = STRANGER) -> tuple[Event, Event]:
    now = container.clock()
    return call_over(Arrival(sid=SID, number=number), "completed", now, now)


def told(container: Container, *events: Event) -> None:
    for event in events:
        container.happens(event)
        container.drain()
    container.wait(seconds=5)
    for event in events:  # what waited for the ticket to be opened
        container.loop.handle(event.id)
        container.drain()


@pytest.mark.parametrize("turned", [False, True], ids=["as it went", "its end first"])
def test_who_heard_nothing_but_an_error_is_called_back(container: Container, turned: bool) -> None:
    missed, ended = over(container)
    told(container, *((ended, missed) if turned else (missed, ended)))
    (ticket,) = container.helpdesk.tickets.values()
    assert STRANGER in ticket.subject
    heard = "A call did not reach the assistant: the caller heard that an error had occurred."
    assert notes(container).count(f"{heard} Please call back {STRANGER}.") == 1
    assert "handrail_callback" in tags(container)
    assert the_call(container).outcome == "callback"


def test_a_call_that_did_reach_us_is_no_missed_one(container: Container) -> None:
    phone = Phone(container, STRANGER)
    phone.calls()
    missed, ended = over(container)
    assert not container.accept(missed)  # under the name of its arrival
    told(container, ended)  # the report of its end may have been missed alone
    assert the_call(container).stage is Stage.ENDED
    assert container.helpdesk.tickets == {}


def test_a_call_of_which_only_the_arrival_was_missed_stays_as_it_was(container: Container) -> None:
    """A later step of it came: who spoke with the assistant is not called back for an error."""
    phone = Phone(container, people.EMMA_PHONE)
    phone.says("How do I reset it?")
    before = the_call(container)
    container.happens(over(container, people.EMMA_PHONE)[0])
    assert the_call(container) == before


def test_nobody_can_call_back_a_withheld_number(container: Container) -> None:
    told(container, *over(container, ""))
    assert container.helpdesk.tickets == {}
