"""From scores to chances: how sharp they are, and from where on a message is none of ours."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.ports import Vector

SHARPNESSES = np.geomspace(1.0, 60.0, 60)
BINS = 15
LEAST_OF_EACH = 30  # examples told rightly and wrongly
KEPT_IN_SCOPE = 0.97  # of what is in scope, where nothing out of scope was given to learn from


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """`sharpness` turns scores into chances, `slope` and `shift` bend the best chance (its log odds) to how often the
    best is right. `threshold` is the least belonging of a message in scope."""

    sharpness: float = 10.0
    slope: float = 1.0
    shift: float = 0.0
    threshold: float = 0.0

    def chances(self, scores: Vector) -> Vector:
        """Each row adds up to one; the best score has the best chance."""
        chances = _softmax(scores * self.sharpness)
        if chances.shape[1] < 2:
            return chances
        best = chances.argmax(axis=1)[:, None]
        top = np.take_along_axis(chances, best, axis=1)
        others = chances / np.maximum(1 - top, 1e-9)
        np.put_along_axis(others, best, 0.0, axis=1)
        others /= np.maximum(others.sum(axis=1, keepdims=True), 1e-9)
        bent = 1 / (1 + np.exp(-(self.slope * _odds(top) + self.shift)))
        second = others.max(axis=1, keepdims=True)
        bent = np.maximum(bent, second / (1 + second) + 1e-4)  # it stays the best
        found = others * (1 - bent)
        np.put_along_axis(found, best, bent, axis=1)
        return np.asarray(found, dtype=np.float32)


def belonging(scores: Vector, outside: int) -> Vector:
    """How much each row looks like an intent of ours: the best of them, less what speaks for none (class `outside`)."""
    inside = np.delete(scores, outside, axis=1)
    return np.asarray(inside.max(axis=1) - scores[:, outside], dtype=np.float32)


def calibrated(scores: Vector, classes: NDArray[np.int64], outside: int) -> Calibration:
    """By scores of messages that the model did not learn from. `outside` is the class of what is none of ours."""
    within = classes != outside
    if not within.any():
        return Calibration()
    known = np.delete(scores[within], outside, axis=1)
    wanted = classes[within] - (classes[within] > outside)
    best = max(SHARPNESSES, key=lambda each: _likelihood(known * each, wanted))
    slope, shift = _bend(_softmax(known * best), wanted)
    return Calibration(
        sharpness=float(best),
        slope=slope,
        shift=shift,
        threshold=_threshold(belonging(scores, outside), within),
    )


def _bend(chances: Vector, wanted: NDArray[np.int64]) -> tuple[float, float]:
    """Platt's two numbers on the log odds of the best; none where examples are too few to tell."""
    from sklearn.linear_model import LogisticRegression

    right = chances.argmax(axis=1) == wanted
    if min(right.sum(), (~right).sum()) < LEAST_OF_EACH:
        return 1.0, 0.0
    found = LogisticRegression(C=1e3).fit(_odds(chances.max(axis=1))[:, None], right)
    slope = float(found.coef_[0, 0])
    # Where the odds tell nothing, the share of those told rightly is all that is known.
    return (slope, float(found.intercept_[0])) if slope > 0 else (0.0, float(_odds(right.mean())))


def _softmax(scores: Vector) -> Vector:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def _odds(chances: Vector) -> Vector:
    inside = np.clip(chances, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))


def _likelihood(scores: Vector, wanted: NDArray[np.int64]) -> float:
    top = scores.max(axis=1)
    whole = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
    return float((scores[np.arange(len(wanted)), wanted] - whole).mean())


def _threshold(values: Vector, within: NDArray[np.bool_]) -> float:
    """Where the shares of both sides that are told rightly add up to most."""
    inside, outside = np.sort(values[within]), np.sort(values[~within])
    if not len(outside):
        return float(np.quantile(inside, 1 - KEPT_IN_SCOPE))
    cuts = np.unique(values)
    kept = 1 - np.searchsorted(inside, cuts) / len(inside)
    refused = np.searchsorted(outside, cuts) / len(outside)
    return float(cuts[int(np.argmax(kept + refused))])


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """The expected calibration error over 15 bins of equal width (Guo and others 2017)."""
    sure, hits = np.asarray(confidences), np.asarray(right, dtype=float)
    if not len(sure):
        return 0.0
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(sure[bins == b].mean() - hits[bins == b].mean()) * (bins == b).sum() for b in np.unique(bins)]
    return float(sum(gaps) / len(sure))
