"""Events of the loop from end to end: the answer leaves from the worker that made it, without the queue."""

from dataclasses import replace

import pytest

from core.errors import TransientError
from core.loop import Loop
from core.model.conversation import Earlier
from core.model.event import EventKind
from core.model.ids import EffectId
from core.model.outbound import EffectState
from core.read.repeats import Likeness
from tests.core.container import Container
from tests.core.day import RESET, known, to_customer
from tests.core.people import EMMA_PHONE
from tests.core.samples import incoming


@pytest.fixture(autouse=True)
def _people(container: Container) -> None:
    known(container)


@pytest.fixture
def at_once(container: Container) -> Loop:
    container.loop = replace(container.loop, deliver=container.delivery.deliver)
    return container.loop


@pytest.mark.usefixtures("at_once")
def test_an_answer_leaves_without_a_hint(container: Container) -> None:
    container.text(RESET)
    assert len(container.messenger.sent_to(EMMA_PHONE)) == 1
    (row,) = to_customer(container)
    assert row.state is EffectState.SENT
    assert row.effect.id not in [name for name, _ in container.publisher.effects]


@pytest.mark.usefixtures("at_once")
def test_a_hint_that_comes_as_well_doubles_nothing(container: Container) -> None:
    container.text(RESET)
    (row,) = to_customer(container)
    assert container.delivery.deliver(row.effect.id) is None
    assert len(container.messenger.sent_to(EMMA_PHONE)) == 1


@pytest.mark.usefixtures("at_once")
def test_what_people_are_told_goes_through_the_queue(container: Container) -> None:
    container.text("I want to talk to a person")
    left = {row.effect.kind for row in to_customer(container) if row.state is EffectState.SENT}
    waiting = [container.row(name) for name, _ in container.publisher.effects]
    assert len(left) == 1
    assert waiting
    assert not left & {row.effect.kind for row in waiting}


def test_what_cannot_leave_now_is_hinted_at_and_the_event_is_done(container: Container) -> None:
    def locked(_: EffectId) -> None:
        raise TransientError("the database is locked")

    container.loop = replace(container.loop, deliver=locked)
    assert container.text(RESET) == "automatic_reply"
    assert container.inbox() == {"done": 1}
    container.drain()
    assert len(container.messenger.sent_to(EMMA_PHONE)) == 1


def test_a_worker_that_ends_while_its_answer_leaves_answers_once(container: Container) -> None:
    def killed(_: EffectId) -> None:
        raise SystemExit

    container.loop = replace(container.loop, deliver=killed)
    event = container.event(EventKind.MESSAGE_RECEIVED, "SM1", payload=incoming(RESET))
    container.accept(event)
    with pytest.raises(SystemExit):
        container.loop.handle(event.id)
    container.loop = replace(container.loop, deliver=container.delivery.deliver)
    container.wait(minutes=2)  # its claim has lapsed
    assert container.loop.handle(event.id) == "decided_before"
    with container.store.begin() as unit:
        due = unit.outbox.due(container.clock(), 10)
    for name in due:
        container.delivery.deliver(name)
    assert len(container.messenger.sent_to(EMMA_PHONE)) == 1


def test_in_the_middle_of_a_talk_no_likeness_is_read(container: Container) -> None:
    read: list[str] = []

    def alike(text: str, _: Earlier) -> Likeness:
        read.append(text)
        return Likeness(score=0.0)

    container.loop = replace(container.loop, context=replace(container.context, alike=alike))
    container.text(RESET)
    container.wait(minutes=1)
    container.text("And where is the button for the second one that I have?")
    assert read == []
    container.wait(hours=5)
    container.text("My doorbell invoice has a wrong address, who can correct it for me?")
    assert read
