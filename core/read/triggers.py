"""Rules and the trained model behind one port: what the words of a message show."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from core.model.signals import Scored
from core.read.risks import RULES
from core.read.rule import Rule, fire_rules

# What a rule's words add to the model's own reading, as the logarithm of odds. Measured in folds over the lessons: a
# word such as "fraud" or "lawyer" is as often in a near miss as in the real thing, so it does not decide alone.
WORDS_COUNT = 2.0
LEAST = 0.3  # a trigger less likely than this is not worth showing
_EDGE = 1e-6


class Model(Protocol):
    def weigh(self, text: str) -> tuple[Scored, ...] | None:
        """How likely each trigger is that it knows; None where it cannot read the text."""


class RulesAndModel:
    """`core.ports.TriggerReader`. Where the model cannot read the text, in another language, the rules decide alone,
    and so they do for triggers that the model does not know."""

    def __init__(self, model: Model, rules: Sequence[Rule] = RULES) -> None:
        self._model = model
        self._rules = tuple(rules)

    def triggers(self, text: str) -> tuple[Scored, ...]:
        """The triggers that the words show, each at most once, surest first."""
        by_rule = {risk.value: risk for risk in fire_rules(self._rules, text)}
        weighed = self._model.weigh(text)
        if weighed is None:
            return tuple(by_rule.values())
        found = by_rule | {heard.value: _together(by_rule.get(heard.value), heard) for heard in weighed}
        shown = (risk for risk in found.values() if risk.confidence >= LEAST)
        return tuple(sorted(shown, key=lambda risk: -risk.confidence))


def _together(rule: Scored | None, heard: Scored) -> Scored:
    """The model's reading, made surer by a rule's words, which are then the evidence."""
    if rule is None:
        return heard
    chance = min(max(heard.confidence, _EDGE), 1 - _EDGE)
    odds = math.log(chance / (1 - chance)) + WORDS_COUNT
    return replace(rule, confidence=1 / (1 + math.exp(-odds)), made_by=f"{rule.made_by}+{heard.made_by}")
