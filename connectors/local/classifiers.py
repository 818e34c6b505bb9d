"""Classifiers over sentence vectors: logistic regression, kernel ridge, the views of a text that they see, and how they
are kept on disk."""

import os
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol, cast
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from connectors.local.encoder import SIZE
from core.ports import Vector

# ------------------------------------------------------------------
# Logistic regression: trained with scikit-learn, used with numpy alone.


class Linear:
    """Class probabilities from a weight matrix (classes x dimensions) and a bias a class."""

    def __init__(self, weights: Vector, bias: Vector) -> None:
        self.weights = weights
        self.bias = bias

    @classmethod
    def empty(cls) -> "Linear":
        return cls(np.zeros((0, 0), dtype=np.float32), np.zeros(0, dtype=np.float32))

    def chances(self, rows: Vector) -> Vector:
        """Shape (rows, classes); each row adds up to one."""
        scores = rows @ self.weights.T + self.bias
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def fit(rows: Vector, classes: Sequence[int], count: int, *, strength: float = 10.0) -> Linear:
    """Train on `rows` with their class numbers below `count`. A class without rows is never predicted."""
    # scikit-learn costs a second to import and is needed only where nothing was trained before.
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    model = LogisticRegression(C=strength, max_iter=300, tol=1e-3, class_weight="balanced")
    # So small a problem is solved in 50 ms by one thread and in seconds by several that wait for each other.
    with threadpool_limits(1):
        model.fit(rows, np.asarray(classes))
    weights = np.zeros((count, rows.shape[1]), dtype=np.float32)
    bias = np.full(count, -50.0, dtype=np.float32)
    if len(model.classes_) == 2:  # one row of weights stands for both
        weights[model.classes_[1]], weights[model.classes_[0]] = model.coef_[0] / 2, -model.coef_[0] / 2
        bias[model.classes_[1]], bias[model.classes_[0]] = model.intercept_[0] / 2, -model.intercept_[0] / 2
    else:
        weights[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
    return Linear(weights, bias)


# ------------------------------------------------------------------
# A text's letters and words in runs, as numbers: what a linear model sees of its wording, without a vocabulary.

HALF = 2**16  # places for letters, and as many for words
RUNS = 2 * HALF
_LETTERS = range(2, 6)
_WORDS = range(1, 4)
_WORD = re.compile(r"\w+|[?!]")

Grams = Mapping[int, float]


def grams(text: str) -> Grams:
    """Place → 1 + log(count) of each run of letters within a word, its ends included, and of each run of words."""
    words = _WORD.findall(text.casefold())
    counts = Counter(place for word in words for place in _letters(word))
    counts.update(HALF + _place(" ".join(run)) for run in _runs(["<", *words, ">"], _WORDS))
    return {place: _damped(count) for place, count in counts.items()}


@lru_cache(maxsize=1024)
def _damped(count: int) -> float:
    return 1 + float(np.log(count))


def rarity(texts: Sequence[Grams]) -> Vector:
    """How few of the texts have each run: its weight."""
    seen = np.zeros(RUNS, dtype=np.float32)
    for found in texts:
        seen[list(found)] += 1
    return np.asarray(np.log((1 + len(texts)) / (1 + seen)) + 1, dtype=np.float32)


def weigh(found: Grams, weights: Vector) -> tuple[list[int], Vector]:
    """Places and their values; those of letters are of length one together, and those of words."""
    places = sorted(found)
    values = np.array([found[place] for place in places], dtype=np.float32) * weights[places]
    letters = np.array(places) < HALF
    for half in (letters, ~letters):
        values[half] /= max(float(np.linalg.norm(values[half])), 1e-9)
    return places, values


def rows(texts: Sequence[Grams], weights: Vector) -> Any:
    """The texts as rows for training: a sparse matrix of SciPy, which only training needs."""
    from scipy.sparse import csr_matrix

    pairs = [weigh(found, weights) for found in texts]
    ends = np.cumsum([0, *(len(places) for places, _ in pairs)])
    places = np.array([place for some, _ in pairs for place in some], dtype=np.int32)
    values = np.concatenate([values for _, values in pairs]) if pairs else np.zeros(0, dtype=np.float32)
    return csr_matrix((values, places, ends), shape=(len(pairs), RUNS))


@lru_cache(maxsize=8192)
def _letters(word: str) -> tuple[int, ...]:
    return tuple(_place(run) for run in _runs(f" {word} ", _LETTERS))


def _runs(pieces: Sequence[str], lengths: range) -> Iterator[Sequence[str]]:
    for length in lengths:
        for start in range(len(pieces) - length + 1):
            yield pieces[start : start + length]


def _place(run: Sequence[str]) -> int:
    return zlib.crc32("".join(run).encode("utf-8", "replace")) % HALF


# ------------------------------------------------------------------
# A head for a few hundred to a few thousand examples: kernel ridge over several views of a text, made into chances.
#
# Each view of a text (sentence vectors, figures of its words) has a Gaussian kernel, its wording a linear one; they
# are added. Ridge regression gives what each example would have scored without itself at no cost, so that the chances
# and the leanings are fitted to scores that the example had no part in.

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
            where, values = weigh(found, self.rarity)
            scores[place] += values @ self.wording[where]
        return self.chances_of.chances(scores.astype(np.float32))

    def classify(self, chances: Vector) -> NDArray[np.int64]:
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
    from threadpoolctl import threadpool_limits

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


# ------------------------------------------------------------------
# Sentence vectors of several depths side by side: the encoder's own and those of blocks nearer to the wording.

DEPTHS = (3, 0, 1)  # of what `layers` gives: the last block of six, then the third and the fourth


class Layers(Protocol):
    """`connectors.local.encoder.MiniLmEncoder`."""

    @property
    def name(self) -> str: ...
    def layers(self, text: str) -> tuple[list[tuple[int, int]], Vector]: ...


class LayeredEncoder:
    """`core.ports.Encoder` over MiniLM. A text that the encoder has just read costs nothing more."""

    def __init__(self, encoder: Layers) -> None:
        self._encoder = encoder
        self.name = f"{encoder.name}-layers"

    def encode(self, texts: Sequence[str]) -> Vector:
        """Shape (len(texts), 3 x 384): unit vectors side by side, the first as the encoder itself gives it."""
        rows = np.zeros((len(texts), len(DEPTHS), SIZE), dtype=np.float32)
        for place, text in enumerate(texts):
            means = self._encoder.layers(text)[1].mean(axis=0).reshape(-1, SIZE)[list(DEPTHS)]
            rows[place] = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
        return rows.reshape(len(texts), len(DEPTHS) * SIZE)


# ------------------------------------------------------------------
# Trained numbers on disk: written whole or not at all, and not trusted when damaged.


def load(file: Path, names: frozenset[str]) -> Mapping[str, NDArray[Any]] | None:
    """The arrays kept under `names`; None when there is no such file or it is not whole."""
    if not file.is_file():
        return None
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
            found = {name: kept[name] for name in kept.files}
    except (OSError, ValueError, EOFError, BadZipFile):
        return None
    return found if names <= found.keys() else None


def keep(file: Path, arrays: Mapping[str, NDArray[Any]], *, small: bool = False) -> None:
    """Several processes may do this at once: each writes its own file and puts it in place. A `small` one is
    compressed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as stream:
        # numpy's types mistake the arrays for its one flag
        (np.savez_compressed if small else np.savez)(stream, **cast(Any, dict(arrays)))
    part.replace(file)
