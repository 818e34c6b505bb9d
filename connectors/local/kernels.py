"""A head for a few hundred to a few thousand examples: kernel ridge over several views of a text, made into chances.

Each view of a text (sentence vectors, figures of its words) has a Gaussian kernel, its wording a linear one; they are
added. Ridge regression gives what each example would have scored without itself at no cost, so that the chances and
the leanings are fitted to scores that the example had no part in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.local.linear import Linear
from connectors.local.ngrams import Grams, rarity, rows, weighed
from core.ports import Vector

REACH = 1.3  # a Gaussian falls to exp(-REACH) at the mean squared distance of two examples
WORDING = 0.35  # of the linear kernel beside a Gaussian one
RIDGE = 0.5
CALM = 30.0  # the logistic regression over the scores is hardly held back: it has a handful of weights
STEPS = np.arange(-1.0, 1.01, 0.1)
LEAN_OF_TWO = np.arange(-2.0, 4.01, 0.1)  # two classes may be of very different size


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Views:
    """Texts as the head sees them: one array (texts x figures) a view, and the wording."""

    dense: tuple[Vector, ...]
    wording: tuple[Grams, ...]

    def at(self, places: NDArray[Any]) -> "Views":
        return Views(dense=tuple(view[places] for view in self.dense), wording=tuple(self.wording[p] for p in places))


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """The examples in one view, set to a common scale."""

    mean: Vector
    scale: Vector
    examples: Vector
    width: float

    @classmethod
    def of(cls, view: Vector) -> "View":
        # Sentence vectors are unit vectors already; figures of different kinds are set to the same spread.
        unit = bool(np.allclose(np.linalg.norm(view, axis=1), 1, atol=0.02))
        mean = np.zeros(view.shape[1], np.float32) if unit else view.mean(axis=0)
        scale = np.ones(view.shape[1], np.float32) if unit else (view.std(axis=0) + 0.01) * view.shape[1] ** 0.5
        examples = ((view - mean) / scale).astype(np.float32)
        spread = 2 * float((examples**2).sum(axis=1).mean() - (examples.mean(axis=0) ** 2).sum())
        return cls(mean=mean, scale=scale, examples=examples, width=REACH / max(spread, 1e-6))

    def kernel(self, view: Vector) -> Vector:
        """Shape (texts, examples)."""
        seen = (view - self.mean) / self.scale
        apart = (seen**2).sum(axis=1)[:, None] + self._squares - 2 * seen @ self.examples.T
        return np.asarray(np.exp(-self.width * np.maximum(apart, 0)), dtype=np.float32)

    @cached_property
    def _squares(self) -> Vector:
        return np.asarray((self.examples**2).sum(axis=1)[None], dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KernelHead:
    """Chances of the classes, and the class that is said: the likeliest after the leanings that were tuned."""

    views: tuple[View, ...]
    weights: Vector  # examples x outputs
    middle: Vector
    rarity: Vector
    wording: Vector = field(repr=False)  # places of runs x outputs
    chances_of: Linear
    leaning: Vector

    def chances(self, seen: Views) -> Vector:
        """Calibrated, shape (texts, classes)."""
        scores = np.tile(self.middle, (len(seen.wording), 1))
        for view, dense in zip(self.views, seen.dense, strict=True):
            scores = scores + view.kernel(dense) @ self.weights
        for place, found in enumerate(seen.wording):
            where, values = weighed(found, self.rarity)
            scores[place] += values @ self.wording[where]
        return self.chances_of.chances(scores.astype(np.float32))

    def said(self, chances: Vector) -> NDArray[np.int64]:
        """The class of each row of `chances`."""
        return np.asarray((np.log(np.maximum(chances, 1e-6)) + self.leaning).argmax(axis=1), dtype=np.int64)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of it, to be kept."""
        found: dict[str, NDArray[Any]] = {
            "weights": self.weights, "middle": self.middle, "rarity": self.rarity, "wording": self.wording,
            "slopes": self.chances_of.weights, "bias": self.chances_of.bias, "leaning": self.leaning,
            "widths": np.array([view.width for view in self.views]),
        }  # fmt: skip
        for place, view in enumerate(self.views):
            found |= {f"mean{place}": view.mean, f"scale{place}": view.scale, f"examples{place}": view.examples}
        return found

    @classmethod
    def of(cls, kept: Mapping[str, NDArray[Any]]) -> "KernelHead":
        views = tuple(
            View(mean=kept[f"mean{n}"], scale=kept[f"scale{n}"], examples=kept[f"examples{n}"], width=float(width))
            for n, width in enumerate(kept["widths"])
        )
        return cls(
            views=views,
            weights=kept["weights"],
            middle=kept["middle"],
            rarity=kept["rarity"],
            wording=kept["wording"],
            chances_of=Linear(kept["slopes"], kept["bias"]),
            leaning=kept["leaning"],
        )


