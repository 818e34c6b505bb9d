"""Intents by kernel ridge regression over meaning and wording: one factorisation gives the model and, for every
example, what the model would say had it never seen that example.

The kernel adds likenesses of two texts: of their sentence vectors (Gaussian, after the mean is taken off; one for each
depth of the encoder), of their runs of words and of their runs of letters. The last two are linear, so that after
training they are plain weights a run, and only the vectors of the examples are kept, along the axes on which they
differ most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.local.encoder import SIZE as VIEW
from connectors.local.ngrams import HALF, SIZE, grams, rarity, rows, weighed
from core.ports import Vector

WIDTH = 1.0  # of the Gaussian: exp(-WIDTH * squared distance)
DEEPER = 0.5  # how much a further depth of the encoder counts beside its own vector
PENALTY = 0.1
WIDTHS = (256, 128, 128)  # figures that are kept of each depth's 384
LEAST = 2_000  # examples from which on those axes are known
MOST = 16_000  # examples that are learned from: the kernel takes 4 bytes a pair, 1 GB here
THREADS = 1  # a second one waits more than it helps wherever the machine has other work
OFTEN = 0.02  # the share of texts with a run from which on it counts as frequent
_BLOCK = 1_000

ARRAYS = frozenset({"mean", "axes", "widths", "vectors", "meaning", "rarity", "places", "wording", "offset"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How much wording counts beside meaning, whose likeness of a text with itself is one."""

    words: float
    letters: float


