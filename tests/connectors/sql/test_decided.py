"""Decisions that are kept in memory: quick, and never another one than the store has."""

from dataclasses import replace
from functools import partial

import pytest

from connectors.sql.decisions import Decided
from connectors.sql.store import SqlStore
from core.model.decision import Decision
from core.model.ids import ConversationId
from tests.connectors.sql.samples import conversation, customer, decision, message

CONVERSATION = ConversationId("co_one")


@pytest.fixture
def stored(store: SqlStore) -> SqlStore:
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
        for number in (1, 2):
            unit.conversations.add_message(message(number))
        unit.decisions.add(decision(1))
    return store


def latest(store: SqlStore) -> Decision | None:
    with store.read() as unit:
        return unit.decisions.latest(CONVERSATION)


def test_the_same_decision_is_put_together_once(stored: SqlStore) -> None:
    first = latest(stored)
    assert first == decision(1)
    assert latest(stored) is first


def test_a_newer_decision_is_the_latest_at_once(stored: SqlStore) -> None:
    latest(stored)
    with stored.begin() as unit:
        unit.decisions.add(decision(2))
    assert latest(stored) == decision(2)


def test_another_process_writes_and_is_heard(stored: SqlStore) -> None:
    latest(stored)
    other = SqlStore(stored.writer.url.render_as_string(hide_password=False))
    with other.begin() as unit:
        unit.decisions.add(decision(2))
    other.close()
    assert latest(stored) == decision(2)


def test_what_is_taken_back_was_never_read(stored: SqlStore) -> None:
    def fail() -> None:
        with stored.begin() as unit:
            unit.decisions.add(decision(2))
            assert unit.decisions.latest(CONVERSATION) == decision(2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert latest(stored) == decision(1)
    changed = replace(decision(2), retrieved=("pa_9",))
    with stored.begin() as unit:
        unit.decisions.add(changed)
    assert latest(stored) == changed


def test_the_least_used_are_forgotten() -> None:
    decided, read = Decided(most=2), list[int]()

    def found(serial: int) -> Decision:
        read.append(serial)
        return decision(serial)

    for serial in (1, 2, 1, 3, 1, 2):
        assert decided.get(serial, partial(found, serial)) == decision(serial)
    assert read == [1, 2, 3, 2]


def test_what_is_not_there_is_asked_for_again() -> None:
    decided = Decided()
    assert decided.get(1, lambda: None) is None
    assert decided.get(1, lambda: decision(1)) == decision(1)
