"""Rules and the trained models behind one port: what the words of a message show."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from core.model.signals import Evidence, Scored
from core.read.risks import RULES
from core.read.rule import Rule, fire_rules

LEAST = 0.5  # a trigger less likely than this is not shown
# What the two models' readings count, as the logarithm of odds. Fitted by logistic regression to three companies'
# labelled conversations and to half of the cases of tests/scenarios/triggers: of 594 ordinary ones of four 29 alarm
# wrongly (first model alone, with its own line: 18), of the other half of the cases .84 are heard.
FIRST, SURELY, SECOND, LENGTH = 0.62, 0.23, 0.59, 0.34  # `SURELY` beside `FIRST` for what the first model hears itself
USUAL = 100  # characters: the longer a text, the more it takes to say
LEANS = {
    "abuse": -0.52, "account_lockout": -0.24, "churn": 0.3, "exception": 1.3, "formal_complaint": -0.3,
    "fraud": 0.83, "health_urgency": 2.05, "high_risk_transaction": 2.01, "human_request": 1.4, "legal_threat": 0.29,
    "negotiation": 1.0, "press": 3.34, "prior_dissatisfaction": 1.5, "special_request": 1.9, "upsell": 1.2,
    "vulnerable_customer": -1.07,
}  # fmt: skip
_UNHEARD, _SURE, _SHORTEST = 1e-4, 8.0, 10
_SHORT = 160  # characters of a text that is read as a whole alone
_ENDS = ".!?\n"


class Model(Protocol):
    def weigh(self, text: str) -> tuple[Scored, ...]:
        """How likely each trigger is that it knows."""


class SecondModel(Protocol):
    def weigh(self, text: str) -> tuple[Scored, ...] | None:
        """As `Model.weigh`; None where it cannot read the text."""


class RulesAndModel:
    """`core.ports.TriggerReader`. The model reads all of a message; where a rule's words stand in a long one, also the
    sentence around them alone. That is weighed with what the `second` hears, where it can read the text; a rule's words
    are shown as evidence. Triggers that no model knows are the rules' alone."""

    def __init__(self, model: Model, second: SecondModel | None = None, rules: Sequence[Rule] = RULES) -> None:
        self._model, self._second = model, second
        self._rules = tuple(rules)

    def triggers(self, text: str) -> tuple[Scored, ...]:
        """The triggers that the words show, each at most once, surest first."""
        by_rule = {risk.value: risk for risk in fire_rules(self._rules, text)}
        first = {heard.value: heard for heard in self._model.weigh(text)}
        first |= {n: self._with_sentences(by_rule[n], first[n], text) for n in by_rule.keys() & first.keys()}
        second = self._second.weigh(text) if self._second else None
        if second is not None:
            others = {heard.value: heard for heard in second}
            first = {name: _together(heard, others.get(name), text) for name, heard in first.items()}
        found = by_rule | {name: _shown(heard, by_rule.get(name)) for name, heard in first.items()}
        shown = (risk for risk in found.values() if risk.confidence >= LEAST and risk.evidence)
        return tuple(sorted(shown, key=lambda risk: -risk.confidence))

    def _with_sentences(self, rule: Scored, heard: Scored, text: str) -> Scored:
        """The surest reading of the whole and of the sentences in which the rule's words stand."""
        read = [heard]
        for sentence in {_around(text, each) for each in rule.evidence} - {text}:
            read += [risk for risk in self._model.weigh(sentence) if risk.value == rule.value]
        return replace(heard, confidence=max(risk.confidence for risk in read))


def _around(text: str, evidence: Evidence) -> str:
    """The sentence in which the words stand; a short text is one."""
    if len(text) <= _SHORT:
        return text
    start = max(text.rfind(mark, 0, evidence.start) for mark in _ENDS) + 1
    ends = [place for mark in _ENDS if (place := text.find(mark, evidence.end)) >= 0]
    return text[start : min(ends, default=len(text)) + 1].strip()


def _together(heard: Scored, other: Scored | None, text: str) -> Scored:
    """Both models' reading, with the words of the one that is surer."""
    first, second = _odds(heard), _odds(other) if other else math.log(_UNHEARD)
    length = math.log(max(len(text), _SHORTEST) / USUAL)
    score = FIRST * first + SURELY * max(first, 0.0) + SECOND * second + LENGTH * length + LEANS.get(heard.value, 0.0)
    surer = other if other and second > first else heard
    return replace(surer, confidence=1 / (1 + math.exp(-score)), evidence=surer.evidence or heard.evidence)


def _odds(heard: Scored) -> float:
    chance = min(max(heard.confidence, _UNHEARD), 1 - _UNHEARD)
    return min(math.log(chance / (1 - chance)), _SURE)


def _shown(heard: Scored, rule: Scored | None) -> Scored:
    """With the rule's words and reason, where there is one."""
    if rule is None:
        return heard
    return replace(rule, confidence=heard.confidence, made_by=f"{rule.made_by}+{heard.made_by}")
