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
from tests.core.day import RESET, decisions, incoming, known, mails, texts
from tests.core.house import House
from tests.core.people import EMMA_PHONE


@pytest.fixture(autouse=True)
def _people(house: House) -> None:
    known(house)


def test_what_may_pass_is_released_and_done_later(house: House) -> None:
    ticket = house.helpdesk.writes_in(house.helpdesk.staff["user-emma"], "Thermostat", RESET)
    house.helpdesk.fail_reading(TransientError("busy", retry_after=timedelta(seconds=30)))
    event = house.event(EventKind.TICKET_CHANGED, ticket)
    assert house.happens(event) == "later"
    assert house.inbox() == {"pending": 1}
    # Without a hint for its hour it would wait for the sweeper, and the customer with it.
    assert house.publisher.later == [(event.id, house.clock() + timedelta(seconds=30))]
    house.wait(seconds=29)
    assert house.loop.handle(event.id) == "not_ours"
    house.wait(seconds=1)
    assert house.loop.handle(event.id) == "suggest"
    assert house.inbox() == {"done": 1}


@pytest.mark.parametrize("error", [RejectedError("no such ticket"), ConfigurationError("the token is wrong")])
def test_what_will_not_pass_is_parked_and_shown_to_a_person(
    house: House, error: RejectedError | ConfigurationError
) -> None:
    ticket = house.helpdesk.writes_in(house.helpdesk.staff["user-emma"], "Thermostat", RESET)
    house.helpdesk.fail_reading(error)
    event = house.event(EventKind.TICKET_CHANGED, ticket)
    assert house.happens(event) == "parked"
    assert house.inbox() == {"parked": 1}
    house.drain()
    (alert,) = house.desk.posted_to("#alerts")
    assert str(error) in alert
    house.wait(days=1)
    assert house.loop.handle(event.id) == "not_ours"


def test_what_does_not_pass_for_hours_is_parked_too(house: House) -> None:
    ticket = house.helpdesk.writes_in(house.helpdesk.staff["user-emma"], "Thermostat", RESET)
    house.helpdesk.fail_reading(TransientError("away"), times=2)
    event = house.event(EventKind.TICKET_CHANGED, ticket)
    assert house.happens(event) == "later"
    house.clock.forward(MAX_AGE)
    assert house.loop.handle(event.id) == "parked"


def test_a_sender_that_is_no_number_is_parked(house: House) -> None:
    assert texts(house, "Your parcel is here", phone="PARCELS") == "parked"


def test_a_worker_that_died_after_deciding_changes_nothing_the_second_time(house: House) -> None:
    house.accept(event := house.event(EventKind.MESSAGE_RECEIVED, "SM1", payload=incoming(RESET)))
    with house.store.begin() as unit:
        claimed = unit.events.claim(event.id, house.clock())
    assert claimed is not None
    STEPS[event.kind](house.loop, claimed)
    house.drain()
    house.wait(minutes=2)
    assert house.loop.handle(event.id) == "decided_before"
    house.drain()
    assert (decisions(house), len(house.messenger.sent)) == (1, 1)


class BreakingStore:
    """The store, whose transaction number `at` is lost in the moment of its commit."""

    def __init__(self, store: Store, at: int) -> None:
        self._store = store
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


def handled_by_a_breaking_worker(house: House, event: Event, at: int) -> None:
    """Let a worker lose one transaction, then let others take the event again until it is done."""
    house.accept(event)
    breaking = BreakingStore(house.store, at)
    context = replace(house.context, store=breaking)
    with suppress(TransientError):  # a claim or a finish that is lost takes the task with it
        replace(house.loop, store=breaking, context=context).handle(event.id)
    for _ in range(3):
        house.wait(minutes=2)
        house.loop.handle(event.id)
        sweep(house.store, house.publisher, house.clock())
        house.drain()
    assert house.inbox() == {"done": house.inbox()["done"]}


@pytest.mark.parametrize("at", range(1, 7))
def test_whichever_transaction_is_lost_a_text_is_answered_once(house: House, at: int) -> None:
    event = house.event(EventKind.MESSAGE_RECEIVED, "SM1", payload=incoming(RESET))
    handled_by_a_breaking_worker(house, event, at)
    assert (decisions(house), len(house.messenger.sent)) == (1, 1)


@pytest.mark.parametrize("at", range(1, 6))
def test_whichever_transaction_is_lost_an_agents_answer_reaches_the_phone_once(house: House, at: int) -> None:
    ticket = mails(house)
    texts(house, "I want to talk to a person")
    house.helpdesk.says(ticket, house.helpdesk.staff["agent-maria"], "I am here.")
    handled_by_a_breaking_worker(house, house.event(EventKind.TICKET_CHANGED, ticket, "comment"), at)
    assert house.messenger.sent_to(EMMA_PHONE).count("I am here.") == 1
