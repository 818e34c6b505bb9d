from typing import Any

import pytest

from apps.policy_lint import lint
from core.decide.lint import check_owners_apply, check_triggers_fire
from core.policy import TRIGGERS, PolicyError
from core.policy.lint import Level
from tests.core.rules import policy

TEAM = {"group": "Customer care", "tier": 1}
SOUND: dict[str, Any] = {
    "tests": [{"name": "One", "given": {}, "expect": {"action": "suggest"}}],
    "standing": ["automatic_reply", "procedure", "handoff_notice", "agent_reply"],
}


def said(known: frozenset[str] | None = None, **changes: Any) -> list[tuple[Level, str, str]]:
    found = lint(policy(**{**SOUND, "groups": {}, **changes}), known)
    return [(remark.level, remark.key, remark.text) for remark in found]


def keys(level: Level, **changes: Any) -> list[str]:
    return [key for found, key, _ in said(**changes) if found is level]


def errors(**changes: Any) -> list[str]:
    return keys(Level.ERROR, **changes)


def warnings(**changes: Any) -> list[str]:
    return keys(Level.WARNING, **changes)


def test_about_a_sound_policy_there_is_nothing_to_say() -> None:
    assert said() == []


# ---------------------------------------------------------------- names


def test_a_rule_for_an_intent_that_is_never_recognised_is_an_error_with_what_was_meant() -> None:
    known = frozenset({"reset", "upgrade", "dispute", "order_status"})
    assert said(known, confidence__intents={"order_statsu": 0.7}) == [
        (
            Level.ERROR,
            "confidence.intents.order_statsu",
            "no intent is called order_statsu; did you mean order_status?",
        )
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"owners__intents__lost": {"owner": "hybrid", **TEAM}},
        {"confidence__intents": {"lost": 0.7}},
        {"disclaimers": {"lost": "A sentence."}},
        {"shadow__intents": ["lost"]},
        {"tests": [{"name": "One", "given": {"intent": "lost"}, "expect": {"tier": 1}}]},
        {"tests": [{"name": "One", "given": {"intents": {"lost": 0.4}}, "expect": {"tier": 1}}]},
        {"procedures": {"one": {"intents": ["lost"], "steps": [{"id": "a", "say": "Hello"}]}}},
    ],
)
def test_every_place_that_names_an_intent_is_looked_at(change: dict[str, Any]) -> None:
    known = frozenset({"reset", "upgrade", "dispute"})
    assert any("no intent is called lost" in text for _, _, text in said(known, **change))


def test_without_a_list_of_intents_nothing_is_said_of_them() -> None:
    assert said(None, disclaimers={"lost": "A sentence."}) == []


def test_a_group_that_is_used_but_not_written_is_an_error() -> None:
    groups: dict[str, Any] = {"Customer care": {}, "Technical support": {}, "Billing": {}, "Specialist": {}}
    assert errors(groups=groups) == ["triggers.fraud.group", "vip.group"]
    assert warnings(groups=groups) == ["groups.Specialist"]


@pytest.mark.parametrize("key", ["upsell", "spam"])
def test_routing_may_send_to_a_written_group_only(key: str) -> None:
    groups: dict[str, Any] = {name: {} for name in ("Customer care", "Technical support", "Billing", "Specialists")}
    assert errors(groups=groups, **{f"routing__{key}": "Sales"}) == [f"routing.{key}"]


def test_a_tier_that_is_used_but_not_written_is_an_error() -> None:
    tiers = {0: {"who": "the assistant"}, 1: {"who": "agents"}}
    assert errors(tiers=tiers) == ["owners.intents.dispute.tier", "triggers.fraud.tier"]


# ---------------------------------------------------------------- channels


def test_automatic_answers_without_the_standing_rule_are_an_error() -> None:
    assert errors(standing=["handoff_notice"]) == ["standing"]


def test_an_automatic_channel_in_shadow_is_told() -> None:
    assert warnings(shadow__channels=["sms"]) == ["channels.automatic"]


def test_the_standing_rule_without_a_channel_is_told() -> None:
    assert warnings(channels__automatic=[]) == ["standing"]


