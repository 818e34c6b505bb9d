import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from connectors.sql.store import SqlStore
from connectors.sql.tables import ledger
from core.answer.style import StyleCard
from core.context.ownership import hold, team
from core.execute.timers import Timekeeper
from core.model.conversation import ASSISTANT, OwnerKind
from core.policy import Timers
from tests.core.container import Container
from tests.core.day import RESET, answers, mails, texts
from tests.core.execute.timing import TIMED, only, swept, timed


@pytest.fixture
def container(store: SqlStore) -> Container:
    return timed(store)


def taken_by_maria(container: Container) -> str:
    ticket = mails(container)
    texts(container, "I want to talk to a person")
    answers(container, ticket, "Hello Emma, Maria here.")
    assert only(container).owner.kind is OwnerKind.AGENT
    return ticket


def test_after_three_quiet_days_the_assistant_has_it_again_and_the_ledger_says_so(container: Container) -> None:
    taken_by_maria(container)
    container.wait(hours=71)
    swept(container)
    assert only(container).owner.name == "Maria Lopez"
    container.wait(hours=1)
    swept(container)
    assert (only(container).owner, only(container).owner_since) == (ASSISTANT, container.clock())
    assert told(container.store) == [("policy", "Maria Lopez")]
    assert texts(container, RESET) == "automatic_reply"


def test_thanks_to_the_person_do_not_keep_it_with_them_for_ever(container: Container) -> None:
    taken_by_maria(container)
    assert texts(container, "Thanks!") == "nothing_asked"
    container.wait(hours=73)
    swept(container)
    assert only(container).owner == ASSISTANT


def test_while_the_customer_waits_for_the_person_it_stays_with_the_person(container: Container) -> None:
    taken_by_maria(container)
    texts(container, "And now?")
    container.wait(hours=500)
    swept(container)
    assert only(container).owner.name == "Maria Lopez"


def told(store: SqlStore) -> list[tuple[str, str]]:
    """Who gave conversations back, and from whom, by the ledger."""
    with store.read() as unit:
        assert unit.ledger.verify() is None
        kept = unit.connection.execute(select(ledger.c.facts).where(ledger.c.kind == "handed_back")).scalars()
        return [(facts["by"], facts["from"]) for facts in map(json.loads, kept)]


@pytest.mark.parametrize("timers", [Timers(), Timers(follow_up=timedelta(hours=1))])
def test_a_timer_that_the_policy_does_not_name_never_runs(store: SqlStore, timers: Timers) -> None:
    container = timed(store, replace(TIMED, timers=timers))
    taken_by_maria(container)
    container.wait(hours=600)
    assert swept(container) == 0
    assert only(container).owner.name == "Maria Lopez"


def test_somebody_who_is_faster_keeps_what_they_did(container: Container) -> None:
    """The timer looked, an agent escalated, and the timer looks again before it does anything."""
    taken_by_maria(container)
    container.wait(hours=72)
    keeper = Timekeeper(store=Hasty(container), policy=container.policy, style=StyleCard())
    assert keeper.run(container.clock()) == []
    assert only(container).owner.name == "Specialists"


class Hasty:
    """A store in which somebody escalates every conversation between the look and the deed."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self.read = container.store.read
        self.cards = container.store.cards
        self.begin_lightly = container.store.begin_lightly

    def begin(self) -> Any:
        with self._container.store.begin() as unit:
            one = only(self._container)
            unit.conversations.save(hold(one, team("Specialists"), self._container.clock()))
        return self._container.store.begin()
