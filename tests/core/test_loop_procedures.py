"""A procedure from the first text to its end, step by step over several turns."""

from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore
from core.model.conversation import ASSISTANT, OwnerKind
from core.model.decision import Decision, Outcome
from tests.core.container import Container
from tests.core.day import conversations, known, texts, to_customer
from tests.core.people import EMMA_PHONE
from tests.core.procedure.test_run import OFFLINE
from tests.core.rules import policy
from tests.core.samples import payload_of

INTENT = frozenset({"reset"})  # what the plain sense reads out of the word
OPENS = "My thermostat is offline, does it need a reset?"


@pytest.fixture
def container(store: SqlStore) -> Container:
    rules = policy()
    led = replace(rules, procedures={"offline": replace(OFFLINE, intents=INTENT)}, max_turns=9)
    container = Container(store, replace(led, standing=led.standing | {"procedure"}))
    known(container)
    return container


def newest(container: Container) -> Decision:
    with container.store.read() as unit:
        return unit.decisions.since(0)[-1][1]


def says(container: Container, words: str) -> str:
    rule = texts(container, words)
    container.wait(minutes=2)
    return rule


def test_the_customer_is_led_step_by_step_and_then_told_who_goes_on(container: Container) -> None:
    assert says(container, OPENS) == "procedure:offline"
    assert says(container, "amber") == "procedure:offline"
    assert says(container, "No, still offline") == "procedure:offline"
    assert conversations(container)[0].owner == ASSISTANT
    assert says(container, "no, nothing has changed") == "procedure:offline"
    first, second, third, notice = container.messenger.sent_to(EMMA_PHONE)
    assert "Which colour is the ring" in first
    assert "Restart your router." in second
    assert "Unplug the hub for 30 seconds." in third
    assert "person" in first, "the way to a person stands in every message"
    assert "Technical support" in notice, "the team for what the procedure is about, whatever the last words sound like"
    owner = conversations(container)[0].owner
    assert (owner.kind, owner.name) == (OwnerKind.TEAM, "Technical support")
    led = newest(container).procedure
    assert led is not None
    assert (led.outcome, led.reason) == (Outcome.PERSON, "Restarting did not help")
    assert [taken.result for taken in led.taken if taken.kind == "answer"] == ["amber", "no", "no"]


def test_each_step_leaves_under_the_standing_approval_of_procedures(container: Container) -> None:
    says(container, OPENS)
    [row] = to_customer(container)
    assert (row.effect.authority.rule, payload_of(row.effect).ai_generated) == ("procedure", True)


def test_what_helped_is_the_end_and_nobody_takes_over(container: Container) -> None:
    says(container, OPENS)
    says(container, "green")
    assert says(container, "Yes it does!") == "procedure:offline"
    assert len(container.messenger.sent_to(EMMA_PHONE)) == 2
    assert conversations(container)[0].owner == ASSISTANT
    led = newest(container).procedure
    assert led is not None
    assert led.outcome is Outcome.DONE


def test_without_the_standing_approval_a_person_gets_the_draft(store: SqlStore) -> None:
    rules = policy()
    container = Container(store, replace(rules, procedures={"offline": replace(OFFLINE, intents=INTENT)}))
    known(container)
    assert says(container, OPENS) == "not_automatic"
    assert newest(container).disposition.reason == "The policy gives no standing approval to procedure."


def test_a_matter_that_was_solved_begins_afresh(container: Container) -> None:
    says(container, OPENS)
    says(container, "amber")
    with container.store.begin() as unit:
        [conversation] = unit.conversations.recent(
            conversations(container)[0].customer_id, container.clock().replace(year=2000)
        )
        unit.conversations.save(replace(conversation, solved_at=container.clock()))
    container.wait(minutes=1)
    says(container, OPENS)
    led = newest(container).procedure
    assert led is not None
    assert (led.at, led.known) == ("ring", {})
