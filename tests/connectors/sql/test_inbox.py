import sqlite3
from datetime import datetime

import pytest

from connectors.sql.engine import database_url
from connectors.sql.inbox import SqlInbox
from connectors.sql.patience import Waiting
from connectors.sql.store import SqlStore
from core.errors import TransientError
from core.model.event import Event, EventKind
from core.model.event_payloads import MessageStatus
from core.model.ids import EffectId, EventId
from tests.connectors.sql.samples import NOW, SECOND, event
from tests.together import together


class Recorder:
    """A publisher that notes what it was told."""

    def __init__(self) -> None:
        self.events: list[EventId] = []
        self.statuses_told = 0

    def event(self, event_id: EventId, *, at: datetime | None = None) -> None:
        self.events.append(event_id)

    def effect(self, effect_id: EffectId, *, at: datetime | None = None) -> None:
        raise AssertionError("an inbox publishes no effects")

    def statuses(self) -> None:
        self.statuses_told += 1

    def campaigns(self) -> None:
        raise AssertionError("an inbox knows no campaigns")


def accept_together(inbox: SqlInbox, events: list[Event], threads: int) -> list[bool]:
    """Accept the events from several threads that start at once."""

    def work(number: int) -> list[bool]:
        return [inbox.accept(one) for one in events[number::threads]]

    return [answer for answers in together(threads, work) for answer in answers]


def test_an_accepted_event_is_stored_then_published(store: SqlStore) -> None:
    told = Recorder()
    assert SqlInbox(store, told).accept(event())
    assert told.events == [event().id]
    with store.begin() as unit:
        assert unit.events.claim(event().id, NOW) == event()


def test_a_duplicate_is_accepted_once_and_published_once(store: SqlStore) -> None:
    told = Recorder()
    inbox = SqlInbox(store, told)
    assert [inbox.accept(event()) for _ in range(3)] == [True, False, False]
    assert told.events == [event().id]


def test_the_two_ways_in_write_the_same_row(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.events.add(event("through the unit"))
    SqlInbox(store, Recorder()).accept(event("through the inbox"))
    with store.begin() as unit:
        for name in ("through the unit", "through the inbox"):
            assert unit.events.claim(event(name).id, NOW) == event(name)
        assert unit.events.due(NOW + 14 * SECOND, 10) == []


def test_nothing_is_lost_when_many_arrive_at_once(store: SqlStore) -> None:
    told = Recorder()
    events = [event(f"d-{number}") for number in range(160)]
    answers = accept_together(SqlInbox(store, told), events, threads=8)
    assert answers == [True] * 160
    assert sorted(told.events) == sorted(one.id for one in events)
    with store.read() as unit:
        assert unit.events.counts()["pending"] == 160


def test_of_the_same_delivery_at_once_one_is_accepted(store: SqlStore) -> None:
    told = Recorder()
    answers = accept_together(SqlInbox(store, told), [event()] * 64, threads=8)
    assert sorted(answers) == [False] * 63 + [True]
    assert told.events == [event().id]


def test_a_store_that_is_locked_accepts_nothing(sqlite_url: str) -> None:
    store, told = SqlStore(sqlite_url, waiting=Waiting(write=0.05)), Recorder()
    inbox = SqlInbox(store, told)
    other = sqlite3.connect(database_url(sqlite_url).database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TransientError):
        inbox.accept(event())
    assert told.events == []
    other.execute("ROLLBACK")
    other.close()
    assert inbox.accept(event())
    store.close()


def test_those_who_shared_a_failed_transaction_all_hear_of_it(sqlite_url: str) -> None:
    store, told = SqlStore(sqlite_url, waiting=Waiting(write=0.3)), Recorder()
    inbox = SqlInbox(store, told)
    other = sqlite3.connect(database_url(sqlite_url).database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    def refused(number: int) -> bool:
        try:
            inbox.accept(event(f"d-{number}"))
        except TransientError:
            return True
        return False

    outcomes = together(4, refused)
    other.execute("ROLLBACK")
    other.close()
    assert outcomes == [True] * 4
    assert told.events == []
    store.close()


def test_a_status_is_hinted_with_all_others_and_not_by_its_id(store: SqlStore) -> None:
    recorder = Recorder()
    inbox = SqlInbox(store, recorder)
    status = event(kind=EventKind.MESSAGE_STATUS, payload=MessageStatus(status="sent"))
    assert [inbox.accept(status), inbox.accept(status)] == [True, False]
    assert (recorder.events, recorder.statuses_told) == ([], 1)
