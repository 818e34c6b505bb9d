"""Turns that a procedure led are taken again with what it said, and only where it would say the same."""

from dataclasses import replace
from typing import Any

import pytest

from core.coordinate.policy import Policy
from core.measure.replay import OTHER_PROCEDURE, Remembered, compare, last_decisions, unfaithfulness
from core.model.decision import Action
from tests.core import rules
from tests.core.container import Container
from tests.core.day import known, texts

STEPS: list[dict[str, Any]] = [
    {"id": "light", "ask": "Is the light green?", "into": "light"},
    {"id": "fork", "branch": "light == yes", "then": "done", "otherwise": "person"},
    {"id": "person", "handoff": "The light is not green"},
]
PROCEDURES = {"reset_it": {"intents": ["reset"], "steps": STEPS}}
STANDING = [*rules.POLICY["standing"], "procedure"]


def policy(**changes: Any) -> Policy:
    return rules.policy(**({"procedures": PROCEDURES, "standing": STANDING} | changes))


@pytest.fixture
def led(store: Any) -> Container:
    container = Container(store, policy())
    known(container)
    texts(container, "How do I reset it?")
    texts(container, "no")
    return container


def remembered(container: Container) -> list[Remembered]:
    with container.store.read() as unit:
        return list(last_decisions(unit, 10))


def test_a_turn_that_a_procedure_led_comes_out_as_it_did(led: Container) -> None:
    asked, answered = remembered(led)
    assert asked.led is not None
    assert answered.led is not None
    assert (asked.decision.disposition.rule, answered.decision.disposition.rule) == (
        "procedure:reset_it",
        "procedure:reset_it",
    )
    assert answered.decision.disposition.action is Action.HANDOFF
    stored = {policy().version: policy()}.get
    assert [unfaithfulness(each, stored) for each in (asked, answered)] == ["", ""]


def test_without_what_the_procedure_said_it_would_not(led: Container) -> None:
    asked, _ = remembered(led)
    assert unfaithfulness(replace(asked, led=None), {policy().version: policy()}.get) != ""


def test_other_steps_leave_open_what_would_have_become_of_it(led: Container) -> None:
    other = [{**STEPS[0], "ask": "Which colour is it?"}, *STEPS[1:]]
    new = policy(procedures={"reset_it": {"intents": ["reset"], "steps": other}})
    found = compare(remembered(led), policy(), new, {policy().version: policy()}.get)
    assert (found.flips, found.unfaithful) == ([], {OTHER_PROCEDURE: 2})


def test_a_procedure_that_could_begin_here_leaves_it_open_too(store: Any) -> None:
    plain = policy(procedures={})
    container = Container(store, plain)
    known(container)
    texts(container, "How do I reset it?")
    texts(container, "Which button?")
    found = compare(remembered(container), plain, policy(), {plain.version: plain}.get)
    assert found.unfaithful == {OTHER_PROCEDURE: 1}
    assert len(found.replayed) == 1
