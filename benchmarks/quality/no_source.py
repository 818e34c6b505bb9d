"""Questions that no article answers, and as many that one does: does the assistant know the difference?

Two hundred of each, in a fixed order. Without an answer are `mtrag_un`'s own unanswerable questions and, to fill up,
questions of its and of `dstc11_track5` whose gold passages were taken away; with an answer other questions of the same
sets. Nothing else is changed: the rest of the shelf stays, passages about nearly the same included. A few hundred
cases are too few to set apart, so that everything fitted is fitted on the other four folds of conversations (pooled
out-of-fold); with held-out files it is fitted on DATA and the held-out questions are reported on. Everything may be
fitted to all questions of those folds, each with its answer and without; thresholds to those like the counted ones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.evaluate.judge import cut_at, fit_confidence, surest
from apps.evaluate.report import Score
from apps.evaluate.statistics import Interval, bootstrap, fold_of, interval
from benchmarks.quality.no_source_cases import Judged, cases, judged, to_learn_from
from benchmarks.quality.sources import Sources
from connectors.local.answering import Labelled, fit
from core.answer.confidence import Confidence

SET = "no source"
OURS = "Handrail"
WRONGLY = 0.10  # share of the answerable that may be abstained from: every system's threshold is set to keep within it
LOSSES = (0.05, 0.10, 0.20)  # where the curve is shown
FOLDS = 5
GROUPS = 2**16
Scorer = Callable[[Judged], float]
Numbers = NDArray[Any]
Fit = Callable[[Sequence[Judged]], Scorer]
Outcome = tuple[Sequence[float], Sequence[bool]]  # score and abstention of each case
KEPT, LOST = "abstains, no answer there", "abstains, answer there"


def measure(sources: Sources) -> list[Score]:
    """Abstention on both halves at a threshold fitted for a tenth of the answerable; how well scores tell them apart
    whatever the threshold (AUROC), and the share abstained from at some losses."""
    counted = cases(sources, held=False)
    tuned = judged([*counted, *to_learn_from(sources, counted)], sources)
    held = judged(cases(sources, held=True), sources) if sources.heldout else []
    part = "held-out questions" if held else "out of fold"
    rows = held or [row for row in tuned if row.counted]
    found = {system: _said(way, tuned, held) for system, way in SYSTEMS.items()}
    best = max(SIMPLE, key=lambda s: _auroc(found[s][0], rows))
    scores: list[Score] = []
    for system, outcome in found.items():
        scores += _figures(system, rows, outcome, found[best] if system == OURS else None, best, part)
    return scores


def _ours(rows: Sequence[Judged]) -> Scorer:
    """The head that `handrail eval answers --write` fits."""
    head = fit([labelled for row in rows for labelled in _labelled(row)])
    return lambda row: max((head.sure(seen) for seen in row.evidence), default=0.0)


def _labelled(row: Judged) -> list[Labelled]:
    seen = surest(row.evidence)
    if seen is None:
        return []
    return [Labelled(evidence=seen, answered=row.answerable, group=fold_of(row.conversation, GROUPS))]


def _by_traits(rows: Sequence[Judged]) -> Scorer:
    confidence = fit_confidence([row.traits for row in rows], [row.answerable for row in rows])
    return lambda row: _sureness(confidence, row)


def _as_shipped(rows: Sequence[Judged]) -> Scorer:
    return lambda row: _sureness(Confidence(), row)


def _sureness(confidence: Confidence, row: Judged) -> float:
    return max((confidence.of(seen) for seen in row.traits), default=0.0)


SYSTEMS: Mapping[str, Fit] = {
    OURS: _ours,
    "Handrail, traits alone": _by_traits,
    "Handrail, weights as shipped": _as_shipped,
    "highest cosine": lambda rows: lambda row: row.cosine,
    "highest BM25": lambda rows: lambda row: row.keyword,
}


SIMPLE = ("highest cosine", "highest BM25")


def _said(way: Fit, tuned: Sequence[Judged], held: Sequence[Judged]) -> tuple[list[float], list[bool]]:
    """Score and abstention of each reported case; score less threshold, so that folds can be pooled."""
    if held:
        return _by(way, tuned, held)
    counted = [row for row in tuned if row.counted]
    values, abstained = [0.0] * len(counted), [False] * len(counted)
    for fold in range(FOLDS):
        places = [place for place, row in enumerate(counted) if fold_of(row.conversation, FOLDS) == fold]
        rest = [row for row in tuned if fold_of(row.conversation, FOLDS) != fold]
        for place, value, none in zip(places, *_by(way, rest, [counted[place] for place in places]), strict=True):
            values[place], abstained[place] = value, none
    return values, abstained


def _by(way: Fit, known: Sequence[Judged], unknown: Sequence[Judged]) -> tuple[list[float], list[bool]]:
    scorer = way(known)
    cut = cut_at(_unseen(way, known), _spared(sum(row.answerable and row.counted for row in known)))
    values = [scorer(row) - cut for row in unknown]
    return values, [value < 0 for value in values]


def _spared(cases: int) -> float:
    """One standard error less than the share allowed: a threshold found on so few questions loses on others now less,
    now more, and a tenth is a limit, not a mean."""
    return max(0.0, WRONGLY - float(np.sqrt(WRONGLY * (1 - WRONGLY) / max(1, cases))))


def _unseen(way: Fit, known: Sequence[Judged]) -> list[float]:
    """Scores of the answerable, each by a scorer that did not see it: of what it was fitted to it is too sure."""
    scores: list[float] = []
    for fold in range(FOLDS):
        some = [row for row in known if fold_of(row.conversation, FOLDS) == fold]
        some = [row for row in some if row.answerable and row.counted]
        rest = [row for row in known if fold_of(row.conversation, FOLDS) != fold]
        if some:
            scorer = way(rest)
            scores += [scorer(row) for row in some]
    return scores


def _figures(
    system: str, rows: Sequence[Judged], mine: Outcome, against: Outcome | None, best: str, part: str
) -> list[Score]:
    """The abstentions on either half, and the AUROC."""
    ours = against is not None

    def score(figure: str, cases: int, spread: Interval, gain: Interval | None, aim: float | None = None) -> Score:
        return Score(
            set=SET,
            figure=figure,
            system=system,
            value=spread.value,
            cases=cases,
            interval=spread,
            aim=aim if ours else None,
            at_most=figure == LOST,
            against=best if ours else "",
            gain=gain,
            part=part,
        )

    scores = []
    for figure, there, aim in ((KEPT, False, 0.90), (LOST, True, 0.10)):
        places = [place for place, row in enumerate(rows) if row.answerable is there]
        said = [float(mine[1][place]) for place in places]
        # Thresholds lose a little more or less: the baseline is compared at the same loss, and over all of them, below.
        scores.append(replace(score(figure, len(said), interval(said), None, aim), against=""))
    spread = bootstrap(len(rows), lambda chosen: _auroc(mine[0], rows, chosen))
    gain = _auroc_gain(mine[0], against[0], rows) if against else None
    scores.append(score("AUROC", len(rows), spread, gain))
    for lost in LOSSES if against else ():
        curve = bootstrap(len(rows), partial(_at_loss, mine[0], rows, lost))
        gain = bootstrap(len(rows), partial(_at_loss_gain, mine[0], against[0], rows, lost)) if against else None
        scores.append(score(f"abstains where {lost:.0%} are lost", len(rows), curve, gain))
    return scores


def _at_loss(values: Sequence[float], rows: Sequence[Judged], lost: float, chosen: Numbers) -> float:
    """The share of the unanswerable below the score that this share of the answerable is below."""
    scores, there = np.asarray(values)[chosen], np.array([row.answerable for row in rows])[chosen]
    return float((scores[~there] < np.quantile(scores[there], lost)).mean()) if 0 < there.sum() < len(there) else 0.0


def _at_loss_gain(
    mine: Sequence[float], theirs: Sequence[float], rows: Sequence[Judged], lost: float, chosen: Numbers
) -> float:
    return _at_loss(mine, rows, lost, chosen) - _at_loss(theirs, rows, lost, chosen)


def _auroc_gain(mine: Sequence[float], theirs: Sequence[float], rows: Sequence[Judged]) -> Interval:
    return bootstrap(len(rows), lambda chosen: _auroc(mine, rows, chosen) - _auroc(theirs, rows, chosen))


def _auroc(values: Sequence[float], rows: Sequence[Judged], chosen: np.ndarray | None = None) -> float:
    """How often an answerable question scores above one that is not (ties half)."""
    places = np.arange(len(rows)) if chosen is None else chosen
    scores = np.asarray(values)[places]
    true = np.array([row.answerable for row in rows])[places]
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    _, inverse, count = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.bincount(inverse, ranks) / count)[inverse]
    there = int(true.sum())
    if there in (0, len(true)):
        return 0.5
    return float((ranks[true].sum() - there * (there + 1) / 2) / (there * (len(true) - there)))
