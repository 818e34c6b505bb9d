"""Events of the loop from end to end: several texts in a row."""

from datetime import datetime, timedelta

import pytest

from connectors.sql.store import SqlStore
from core.loop import PART_OF_TURN
from core.model.event import Event, EventKind
from tests.core import rules
from tests.core.day import RESET, answers, conversations, incoming, known, mails, to_customer
from tests.core.house import House
from tests.core.people import EMMA_PHONE

PHOTO = "https://media.example/photo"


@pytest.fixture
def house(store: SqlStore) -> House:
    house = House(store, rules.policy(burst={"quiet_seconds": 1.2, "unfinished_seconds": 5}))
    known(house)
    return house


def comes(house: House, words: str, occurred_at: datetime | None = None, **payload: object) -> Event:
    """A text is accepted; its event, not handled yet."""
    number, at = sum(house.inbox().values()) + 1, occurred_at or house.clock()
    told = {**incoming(words), **payload}
    event = house.event(EventKind.MESSAGE_RECEIVED, f"SM{number}", payload=told, occurred_at=at)
    house.accept(event)
    return event


def handled(house: House, event: Event) -> str:
    return house.loop.handle(event.id)


def test_a_text_waits_until_the_customer_has_been_quiet_and_says_for_when(house: House) -> None:
    event = comes(house, RESET)
    assert handled(house, event) == "waiting"
    ((name, at),) = house.publisher.later
    assert (name, (at - house.clock()).total_seconds()) == (event.id, 1.2)
    house.wait(seconds=1)
    assert handled(house, event) == "not_ours"
    house.wait(seconds=0.2)
    assert handled(house, event) == "automatic_reply"


def test_three_texts_in_a_row_are_one_turn_decided_by_the_last(house: House) -> None:
    events = []
    for words in ("Hi", "My thermostat is stuck", RESET):
        events.append(comes(house, words))
        assert handled(house, events[-1]) == "waiting"
        house.wait(seconds=0.7)
    house.wait(seconds=5)
    assert [handled(house, event) for event in events] == [PART_OF_TURN, PART_OF_TURN, "automatic_reply"]
    assert house.sense.heard == ["my thermostat is stuck\nhow do i reset it?"]
    house.drain()
    assert len(house.messenger.sent_to(EMMA_PHONE)) == 1


def test_the_order_in_which_workers_come_to_it_changes_nothing(house: House) -> None:
    first = comes(house, "My thermostat is stuck")
    house.wait(seconds=0.5)
    second = comes(house, RESET)
    assert handled(house, second) == "waiting"
    assert handled(house, first) == PART_OF_TURN
    house.wait(seconds=1.2)
    assert handled(house, second) == "automatic_reply"
    assert house.sense.heard == ["my thermostat is stuck\nhow do i reset it?"]


def test_a_text_that_comes_to_light_after_the_answer_is_answered_too(house: House) -> None:
    late = comes(house, "And which button?")
    house.wait(seconds=0.5)
    second = comes(house, RESET)
    handled(house, second)
    house.wait(seconds=1.2)
    assert handled(house, second) == "automatic_reply"
    house.drain()
    house.wait(seconds=20)
    handled(house, late)
    house.wait(seconds=1.2)
    assert house.sense.heard[-1:] == ["and which button?"]


def test_a_text_that_comes_to_light_after_a_silent_decision_is_answered_too(house: House) -> None:
    late = comes(house, RESET)
    house.wait(seconds=0.5)
    note = comes(house, "I am out of office.")
    handled(house, note)
    house.wait(seconds=1.2)
    assert handled(house, note) == "automatic_mail"
    house.wait(seconds=20)
    assert handled(house, late) == "automatic_reply"


def test_a_text_that_no_worker_has_come_to_yet_decides_for_the_ones_before_it(house: House) -> None:
    first = comes(house, "My thermostat is stuck")
    house.wait(seconds=0.5)
    second = comes(house, RESET)
    house.wait(seconds=30)
    assert [handled(house, first), handled(house, second)] == ["waiting", "automatic_reply"]
    ((_, at),) = house.publisher.later
    assert (at - house.clock()).total_seconds() == 1.2
    house.wait(seconds=1.2)
    assert handled(house, first) == PART_OF_TURN
    assert house.sense.heard == ["my thermostat is stuck\nhow do i reset it?"]


def test_a_text_is_not_lost_where_the_one_after_it_belongs_to_another_conversation(house: House) -> None:
    ticket = mails(house, "My invoice is wrong")
    answers(house, ticket, "Hello Emma, I am looking at it.", status="solved")
    house.wait(days=10)
    first = comes(house, RESET)
    house.wait(seconds=0.5)
    second = comes(house, f"About ticket {ticket}: any news?")
    house.wait(seconds=30)
    assert handled(house, first) == "waiting"
    handled(house, second)
    house.wait(seconds=1.2)
    assert handled(house, first) == "automatic_reply"
    assert len(conversations(house)) == 2