ARRAYS = frozenset({"weights", "middle", "rarity", "wording", "slopes", "bias", "leaning", "widths", "mean0"})


def train(
    seen: Views, classes: Sequence[int], count: int, *, scores: Sequence[float] = (), least: float = 0.0
) -> KernelHead:
    """Fit a head. `scores` are finer judgements of the same texts, where there are any. The leanings make macro-F1
    on the examples the largest, each judged without itself, with a recall of the first class of `least` or more."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    truth = np.asarray(classes)
    targets = np.eye(count)[truth]
    if len(scores):
        targets = np.hstack([targets, np.asarray(scores, dtype=float)[:, None] / 2])
    views = tuple(View.of(view) for view in seen.dense)
    weights_of_runs = rarity(seen.wording)
    runs = rows(seen.wording, weights_of_runs) * WORDING**0.5
    kernel = sum(view.kernel(dense) for view, dense in zip(views, seen.dense, strict=True)) + (runs @ runs.T).toarray()
    middle = targets.mean(axis=0)
    # Several threads wait for each other longer than one takes.
    with threadpool_limits(1):
        inverse = np.linalg.inv(np.asarray(kernel, dtype=np.float64) + RIDGE * np.eye(len(truth)))
    weights = inverse @ (targets - middle)
    without = targets - weights / np.diag(inverse)[:, None]
    calibrated = _calibrated(without, truth, count)
    chances = calibrated.chances(without.astype(np.float32))
    return KernelHead(
        views=views,
        weights=weights.astype(np.float32),
        middle=middle.astype(np.float32),
        rarity=weights_of_runs,
        wording=np.asarray((runs.T @ weights) * WORDING**0.5, dtype=np.float32),
        chances_of=calibrated,
        leaning=_leaning(chances, truth, count, least),
    )


def _calibrated(scores: Vector, truth: NDArray[Any], count: int) -> Linear:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=CALM, max_iter=500).fit(scores, truth)
    if count == 2:
        slopes = np.vstack([-model.coef_[0] / 2, model.coef_[0] / 2])
        bias = np.array([-model.intercept_[0] / 2, model.intercept_[0] / 2])
    else:
        slopes, bias = model.coef_, model.intercept_
    return Linear(slopes.astype(np.float32), bias.astype(np.float32))


def _leaning(chances: Vector, truth: NDArray[Any], count: int, least: float) -> Vector:
    """What is added to the logarithm of each class's chance; the second class stays where it is."""
    logs = np.log(np.maximum(chances, 1e-6))
    best, found = -1.0, np.zeros(count)
    thirds = STEPS if count > 2 else np.zeros(1)
    for first in STEPS if count > 2 else LEAN_OF_TWO:
        for third in thirds:
            tried = np.zeros(count)
            tried[0] = first
            tried[2:] = third
            f1, recall = _figures((logs + tried).argmax(axis=1), truth, count)
            # Short of the recall that is asked for, more of it counts before all else.
            worth = f1 + (min(0.0, recall - least) * 100)
            if worth > best or best == -1.0:
                best, found = worth, tried
    return found.astype(np.float32)


def _figures(said: NDArray[Any], truth: NDArray[Any], count: int) -> tuple[float, float]:
    """(macro-F1, recall of the first class)."""
    table = np.bincount(count * truth + said, minlength=count * count).reshape(count, count)
    hits = np.diag(table)
    f1 = 2 * hits / np.maximum(table.sum(axis=0) + table.sum(axis=1), 1)
    return float(f1.mean()), float(hits[0] / max(table[0].sum(), 1))