def test_no_turn_at_all_is_no_automatic_answer_at_all() -> None:
    assert errors(assistant__max_turns=0) == ["assistant.max_turns"]


@pytest.mark.parametrize("intent", ["dispute", "upgrade"])
def test_a_shadow_over_an_intent_that_people_close_anyway_is_told(intent: str) -> None:
    assert warnings(shadow__intents=[intent]) == ["shadow.intents"]


def test_a_shadow_over_an_intent_of_the_assistant_is_fine() -> None:
    assert warnings(shadow__intents=["reset"]) == []


@pytest.mark.parametrize("intent", ["dispute", "upgrade"])
def test_a_confidence_for_an_intent_that_people_close_anyway_is_told(intent: str) -> None:
    assert warnings(confidence__intents={intent: 0.7}) == [f"confidence.intents.{intent}"]


# ---------------------------------------------------------------- triggers


def test_a_threshold_that_nothing_reaches_is_an_error() -> None:
    assert errors(triggers__complexity={**TEAM, "threshold": 1.0}) == ["triggers.complexity.threshold"]


def test_a_count_over_the_turns_of_the_assistant_is_told() -> None:
    assert warnings(triggers__not_understood={**TEAM, "threshold": 5}) == ["triggers.not_understood.threshold"]


def test_a_trigger_for_important_customers_needs_to_know_who_they_are() -> None:
    change = {"triggers__high_value": {"group": "Specialists", "tier": 2}}
    assert errors(**change) == []
    assert errors(**change, vip__tiers=[]) == ["triggers.high_value"]


def test_the_group_of_vip_is_overtaken_by_the_trigger_that_looks_at_the_same_customers() -> None:
    assert warnings(triggers__high_value=TEAM) == ["vip.group"]


def test_the_longer_time_is_overtaken_where_the_shorter_stands_first() -> None:
    whole, ours = {**TEAM, "threshold": 30}, {**TEAM, "threshold": 30}
    assert warnings(triggers__time_to_resolve=whole, triggers__assistant_time=ours) == ["triggers.assistant_time"]
    assert warnings(triggers__assistant_time=ours, triggers__time_to_resolve=whole) == []


def test_low_confidence_takes_unsure_drafts_from_the_owners() -> None:
    ((_, key, text),) = said(triggers__low_confidence=TEAM)
    assert key == "triggers.low_confidence"
    assert "dispute, reset, upgrade" in text


def test_low_confidence_before_other_triggers_is_told() -> None:
    assert len(warnings(triggers__low_confidence=TEAM, triggers__abuse=TEAM)) == 2


def test_the_group_of_upsell_is_overtaken_by_routing() -> None:
    assert warnings(triggers__upsell=TEAM, routing__upsell="Sales") == ["triggers.upsell"]
    assert warnings(triggers__upsell=TEAM, routing__upsell="Customer care") == []


def test_a_policy_without_a_way_to_a_person_is_told() -> None:
    assert warnings(triggers={}) == ["triggers"]


# ---------------------------------------------------------------- found by trying


def test_every_trigger_can_fire_on_evidence_of_its_own() -> None:
    row = {"group": "Billing", "tier": 1}
    for name in TRIGGERS:
        rules = policy(triggers={name: row}, vip__tiers=[], vip__lifetime_value=5000)
        assert [remark.text for remark in check_triggers_fire(rules)] == [], name


def test_what_cannot_fire_is_found_without_knowing_why() -> None:
    row = {"group": "Billing", "tier": 1}
    rules = policy(triggers={"complexity": {**row, "threshold": 1.0}, "high_value": row}, vip__tiers=[])
    assert [remark.key for remark in check_triggers_fire(rules)] == ["triggers.complexity", "triggers.high_value"]


def test_a_trigger_that_is_sent_elsewhere_is_found() -> None:
    rules = policy(triggers={"upsell": {"group": "Billing", "tier": 1}}, routing__upsell="Customer care")
    assert [remark.level for remark in check_triggers_fire(rules)] == [Level.WARNING]


