from dataclasses import replace
from typing import Any

import pytest

from core.context.ownership import team
from core.execute.decision_alerts import MOOD, UPSET, alert_of_turn, rule_words
from core.model.alert import AlertKind, Raised
from core.model.decision import Action
from core.model.signals import Scored, Signals
from core.policy import Trigger
from tests.core import rules, samples

POLICY = rules.policy(
    triggers__legal_threat={"group": "Specialists", "tier": 2, "alert": True, "why": "Legal steps"},
    triggers__vulnerable_customer={"group": "Specialists", "tier": 2, "why": "Needs care"},
    triggers__health_urgency={"group": "Specialists", "tier": 2, "alert": True, "threshold": 0.95},
    triggers__fraud={"group": "Specialists", "tier": 2, "alert": True, "why": "Somebody else may be in the account"},
    triggers__human_request={"group": "Customer care", "tier": 1, "alert": True, "why": "Asks for a person"},
    triggers__failed_cycles={"group": "Customer care", "tier": 1, "alert": True, "threshold": 2},
)


CASE = samples.case(samples.message(text="I will call my lawyer today"))


def raised(signals: Signals, action: Action = Action.SUGGEST, **changes: Any) -> Raised | None:
    policy, case = changes.pop("policy", POLICY), changes.pop("case", CASE)
    decision = samples.decision(action, signals=signals, disposition=samples.disposition(action, **changes))
    return alert_of_turn(case, decision, policy)


def heard(*names: str, **changes: Any) -> Signals:
    return samples.signals(risks=tuple(samples.risk(name, "my lawyer") for name in names), **changes)


def one_raised(signals: Signals, action: Action = Action.SUGGEST, **changes: Any) -> Raised:
    found = raised(signals, action, **changes)
    assert found is not None
    return found


def test_a_turn_of_no_account_tells_nobody() -> None:
    assert raised(heard()) is None


def test_a_trigger_with_alert_is_told_though_a_person_has_the_conversation() -> None:
    one = one_raised(heard("legal_threat"), Action.SILENT)
    assert (one.kind, one.key, one.why) == (AlertKind.LEGAL, "message:co_one", "“my lawyer”")


def test_a_trigger_without_alert_is_not_told() -> None:
    assert raised(heard("vulnerable_customer")) is None


def test_a_trigger_that_is_not_sure_enough_for_the_policy_is_not_told() -> None:
    assert raised(heard("health_urgency")) is None


@pytest.mark.parametrize("rule", ["owner:billing_dispute", "procedure:leak", "suggest", "nothing_asked"])
@pytest.mark.parametrize("trigger", ["fraud", "legal_threat", "human_request"])
def test_a_trigger_with_alert_is_told_whatever_rule_decided(trigger: str, rule: str) -> None:
    assert one_raised(heard(trigger), rule=rule).reasons == (trigger,)


def test_what_the_course_of_a_matter_shows_is_told_too() -> None:
    tries = (Scored(value="failed_cycles", confidence=1.0, amount=2.0),)
    one = one_raised(heard(facts=tries), rule="owner:billing_dispute")
    assert one.reasons == ("failed_cycles",)
    theirs = replace(CASE, conversation=replace(CASE.conversation, owner=team("Billing")))
    assert raised(heard(facts=tries), case=theirs) is None


def test_the_rule_that_decided_and_the_trigger_it_is_are_told_once() -> None:
    found = one_raised(heard("legal_threat"), Action.HANDOFF, rule="trigger:legal_threat", alert=True)
    assert (found.kind, found.reasons, found.facts["Besides"]) == (AlertKind.LEGAL, ("legal_threat",), "")


def test_two_grave_things_in_one_message_are_one_alert_with_both() -> None:
    found = one_raised(heard("legal_threat", "fraud"), Action.HANDOFF, rule="trigger:fraud", alert=True)
    assert found.reasons == ("fraud", "legal_threat")
    assert found.facts["Besides"] == "Legal steps “my lawyer”"


def test_distress_is_told_from_the_policys_mood_on() -> None:
    policy = rules.policy(alerts__distress=-0.7)
    assert raised(heard(mood=-0.69), policy=policy) is None
    one = one_raised(heard(mood=-0.7), policy=policy)
    assert (one.kind, one.why) == (AlertKind.DISTRESS, "“I will call my lawyer today”")


def test_an_upset_customer_who_is_handed_over_is_in_distress_once() -> None:
    policy = rules.policy(alerts__distress=-0.7)
    one = one_raised(heard(mood=-0.9), Action.HANDOFF, rule="upset", alert=True, policy=policy)
    assert (one.kind, one.facts["Besides"]) == (AlertKind.DISTRESS, "")


def test_what_is_switched_off_is_not_told_and_hides_nothing_else() -> None:
    policy = rules.policy(alerts__off=["distress"], alerts__distress=-0.5)
    assert raised(heard(mood=-0.9), policy=policy) is None
    off = replace(POLICY, alerts=replace(POLICY.alerts, off=frozenset({AlertKind.LEGAL})))
    found = one_raised(heard("legal_threat", "fraud"), Action.HANDOFF, rule="trigger:fraud", alert=True, policy=off)
    assert found.reasons == ("fraud",)


def test_a_rule_is_told_in_the_policys_words_where_it_has_some_and_else_in_ours() -> None:
    policy = replace(rules.policy(), triggers={"legal_threat": Trigger(group="legal", tier=2, why="A lawyer is named")})
    assert rule_words("legal_threat", policy) == "A lawyer is named"
    assert rule_words("fraud", policy) == "Possible fraud"
    assert rule_words(UPSET, policy) == "The customer is very unhappy"
    assert rule_words("some_rule", policy) == "Some rule"
    assert "_" not in rule_words(MOOD, policy)