def test_a_text_is_not_lost_with_the_one_after_it_that_cannot_be_read(house: House) -> None:
    first = comes(house, RESET)
    house.wait(seconds=0.5)
    second = comes(house, "And which button?", channel="a channel that nobody knows")
    house.wait(seconds=30)
    assert handled(house, first) == "waiting"
    with house.store.begin() as unit:
        unit.events.claim(second.id, house.clock())
        unit.events.park(second.id, house.clock(), "it cannot be read")
    house.wait(seconds=1.2)
    assert handled(house, first) == "automatic_reply"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_texts_of_one_delivery_are_one_turn_in_whatever_order_they_are_come_to(
    house: House, order: tuple[int, int]
) -> None:
    occurred = [house.clock() - timedelta(seconds=each) for each in (0.3, 0.1)]
    said = zip(("My thermostat is stuck", RESET), occurred, strict=True)
    events = [comes(house, words, occurred_at=at) for words, at in said]
    for place in order:
        handled(house, events[place])
    house.wait(seconds=1.2)
    results = [handled(house, each) for each in events]
    assert results.count("automatic_reply") == 1
    assert house.sense.heard == ["my thermostat is stuck\nhow do i reset it?"]


def sent_photo(house: House) -> Event:
    return comes(house, "(sent a photo)", attachments=[{"ref": PHOTO, "type": "image/jpeg"}])


def test_a_text_waits_for_the_photo_after_it_while_that_is_being_fetched(house: House) -> None:
    house.media.kept[PHOTO] = b"a picture"
    first = comes(house, RESET)
    handled(house, first)
    house.wait(seconds=0.5)
    photo = sent_photo(house)
    during: list[str] = []

    def at_its_hour() -> None:
        house.wait(seconds=0.7)
        during.append(handled(house, first))

    house.media.meanwhile = at_its_hour
    assert handled(house, photo) == "waiting"
    assert during == ["waiting"]
    house.wait(seconds=5)
    assert handled(house, first) == PART_OF_TURN
    assert handled(house, photo) == "automatic_reply"
    assert len(house.sense.heard) == 1


def test_a_photo_that_hangs_is_waited_for_no_longer_than_a_burst_lasts(house: House) -> None:
    first = comes(house, RESET)
    handled(house, first)
    house.wait(seconds=0.5)
    photo = sent_photo(house)
    with house.store.begin() as unit:
        unit.events.claim(photo.id, house.clock())
    house.wait(seconds=9)
    assert handled(house, first) == "waiting"
    house.wait(seconds=1.2)
    assert handled(house, first) == "automatic_reply"


def test_neither_a_text_of_much_later_nor_one_of_somebody_else_is_waited_for(house: House) -> None:
    first = comes(house, RESET)
    comes(house, RESET, **{"from": "+447700900999"})
    house.wait(seconds=30)
    comes(house, "And which button?")
    assert handled(house, first) == "automatic_reply"


def test_a_reaction_that_is_still_to_be_read_decides_for_nobody(house: House) -> None:
    first = comes(house, RESET)
    house.wait(seconds=1)
    comes(house, "👍", kind="reaction")
    house.wait(seconds=30)
    assert handled(house, first) == "automatic_reply"


def test_a_text_while_the_first_is_being_decided_makes_them_one_turn(house: House) -> None:
    first = comes(house, RESET)
    handled(house, first)
    house.wait(seconds=1.2)
    following: list[Event] = []

    def another() -> None:
        following.append(comes(house, "And which button?"))
        assert handled(house, following[0]) == "waiting"

    house.answer.meanwhile = another
    assert handled(house, first) == "later"
    house.wait(seconds=2)
    assert handled(house, first) == PART_OF_TURN
    assert handled(house, following[0]) == "automatic_reply"
    assert house.sense.heard[-1] == "how do i reset it?\nand which button?"
    house.drain()
    assert len(to_customer(house)) == 1


def test_a_text_just_after_the_answer_is_not_told_the_same_again(house: House) -> None:
    first = comes(house, RESET)
    handled(house, first)
    house.wait(seconds=1.2)
    handled(house, first)
    house.drain()
    house.wait(seconds=3)
    second = comes(house, "And which button?")
    handled(house, second)
    house.wait(seconds=1.2)
    assert handled(house, second) == "already_said"
    house.drain()
    assert len(house.messenger.sent_to(EMMA_PHONE)) == 1


def test_a_question_of_its_own_time_is_answered_even_with_the_same_words(house: House) -> None:
    first = comes(house, RESET)
    handled(house, first)
    house.wait(seconds=1.2)
    handled(house, first)
    house.drain()
    house.wait(minutes=3)
    second = comes(house, "And which button?")
    handled(house, second)
    house.wait(seconds=1.2)
    assert handled(house, second) == "automatic_reply"


def test_a_pressed_button_is_not_waited_for(house: House) -> None:
    assert handled(house, comes(house, RESET, at_once=True)) == "automatic_reply"


def test_the_ticket_tells_every_text_of_the_turn_once(house: House) -> None:
    ticket = mails(house)
    answers(house, ticket, "Hello Emma, which one is it?")
    for words in ("It is the thermostat", "in the hall", RESET):
        event = comes(house, words)
        handled(house, event)
        house.wait(seconds=0.5)
    house.wait(seconds=1.2)
    handled(house, event)
    house.drain()
    notes = "\n".join(house.helpdesk.comments(ticket, public=False))
    for words in ("It is the thermostat", "in the hall", RESET):
        assert notes.count(words) == 1


def test_a_hint_that_was_lost_is_repeated_by_the_sweeper(house: House) -> None:
    event = comes(house, RESET)
    handled(house, event)
    with house.store.begin() as unit:
        assert unit.events.due(house.clock(), 10) == []
    house.wait(minutes=1)
    with house.store.begin() as unit:
        assert unit.events.due(house.clock(), 10) == [event.id]
