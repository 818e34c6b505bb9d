"""What an experiment of the policy changes in a turn, and who is part of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.decide.experiments import arms_of
from core.decide.table import decide
from core.measure.experiments import stop_experiment, stopped_experiments
from core.model.alert import AlertKind
from core.model.arm import Arm
from core.model.customer import Channel
from core.model.decision import Action, Decision
from core.model.ids import ConversationId, CustomerId, DecisionId, MessageId
from core.policy import Policy, PolicyError
from core.supervision.watch import Watch
from tests.core import people, rules, samples
from tests.core.container import Container

ANSWERS = {"answers": {"varies": "automatic", "share": 0.5}}
ASKS = "How do I reset my thermostat?"


def under(arm: Arm, **changes: Any) -> tuple[Action, str]:
    policy = rules.policy(experiments=ANSWERS)
    case = replace(samples.case(samples.message(1, text=ASKS, channel=Channel.SMS)), arms={"answers": arm})
    made = decide(case, samples.signals(intents=(samples.scored("reset"),)), samples.draft(**changes), policy)
    return made.action, made.rule


def test_who_is_left_without_is_answered_by_a_person_and_the_agent_is_told_why() -> None:
    assert under(Arm.TREATED) == (Action.AUTO_REPLY, "automatic_reply")
    assert under(Arm.HOLDOUT) == (Action.HANDOFF, "experiment")


def test_what_would_not_have_left_anyway_has_its_own_reason() -> None:
    assert under(Arm.HOLDOUT, confidence=0.1) == (Action.HANDOFF, "low_confidence")


@pytest.mark.parametrize(
    "section",
    [
        {"x": {"varies": "policy"}},
        {"x": {"varies": "style"}},
        {"x": {"varies": "automatic", "share": 1}},
        {"x": {"varies": "automatic", "change": {"mood": {"floor": 0}}}},
        {"x": {"varies": "automatic", "guardrails": ["luck"]}},
    ],
)
def test_an_experiment_that_can_tell_nothing_is_refused(section: dict[str, object]) -> None:
    with pytest.raises(PolicyError, match="experiments"):
        rules.policy(experiments=section)


def test_the_treated_have_the_changed_policy_and_nobody_else() -> None:
    policy = rules.policy(experiments={"x": {"varies": "policy", "change": {"confidence": {"automatic": 0.9}}}})
    assert policy.under({"x": Arm.TREATED}).confidence_automatic == 0.9
    assert policy.under({"x": Arm.HOLDOUT}) == policy == policy.under({})


def test_a_stopped_experiment_treats_nobody() -> None:
    policy = rules.policy(experiments=ANSWERS)
    key = policy.experiments["answers"].key("answers")
    drawn = {arms_of(f"cu_{n}", policy, ())["answers"] for n in range(50)}
    assert drawn == {Arm.TREATED, Arm.HOLDOUT}
    assert {arms_of(f"cu_{n}", policy, {key})["answers"] for n in range(50)} == {Arm.HOLDOUT}


# ------------------------------------------------------------------ through the loop, on a real store


def container_of(store: SqlStore, policy: Policy) -> Container:
    container = Container(store, policy)
    container.helpdesk.adds(people.person())
    return container


def decided(container: Container) -> Decision:
    container.text(ASKS)
    container.drain()
    with container.store.read() as unit:
        (name,) = unit.decisions.last_decided(1)
        found = unit.decisions.latest(name)
    assert found is not None
    return found


@pytest.mark.parametrize("share", [0.01, 0.99])
def test_the_arm_is_kept_with_the_decision_and_followed(store: SqlStore, share: float) -> None:
    policy = rules.policy(experiments={"answers": {"varies": "automatic", "share": share}})
    key = policy.experiments["answers"].key("answers")
    container = container_of(store, policy)
    made = decided(container)
    expected = Arm.TREATED if made.disposition.action is Action.AUTO_REPLY else Arm.HOLDOUT
    assert made.arms == {key: expected}
    with store.read() as unit:
        (one,) = unit.experiments.follow(key)
    assert (one.arm, one.at, one.after) == (expected, made.at, ())


def test_once_it_is_stopped_a_person_answers_and_nobody_new_is_part_of_it(store: SqlStore) -> None:
    policy = rules.policy(experiments=ANSWERS)
    key = policy.experiments["answers"].key("answers")
    container = container_of(store, policy)
    with store.begin() as unit:
        assert stop_experiment(unit, key, "priya@larkfield.example", "enough", container.clock())
        assert not stop_experiment(unit, key, "tom@larkfield.example", "too", container.clock())
    made = decided(container)
    assert (made.disposition.rule, made.arms) == ("experiment", {})


def test_harm_stops_it_by_itself_and_supervisors_are_told_once(store: SqlStore) -> None:
    policy = rules.policy(experiments=ANSWERS)
    key = policy.experiments["answers"].key("answers")
    container = container_of(store, policy)
    made = decided(container)
    angry = replace(made.disposition, rule="trigger:formal_complaint")
    with store.begin() as unit:
        known = unit.conversations.get(made.conversation_id)
        assert known is not None
        who = unit.customers.get(known.customer_id)
        assert who is not None
        for number in range(400):
            arm = Arm.TREATED if number % 2 else Arm.HOLDOUT
            customer = replace(who, id=CustomerId(f"cu_{number:04}"), identities=())
            conversation = replace(
                known, id=ConversationId(f"co_{number:04}"), customer_id=customer.id, ticket_id=None, version=1
            )
            unit.customers.save(customer)
            unit.conversations.add(conversation)
            for turn, disposition in enumerate([made.disposition] + [angry] * (arm is Arm.TREATED)):
                name = f"{number:04}_{turn}"
                unit.decisions.add(
                    replace(
                        made,
                        id=DecisionId(f"de_{name}"),
                        message_id=MessageId(f"me_{name}"),
                        conversation_id=conversation.id,
                        draft=None,
                        gap=None,
                        disposition=disposition,
                        at=made.at + timedelta(minutes=turn),
                        arms={} if turn else {key: arm},
                    )
                )
    for _ in range(2):
        container.wait(minutes=11)
        container.loop.publish(Watch(store=store, policy=policy).run(container.clock()))
    with store.read() as unit:
        (alert,) = unit.alerts.open(AlertKind.EXPERIMENT)
        assert unit.experiments.follow(key)
    assert alert.count == 1
    assert "answers" in alert.said.text
    assert "complained formally" in alert.said.why
    with store.read() as unit:
        assert stopped_experiments(unit, policy) == {key}
