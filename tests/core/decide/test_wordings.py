"""The policy's own wordings of its triggers: what they add, what they take away, and that what was read is kept."""

from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.decide.policy_tests import try_example
from core.decide.table import decide, fired_triggers
from core.decide.turn import Turn
from core.decide.wordings import BY_POLICY, count_wordings, find_wording
from core.execute.decision_alerts import alert_of_turn
from core.measure.replay import Remembered, again
from core.model.decision import Action
from core.model.signals import Evidence, Scored, Signals
from core.policy import Policy, PolicyError, PolicyTest
from tests.core import people, rules, samples
from tests.core.container import Container
from tests.core.samples import scored

WORDS, UNLESS = ["chargeback", "took my money"], ["fraud prevention week"]


def policy(**changes: Any) -> Policy:
    return rules.policy(**{f"triggers__fraud__{key}": value for key, value in changes.items()})


def heard(text: str, shown: str = "", confidence: float = 0.9) -> Signals:
    """Fraud, in these words of the text; nothing where none are named."""
    if not shown:
        return samples.signals()
    start = text.index(shown)
    evidence = (Evidence(start=start, end=start + len(shown), words=shown),)
    return samples.signals(risks=(scored("fraud", confidence, evidence=evidence, made_by="model"),))


def fired(text: str, signals: Signals, by: Policy) -> list[str]:
    counted = count_wordings(signals, text, by.triggers)
    case = samples.case(samples.message(1, text=text))
    return [name for name, _, _ in fired_triggers(Turn(case=case, signals=counted, draft=None, policy=by))]


@pytest.mark.parametrize(
    "text",
    ["I will ask for a Chargeback.", "You TOOK  my money!", "they took, my money", "chargeback"],
)
def test_a_wording_is_heard_whatever_its_case_and_what_stands_between(text: str) -> None:
    assert fired(text, heard(text), policy(words=WORDS)) == ["fraud"]


@pytest.mark.parametrize("text", ["No chargebacks here", "I took it. My money is here", "took your money"])
def test_parts_of_words_and_words_of_two_sentences_are_no_wording(text: str) -> None:
    assert fired(text, heard(text), policy(words=WORDS)) == []


def test_what_the_policy_adds_shows_the_words_and_is_no_surer_than_the_trigger_asks() -> None:
    by = policy(words=WORDS, threshold=0.7)
    (risk,) = count_wordings(samples.signals(), "I want a chargeback now", by.triggers).risks
    assert (risk.value, risk.confidence, risk.made_by) == ("fraud", 0.7, BY_POLICY)
    assert risk.evidence == (Evidence(start=9, end=19, words="chargeback"),)


def test_what_was_heard_surely_enough_is_left_as_it_is() -> None:
    text = "a chargeback for the stolen card"
    signals = heard(text, "stolen card")
    assert count_wordings(signals, text, policy(words=WORDS).triggers) == signals


def test_an_alarm_in_words_that_count_as_none_does_not_fire_and_says_so() -> None:
    text = "When is your fraud prevention week?"
    by = policy(unless=UNLESS)
    signals = heard(text, "your fraud prevention week")
    assert fired(text, signals, policy()) == ["fraud"]
    assert fired(text, signals, by) == []
    counted = count_wordings(signals, text, by.triggers)
    made = decide(samples.case(samples.message(1, text=text)), counted, samples.draft(), by)
    (told,) = made.considered
    assert told == "fraud: “your fraud prevention week” is a wording that the policy does not count"


def test_an_alarm_in_other_words_of_the_same_message_fires() -> None:
    text = "Your fraud prevention week was nice. Somebody used my card."
    assert fired(text, heard(text, "Somebody used my card"), policy(unless=UNLESS)) == ["fraud"]


def test_a_wording_that_is_evidence_counts_before_one_that_is_none() -> None:
    text = "fraud prevention week: I want a chargeback"
    assert fired(text, heard(text, "fraud prevention week"), policy(words=WORDS, unless=UNLESS)) == ["fraud"]


