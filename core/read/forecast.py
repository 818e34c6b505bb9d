"""What is likely: a broken promise of time, a customer who rates this badly. Predictions, each with its sum."""

import math
from collections.abc import Iterable, Mapping
from datetime import timedelta

from core.model.signals import Scored, Urgency
from core.read.turn_input import Heard

MADE_BY = "forecast-1"

# ---------------------------------------------------------------- the promise of an answer

# Where neither the helpdesk nor the policy promises a time: what customers of this urgency usually expect.
EXPECTED: Mapping[str, timedelta] = {
    Urgency.HIGH: timedelta(hours=1),
    Urgency.NORMAL: timedelta(hours=8),
    Urgency.LOW: timedelta(hours=24),
}
# The odds are even when a quarter of the time is left, and e^4 to one with a whole time more or less.
_EVEN_AT, _STEEPNESS = 0.25, 4.0


def sla_breach(heard: Heard, promised: timedelta | None) -> Scored | None:
    """How likely the customer's oldest unanswered message outlives the promised time."""
    waiting = heard.case.unanswered
    if not waiting:
        return None
    most = promised or EXPECTED[heard.urgency.value]
    waited = max(timedelta(0), heard.case.now - waiting[0].at)
    left = (most - waited) / most
    says = f"waited {_minutes(waited):g} of {_minutes(most):g} minutes"
    return _fact("sla_breach", _chance(_STEEPNESS * (_EVEN_AT - left)), (says,))


# ---------------------------------------------------------------- satisfaction

# What each ground adds to the logit of a bad rating. Set by judgement, not fitted: nobody's ratings were at hand.
BASE = -2.4
WEIGHTS: Mapping[str, float] = {
    "bad mood": 2.2,  # for a mood of -1
    "good mood": -1.5,  # for a mood of +1
    "fall of the mood": 1.2,  # for a fall of 1
    "hours waited": 0.12,  # each, up to MOST_HOURS
    "failed attempts": 0.7,  # each, up to MOST_COUNTED
    "earlier contacts about it": 0.6,
    "earlier handoffs": 0.3,
    "asked again": 0.8,
    "earlier dissatisfaction": 0.9,
    "may leave": 0.8,
    "complains formally": 0.8,
    "abusive": 0.8,
}
MOST_HOURS, MOST_COUNTED = 24.0, 3.0


def low_satisfaction(heard: Heard, facts: Iterable[Scored]) -> Scored:
    """How likely the customer rates this conversation badly as it stands now."""
    amounts = {fact.value: fact.amount or 0.0 for fact in facts}
    named = {fact.value for fact in facts}
    waiting = heard.case.unanswered
    hours = (heard.case.now - waiting[0].at).total_seconds() / 3600 if waiting else 0.0
    found = {
        "bad mood": max(0.0, -heard.mood),
        "good mood": max(0.0, heard.mood),
        "fall of the mood": amounts.get("mood_drop", 0.0),
        "hours waited": min(MOST_HOURS, max(0.0, hours)),
        "failed attempts": min(MOST_COUNTED, amounts.get("failed_cycles", 0.0)),
        "earlier contacts about it": min(MOST_COUNTED, amounts.get("repeat_contact", 0.0)),
        "earlier handoffs": min(MOST_COUNTED, amounts.get("escalation_history", 0.0)),
        "asked again": _sure(heard, "repeated_question"),
        "earlier dissatisfaction": max(_sure(heard, "prior_dissatisfaction"), float("prior_dissatisfaction" in named)),
        "may leave": _sure(heard, "churn"),
        "complains formally": _sure(heard, "formal_complaint"),
        "abusive": _sure(heard, "abuse"),
    }
    added = {name: WEIGHTS[name] * amount for name, amount in found.items() if amount}
    records = tuple(f"{name} {weight:+.2f}" for name, weight in sorted(added.items(), key=lambda each: -abs(each[1])))
    return _fact("low_satisfaction", _chance(BASE + sum(added.values())), records)


def upsell(heard: Heard) -> Scored | None:
    risk = heard.risk("upsell")
    if risk is None:
        return None
    return Scored(
        value="upsell", confidence=risk.confidence, amount=risk.confidence, evidence=risk.evidence, made_by=risk.made_by
    )


def _sure(heard: Heard, name: str) -> float:
    risk = heard.risk(name)
    return risk.confidence if risk else 0.0


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def _minutes(span: timedelta) -> float:
    return round(span.total_seconds() / 60, 1)


def _fact(value: str, chance: float, records: tuple[str, ...]) -> Scored:
    return Scored(
        value=value, confidence=0.6, label="Predicted", amount=round(chance, 3), records=records, made_by=MADE_BY
    )
