"""The whole decision, as the sidebar opens it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from apps.zendesk.why import line_of
from core.context.ownership import team
from core.model.agent import Considered, Ground, Routed
from core.model.conversation import ASSISTANT
from core.model.cost import Cost
from core.model.decision import Action, Disposition
from core.model.enacted import Enacting, Enactment, PolicyText
from core.model.signals import Scored
from tests.apps.zendesk.desk import TICKET, Desk
from tests.connectors.sql.samples import NOW, decision

POLICY = Path("apps/demo/policy.yaml").read_text(encoding="utf-8")


def why(desk: Desk) -> dict[str, Any]:
    answer = desk.get(f"tickets/{TICKET}/why")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def by_rule(rule: str) -> Any:
    return decision(1, disposition=Disposition(action=Action.SUGGEST, owner=ASSISTANT, rule=rule, reason="Because."))


def test_the_policys_line_is_shown_as_it_was_when_it_was_decided(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.policies.keep(PolicyText(version="p-1", text=POLICY, at=NOW))
        unit.policies.enact(Enactment(version="p-1", how=Enacting.STARTED, by="Priya Nair", at=NOW))
        unit.decisions.add(by_rule("trigger:fraud"))
    policy = why(desk)["policy"]
    assert (policy["version"], policy["in_force"], policy["by"]) == ("p-1", True, "Priya Nair")
    assert policy["line"]["path"] == "triggers.fraud"
    assert policy["line"]["text"] == "fraud: {group: Specialists, tier: 2, alert: true, first: true}"
    assert POLICY.splitlines()[policy["line"]["number"] - 1].strip() == policy["line"]["text"]


def test_without_the_policys_text_its_version_is_told(desk: Desk) -> None:
    desk.decide(1)
    assert why(desk)["policy"] == {"version": "p-1", "in_force": False, "by": None, "at": None, "line": None}


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("owner:default", "owners.default"),
        ("owner:billing_dispute", "owners.intents.billing_dispute"),
        ("procedure:thermostat_offline", "procedures.thermostat_offline"),
        ("automatic_reply", "channels.automatic"),
        ("upset", "mood.floor"),
    ],
)
def test_each_kind_of_rule_has_its_line(rule: str, path: str) -> None:
    line = line_of(by_rule(rule), POLICY)
    assert line is not None
    assert line.path == path


def test_of_a_block_the_first_lines_are_told() -> None:
    line = line_of(by_rule("owned_by_person"), POLICY)
    assert line is not None
    first, *more = line.text.splitlines()
    assert first == "ownership:"
    assert [each.split(":")[0] for each in more] == [
        "  hand_back_on_solve",
        "  same_matter_hours",
        "  same_matter_days",
    ]


@pytest.mark.parametrize("rule", ["nothing_asked", "trigger:none_of_ours", "odd:thing"])
def test_a_rule_without_a_line_has_none(rule: str) -> None:
    assert line_of(by_rule(rule), POLICY) is None


def test_a_policy_that_is_no_yaml_has_no_lines() -> None:
    assert line_of(by_rule("upset"), "mood: {floor: [") is None


def test_the_readings_that_were_not_taken_are_told_with_their_words(desk: Desk) -> None:
    signals = decision(1).signals
    second = Scored(value="error_code", confidence=0.2, label="Error code")
    desk.decide(1, signals=replace(signals, intents=(*signals.intents, second)))
    first, other = why(desk)["intents"]
    assert (first["label"], first["evidence"], first["made_by"]) == ("Device offline", ["offline"], "encoder")
    assert (other["label"], other["confidence"]) == ("Error code", 0.2)


def test_who_could_have_taken_it_is_told_with_the_reasons(desk: Desk) -> None:
    skill = Ground(name="skill", value=1, weight=3, words="knows faults")
    routed = Routed(
        group="Technical support",
        tier=1,
        reason="the team of the intent",
        agent_id="1",
        agent="Aisha Rahman",
        grounds=(skill,),
        alternatives=(
            Considered(agent_id="3", agent="Jonas Weber", passed="not at work"),
            Considered(agent_id="2", agent="Maria Lopez", points=1.0),
        ),
    )
    support = team("Technical support")
    to_team = Disposition(action=Action.HANDOFF, owner=support, rule="no_source", reason="No article.")
    desk.decide(1, routed=routed, disposition=to_team)
    agents = why(desk)["agents"]
    assert [(each["agent"], each["chosen"], each["points"], each["passed"]) for each in agents] == [
        ("Aisha Rahman", True, 3.0, None),
        ("Maria Lopez", False, 1.0, None),
        ("Jonas Weber", False, 0.0, "not at work"),
    ]
    assert agents[0]["grounds"] == [{"words": "knows faults", "points": 3.0}]


def test_what_was_found_is_told_and_which_of_it_is_quoted(desk: Desk) -> None:
    desk.learn()
    with desk.store.read() as unit:
        passages = unit.articles.of_articles(["ar_1", "ar_2"])
    desk.decide(1, retrieved=(*passages, "gone"))
    found = why(desk)["passages"]
    assert [(each["title"], each["audience"], each["cited"]) for each in found] == [
        ("Resetting the thermostat", "public", False),
        ("Refund limits", "internal", False),
    ]


def test_the_model_its_prompt_and_each_cost_are_told(desk: Desk) -> None:
    cost = Cost(model="light-1", tier="light", read=900, written=100, amount=0.0002, currency="USD")
    made = decision(1)
    assert made.draft is not None
    worded = replace(made.draft, model="light-1", prompt_hash="abc123", composer="model")
    desk.decide(1, draft=worded, costs=(cost,))
    found = why(desk)
    assert (found["model"], found["prompt_hash"], found["composer"]) == ("light-1", "abc123", "model")
    assert found["costs"] == [
        {"model": "light-1", "tier": "light", "tokens": 1000, "amount": 0.0002, "currency": "USD"}
    ]
