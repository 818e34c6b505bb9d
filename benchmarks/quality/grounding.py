"""Is a reply borne out by the knowledge it was given? BEGIN's human judgements, the product's own scorer.

`python -m benchmarks.quality.grounding DATA` fits the scorer's table anew on the cmu and topicalchat parts and prints
it as core/answer/support_table.py holds it. Measuring uses the table in the tree.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from apps.evaluate.grounding import FULLY, Judged, read_judged, scores_of
from apps.evaluate.report import Score
from apps.evaluate.statistics import fit_logistic, fold_of, macro_f1
from benchmarks.quality.sources import Sources
from core.answer.support import NAMES, features, overlap, support
from core.answer.support_table import ENOUGH

TUNED_ON = ("cmu_dev*", "topicalchat_dev*")
REPORTED_ON = "wow_dev*"
RIDGE = 3.0  # chosen by folds over the parts tuned on
PLATEAU = 0.015  # macro-F1 is flat about its best: the cautious end of the plateau lets less through


def measure(sources: Sources) -> list[Score]:
    """Ours and the share of content words found, on the same cases; each with its threshold from the tuning parts."""
    tuning = _read_cases(sources, *TUNED_ON)
    held = read_judged(sources.reported("begin", "label"))
    cases = held or _read_cases(sources, REPORTED_ON)
    part = "held-out" if held else "wow_dev"
    threshold = find_threshold([overlap(c.response, c.knowledge) for c in tuning], [c.supported for c in tuning])
    ours = [support(case.response, case.knowledge) >= ENOUGH for case in cases]
    theirs = [overlap(case.response, case.knowledge) >= threshold for case in cases]
    return scores_of("begin", cases, {"handrail": ours, "overlap": theirs}, part=part, aims=True)


def find_threshold(points: Sequence[float], true: Sequence[bool], slack: float = 0.0) -> float:
    """The highest threshold among the points whose macro-F1 is within `slack` of the best."""
    values = np.asarray(points)
    gold = np.asarray(true)
    figures = {float(t): macro_f1(values >= t, gold) for t in np.unique(values)}
    return max(t for t, figure in figures.items() if figure >= max(figures.values()) - slack)


def fit(cases: Sequence[Judged]) -> tuple[list[float], float]:
    """Coefficients by NAMES (the constant last) and the threshold, this one from five folds by the knowledge."""
    rows = np.array([features(case.response, case.knowledge) for case in cases])
    gold = np.array([case.supported for case in cases])
    fold = np.array([fold_of(case.knowledge) for case in cases])
    points = np.zeros(len(cases))
    for held in range(5):
        points[fold == held] = _judge(rows[fold == held], _fitted(rows[fold != held], gold[fold != held]))
    return list(_fitted(rows, gold)), find_threshold([float(p) for p in points], [bool(g) for g in gold], PLATEAU)


def _fitted(rows: np.ndarray, gold: np.ndarray) -> np.ndarray:
    """Logistic regression with a ridge on standardised traits; the coefficients are for the traits as they are."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    weights = fit_logistic(np.hstack([(rows - mean) / spread, np.ones((len(rows), 1))]), gold, RIDGE)
    plain = weights[:-1] / spread
    return np.append(plain, weights[-1] - float(plain @ mean))


def _judge(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    judged: np.ndarray = 1 / (1 + np.exp(-(rows @ weights[:-1] + weights[-1])))
    return judged


def _read_cases(sources: Sources, *patterns: str) -> list[Judged]:
    return read_judged([row for pattern in patterns for row in sources.tuning("begin", pattern)])


def _print_table(show: Callable[[str], object], data: Path) -> None:
    weights, enough = fit(_read_cases(Sources(data=data), *TUNED_ON))
    for name, weight in zip((*NAMES, "constant"), weights, strict=True):
        show(f'    "{name}": {weight:.4f},')
    show(f"ENOUGH = {enough:.3f}  # {FULLY} from here on")


if __name__ == "__main__":
    _print_table(print, Path(sys.argv[1]))
