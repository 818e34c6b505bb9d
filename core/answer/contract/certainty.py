"""Which faults of a sentence are certain, and which ask a person to look.

A figure, a date, a price or an address that the source has not, and an act said to be done, are wrong however the
sentence is worded: it is struck. A negation, a condition or a name can look changed only because the sentence is told
in other words; there it is kept for an agent, with the words in question marked, and never sent by itself. Where the
sentence is otherwise the source's own, word after word, or says nothing in words of its own, nothing else can explain
the difference: it is struck.
"""

from collections.abc import Iterator, Sequence

from core.answer.contract.own_words import own_share
from core.answer.contract.quantities import Fault, FaultKind, Quantity
from core.answer.contract.stated import facts
from core.knowledge.numerals import ARTICLES
from core.knowledge.synonyms import concepts

COPIED = 2 / 3  # share of its words, in their order, from which a sentence is its source's own
_ALWAYS = frozenset({
    FaultKind.AMOUNT, FaultKind.SHARE, FaultKind.DATE, FaultKind.TIME, FaultKind.ADDRESS, FaultKind.ACT,
    FaultKind.ADDED,    FaultKind.RECORD,
})  # fmt: skip
_MEASURED = frozenset({FaultKind.DURATION, FaultKind.UNIT})


def certain(faults: Sequence[Fault], text: str, source: str) -> tuple[Fault, ...]:
    """Those for which the sentence is struck."""
    if not faults:
        return ()
    if own_share(text, source) >= COPIED or concepts(text) <= concepts(source):
        return tuple(faults)
    counted, measured = _figures(source), _measures(source)
    return tuple(
        fault
        for fault in faults
        if fault.kind in _ALWAYS
        or (fault.kind is FaultKind.NUMBER and not _figures(text[slice(*fault.span)]) <= counted)
        or (fault.kind in _MEASURED and not _measures(text[slice(*fault.span)]) <= measured)
    )


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