@pytest.mark.parametrize("first", [{"words": WORDS}, {"unless": UNLESS}, {"words": WORDS, "unless": UNLESS}])
def test_counted_by_one_policy_and_then_by_another_is_counted_by_the_other_alone(first: dict[str, list[str]]) -> None:
    text = "chargeback, says your fraud prevention week"
    for signals in (heard(text, "your fraud prevention week"), heard(text, "chargeback", 0.3), heard(text)):
        counted = count_wordings(signals, text, policy(**first).triggers)
        assert count_wordings(counted, text, policy().triggers) == signals
        assert count_wordings(counted, text, policy(**first).triggers) == counted


def test_words_without_spaces_between_them_are_found_too() -> None:
    assert list(find_wording("すぐに弁護士に相談します", "弁護士")) == [(3, 6)]


def test_a_stored_decision_is_taken_again_with_the_wordings_of_the_other_policy() -> None:
    text = "I will ask for a chargeback"
    case = samples.case(samples.message(1, text=text))
    remembered = Remembered(decision=samples.decision(Action.SUGGEST, signals=heard(text)), case=case)
    assert again(remembered, policy()).rule != "trigger:fraud"
    assert again(remembered, policy(words=WORDS)).rule == "trigger:fraud"


@pytest.mark.parametrize(
    ("given", "rule"),
    [({"words": "a chargeback"}, "trigger:fraud"), ({"words": "fraud prevention week", "risks": {"fraud": 0.9}}, "")],
)
def test_the_policys_own_examples_are_decided_by_its_wordings(given: dict[str, Any], rule: str) -> None:
    example = PolicyTest(name="one", given=given, expect={"rule": "trigger:fraud"})
    made = try_example(0, example, policy(words=WORDS, unless=UNLESS)).disposition
    assert (made.rule == "trigger:fraud") == bool(rule)


def test_a_message_with_such_a_wording_goes_to_the_team_and_supervisors_are_told(store: SqlStore) -> None:
    container = Container(store, policy(words=WORDS))
    container.helpdesk.adds(people.person())
    with store.begin() as unit:
        unit.customers.save(people.customer())
    container.text("I will ask my bank for a chargeback")
    container.drain()
    with store.read() as unit:
        (alert,) = (each for each in unit.alerts.open() if each.said.reasons)
        decision = unit.decisions.latest(alert.said.conversation_id) if alert.said.conversation_id else None
    assert decision is not None
    assert (decision.disposition.rule, alert.said.reasons) == ("trigger:fraud", ("fraud",))
    assert "“chargeback”" in alert.said.why + alert.said.text


def test_while_a_person_has_it_supervisors_hear_of_the_wording_all_the_same() -> None:
    by = policy(words=WORDS)
    case = samples.case(
        samples.message(1, text="now a chargeback"), conversation=samples.conversation(owner=samples.MARIA)
    )
    signals = count_wordings(samples.signals(), "now a chargeback", by.triggers)
    decision = samples.decision(signals=signals, disposition=decide(case, signals, samples.draft(), by))
    raised = alert_of_turn(case, decision, by)
    assert raised is not None
    assert raised.reasons == ("fraud",)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"triggers__fraud__words": ["?!"]}, "a list of wordings"),
        ({"triggers__fraud__unless": ["word " * 40]}, "a list of wordings"),
        ({"triggers__fraud__words": "chargeback"}, "a list of wordings"),
        (
            {"triggers__mood_drop": {"group": "Customer care", "tier": 1, "words": ["angry"]}},
            "it is not read from the customer's words",
        ),
    ],
)
def test_what_is_no_wording_is_a_problem_of_the_policy(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        rules.policy(**changes)


def test_a_wording_stands_on_one_line_and_once() -> None:
    assert policy(words=["took\n my  money", "took my money"]).triggers["fraud"].words == ("took my money",)


def test_without_wordings_the_signals_are_the_very_same() -> None:
    signals = heard("stolen", "stolen")
    assert count_wordings(signals, "stolen", policy().triggers) is signals
    assert isinstance(signals.risks[0], Scored)
