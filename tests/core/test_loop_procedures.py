"""A procedure from the first text to its end, step by step over several turns."""

from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore
from core.model.conversation import ASSISTANT, OwnerKind
from core.model.decision import Decision, Outcome
from tests.core.day import conversations, known, texts, to_customer
from tests.core.house import House
from tests.core.people import EMMA_PHONE
from tests.core.procedure.test_run import OFFLINE
from tests.core.rules import policy

INTENT = frozenset({"reset"})  # what the plain sense reads out of the word
OPENS = "My thermostat is offline, does it need a reset?"


@pytest.fixture
def house(store: SqlStore) -> House:
    rules = policy()
    led = replace(rules, procedures={"offline": replace(OFFLINE, intents=INTENT)}, max_turns=9)
    house = House(store, replace(led, standing=led.standing | {"procedure"}))
    known(house)
    return house


def newest(house: House) -> Decision:
    with house.store.read() as unit:
        return unit.decisions.since(0)[-1][1]


def says(house: House, words: str) -> str:
    rule = texts(house, words)
    house.wait(minutes=2)
    return rule


def test_the_customer_is_led_step_by_step_and_then_told_who_goes_on(house: House) -> None:
    assert says(house, OPENS) == "procedure:offline"
    assert says(house, "amber") == "procedure:offline"
    assert says(house, "No, still offline") == "procedure:offline"
    assert conversations(house)[0].owner == ASSISTANT
    assert says(house, "no, nothing has changed") == "procedure:offline"
    first, second, third, notice = house.messenger.sent_to(EMMA_PHONE)
    assert "Which colour is the ring" in first
    assert "Restart your router." in second
    assert "Unplug the hub for 30 seconds." in third
    assert "person" in first, "the way to a person stands in every message"
    assert "Technical support" in notice, "the team for what the procedure is about, whatever the last words sound like"
    owner = conversations(house)[0].owner
    assert (owner.kind, owner.name) == (OwnerKind.TEAM, "Technical support")
    led = newest(house).procedure
    assert led is not None
    assert (led.outcome, led.reason) == (Outcome.PERSON, "Restarting did not help")
    assert [taken.result for taken in led.taken if taken.kind == "answer"] == ["amber", "no", "no"]


def test_each_step_leaves_under_the_standing_approval_of_procedures(house: House) -> None:
    says(house, OPENS)
    [row] = to_customer(house)
    assert (row.effect.authority.rule, row.effect.payload["ai_generated"]) == ("procedure", True)


def test_what_helped_is_the_end_and_nobody_takes_over(house: House) -> None:
    says(house, OPENS)
    says(house, "green")
    assert says(house, "Yes it does!") == "procedure:offline"
    assert len(house.messenger.sent_to(EMMA_PHONE)) == 2
    assert conversations(house)[0].owner == ASSISTANT
    led = newest(house).procedure
    assert led is not None
    assert led.outcome is Outcome.DONE


def test_without_the_standing_approval_a_person_gets_the_draft(store: SqlStore) -> None:
    rules = policy()
    house = House(store, replace(rules, procedures={"offline": replace(OFFLINE, intents=INTENT)}))
    known(house)
    assert says(house, OPENS) == "not_automatic"
    assert newest(house).disposition.reason == "The policy gives no standing approval to procedure."


def test_a_matter_that_was_solved_begins_afresh(house: House) -> None:
    says(house, OPENS)
    says(house, "amber")
    with house.store.begin() as unit:
        [conversation] = unit.conversations.recent(
            conversations(house)[0].customer_id, house.clock().replace(year=2000)
        )
        unit.conversations.save(replace(conversation, solved_at=house.clock()))
    house.wait(minutes=1)
    says(house, OPENS)
    led = newest(house).procedure
    assert led is not None
    assert (led.at, led.known) == ("ring", {})
