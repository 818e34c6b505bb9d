"""Events of the loop from end to end: what goes wrong on the way."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import ConfigurationError, RejectedError, TransientError
from core.loop import MAX_AGE, STEPS
from core.model.event import Event, EventKind
from core.ports import Store, Unit
from core.sweep import sweep
from tests.core.container import Container
from tests.core.day import RESET, decisions, known, mails, texts
from tests.core.people import EMMA_PHONE
from tests.core.samples import incoming, stand_in_store


@pytest.fixture(autouse=True)
def _people(container: Container) -> None:
    known(container)


def test_what_may_pass_is_released_and_done_later(container: Container) -> None:
    ticket = container.helpdesk.writes_in(container.helpdesk.staff["user-emma"], "Thermostat", RESET)
    container.helpdesk.fail_reading(TransientError("busy", retry_after=timedelta(seconds=30)))
    event = container.event(EventKind.TICKET_CHANGED, ticket)
    assert container.happens(event) == "later"
    assert container.inbox() == {"pending": 1}
    # Without a hint for its hour it would wait for the sweeper, and the customer with it.
    assert container.publisher.later == [(event.id, container.clock() + timedelta(seconds=30))]
    container.wait(seconds=29)
    assert container.loop.handle(event.id) == "not_ours"
    container.wait(seconds=1)
    assert container.loop.handle(event.id) == "suggest"
    assert container.inbox() == {"done": 1}


@pytest.mark.parametrize("error", [RejectedError("no such ticket"), ConfigurationError("the token is wrong")])
def test_what_will_not_pass_is_parked_and_shown_to_a_person(
    container: Container, error: RejectedError | ConfigurationError
) -> None:
    ticket = container.helpdesk.writes_in(container.helpdesk.staff["user-emma"], "Thermostat", RESET)
    container.helpdesk.fail_reading(error)
    event = container.event(EventKind.TICKET_CHANGED, ticket)
    assert container.happens(event) == "parked"
    assert container.inbox() == {"parked": 1}
    container.drain()
    (alert,) = container.desk.posted_to("#alerts")
    assert str(error) in alert
    container.wait(days=1)
    assert container.loop.handle(event.id) == "not_ours"


@pytest.mark.parametrize(
    ("stored", "why"), [('{"from": "+44"}', "damaged"), ('{"v": 9, "is": {}}', "written by a newer Handrail")]
)
def test_what_is_stored_and_cannot_be_read_is_parked_and_shown_to_a_person(
    container: Container, stored: str, why: str
) -> None:
    broken = stand_in_store(container.store, container.event(EventKind.MESSAGE_RECEIVED, "SM1"), stored)
    assert container.loop.handle(broken) == "parked"
    container.drain()
    (alert,) = container.desk.posted_to("#alerts")
    assert why in alert
    assert texts(container, RESET) == "automatic_reply"
    assert container.inbox() == {"parked": 1, "done": 1}


def test_what_does_not_pass_for_hours_is_parked_too(container: Container) -> None:
    ticket = container.helpdesk.writes_in(container.helpdesk.staff["user-emma"], "Thermostat", RESET)
    container.helpdesk.fail_reading(TransientError("away"), times=2)
    event = container.event(EventKind.TICKET_CHANGED, ticket)
    assert container.happens(event) == "later"
    container.clock.forward(MAX_AGE)
    assert container.loop.handle(event.id) == "parked"


def test_a_sender_that_is_no_number_is_parked(container: Container) -> None:
    assert texts(container, "Your parcel is here", phone="PARCELS") == "parked"


def test_a_worker_that_died_after_deciding_changes_nothing_the_second_time(container: Container) -> None:
    container.accept(event := container.event(EventKind.MESSAGE_RECEIVED, "SM1", payload=incoming(RESET)))
    with container.store.begin() as unit:
        claimed = unit.events.claim(event.id, container.clock())
    assert claimed is not None
    STEPS[event.kind](container.loop, claimed)
    container.drain()
    container.wait(minutes=2)
    assert container.loop.handle(event.id) == "decided_before"
    container.drain()
    assert (decisions(container), len(container.messenger.sent)) == (1, 1)


class BreakingStore:
    """The store, whose transaction number `at` is lost in the moment of its commit."""

    def __init__(self, store: Store, at: int) -> None:
        self._store = store
        self.cards = store.cards
        self._left = at

    @contextmanager
    def begin(self) -> Iterator[Unit]:
        with self._store.begin() as unit:
            yield unit
            self._lost()

    @contextmanager
    def begin_lightly(self) -> Iterator[Unit]:
        with self._store.begin_lightly() as unit:
            yield unit
            self._lost()

    def _lost(self) -> None:
        self._left -= 1
        if self._left == 0:
            raise TransientError("the database went away")

    def read(self) -> AbstractContextManager[Unit]:
        return self._store.read()


def handled_by_a_breaking_worker(container: Container, event: Event, at: int) -> None:
    """Let a worker lose one transaction, then let others take the event again until it is done."""
    container.accept(event)
    breaking = BreakingStore(container.store, at)
    context = replace(container.context, store=breaking)
    with suppress(TransientError):  # a claim or a finish that is lost takes the task with it
        replace(container.loop, store=breaking, context=context).handle(event.id)
    for _ in range(3):
        container.wait(minutes=2)
        container.loop.handle(event.id)
        sweep(container.store, container.publisher, container.clock())
        container.drain()
    assert container.inbox() == {"done": container.inbox()["done"]}


@pytest.mark.parametrize("at", range(1, 7))
def test_whichever_transaction_is_lost_a_text_is_answered_once(container: Container, at: int) -> None:
    event = container.event(EventKind.MESSAGE_RECEIVED, "SM1", payload=incoming(RESET))
    handled_by_a_breaking_worker(container, event, at)
    assert (decisions(container), len(container.messenger.sent)) == (1, 1)


@pytest.mark.parametrize("at", range(1, 6))
def test_whichever_transaction_is_lost_an_agents_answer_reaches_the_phone_once(container: Container, at: int) -> None:
    ticket = mails(container)
    texts(container, "I want to talk to a person")
    container.helpdesk.says(ticket, container.helpdesk.staff["agent-maria"], "I am here.")
    handled_by_a_breaking_worker(container, container.event(EventKind.TICKET_CHANGED, ticket, "comment"), at)
    assert container.messenger.sent_to(EMMA_PHONE).count("I am here.") == 1