MANY = Shares(words=0.3, letters=0.12)
FEW = Shares(words=0.1, letters=0.1)  # a handful of examples hardly shows which words matter
FEW_EXAMPLES = 20  # an intent, on average; below this they are few


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ridge:
    """The trained numbers. Scores are near 1 for the intent of a text and near 0 for the others."""

    mean: Vector  # of the examples' vectors
    axes: Vector  # figures of a depth x figures kept, depth beside depth
    widths: NDArray[np.int64]  # figures kept of each depth
    vectors: Vector  # the examples', centred and of length one at each depth
    meaning: Vector  # examples x intents
    rarity: Vector  # of each run
    places: NDArray[np.int32]  # the row of `wording` for each run, -1 for one never seen
    wording: Vector  # runs seen x intents
    offset: Vector  # a score without any likeness

    def centred(self, vectors: Vector) -> Vector:
        """Of length one at each depth, without the mean and along the axes."""
        return _centred(vectors, self.mean, self.axes, self.widths)

    def scores(self, vectors: Vector, texts: Sequence[str]) -> Vector:
        """Shape (texts, intents). `vectors` are the encoder's."""
        near = _likeness(self.centred(vectors), self.vectors, self.widths)
        said = np.stack([self._said(text) for text in texts])
        return np.asarray(self.offset + near @ self.meaning + said, dtype=np.float32)

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        return {name: getattr(self, name) for name in ARRAYS}

    def _said(self, text: str) -> Vector:
        places, values = weighed(grams(text), self.rarity)
        found = self.places[places]
        known = found >= 0
        return np.asarray(values[known] @ self.wording[found[known]], dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """A model, and the scores of the judged examples as it would give them without each."""

    ridge: Ridge
    left_out: Vector


def gaussian(some: Vector, others: Vector, width: float = WIDTH) -> Vector:
    """The likeness of each of some unit vectors to each of others, 0 to 1."""
    return np.asarray(np.exp(2 * width * (some @ others.T - 1)), dtype=np.float32)


def _likeness(some: Vector, others: Vector, widths: NDArray[np.int64]) -> Vector:
    """Of centred vectors, over all depths that stand side by side in them."""
    first, *deeper = _slices(widths)
    total = gaussian(some[:, first], others[:, first])
    for view in deeper:
        total += DEEPER * gaussian(some[:, view], others[:, view])
    return total


def fit(
    vectors: Vector,
    texts: Sequence[str],
    classes: Sequence[int] | NDArray[np.int64],
    count: int,
    judged: NDArray[np.int64] | None = None,
) -> Fitted:
    """Train on texts, their vectors and class numbers below `count`. `judged` are the rows to be scored without
    themselves, all unless told. Takes memory for a number a pair of texts."""
    # Before the limit: it holds for libraries that are loaded, and SciPy brings its own.
    import scipy.linalg  # type: ignore[import-untyped]  # noqa: F401 - imported for what it loads
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    judged = np.arange(len(texts)) if judged is None else judged
    # The judged ones last: only a corner of the inverse is wanted then.
    order = np.concatenate([np.setdiff1d(np.arange(len(texts)), judged), judged])
    shares = FEW if len(texts) < FEW_EXAMPLES * count else MANY
    mean = vectors.mean(axis=0)
    found = [grams(texts[place]) for place in order]
    # The shares are put into the weights of the runs, so that training and use cannot differ in them.
    rare = rarity(found)
    runs = rows(found, rare)
    scale = np.where(np.arange(SIZE) < HALF, shares.letters, shares.words).astype(np.float32)
    targets = np.eye(count, dtype=np.float32)[np.asarray(classes)[order]]
    offset = targets.mean(axis=0)
    with threadpool_limits(THREADS):
        axes, widths = _axes(vectors - mean)
        centred = _centred(vectors[order], mean, axes, widths)
        dual, left_out = _solved(_kernel(runs, scale, centred, widths), targets - offset, len(judged))
    places, wording = _weights(runs, dual, scale)
    ridge = Ridge(
        mean=mean, axes=axes, widths=widths, vectors=centred, meaning=dual, rarity=rare, places=places,
        wording=wording, offset=offset,
    )  # fmt: skip
    return Fitted(ridge=ridge, left_out=np.asarray(left_out + offset, dtype=np.float32))


def _kernel(runs: Any, scale: Vector, centred: Vector, widths: NDArray[np.int64]) -> Vector:
    kernel = _wording(runs, scale)
    for start in range(0, len(kernel), _BLOCK):
        kernel[start : start + _BLOCK] += _likeness(centred[start : start + _BLOCK], centred, widths)
    return kernel


def _wording(runs: Any, scale: Vector) -> Vector:
    """How alike the wording of each two texts is. Runs that many texts have are multiplied as a full matrix, the others
    as a sparse one: either alone takes several times as long."""
    halves = runs.multiply(np.sqrt(scale)[None, :]).tocsc()
    frequent = np.diff(halves.indptr) > OFTEN * halves.shape[0]
    often, seldom = halves[:, frequent].toarray(), halves[:, ~frequent].tocsr()
    kernel = np.asarray(often @ often.T, dtype=np.float32)
    for start in range(0, len(kernel), _BLOCK):
        kernel[start : start + _BLOCK] += (seldom[start : start + _BLOCK] @ seldom.T).toarray()
    return kernel


def _solved(kernel: Vector, targets: Vector, judged: int) -> tuple[Vector, Vector]:
    """The dual weights, and the scores of the last `judged` examples by all the others alone (Wahba's formula for
    leaving one out)."""
    from scipy.linalg import lapack

    kernel[np.diag_indices(len(kernel))] += PENALTY
    # In place, on the transposed view that LAPACK wants: a second copy would double the memory.
    factor, _ = lapack.spotrf(kernel.T, lower=1, overwrite_a=1)
    dual, _ = lapack.spotrs(factor, targets, lower=1)
    # Of the inverse only the end of the diagonal is wanted: the squares of the inverse of the factor's last corner.
    first = len(factor) - judged
    half, _ = lapack.strtri(np.asfortranarray(factor[first:, first:]), lower=1, overwrite_c=1)
    diagonal = np.zeros(judged, dtype=np.float32)
    for start in range(0, judged, _BLOCK):
        diagonal += np.square(np.tril(half[start : start + _BLOCK], start)).sum(axis=0)
    return np.ascontiguousarray(dual), targets[first:] - dual[first:] / diagonal[:, None]


def _weights(runs: Any, dual: Vector, scale: Vector) -> tuple[NDArray[np.int32], Vector]:
    seen = np.unique(runs.indices)
    places = np.full(SIZE, -1, dtype=np.int32)
    places[seen] = np.arange(len(seen), dtype=np.int32)
    weights = (runs[:, seen].T @ dual) * scale[seen][:, None]
    return places, np.asarray(weights, dtype=np.float16)


def _axes(apart: Vector) -> tuple[Vector, NDArray[np.int64]]:
    """For each depth of vectors less their mean, the axes on which they differ most; all of them where the vectors are
    too few to tell. And how many axes each depth has."""
    found = []
    for place, start in enumerate(range(0, apart.shape[1], VIEW)):
        view = _unit(apart[:, start : start + VIEW])
        if len(view) < LEAST:
            found.append(np.eye(view.shape[1], dtype=np.float32))
            continue
        _, vectors = np.linalg.eigh(np.cov(view.T))
        found.append(vectors[:, ::-1][:, : WIDTHS[place]].astype(np.float32))
    return np.hstack(found), np.array([axes.shape[1] for axes in found], dtype=np.int64)


def _centred(vectors: Vector, mean: Vector, axes: Vector, widths: NDArray[np.int64]) -> Vector:
    apart = vectors - mean
    views = [
        _unit(_unit(apart[:, place * VIEW : (place + 1) * VIEW]) @ axes[:, view])
        for place, view in enumerate(_slices(widths))
    ]
    return np.hstack(views)


def _slices(widths: NDArray[np.int64]) -> list[slice]:
    ends = [int(end) for end in np.cumsum(widths)]
    return [slice(start, end) for start, end in pairwise([0, *ends])]


def _unit(rows_: Vector) -> Vector:
    lengths = np.maximum(np.linalg.norm(rows_, axis=-1, keepdims=True), 1e-9)
    return np.asarray(rows_ / lengths, dtype=np.float32)
