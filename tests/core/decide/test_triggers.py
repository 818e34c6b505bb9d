from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.decide.table import decide
from core.decide.triggers import READINGS
from core.model.conversation import NOBODY, Owner, OwnerKind, Role
from core.model.decision import Action, Disposition
from core.model.signals import Scored
from core.policy import Policy, Trigger, Vip
from tests.core import people, samples
from tests.core.rules import policy
from tests.core.samples import MARIA, TEAM, scored

DEFINED = Path(__file__).parents[3] / "docs" / "triggers.md"
WORDS = samples.risk("any").evidence


def with_triggers(*names: str, **fields: Any) -> Policy:
    """A policy with these triggers alone, in this order."""
    made = {name: Trigger(group="Specialists", tier=2, why="Because") for name in names}
    return replace(policy(), triggers={name: replace(one, **fields) for name, one in made.items()})


def decided(
    rules: Policy,
    *facts: Scored,
    risks: tuple[Scored, ...] = (),
    confidence: float | None = 0.8,
    owner: Owner = NOBODY,
    words: str = "How do I reset it?",
    ours: str = "",
    asks: bool = True,
    attributes: dict[str, str] | None = None,
    intents: tuple[Scored, ...] = (scored("reset", label="Reset"),),
    **conversation: Any,
) -> Disposition:
    before = [samples.message(1, text=ours, role=Role.ASSISTANT)] if ours else []
    case = samples.case(
        *before,
        samples.message(50, text=words),
        customer=people.customer(attributes=attributes or {}),
        conversation=samples.conversation(owner=owner, **conversation),
    )
    draft = None if confidence is None else samples.draft(confidence=confidence)
    return decide(case, samples.signals(facts=facts, risks=risks, intents=intents), draft, rules, asks=asks)


def fact(name: str, amount: float, **changes: Any) -> Scored:
    return scored(name, 1.0, amount=amount, **changes)


def fired(disposition: Disposition) -> str:
    return disposition.rule.removeprefix("trigger:") if disposition.rule.startswith("trigger:") else ""


def defined() -> list[str]:
    lines = DEFINED.read_text(encoding="utf-8").splitlines()
    return [line.split("`")[1] for line in lines if line.startswith("| `")]


@pytest.mark.parametrize("name", sorted(set(defined()) - set(READINGS)))
def test_words_fire_from_their_threshold_on_and_not_below_it(name: str) -> None:
    rules = with_triggers(name, threshold=0.7)
    heard = decided(rules, risks=(scored(name, 0.7, evidence=WORDS),))
    assert (fired(heard), heard.reason) == (name, "Because (“these words”)")
    assert fired(decided(rules, risks=(scored(name, 0.69, evidence=WORDS),))) == ""


def test_every_trigger_of_the_page_can_fire_and_there_is_no_other_reading() -> None:
    assert len(defined()) == 26
    assert set(READINGS) <= set(defined())


# (trigger, its fact, threshold, an amount that fires, the nearest that does not, words of the reason)
MEASURED: list[tuple[str, str, float, float, float, str]] = [
    ("not_understood", "unrecognised_turns", 2, 2, 1, "not recognised 2 times in a row"),
    ("not_understood", "unrecognised_turns", 0.5, 2, 1, "not recognised 2 times in a row"),
    ("not_understood", "unrecognised_turns", 3, 3, 2, "the policy allows 2"),
    ("mood_drop", "mood_drop", 0.6, 0.6, 0.59, "mood fell by 0.60"),
    ("complexity", "complexity", 0.7, 0.71, 0.7, "complexity is 0.71; the policy allows 0.70"),
    ("repeat_contact", "repeat_contact", 1, 1, 0, "1 earlier conversation"),
    ("repeat_contact", "repeat_contact", 2, 2, 1, "2 earlier conversations"),
    ("assistant_time", "assistant_minutes", 30, 34, 30, "at it for 34 minutes; the policy allows 30"),
    ("time_to_resolve", "open_minutes", 2880, 2881, 2880, "open for 2881 minutes; the policy allows 2880"),
    ("failed_cycles", "failed_cycles", 2, 2, 1, "2 attempts of the assistant did not help"),
]


@pytest.mark.parametrize(("name", "of", "threshold", "enough", "short", "words"), MEASURED)
def test_a_figure_fires_exactly_at_its_limit_and_is_named(
    name: str, of: str, threshold: float, enough: float, short: float, words: str
) -> None:
    rules = with_triggers(name, threshold=threshold)
    over = decided(rules, fact(of, enough))
    assert fired(over) == name
    assert over.reason.startswith("Because. ")
    assert words in over.reason
    assert fired(decided(rules, fact(of, short))) == ""
    assert fired(decided(rules)) == ""


