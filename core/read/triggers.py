"""Rules and the trained model behind one port: what the words of a message show."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from core.model.signals import Evidence, Scored
from core.read.risks import RULES
from core.read.rule import Rule, fire_rules

# What a rule's words add to the second model's reading, as the logarithm of odds. Measured in folds over its lessons: a
# word such as "fraud" or "lawyer" is as often in a near miss as in the real thing, so it does not decide alone.
WORDS_COUNT = 2.0
LEAST = 0.5  # a trigger less likely than this is not shown
# Measured on labelled conversations of two companies and on the cases of tests/scenarios/triggers: found .55 with .05
# false alarms and .79 with .07 by the model alone; .59 with .07 and .89 with .08 with the second one.
HALF_HEARD, SECOND_SURE = 0.04, 0.5
_SHORT = 160  # characters of a text that is read as a whole alone
_ENDS = ".!?\n"
_EDGE = 1e-6


class Model(Protocol):
    def weigh(self, text: str) -> tuple[Scored, ...]:
        """How likely each trigger is that it knows."""


class SecondModel(Protocol):
    def weigh(self, text: str) -> tuple[Scored, ...] | None:
        """As `Model.weigh`; None where it cannot read the text."""


class RulesAndModel:
    """`core.ports.TriggerReader`. The model reads all of a message; where a rule's words stand in a long one, also the
    sentence around them alone. What it half hears counts where the `second` model hears it too. Triggers that neither
    knows are the rules' alone."""

    def __init__(self, model: Model, second: SecondModel | None = None, rules: Sequence[Rule] = RULES) -> None:
        self._model, self._second = model, second
        self._rules = tuple(rules)

    def triggers(self, text: str) -> tuple[Scored, ...]:
        """The triggers that the words show, each at most once, surest first."""
        by_rule = {risk.value: risk for risk in fire_rules(self._rules, text)}
        weighed = {heard.value: heard for heard in self._model.weigh(text)}
        known = by_rule.keys() & weighed.keys()
        found = by_rule | weighed | {n: self._with_sentences(by_rule[n], weighed[n], text) for n in known}
        for heard in (self._second.weigh(text) if self._second else None) or ():
            other = _together(by_rule[heard.value], heard) if heard.value in by_rule else heard
            first = found[heard.value].confidence if heard.value in found else 0.0
            if first < LEAST and first >= HALF_HEARD and other.confidence >= SECOND_SURE:
                found[heard.value] = other
        shown = (risk for risk in found.values() if risk.confidence >= LEAST)
        return tuple(sorted(shown, key=lambda risk: -risk.confidence))

    def _with_sentences(self, rule: Scored, heard: Scored, text: str) -> Scored:
        """The surest reading of the whole and of the sentences in which the rule's words stand."""
        read = [heard]
        for sentence in {_around(text, each) for each in rule.evidence} - {text}:
            read += [risk for risk in self._model.weigh(sentence) if risk.value == rule.value]
        surest = max(risk.confidence for risk in read)
        return replace(rule, confidence=surest, made_by=f"{rule.made_by}+{heard.made_by}")


def _together(rule: Scored, heard: Scored) -> Scored:
    """The second model's reading, made surer by a rule's words, which are then the evidence."""
    chance = min(max(heard.confidence, _EDGE), 1 - _EDGE)
    odds = math.log(chance / (1 - chance)) + WORDS_COUNT
    return replace(rule, confidence=1 / (1 + math.exp(-odds)), made_by=f"{rule.made_by}+{heard.made_by}")


def _around(text: str, evidence: Evidence) -> str:
    """The sentence in which the words stand; a short text is one."""
    if len(text) <= _SHORT:
        return text
    start = max(text.rfind(mark, 0, evidence.start) for mark in _ENDS) + 1
    ends = [place for mark in _ENDS if (place := text.find(mark, evidence.end)) >= 0]
    return text[start : min(ends, default=len(text)) + 1].strip()
