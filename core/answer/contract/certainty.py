"""Which faults of a sentence are certain, and which ask a person to look.

A figure, a date, a price or an address that the source has nowhere, and an act said to be done, are wrong however the
sentence is worded: it is struck. A negation, a condition or a name can look changed only because the sentence is told
in other words; there it is kept for an agent, with the words in question marked, and never sent by itself. Where the
sentence is otherwise the source's own, word after word, or says nothing in words of its own, nothing else can explain
the difference: it is struck.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.answer.contract.own_words import own_share
from core.answer.contract.quantities import Fault, FaultKind, Quantity
from core.answer.contract.stated import facts
from core.knowledge.numerals import ARTICLES
from core.knowledge.synonyms import concepts

COPIED = 2 / 3  # share of its words, in their order, from which a sentence is its source's own
_ALWAYS = frozenset({FaultKind.ADDRESS, FaultKind.ACT, FaultKind.ADDED, FaultKind.RECORD})
_MEASURED = frozenset({FaultKind.AMOUNT, FaultKind.SHARE, FaultKind.DURATION, FaultKind.UNIT})
_DATED = frozenset({FaultKind.DATE, FaultKind.TIME})
_WORD = re.compile(r"\w+")
_TWO = "2"  # in words: "both of them", "there are two cases"


def certain(faults: Sequence[Fault], text: str, source: str) -> tuple[Fault, ...]:
    """Those for which the sentence is struck."""
    if not faults:
        return ()
    if own_share(text, source) >= COPIED or concepts(text) <= concepts(source):
        return tuple(faults)
    known = _Stated.by(source)
    return tuple(fault for fault in faults if _is_certain(fault, text[slice(*fault.span)], known))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stated:
    """What a source states, whatever it says it of."""

    words: frozenset[str]
    figures: frozenset[str]
    measures: frozenset[tuple[str, str]]

    @classmethod
    def by(cls, source: str) -> "_Stated":
        minutes = [int(mark.value) for mark in facts(source).marks if mark.kind is FaultKind.TIME]
        hours = {minute // 60 % 12 for minute in minutes}
        return cls(
            words=frozenset(_WORD.findall(source.casefold())),
            figures=_figures(source) | {f"{hour}" for hour in hours},  # "at four in the afternoon"
            measures=_measures(source),
        )


def _is_certain(fault: Fault, said: str, known: _Stated) -> bool:
    if fault.kind in _MEASURED:
        return not _measures(said) <= known.measures
    if fault.kind in _DATED:
        return not set(_WORD.findall(said.casefold())) <= known.words
    if fault.kind is FaultKind.NUMBER:
        return not _figures(said) - ({_TWO} if said.isalpha() else set()) <= known.figures
    return fault.kind in _ALWAYS


def _figures(text: str) -> frozenset[str]:
    """Numbers of a text as they are written, whatever they count."""
    return frozenset(f"{value:f}" for each in _counted(text) for value in (each.raw_low, each.raw_high))


def _measures(text: str) -> frozenset[tuple[str, str]]:
    """Measures of a text, each with its unit."""
    return frozenset((f"{value:f}", each.unit) for each in _counted(text) for value in (each.low, each.high))


def _counted(text: str) -> Iterator[Quantity]:
    """Quantities, without the "a" of "a year" and the "an" of "an Werktagen": read as one, and often no figure."""
    return (
        each for each in facts(text).quantities if text[each.start : each.end].split()[0].casefold() not in ARTICLES
    )
