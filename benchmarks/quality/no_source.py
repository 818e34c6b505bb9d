"""Questions that no article answers, and as many that one does: does the assistant know the difference?

Two hundred of each, in a fixed order. Without an answer are `mtrag_un`'s own unanswerable questions and, to fill up,
questions of its and of `dstc11_track5` whose gold passages were taken away; with an answer other questions of the same
sets. Nothing else is changed: the rest of the shelf stays, passages about nearly the same included. A few hundred
cases are too few to set apart, so that everything fitted is fitted on the other four folds of conversations (pooled
out-of-fold); with held-out files it is fitted on DATA and the held-out questions are reported on."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from apps.evaluate.answers import cut_at, fitted
from apps.evaluate.report import Score
from apps.evaluate.statistics import Interval, bootstrap, fold_of, interval
from benchmarks.quality.no_source_cases import Judged, cases, judged
from benchmarks.quality.sources import Sources
from core.answer.confidence import Confidence

SET = "no source"
OURS = "Handrail"
WRONGLY = 0.10  # share of the answerable that may be abstained from: every system's threshold is set for it
FOLDS = 5
Scorer = Callable[[Judged], float]
Fit = Callable[[Sequence[Judged]], Scorer]
Outcome = tuple[Sequence[float], Sequence[bool]]  # score and abstention of each case
KEPT, LOST = "abstains, no answer there", "abstains, answer there"


def measure(sources: Sources) -> list[Score]:
    """Abstention on both halves at a threshold fitted for a tenth of the answerable, and how well scores tell them
    apart whatever the threshold (AUROC)."""
    tuned = judged(cases(sources, held=False), sources)
    held = judged(cases(sources, held=True), sources) if sources.heldout else []
    part = "held-out questions" if held else "out of fold"
    rows = held or tuned
    found = {system: _said(fit, tuned, held) for system, fit in SYSTEMS.items()}
    best = max(SIMPLE, key=lambda s: _auroc(found[s][0], rows))
    scores: list[Score] = []
    for system, outcome in found.items():
        scores += _figures(system, rows, outcome, found[best] if system == OURS else None, best, part)
    return scores


def _ours(rows: Sequence[Judged]) -> Scorer:
    confidence = fitted([row.traits for row in rows], [row.answerable for row in rows])
    return lambda row: _sureness(confidence, row)


def _as_shipped(rows: Sequence[Judged]) -> Scorer:
    return lambda row: _sureness(Confidence(), row)


def _sureness(confidence: Confidence, row: Judged) -> float:
    return max((confidence.of(seen) for seen in row.traits), default=0.0)


SYSTEMS: Mapping[str, Fit] = {
    OURS: _ours,
    "Handrail, weights as shipped": _as_shipped,
    "highest cosine": lambda rows: lambda row: row.cosine,
    "highest BM25": lambda rows: lambda row: row.keyword,
}


SIMPLE = ("highest cosine", "highest BM25")


def _said(fit: Fit, tuned: Sequence[Judged], held: Sequence[Judged]) -> tuple[list[float], list[bool]]:
    """Score and abstention of each reported case; score less threshold, so that folds can be pooled."""
    if held:
        return _by(fit, tuned, held)
    values, abstained = [0.0] * len(tuned), [False] * len(tuned)
    for fold in range(FOLDS):
        places = [place for place, row in enumerate(tuned) if fold_of(row.conversation, FOLDS) == fold]
        rest = [row for row in tuned if fold_of(row.conversation, FOLDS) != fold]
        for place, value, none in zip(places, *_by(fit, rest, [tuned[place] for place in places]), strict=True):
            values[place], abstained[place] = value, none
    return values, abstained


def _by(fit: Fit, known: Sequence[Judged], unknown: Sequence[Judged]) -> tuple[list[float], list[bool]]:
    scorer = fit(known)
    cut = cut_at(_unseen(fit, known), WRONGLY)
    values = [scorer(row) - cut for row in unknown]
    return values, [value < 0 for value in values]


def _unseen(fit: Fit, known: Sequence[Judged]) -> list[float]:
    """Scores of the answerable, each by a scorer that did not see it: of what it was fitted to it is too sure."""
    scores: list[float] = []
    for fold in range(FOLDS):
        some = [row for row in known if fold_of(row.conversation, FOLDS) == fold and row.answerable]
        rest = [row for row in known if fold_of(row.conversation, FOLDS) != fold]
        if some:
            scorer = fit(rest)
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
        # An abstention where the answer is there is a loss.
        sign = -1 if there else 1
        gain = interval([sign * (a - against[1][p]) for a, p in zip(said, places, strict=True)]) if against else None
        scores.append(score(figure, len(said), interval(said), gain, aim))
    spread = bootstrap(len(rows), lambda chosen: _auroc(mine[0], rows, chosen))
    gain = _auroc_gain(mine[0], against[0], rows) if against else None
    return [*scores, score("AUROC", len(rows), spread, gain)]


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
