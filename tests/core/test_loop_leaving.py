"""Events of the loop from end to end: the answer leaves from the worker that made it, without the queue."""

from dataclasses import replace

import pytest

from core.errors import TransientError
from core.loop import Loop
from core.model.conversation import Earlier
from core.model.event import EventKind
from core.model.ids import EffectId
from core.model.outbound import EffectState
from tests.core.day import RESET, incoming, known, to_customer
from tests.core.house import House
from tests.core.people import EMMA_PHONE


@pytest.fixture(autouse=True)
def _people(house: House) -> None:
    known(house)


@pytest.fixture
def at_once(house: House) -> Loop:
    house.loop = replace(house.loop, deliver=house.delivery.deliver)
    return house.loop


@pytest.mark.usefixtures("at_once")
def test_an_answer_leaves_without_a_hint(house: House) -> None:
    house.text(RESET)
    assert len(house.messenger.sent_to(EMMA_PHONE)) == 1
    (row,) = to_customer(house)
    assert row.state is EffectState.SENT
    assert row.effect.id not in [name for name, _ in house.publisher.effects]


@pytest.mark.usefixtures("at_once")
def test_a_hint_that_comes_as_well_doubles_nothing(house: House) -> None:
    house.text(RESET)
    (row,) = to_customer(house)
    assert house.delivery.deliver(row.effect.id) is None
    assert len(house.messenger.sent_to(EMMA_PHONE)) == 1


@pytest.mark.usefixtures("at_once")
def test_what_people_are_told_goes_through_the_queue(house: House) -> None:
    house.text("I want to talk to a person")
    left = {row.effect.kind for row in to_customer(house) if row.state is EffectState.SENT}
    waiting = [house.row(name) for name, _ in house.publisher.effects]
    assert len(left) == 1
    assert waiting
    assert not left & {row.effect.kind for row in waiting}


def test_what_cannot_leave_now_is_hinted_at_and_the_event_is_done(house: House) -> None:
    def locked(_: EffectId) -> None:
        raise TransientError("the database is locked")

    house.loop = replace(house.loop, deliver=locked)
    assert house.text(RESET) == "automatic_reply"
    assert house.inbox() == {"done": 1}
    house.drain()
    assert len(house.messenger.sent_to(EMMA_PHONE)) == 1


def test_a_worker_that_ends_while_its_answer_leaves_answers_once(house: House) -> None:
    def killed(_: EffectId) -> None:
        raise SystemExit

    house.loop = replace(house.loop, deliver=killed)
    event = house.event(EventKind.MESSAGE_RECEIVED, "SM1", payload=incoming(RESET))
    house.accept(event)
    with pytest.raises(SystemExit):
        house.loop.handle(event.id)
    house.loop = replace(house.loop, deliver=house.delivery.deliver)
    house.wait(minutes=2)  # its claim has lapsed
    assert house.loop.handle(event.id) == "decided_before"
    with house.store.begin() as unit:
        due = unit.outbox.due(house.clock(), 10)
    for name in due:
        house.delivery.deliver(name)
    assert len(house.messenger.sent_to(EMMA_PHONE)) == 1


def test_in_the_middle_of_a_talk_no_likeness_is_read(house: House) -> None:
    read: list[str] = []

    def alike(text: str, _: Earlier) -> float:
        read.append(text)
        return 0.0

    house.loop = replace(house.loop, context=replace(house.context, alike=alike))
    house.text(RESET)
    house.wait(minutes=1)
    house.text("And where is the button for the second one that I have?")
    assert read == []
    house.wait(hours=5)
    house.text("My doorbell invoice has a wrong address, who can correct it for me?")
    assert read
