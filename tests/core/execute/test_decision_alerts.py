from typing import Any

from core.execute.decision_alerts import alerts_of
from core.model.alert import AlertKind, Raised
from core.model.decision import Action
from core.model.signals import Signals
from tests.core import rules, samples

POLICY = rules.policy(
    triggers__legal_threat={"group": "Specialists", "tier": 2, "alert": True, "why": "Legal steps"},
    triggers__vulnerable_customer={"group": "Specialists", "tier": 2, "why": "Needs care"},
    triggers__health_urgency={"group": "Specialists", "tier": 2, "alert": True, "threshold": 0.95},
)


def raised(signals: Signals, action: Action = Action.SUGGEST, **changes: Any) -> list[Raised]:
    policy = changes.pop("policy", POLICY)
    decision = samples.decision(action, signals=signals, disposition=samples.disposition(action, **changes))
    return alerts_of(samples.case(samples.message(text="I will call my lawyer today")), decision, policy)


def heard(*names: str, **changes: Any) -> Signals:
    return samples.signals(risks=tuple(samples.risk(name, "my lawyer") for name in names), **changes)


def test_a_turn_of_no_account_tells_nobody() -> None:
    assert raised(heard()) == []


def test_a_trigger_with_alert_is_told_though_a_person_has_the_conversation() -> None:
    (one,) = raised(heard("legal_threat"), Action.SILENT)
    assert (one.kind, one.key, one.why) == (AlertKind.LEGAL, "legal:co_one", "“my lawyer”")


def test_a_trigger_without_alert_is_not_told() -> None:
    assert raised(heard("vulnerable_customer")) == []


def test_a_trigger_that_is_not_sure_enough_for_the_policy_is_not_told() -> None:
    assert raised(heard("health_urgency")) == []


def test_the_rule_that_decided_and_the_trigger_it_is_are_told_once() -> None:
    found = raised(heard("legal_threat"), Action.HANDOFF, rule="trigger:legal_threat", alert=True)
    assert [one.kind for one in found] == [AlertKind.LEGAL]


def test_two_grave_things_in_one_message_are_two_alerts() -> None:
    found = raised(heard("legal_threat", "fraud"), Action.HANDOFF, rule="trigger:fraud", alert=True)
    assert {one.kind for one in found} == {AlertKind.HANDOFF, AlertKind.LEGAL}
    assert len({one.source for one in found}) == 2


def test_distress_is_told_from_the_policys_mood_on() -> None:
    policy = rules.policy(alerts__distress=-0.7)
    assert raised(heard(mood=-0.69), policy=policy) == []
    (one,) = raised(heard(mood=-0.7), policy=policy)
    assert (one.kind, one.why) == (AlertKind.DISTRESS, "“I will call my lawyer today”")


def test_an_upset_customer_who_is_handed_over_is_in_distress() -> None:
    (one,) = raised(heard(mood=-0.9), Action.HANDOFF, rule="upset", alert=True)
    assert one.kind is AlertKind.DISTRESS


def test_what_is_switched_off_is_not_told() -> None:
    policy = rules.policy(alerts__off=["distress"], alerts__distress=-0.5)
    assert raised(heard(mood=-0.9), policy=policy) == []
