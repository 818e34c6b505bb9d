"""Events of the loop from end to end: several texts in a row."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.loop import PART_OF_TURN
from core.model.conversation import Attachment, MessageKind
from core.model.event import Event, EventKind
from tests.core import rules
from tests.core.container import Container
from tests.core.day import RESET, answers, conversations, known, mails, to_customer
from tests.core.people import EMMA_PHONE
from tests.core.samples import incoming

PHOTO = "https://media.example/photo"


@pytest.fixture
def container(store: SqlStore) -> Container:
    container = Container(store, rules.policy(burst={"quiet_seconds": 1.2, "unfinished_seconds": 5}))
    known(container)
    return container


def comes(container: Container, words: str, occurred_at: datetime | None = None, **more: Any) -> Event:
    """A text is accepted; its event, not handled yet."""
    number, at = sum(container.inbox().values()) + 1, occurred_at or container.clock()
    told = incoming(words, **more)
    event = container.event(EventKind.MESSAGE_RECEIVED, f"SM{number}", payload=told, occurred_at=at)
    container.accept(event)
    return event


def handled(container: Container, event: Event) -> str:
    return container.loop.handle(event.id)


def test_a_text_waits_until_the_customer_has_been_quiet_and_says_for_when(container: Container) -> None:
    event = comes(container, RESET)
    assert handled(container, event) == "waiting"
    ((name, at),) = container.publisher.later
    assert (name, (at - container.clock()).total_seconds()) == (event.id, 1.2)
    container.wait(seconds=1)
    assert handled(container, event) == "not_ours"
    container.wait(seconds=0.2)
    assert handled(container, event) == "automatic_reply"


def test_three_texts_in_a_row_are_one_turn_decided_by_the_last(container: Container) -> None:
    events = []
    for words in ("Hi", "My thermostat is stuck", RESET):
        events.append(comes(container, words))
        assert handled(container, events[-1]) == "waiting"
        container.wait(seconds=0.7)
    container.wait(seconds=5)
    assert [handled(container, event) for event in events] == [PART_OF_TURN, PART_OF_TURN, "automatic_reply"]
    assert container.sense.heard == ["my thermostat is stuck\nhow do i reset it?"]
    container.drain()
    assert len(container.messenger.sent_to(EMMA_PHONE)) == 1


def test_the_order_in_which_workers_come_to_it_changes_nothing(container: Container) -> None:
    first = comes(container, "My thermostat is stuck")
    container.wait(seconds=0.5)
    second = comes(container, RESET)
    assert handled(container, second) == "waiting"
    assert handled(container, first) == PART_OF_TURN
    container.wait(seconds=1.2)
    assert handled(container, second) == "automatic_reply"
    assert container.sense.heard == ["my thermostat is stuck\nhow do i reset it?"]


def test_a_text_that_comes_to_light_after_the_answer_is_answered_too(container: Container) -> None:
    late = comes(container, "And which button?")
    container.wait(seconds=0.5)
    second = comes(container, RESET)
    handled(container, second)
    container.wait(seconds=1.2)
    assert handled(container, second) == "automatic_reply"
    container.drain()
    container.wait(seconds=20)
    handled(container, late)
    container.wait(seconds=1.2)
    assert container.sense.heard[-1:] == ["and which button?"]


def test_a_text_that_comes_to_light_after_a_silent_decision_is_answered_too(container: Container) -> None:
    late = comes(container, RESET)
    container.wait(seconds=0.5)
    note = comes(container, "I am out of office.")
    handled(container, note)
    container.wait(seconds=1.2)
    assert handled(container, note) == "automatic_mail"
    container.wait(seconds=20)
    assert handled(container, late) == "automatic_reply"


def test_a_text_that_no_worker_has_come_to_yet_decides_for_the_ones_before_it(container: Container) -> None:
    first = comes(container, "My thermostat is stuck")
    container.wait(seconds=0.5)
    second = comes(container, RESET)
    container.wait(seconds=30)
    assert [handled(container, first), handled(container, second)] == ["waiting", "automatic_reply"]
    ((_, at),) = container.publisher.later
    assert (at - container.clock()).total_seconds() == 1.2
    container.wait(seconds=1.2)
    assert handled(container, first) == PART_OF_TURN
    assert container.sense.heard == ["my thermostat is stuck\nhow do i reset it?"]


def test_a_text_is_not_lost_where_the_one_after_it_belongs_to_another_conversation(container: Container) -> None:
    ticket = mails(container, "My invoice is wrong")
    answers(container, ticket, "Hello Emma, I am looking at it.", status="solved")
    container.wait(days=10)
    first = comes(container, RESET)
    container.wait(seconds=0.5)
    second = comes(container, f"About ticket {ticket}: any news?")
    container.wait(seconds=30)
    assert handled(container, first) == "waiting"
    handled(container, second)
    container.wait(seconds=1.2)
    assert handled(container, first) == "automatic_reply"
    assert len(conversations(container)) == 2


def test_a_text_is_not_lost_with_the_one_after_it_that_cannot_be_read(container: Container) -> None:
    first = comes(container, RESET)
    container.wait(seconds=0.5)
    second = comes(container, "And which button?", phone="no number at all")
    container.wait(seconds=30)
    assert handled(container, first) == "waiting"
    with container.store.begin() as unit:
        unit.events.claim(second.id, container.clock())
        unit.events.park(second.id, container.clock(), "it cannot be read")
    container.wait(seconds=1.2)
    assert handled(container, first) == "automatic_reply"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_texts_of_one_delivery_are_one_turn_in_whatever_order_they_are_come_to(
    container: Container, order: tuple[int, int]
) -> None:
    occurred = [container.clock() - timedelta(seconds=each) for each in (0.3, 0.1)]
    said = zip(("My thermostat is stuck", RESET), occurred, strict=True)
    events = [comes(container, words, occurred_at=at) for words, at in said]
    for place in order:
        handled(container, events[place])
    container.wait(seconds=1.2)
    results = [handled(container, each) for each in events]
    assert results.count("automatic_reply") == 1
    assert container.sense.heard == ["my thermostat is stuck\nhow do i reset it?"]


def sent_photo(container: Container) -> Event:
    return comes(container, "(sent a photo)", attachments=(Attachment(name="file 1", type="image/jpeg", ref=PHOTO),))


def test_a_text_waits_for_the_photo_after_it_while_that_is_being_fetched(container: Container) -> None:
    container.media.kept[PHOTO] = b"a picture"
    first = comes(container, RESET)
    handled(container, first)
    container.wait(seconds=0.5)
    photo = sent_photo(container)
    during: list[str] = []

    def at_its_hour() -> None:
        container.wait(seconds=0.7)
        during.append(handled(container, first))

    container.media.meanwhile = at_its_hour
    assert handled(container, photo) == "waiting"
    assert during == ["waiting"]
    container.wait(seconds=5)
    assert handled(container, first) == PART_OF_TURN
    assert handled(container, photo) == "automatic_reply"
    assert len(container.sense.heard) == 1


def test_a_photo_that_hangs_is_waited_for_no_longer_than_a_burst_lasts(container: Container) -> None:
    first = comes(container, RESET)
    handled(container, first)
    container.wait(seconds=0.5)
    photo = sent_photo(container)
    with container.store.begin() as unit:
        unit.events.claim(photo.id, container.clock())
    container.wait(seconds=9)
    assert handled(container, first) == "waiting"
    container.wait(seconds=1.2)
    assert handled(container, first) == "automatic_reply"


def test_neither_a_text_of_much_later_nor_one_of_somebody_else_is_waited_for(container: Container) -> None:
    first = comes(container, RESET)
    comes(container, RESET, sender="+447700900999")
    container.wait(seconds=30)
    comes(container, "And which button?")
    assert handled(container, first) == "automatic_reply"


def test_a_reaction_that_is_still_to_be_read_decides_for_nobody(container: Container) -> None:
    first = comes(container, RESET)
    container.wait(seconds=1)
    comes(container, "👍", kind=MessageKind.REACTION)
    container.wait(seconds=30)
    assert handled(container, first) == "automatic_reply"


def test_a_text_while_the_first_is_being_decided_makes_them_one_turn(container: Container) -> None:
    first = comes(container, RESET)
    handled(container, first)
    container.wait(seconds=1.2)
    following: list[Event] = []

    def another() -> None:
        following.append(comes(container, "And which button?"))
        assert handled(container, following[0]) == "waiting"

    container.answer.meanwhile = another
    assert handled(container, first) == "later"
    container.wait(seconds=2)
    assert handled(container, first) == PART_OF_TURN
    assert handled(container, following[0]) == "automatic_reply"
    assert container.sense.heard[-1] == "how do i reset it?\nand which button?"
    container.drain()
    assert len(to_customer(container)) == 1


def test_a_text_just_after_the_answer_is_not_told_the_same_again(container: Container) -> None:
    first = comes(container, RESET)
    handled(container, first)
    container.wait(seconds=1.2)
    handled(container, first)
    container.drain()
    container.wait(seconds=3)
    second = comes(container, "And which button?")
    handled(container, second)
    container.wait(seconds=1.2)
    assert handled(container, second) == "already_said"
    container.drain()
    assert len(container.messenger.sent_to(EMMA_PHONE)) == 1


def test_a_question_of_its_own_time_is_answered_even_with_the_same_words(container: Container) -> None:
    first = comes(container, RESET)
    handled(container, first)
    container.wait(seconds=1.2)
    handled(container, first)
    container.drain()
    container.wait(minutes=3)
    second = comes(container, "And which button?")
    handled(container, second)
    container.wait(seconds=1.2)
    assert handled(container, second) == "automatic_reply"


def test_a_pressed_button_is_not_waited_for(container: Container) -> None:
    assert handled(container, comes(container, RESET, at_once=True)) == "automatic_reply"


def test_the_ticket_tells_every_text_of_the_turn_once(container: Container) -> None:
    ticket = mails(container)
    answers(container, ticket, "Hello Emma, which one is it?")
    for words in ("It is the thermostat", "in the hall", RESET):
        event = comes(container, words)
        handled(container, event)
        container.wait(seconds=0.5)
    container.wait(seconds=1.2)
    handled(container, event)
    container.drain()
    notes = "\n".join(container.helpdesk.comments(ticket, public=False))
    for words in ("It is the thermostat", "in the hall", RESET):
        assert notes.count(words) == 1


def test_a_hint_that_was_lost_is_repeated_by_the_sweeper(container: Container) -> None:
    event = comes(container, RESET)
    handled(container, event)
    with container.store.begin() as unit:
        assert unit.events.due(container.clock(), 10) == []
    container.wait(minutes=1)
    with container.store.begin() as unit:
        assert unit.events.due(container.clock(), 10) == [event.id]


def test_a_text_received_by_a_clock_an_hour_ahead_is_not_answered_an_hour_later(container: Container) -> None:
    event = comes(container, RESET, occurred_at=container.clock() + timedelta(hours=1))
    assert handled(container, event) == "automatic_reply"