def test_records_are_named_where_they_are_the_evidence() -> None:
    past = fact("repeat_contact", 2, records=("ticket 35 of 3 May 2026", "ticket 36 of 4 May 2026"))
    reason = decided(with_triggers("repeat_contact"), past).reason
    assert "(ticket 35 of 3 May 2026, ticket 36 of 4 May 2026)" in reason


def test_what_stayed_under_its_threshold_is_kept_with_its_figures() -> None:
    rules = with_triggers("churn", "complexity", "abuse", threshold=0.7)
    quiet = decided(rules, fact("complexity", 0.4), risks=(scored("churn", 0.42, evidence=WORDS),))
    assert quiet.rule == "automatic_reply"
    assert quiet.considered == (
        "churn: “these words” is 0.42 sure; the policy asks for 0.70",
        "complexity: The matter's complexity is 0.40; the policy allows 0.70",
    )


def test_one_turn_that_was_not_understood_is_no_row() -> None:
    quiet = decided(with_triggers("not_understood", threshold=2), fact("unrecognised_turns", 1))
    (told,) = quiet.considered
    assert "was not recognised this once; the policy allows 1" in told


def test_a_trigger_fires_only_if_the_policy_has_it() -> None:
    assert fired(decided(with_triggers("fraud"), fact("failed_cycles", 9), risks=(scored("churn", 1.0),))) == ""


def test_of_two_that_are_equally_sure_the_policys_first_wins() -> None:
    both: dict[str, Any] = {"risks": (scored("churn", 0.8),)}
    slow = fact("assistant_minutes", 99)
    assert fired(decided(with_triggers("assistant_time", "churn", threshold=0.7), slow, **both)) == "assistant_time"
    assert fired(decided(with_triggers("churn", "assistant_time", threshold=0.7), slow, **both)) == "churn"


def test_what_the_words_say_surely_comes_before_what_may_be_meant() -> None:
    said = scored("human_request", 0.999), scored("vulnerable_customer", 0.81)
    assert fired(decided(with_triggers("vulnerable_customer", "human_request"), risks=said)) == "human_request"
    grave = scored("human_request", 0.999), scored("legal_threat", 0.95)
    rules = with_triggers("human_request", "legal_threat")
    rules = replace(rules, triggers={n: replace(t, tier=1 + (n == "legal_threat")) for n, t in rules.triggers.items()})
    assert fired(decided(rules, risks=grave)) == "legal_threat"


def test_danger_comes_first_however_sure_the_rest_is() -> None:
    said = scored("human_request", 0.999), scored("health_urgency", 0.62)
    rules = with_triggers("human_request", "health_urgency")
    first = {n: replace(t, first=n == "health_urgency") for n, t in rules.triggers.items()}
    assert fired(decided(replace(rules, triggers=first), risks=said)) == "health_urgency"


# ---------------------------------------------------------------- confidence


@pytest.mark.parametrize(
    ("confidence", "asks", "expected"),
    [(0.49, True, "low_confidence"), (0.5, True, ""), (None, True, "low_confidence"), (None, False, "")],
)
def test_low_confidence_is_under_the_threshold_or_no_draft_for_what_was_asked(
    confidence: float | None, asks: bool, expected: str
) -> None:
    assert fired(decided(with_triggers("low_confidence"), confidence=confidence, asks=asks)) == expected


def test_an_intent_may_ask_for_more_confidence_and_the_strictest_counts() -> None:
    rules = replace(with_triggers("low_confidence"), intent_confidence={"reset": 0.9, "status": 0.2})
    assert fired(decided(rules, confidence=0.89)) == "low_confidence"
    assert fired(decided(rules, confidence=0.9)) == ""
    both = (scored("status", 0.5), scored("reset", 0.4))
    assert fired(decided(rules, confidence=0.89, intents=both)) == "low_confidence"
    assert fired(decided(rules, confidence=0.2, intents=(scored("status", 0.9),))) == ""
    unsure = (scored("status", 0.9), scored("reset", 0.39))  # not recognised: 0.4 is asked for
    assert fired(decided(rules, confidence=0.2, intents=unsure)) == ""


# ---------------------------------------------------------------- important customers

