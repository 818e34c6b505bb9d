"""Two trained models behind one port: what the words of a message show."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from core.model.signals import Evidence, Scored
from core.text.courtesies import BUILT_IN

LEAST = 0.5  # a trigger less likely than this is not shown
# What the two models' readings count, as the logarithm of odds: logistic regression on labelled conversations of four
# companies and half of the cases of tests/scenarios/triggers. A trigger's leaning then lies where as many of its cases
# are heard as their floor asks for. Figures: docs/sense.md.
FIRST, SURELY, SECOND, LENGTH = 0.47, 0.14, 0.45, -0.16  # `SURELY` beside `FIRST` for what the first model hears itself
USUAL = 100  # characters
# What the first model alone hears, where the second cannot read the text or has not learned the trigger, has to be so
# much surer: in eight languages 10 of 242 ordinary messages alarm wrongly instead of 17, and as many alarms are found.
ALONE = 0.5
LEANS = {
    "abuse": 0.29, "account_lockout": -1.58, "churn": 0.57, "exception": 0.62, "formal_complaint": 0.46,
    "fraud": -0.03, "health_urgency": 0.53, "high_risk_transaction": 0.56, "human_request": 0.89, "legal_threat": -0.27,
    "negotiation": 0.37, "prior_dissatisfaction": 0.97, "special_request": 0.95, "upsell": 0.41,
    "vulnerable_customer": -1.35,
}  # fmt: skip
LABELS = {
    "abuse": "Abusive language",
    "account_lockout": "Locked out of the account",
    "churn": "May leave",
    "exception": "Needs an exception",
    "formal_complaint": "Formal complaint",
    "fraud": "Possible fraud",
    "health_urgency": "Somebody may be in danger",
    "high_risk_transaction": "Costly to undo",
    "human_request": "Asks for a person",
    "legal_threat": "Legal steps",
    "negotiation": "Bargains",
    "press": "Press or an authority",
    "prior_dissatisfaction": "Unhappy with earlier contacts",
    "special_request": "Asks a favour",
    "upsell": "Could use more",
    "vulnerable_customer": "May need special care",
}
_UNHEARD, _SURE, _SHORTEST = 1e-4, 8.0, 10
# What one sentence says, wherever it stands: of a letter of more than `_LONG` characters each sentence is read alone as
# well.
# Of many sentences one shows something by chance, so that its odds count so much less, as a logarithm: of 60 ordinary
# letters of four companies 6 alarm wrongly so and 5 without, of 63 plain sentences buried in a letter 49 are heard and
# none without. What a story shows (who is vulnerable, who may leave) is read of the whole alone.
IN_A_SENTENCE = {
    "abuse": 2.5, "account_lockout": 2.5, "formal_complaint": 2.5, "fraud": 3.0, "health_urgency": 2.5,
    "high_risk_transaction": 3.0, "human_request": 2.5, "legal_threat": 3.0, "press": 2.5,
}  # fmt: skip
_LONG, _FIRST_ONES, _LAST_ONES, _FEWEST = 450, 12, 4, 12
_HALF_HEARD = 0.2  # what the first model hears less of in a sentence does not reach the line
_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
_WAY_OUT = frozenset(lines.agent.casefold() for lines in BUILT_IN.values())


class Model(Protocol):
    def weigh(self, text: str) -> tuple[Scored, ...]:
        """How likely each trigger is that it knows; with the words that say it where it may be one."""


class SecondModel(Protocol):
    def weigh(self, text: str) -> tuple[Scored, ...] | None:
        """As `Model.weigh`; None where it cannot read the text."""


class TriggerEnsemble:
    """`core.ports.TriggerReader`: the first model's reading, weighed with what the `second` hears, where it can read
    the text. The word that our own messages name as the way to a person needs no model."""

    def __init__(self, model: Model, second: SecondModel | None = None) -> None:
        self._model, self._second = model, second

    def triggers(self, text: str) -> tuple[Scored, ...]:
        """The triggers that the words show, each at most once, surest first."""
        asked = _way_out(text)
        if asked is not None:
            return (asked,)
        found = {heard.value: heard for heard in self._weigh(text, self._model.weigh(text))}
        for heard in self._in_sentences(text) if len(text) > _LONG else ():
            if heard.confidence > found[heard.value].confidence:
                found[heard.value] = heard
        shown = (risk for risk in found.values() if risk.confidence >= LEAST and risk.evidence)
        return tuple(sorted(map(_labelled, shown), key=lambda risk: -risk.confidence))

    def likelihoods(self, text: str) -> dict[str, float]:
        """How likely each trigger is, the unlikely ones too, read as one sentence is."""
        return {heard.value: heard.confidence for heard in self._weigh(text, self._model.weigh(text))}

    def _weigh(self, text: str, first: Sequence[Scored]) -> Iterable[Scored]:
        """What the first model heard in the text, with what the second one does."""
        if self._second is None:
            return first
        others = {heard.value: heard for heard in self._second.weigh(text) or ()}
        return (_together(heard, others.get(heard.value), text) for heard in first)

    def _in_sentences(self, text: str) -> Iterator[Scored]:
        for start, sentence in _sentences(text):
            every = self._model.weigh(sentence)
            first = [heard for heard in every if heard.value in IN_A_SENTENCE and heard.confidence >= _HALF_HEARD]
            for heard in self._weigh(sentence, first) if first else ():
                less = _chance(_odds(heard) - IN_A_SENTENCE[heard.value])
                yield replace(heard, confidence=less, evidence=tuple(_moved(each, start) for each in heard.evidence))


def _sentences(text: str) -> list[tuple[int, str]]:
    """Each with its place; of a very long text the first ones and the last."""
    found = [(at.start(), at.group()) for at in _SENTENCE.finditer(text) if len(at.group().strip()) >= _FEWEST]
    return found if len(found) <= _FIRST_ONES + _LAST_ONES else [*found[:_FIRST_ONES], *found[-_LAST_ONES:]]


def _way_out(text: str) -> Scored | None:
    """The whole message is that word."""
    word = re.sub(r"\W+", " ", text).strip()
    if word.casefold() not in _WAY_OUT:
        return None
    start = text.index(word)
    evidence = Evidence(start=start, end=start + len(word), words=word)
    label = LABELS["human_request"]
    return Scored(value="human_request", confidence=1.0, label=label, evidence=(evidence,), made_by="keyword:agent")


def _moved(evidence: Evidence, by: int) -> Evidence:
    return replace(evidence, start=evidence.start + by, end=evidence.end + by)


def _together(heard: Scored, other: Scored | None, text: str) -> Scored:
    """Both models' reading, with the words of the one that is surer; the first one's where the second knows no such
    trigger, or cannot read the text."""
    first = _odds(heard)
    if other is None:
        return replace(heard, confidence=_chance(first - ALONE))
    second = _odds(other)
    length = math.log(max(len(text), _SHORTEST) / USUAL)
    score = FIRST * first + SURELY * max(first, 0.0) + SECOND * second + LENGTH * length + LEANS.get(heard.value, 0.0)
    surer = other if second > first else heard
    return replace(surer, confidence=_chance(score), evidence=surer.evidence or heard.evidence)


def _odds(heard: Scored) -> float:
    chance = min(max(heard.confidence, _UNHEARD), 1 - _UNHEARD)
    return min(math.log(chance / (1 - chance)), _SURE)


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def _labelled(heard: Scored) -> Scored:
    return replace(heard, label=LABELS.get(heard.value, heard.label))
