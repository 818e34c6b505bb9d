import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from connectors.sql.store import SqlStore
from connectors.sql.tables import ledger
from core.answer.style import StyleCard
from core.context.ownership import held, team
from core.execute.timers import Timekeeper
from core.model.conversation import ASSISTANT, OwnerKind
from core.policy import Timers
from tests.core.day import RESET, answers, mails, texts
from tests.core.execute.timing import TIMED, only, swept, timed
from tests.core.house import House


@pytest.fixture
def house(store: SqlStore) -> House:
    return timed(store)


def taken_by_maria(house: House) -> str:
    ticket = mails(house)
    texts(house, "I want to talk to a person")
    answers(house, ticket, "Hello Emma, Maria here.")
    assert only(house).owner.kind is OwnerKind.AGENT
    return ticket


def test_after_three_quiet_days_the_assistant_has_it_again_and_the_ledger_says_so(house: House) -> None:
    taken_by_maria(house)
    house.wait(hours=71)
    swept(house)
    assert only(house).owner.name == "Maria Lopez"
    house.wait(hours=1)
    swept(house)
    assert (only(house).owner, only(house).owner_since) == (ASSISTANT, house.clock())
    assert told(house.store) == [("policy", "Maria Lopez")]
    assert texts(house, RESET) == "automatic_reply"


def test_thanks_to_the_person_do_not_keep_it_with_them_for_ever(house: House) -> None:
    taken_by_maria(house)
    assert texts(house, "Thanks!") == "nothing_asked"
    house.wait(hours=73)
    swept(house)
    assert only(house).owner == ASSISTANT


def test_while_the_customer_waits_for_the_person_it_stays_with_the_person(house: House) -> None:
    taken_by_maria(house)
    texts(house, "And now?")
    house.wait(hours=500)
    swept(house)
    assert only(house).owner.name == "Maria Lopez"


def told(store: SqlStore) -> list[tuple[str, str]]:
    """Who gave conversations back, and from whom, by the ledger."""
    with store.read() as unit:
        assert unit.ledger.verify() is None
        kept = unit.connection.execute(select(ledger.c.facts).where(ledger.c.kind == "handed_back")).scalars()
        return [(facts["by"], facts["from"]) for facts in map(json.loads, kept)]


@pytest.mark.parametrize("timers", [Timers(), Timers(follow_up=timedelta(hours=1))])
def test_a_timer_that_the_policy_does_not_name_never_runs(store: SqlStore, timers: Timers) -> None:
    house = timed(store, replace(TIMED, timers=timers))
    taken_by_maria(house)
    house.wait(hours=600)
    assert swept(house) == 0
    assert only(house).owner.name == "Maria Lopez"


def test_somebody_who_is_faster_keeps_what_they_did(house: House) -> None:
    """The timer looked, an agent escalated, and the timer looks again before it does anything."""
    taken_by_maria(house)
    house.wait(hours=72)
    keeper = Timekeeper(store=Hasty(house), policy=house.policy, style=StyleCard())
    assert keeper.run(house.clock()) == []
    assert only(house).owner.name == "Specialists"


class Hasty:
    """A store in which somebody escalates every conversation between the look and the deed."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.read = house.store.read
        self.begin_lightly = house.store.begin_lightly

    def begin(self) -> Any:
        with self._house.store.begin() as unit:
            one = only(self._house)
            unit.conversations.save(held(one, team("Specialists"), self._house.clock()))
        return self._house.store.begin()