IMPORTANT = Vip(tiers=frozenset({"business"}), group="Specialists", lifetime_value=5000, flags=frozenset({"vip"}))


@pytest.mark.parametrize(
    ("facts", "attributes", "words"),
    [
        ((fact("lifetime_value", 5000),), {}, "a customer worth 5,000 (the policy's mark is 5,000)"),
        ((), {"vip": "true"}, "a customer flagged “vip”"),
        ((scored("vip", 1.0, label="vip"),), {}, "a customer flagged “vip”"),
        ((fact("lifetime_value", 4999.99), scored("vip", 1.0, label="press")), {"vip": "no"}, ""),
    ],
)
def test_who_is_important_is_the_policys_word(facts: tuple[Scored, ...], attributes: Any, words: str) -> None:
    rules = replace(with_triggers("high_value"), vip=IMPORTANT)
    found = decided(rules, *facts, attributes=attributes)
    assert fired(found) == ("high_value" if words else "")
    assert words in found.reason
    without = replace(rules, triggers={})
    assert (decided(without, *facts, attributes=attributes).rule == "vip") is bool(words)


def test_a_flagged_customer_jumps_the_queue_and_a_rich_one_does_not() -> None:
    rules = replace(with_triggers("high_value"), vip=IMPORTANT)
    assert decided(rules, attributes={"vip": "true"}).first
    assert decided(replace(rules, triggers={}), attributes={"vip": "yes"}).first
    assert not decided(rules, fact("lifetime_value", 9000)).first


def test_a_trigger_that_comes_first_says_so() -> None:
    urgent = (scored("health_urgency", 1.0),)
    assert decided(with_triggers("health_urgency", first=True), risks=urgent).first
    assert not decided(with_triggers("health_urgency"), risks=urgent).first


# ---------------------------------------------------------------- upsell


def test_an_upsell_goes_to_the_group_for_offers_at_the_first_tier() -> None:
    rules = with_triggers("upsell", threshold=0.6)
    offered = replace(rules, routing=replace(rules.routing, upsell="Customer care"))
    for found in (decided(offered, risks=(scored("upsell", 0.6),)), decided(offered, fact("upsell", 0.6))):
        assert (found.rule, found.action) == ("trigger:upsell", Action.HANDOFF)
        assert (found.owner.name, found.tier) == ("Customer care", 1)
    plain = decided(rules, risks=(scored("upsell", 0.6),))
    assert (plain.owner.name, plain.tier) == ("Specialists", 2)
    assert fired(decided(offered, fact("upsell", 0.59))) == ""


# ---------------------------------------------------------------- who has it already


@pytest.mark.parametrize("name", ["assistant_time", "low_confidence", "failed_cycles", "mood_drop", "complexity"])
def test_what_only_shows_the_assistants_limits_passes_nothing_on_that_a_person_has(name: str) -> None:
    facts = (fact("assistant_minutes", 99), fact("failed_cycles", 9), fact("mood_drop", 2), fact("complexity", 1))
    for owner in (MARIA, TEAM):
        assert (
            decided(with_triggers(name, threshold=0.9), *facts, confidence=0.1, owner=owner).rule == "owned_by_person"
        )


def test_a_specialist_who_took_it_from_the_team_is_not_handed_it_again() -> None:
    rules, stolen = with_triggers("fraud"), (samples.risk("fraud"),)
    tom = Owner(kind=OwnerKind.AGENT, id="Tom Okafor", name="Tom Okafor")
    assert fired(decided(rules, risks=stolen, owner=tom)) == "fraud"
    assert decided(rules, risks=stolen, owner=tom, owner_group="Specialists").rule == "owned_by_person"


@pytest.mark.parametrize("name", ["assistant_time", "time_to_resolve", "complexity", "repeat_contact", "failed_cycles"])
def test_who_says_thanks_and_waits_for_nothing_is_not_handed_over_for_what_was(name: str) -> None:
    facts = [fact(m[1], 9999) for m in MEASURED if m[0] == name][:1]
    thanks: dict[str, Any] = {"words": "Thanks, that helped", "ours": "Hold the button.", "asks": False}
    rules = with_triggers(name, threshold=1)
    assert decided(rules, *facts, confidence=None, **thanks).rule == "nothing_asked"
    assert decided(rules, *facts, confidence=None, **{**thanks, "ours": ""}).rule == "nothing_asked"
    assert fired(decided(rules, *facts, confidence=None, **{**thanks, "words": "It still fails"})) == name
