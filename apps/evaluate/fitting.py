"""Fitting the confidence to labelled questions, and thresholds to what a mistake may cost."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.answer.confidence import Confidence
from core.answer.evidence import Evidence

RIDGE = 3.0  # what keeps weights small: some hundred questions must not fit every accident
_STEPS = 50
_ENOUGH = 1e-7

Traits = Mapping[str, float]


def fitted(rows: Sequence[Sequence[Traits]], answerable: Sequence[bool]) -> Confidence:
    """Logistic regression over what each question's surest part showed (ridge, by Newton's method).

    ValueError when only one kind of question is given."""
    if len(set(answerable)) < 2:
        raise ValueError("fitting needs questions with an answer and questions without one")
    kept = [(_surest(row), label) for row, label in zip(rows, answerable, strict=True) if any(row)]
    names = sorted(frozenset.intersection(*(frozenset(seen) for seen, _ in kept)) - {"always"})
    table = np.array([[seen[name] for name in names] for seen, _ in kept])
    means, spreads = table.mean(axis=0), table.std(axis=0)
    told = spreads > _ENOUGH
    scaled = np.column_stack([(table[:, told] - means[told]) / spreads[told], np.ones(len(table))])
    slopes = _newton(scaled, np.array([float(label) for _, label in kept]))
    weights = {}
    always = float(slopes[-1])
    for name, slope, mean, spread in zip(np.array(names)[told], slopes[:-1], means[told], spreads[told], strict=True):
        weights[str(name)] = float(slope / spread)
        always -= float(slope * mean / spread)
    return Confidence(weights={**weights, "always": always})


def _newton(rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    penalty = np.full(rows.shape[1], RIDGE)
    penalty[-1] = _ENOUGH  # the constant is free
    slopes = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-np.clip(rows @ slopes, -30, 30)))
        slope = rows.T @ (chances - labels) + penalty * slopes
        curve = (rows * (chances * (1 - chances))[:, None]).T @ rows + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        slopes = slopes - step
        if float(np.abs(step).max()) < _ENOUGH:
            break
    return slopes


def _surest(parts: Sequence[Traits]) -> Traits:
    shipped = Confidence()
    return max((part for part in parts if part), key=shipped.of)


def surest(parts: Sequence[Evidence]) -> Evidence | None:
    """The part of a question that the weights as shipped are surest of; None when nothing was found for any."""
    shipped = Confidence()
    return max((part for part in parts if part.traits), key=lambda part: shipped.of(part.traits), default=None)


def cut_at(scores: Sequence[float], lost: float) -> float:
    """The threshold under which the share `lost` of these scores lies."""
    return float(np.quantile(np.asarray(scores), lost)) if scores else 0.0


def least_for(scores: Sequence[float], right: Sequence[bool], error: float) -> float | None:
    """The lowest threshold at which at most `error` of what is answered is wrong; None where none is that good.

    Between two scores any threshold does the same: the lower score of the answered is taken."""
    order = sorted(zip(scores, right, strict=True), key=lambda pair: -pair[0])
    best: float | None = None
    wrong = 0
    for place, (score, good) in enumerate(order, 1):
        wrong += not good
        last_of_its_score = place == len(order) or order[place][0] < score
        if last_of_its_score and wrong <= error * place:
            best = score
    return best
