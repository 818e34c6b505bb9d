"""The policy's own wordings of its triggers: words that are evidence whatever the readers hear, and words that are
none. Pure: what was read stays with the signals, so that stored decisions can be taken again under other wordings."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from core.model.signals import Evidence, Scored, Signals
from core.policy import Trigger
from core.read.triggers import LABELS

BY_POLICY = "policy:words"
EXCUSED = "excused"  # the fact that the policy takes the words that show a trigger for none; `records` name it
# Scripts that put no space between words: a wording may begin and end anywhere there.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"\w+(?:'\w+)*")


def count_wordings(signals: Signals, text: str, triggers: Mapping[str, Trigger]) -> Signals:
    """The signals as these triggers count them. `text` is the customer's words that were read. Signals that another
    policy's wordings have counted are first as they were read."""
    if not any(trigger.words or trigger.unless for trigger in triggers.values()) and not _is_counted(signals):
        return signals
    read = _as_read(signals)
    excused = {
        risk.value
        for risk in read.risks
        if risk.value in triggers and _is_excused(risk, text, triggers[risk.value].unless)
    }
    heard = [risk for risk in read.risks if risk.value not in excused]
    told = {risk.value: risk.confidence for risk in heard}
    added = [
        _heard(name, trigger, shown)
        for name, trigger in triggers.items()
        if told.get(name, -1.0) < trigger.threshold and (shown := _shown(text, trigger.words))
    ]
    # What was read less surely stays behind what the policy adds: a stored decision tells both.
    risks = sorted((*added, *heard), key=lambda risk: -risk.confidence)
    taken = (_excuse(risk) for risk in read.risks if risk.value in excused)
    return replace(read, risks=tuple(risks), facts=(*read.facts, *taken))


def excused(signals: Signals, name: str) -> Scored | None:
    """What was heard of a trigger and does not count; None where there is nothing of the kind."""
    return next((fact for fact in signals.facts if fact.value == EXCUSED and fact.records == (name,)), None)


def find_wording(text: str, wording: str) -> Iterator[tuple[int, int]]:
    """Where a text has it as whole words, whatever their case and what stands between them."""
    pattern = _pattern(wording)
    if pattern is not None:
        yield from (found.span() for found in pattern.finditer(text.replace("’", "'")))


@lru_cache(maxsize=1024)
def _pattern(wording: str) -> re.Pattern[str] | None:
    parts = _WORD.findall(wording.replace("’", "'"))
    if not parts:
        return None
    before = "" if _UNSPACED.match(parts[0][0]) else r"(?<!\w)"
    after = "" if _UNSPACED.match(parts[-1][-1]) else r"(?!\w)"
    # The end of a sentence is between no two words of a wording.
    return re.compile(before + r"[^\w.!?\n]{1,3}".join(map(re.escape, parts)) + after, re.IGNORECASE)


def _is_excused(risk: Scored, text: str, unless: Sequence[str]) -> bool:
    """Whether all the words that show it are, or have in them, such a wording. What is shown by no words, as in a
    policy's own example, goes by the whole text."""
    places = [place for wording in unless for place in find_wording(text, wording)]
    if not places or not risk.evidence:
        return bool(places)
    return all(any(start < one.end and one.start < end for start, end in places) for one in risk.evidence)


def _shown(text: str, wordings: Sequence[str]) -> tuple[Evidence, ...]:
    places = sorted({place for wording in wordings for place in find_wording(text, wording)})
    return tuple(Evidence(start=start, end=end, words=text[start:end]) for start, end in places)


def _heard(name: str, trigger: Trigger, shown: tuple[Evidence, ...]) -> Scored:
    """As sure as the trigger asks for, and no surer: a wording weighs nothing against what is plainly said."""
    return Scored(
        value=name,
        confidence=trigger.threshold,
        label=LABELS.get(name, name.replace("_", " ").capitalize()),
        evidence=shown,
        made_by=BY_POLICY,
    )


def _excuse(risk: Scored) -> Scored:
    return replace(risk, value=EXCUSED, records=(risk.value,))


def _is_counted(signals: Signals) -> bool:
    return any(risk.made_by == BY_POLICY for risk in signals.risks) or any(
        fact.value == EXCUSED for fact in signals.facts
    )


def _as_read(signals: Signals) -> Signals:
    back = (replace(fact, value=fact.records[0], records=()) for fact in signals.facts if fact.value == EXCUSED)
    risks = sorted(
        (*(risk for risk in signals.risks if risk.made_by != BY_POLICY), *back), key=lambda risk: -risk.confidence
    )
    facts = tuple(fact for fact in signals.facts if fact.value != EXCUSED)
    return replace(signals, risks=tuple(risks), facts=facts)
