"""How much could have been automatic at no more than so many errors, and how many more tickets it takes to tell.

The surest drafts come first; the line is moved down, a step at a time, and at each step the share of wrong ones is
tested against the limit by the upper end of its 95 % interval (Wilson's). The first step that fails ends it. Where the
steps and their order are fixed without looking at the verdicts, the first failure is all that can mislead, so the last
line that held is wrong more often than stated in at most one of forty histories (fixed-sequence testing: Angelopoulos,
Bates, Candès, Jordan, Lei: Learn then Test, 2021). Each intent is a statement of its own.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.measure.history.decided import Replayed
from core.measure.statistics import Share

MOST_TICKETS = 1_000_000
TELLING = 10  # judged drafts, below which nothing is too bad to be chance
STEPS = 20  # lines that are tried below the first one


@dataclass(frozen=True, slots=True, kw_only=True)
class Safe:
    """`threshold` is the confidence from which on drafts could have left, None where none could be shown to be safe.
    `share` is of the turns that asked something. `error` is among those of them that could be judged.

    `more` is how many more judged drafts it takes before anything can be said, 0 where it can; None: too many of them
    are wrong, and more of the same will not help."""

    threshold: float | None
    share: Share
    error: Share
    unjudged: int
    more: int | None


def judged(turns: Sequence[Replayed]) -> Share:
    """The wrong ones among those that could be judged."""
    wrong = sum(each.wrong for each in turns)
    return Share(hits=wrong, cases=wrong + sum(each.right for each in turns))


def safe(turns: Sequence[Replayed], limit: float) -> Safe:
    asking = [each for each in turns if each.asks]
    could = sorted((each for each in asking if each.candidate), key=lambda each: -each.confidence)
    threshold: float | None = None
    for line in _lines(could, limit):
        if judged([each for each in could if each.confidence >= line]).high > limit:
            break
        threshold = line
    if threshold is None:
        error = judged(could)
        return Safe(
            threshold=None,
            share=Share(hits=0, cases=len(asking)),
            error=error,
            unjudged=_open(could),
            more=missing(error, limit),
        )
    chosen = [each for each in could if each.confidence >= threshold]
    return Safe(
        threshold=threshold,
        share=Share(hits=len(chosen), cases=len(asking)),
        error=judged(chosen),
        unjudged=_open(chosen),
        more=0,
    )


def fewest(limit: float) -> int:
    """How many judged drafts it takes at least, all of them right."""
    return missing(Share(hits=0, cases=0), limit) or 0


def missing(found: Share, limit: float, rate: float | None = None) -> int | None:
    """How many more judged drafts it takes until the interval ends below the limit, where as many are wrong as among
    those found, or as `rate` says."""
    rate = (found.value or 0.0) if rate is None else rate
    if found.cases >= TELLING and found.low > limit:
        return None
    if rate >= limit:  # by chance, perhaps: as many as it takes where half as many are wrong as may be
        rate = limit / 2
    low, high = found.cases, max(found.cases, 1)
    while Share(hits=math.ceil(rate * high), cases=high).high > limit:
        low, high = high, 2 * high
        if high > MOST_TICKETS:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        enough = middle > 0 and Share(hits=math.ceil(rate * middle), cases=middle).high <= limit
        low, high = (low, middle) if enough else (middle, high)
    return max(1, high - found.cases)


def _lines(could: Sequence[Replayed], limit: float) -> list[float]:
    """Confidences at which the line is tried, the surest first: by how many could be judged, never by how they were."""
    places = [place for place, each in enumerate(could) if each.right or each.wrong]
    if len(places) < fewest(limit):
        return []
    # A first line over so few that one fault fails it would end the search before it began.
    first = min(len(places), missing(Share(hits=0, cases=0), limit, rate=limit / 3) or 1)
    step = max(1, (len(places) - first) // STEPS)
    chosen = [*places[first - 1 :: step], places[-1]]
    return sorted({could[place].confidence for place in chosen}, reverse=True)


def _open(turns: Sequence[Replayed]) -> int:
    return sum(not each.right and not each.wrong for each in turns)