def test_a_line_of_owners_that_never_decides_is_found() -> None:
    rules = policy(confidence__intent=0.4, assistant__max_turns=0)
    assert [remark.key for remark in check_owners_apply(rules)] == ["owners.intents.reset"]
    assert list(check_owners_apply(policy())) == []


def test_more_confidence_than_there_ever_is_is_told() -> None:
    assert "confidence.automatic" in warnings(confidence__automatic=1.0)
    assert warnings(confidence__intents={"reset": 0.995}) == ["confidence.intents.reset"]
    assert warnings(confidence__automatic=1.0, channels__automatic=[], standing=["handoff_notice"]) == []


# ---------------------------------------------------------------- how the day runs

EVERYTHING = ["automatic_reply", "procedure", "handoff_notice", "agent_reply", "follow_up"]


def test_within_a_day_one_may_ask_by_whatsapp_too_and_elsewhere_later() -> None:
    assert said(timers={"follow_up_hours": 23}, standing=EVERYTHING) == []
    assert said(timers={"follow_up_hours": 48}, standing=EVERYTHING, channels__automatic=["sms"]) == []


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"timers": {"follow_up_hours": 48}}, "timers.follow_up_hours"),
        ({"models": {"limits": {"per_day": 5}}}, "models.limits"),
        ({"outreach__approval__approvers": []}, "outreach.approval.approvers"),
        ({"outreach__plays__outage__channel": "email"}, "outreach.plays.outage.channel"),
        ({"confidence__intent": 1.0}, "confidence.intent"),
        ({"signoffs": {"roles": {"cx": []}, "sections": {"signoffs": ["cx"]}}}, "signoffs.sections.signoffs"),
    ],
)
def test_what_nobody_can_fulfil_is_an_error(change: dict[str, Any], key: str) -> None:
    assert errors(**change) == [key]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"timers": {"close_hours": 48}}, "timers.close_hours"),
        (
            {
                "models": {
                    "limits": {"per_day": 1, "per_conversation": 2},
                }
            },
            "models.limits.per_conversation",
        ),
        ({"actions": {"refund": {"most": 50, "per_day": 20}}}, "actions.refund.most"),
        (
            {"routing__weights": dict.fromkeys(("skill", "language", "prior", "load", "handle_time"), 0)},
            "routing.weights",
        ),
        ({"signoffs": {"roles": {"cx": ["a@b.example"]}}}, "signoffs.roles.cx"),
        ({"tests": []}, "tests"),
        ({"standing": ["automatic_reply", "agent_reply"]}, "standing"),
        ({"standing": ["automatic_reply", "handoff_notice"]}, "standing"),
        ({"triggers__fraud__tier": 0}, "triggers.fraud.tier"),
        ({"timers__follow_up_hours": 24, "standing": EVERYTHING}, "timers.follow_up_hours"),
    ],
)
def test_what_has_no_effect_is_told(change: dict[str, Any], key: str) -> None:
    assert warnings(**change) == [key]


# ---------------------------------------------------------------- procedures

ASK = {"id": "light", "ask": "Is it green?", "into": "light"}


def steps(*rows: dict[str, str], intent: str = "reset", **changes: Any) -> list[tuple[Level, str, str]]:
    procedure = {"intents": [intent], "steps": list(rows)}
    found = said(procedures={"one": procedure}, **changes)
    return [(level, key.removeprefix("procedures.one."), text) for level, key, text in found]


def branch(then: str, otherwise: str = "", when: str = "light == yes") -> dict[str, str]:
    return {"id": "fork", "branch": when, "then": then, **({"otherwise": otherwise} if otherwise else {})}


def test_a_procedure_whose_ways_all_end_is_fine() -> None:
    assert steps(ASK, branch("done", "person"), {"id": "person", "handoff": "It did not help"}) == []


def test_a_way_back_over_a_question_is_fine() -> None:
    assert steps(ASK, branch("done", "light")) == []


def test_a_step_that_no_way_leads_to_is_an_error() -> None:
    found = steps(ASK, branch("done", "light"), {"id": "extra", "say": "Hello"})
    assert found == [(Level.ERROR, "steps[2]", "the step extra is never reached")]


def test_a_circle_without_an_end_is_an_error_at_each_of_its_steps() -> None:
    found = steps(ASK, branch("light", "light"))
    assert [key for level, key, text in found if "without an end" in text] == ["steps[0]", "steps[1]"]


def test_a_circle_without_a_question_is_an_error() -> None:
    found = steps(ASK, {"id": "told", "say": "Restart it"}, branch("done", "told"))
    assert [key for _, key, text in found if "without asking" in text] == ["steps[1]", "steps[2]"]


def test_a_branch_on_what_nobody_asked_is_an_error() -> None:
    found = steps(ASK, branch("done", "light", when="ligth == yes"))
    assert [text for _, _, text in found] == ["nothing is ever kept under ligth; did you mean light?"]


@pytest.mark.parametrize(
    "row", [{"id": "tier", "ask": "Which plan?"}, {"id": "plan", "check": "tier"}, {**ASK, "into": "tier"}]
)
def test_what_a_step_brings_is_kept_under_its_own_name_where_no_other_is_written(row: dict[str, str]) -> None:
    assert steps(row, branch("done", when="tier == plus")) == []


def test_a_comparison_with_what_is_no_number_never_holds() -> None:
    assert [text for _, _, text in steps(ASK, branch("done", when="light >= two"))] == ["never holds: two is no number"]


def test_nothing_comes_after_an_action_for_a_person_does_it() -> None:
    rows = ({"id": "pay", "act": "refund"}, {"id": "told", "say": "It is refunded."})
    assert [key for _, key, _ in steps(*rows, actions={"refund": {"most": 50}})] == ["steps[1]"]


@pytest.mark.parametrize(
    ("row", "when", "told"),
    [
        (ASK, "light == yes", []),
        (ASK, "light in green, amber", []),
        (ASK, "light in yes, amber", ["light is never amber"]),
        ({"id": "way", "check": "channel"}, "channel == whatsapp", []),
        ({"id": "way", "check": "channel"}, "channel == whats_app", ["channel is never whats_app"]),
        (
            {"id": "there", "check": "order_delivered"},
            "order_delivered == delivered",
            ["order_delivered is never delivered"],
        ),
        ({"id": "any", "check": "region"}, "region == north", []),
    ],
)
def test_a_branch_on_what_no_answer_can_be_is_an_error(row: dict[str, str], when: str, told: list[str]) -> None:
    other = {"id": "again", "branch": "light == yes", "then": "done"}
    rows = [row, branch("done", when=when), *([other] if "amber" in when and told else [])]
    assert [text for _, _, text in steps(*rows)] == told


def test_a_procedure_that_can_never_begin_is_an_error() -> None:
    one: dict[str, Any] = {"intents": [], "language": "xx", "steps": [ASK]}
    found = said(procedures={"one": one})
    assert [(level, key) for level, key, _ in found] == [
        (Level.ERROR, "procedures.one.intents"),
        (Level.ERROR, "procedures.one.language"),
    ]


def test_procedures_that_nothing_allows_are_an_error() -> None:
    assert [
        (level, key) for level, key, _ in steps(ASK, standing=["automatic_reply", "handoff_notice", "agent_reply"])
    ] == [(Level.ERROR, "standing")]


def test_an_action_has_to_be_declared() -> None:
    row = {"id": "pay", "act": "refund"}
    with pytest.raises(PolicyError, match="expected a name from the section actions"):
        steps(row)
    assert steps(row, actions={"refund": {"most": 50}}) == []


def test_a_procedure_for_what_people_do_is_told() -> None:
    assert [(level, key) for level, key, _ in steps(ASK, intent="dispute")] == [(Level.WARNING, "intents")]


def test_of_two_procedures_for_an_intent_the_second_never_runs() -> None:
    one: dict[str, Any] = {"intents": ["reset"], "steps": [ASK]}
    found = said(procedures={"one": one, "two": one})
    assert [(level, key) for level, key, _ in found] == [(Level.ERROR, "procedures.two.intents")]
