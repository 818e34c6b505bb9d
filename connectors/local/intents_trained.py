"""Training the intents' model, and keeping what came of it on disk."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.local.classifiers import HALF, RUNS, grams, keep, load, rarity, rows, weigh
from connectors.local.encoder import SIZE
from core.model.signals import OUT_OF_SCOPE
from core.ports import Encoder, Vector

# ------------------------------------------------------------------
# From scores to chances: how sharp they are, and from where on a message is none of ours.

SHARPNESSES = np.geomspace(1.0, 60.0, 60)
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


def calibrate(scores: Vector, classes: NDArray[np.int64], outside: int) -> Calibration:
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


# ------------------------------------------------------------------
# Intents by kernel ridge regression over meaning and wording: one factorisation gives the model and, for every
# example, what the model would say had it never seen that example.
#
# The kernel adds likenesses of two texts: of their sentence vectors (Gaussian, after the mean is taken off; one for
# each depth of the encoder), of their runs of words and of their runs of letters. The last two are linear, so that
# after training they are plain weights a run, and only the vectors of the examples are kept, along the axes on which
# they differ most.

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
# What an intent's score loses for each natural logarithm of how many times the usual number of examples it has, while
# they are few (logit adjustment, Menon et al. 2021): whoever adds examples to one does not take messages from another.
EVENNESS = 0.1


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

    def centre(self, vectors: Vector) -> Vector:
        """Of length one at each depth, without the mean and along the axes."""
        return _centred(vectors, self.mean, self.axes, self.widths)

    def scores(self, vectors: Vector, texts: Sequence[str]) -> Vector:
        """Shape (texts, intents). `vectors` are the encoder's."""
        near = _similarity(self.centre(vectors), self.vectors, self.widths)
        said = np.stack([self._said(text) for text in texts])
        return np.asarray(self.offset + near @ self.meaning + said, dtype=np.float32)

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        return {name: getattr(self, name) for name in ARRAYS}

    def _said(self, text: str) -> Vector:
        places, values = weigh(grams(text), self.rarity)
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


def _similarity(some: Vector, others: Vector, widths: NDArray[np.int64]) -> Vector:
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
    import scipy.linalg  # noqa: F401 - imported for what it loads
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    judged = np.arange(len(texts)) if judged is None else judged
    # The judged ones last: only a corner of the inverse is wanted then.
    order = np.concatenate([np.setdiff1d(np.arange(len(texts)), judged), judged])
    few = len(texts) < FEW_EXAMPLES * count
    shares = FEW if few else MANY
    mean = vectors.mean(axis=0)
    found = [grams(texts[place]) for place in order]
    # The shares are put into the weights of the runs, so that training and use cannot differ in them.
    rare = rarity(found)
    runs = rows(found, rare)
    scale = np.where(np.arange(RUNS) < HALF, shares.letters, shares.words).astype(np.float32)
    targets = np.eye(count, dtype=np.float32)[np.asarray(classes)[order]]
    offset = targets.mean(axis=0)
    with threadpool_limits(THREADS):
        axes, widths = _axes(vectors - mean)
        centred = _centred(vectors[order], mean, axes, widths)
        dual, left_out = _solved(_kernel(runs, scale, centred, widths), targets - offset, len(judged))
    places, wording = _weights(runs, dual, scale)
    ridge = Ridge(
        mean=mean, axes=axes, widths=widths, vectors=centred, meaning=dual, rarity=rare, places=places,
        wording=wording, offset=offset - (_surplus(classes, count) if few else 0),
    )  # fmt: skip
    return Fitted(ridge=ridge, left_out=np.asarray(left_out + ridge.offset, dtype=np.float32))


def _surplus(classes: Sequence[int] | NDArray[np.int64], count: int) -> Vector:
    """What each class loses because it has more examples than others, or gains because it has fewer."""
    sizes = np.bincount(np.asarray(classes), minlength=count)
    usual = sizes[sizes > 0].mean()
    return np.asarray(EVENNESS * np.log(np.maximum(sizes, 1) / usual) * (sizes > 0), dtype=np.float32)


def _kernel(runs: Any, scale: Vector, centred: Vector, widths: NDArray[np.int64]) -> Vector:
    kernel = _wording(runs, scale)
    for start in range(0, len(kernel), _BLOCK):
        kernel[start : start + _BLOCK] += _similarity(centred[start : start + _BLOCK], centred, widths)
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
    places = np.full(RUNS, -1, dtype=np.int32)
    places[seen] = np.arange(len(seen), dtype=np.int32)
    weights = (runs[:, seen].T @ dual) * scale[seen][:, None]
    return places, np.asarray(weights, dtype=np.float16)


def _axes(apart: Vector) -> tuple[Vector, NDArray[np.int64]]:
    """For each depth of vectors less their mean, the axes on which they differ most; all of them where the vectors are
    too few to tell. And how many axes each depth has."""
    found = []
    for place, start in enumerate(range(0, apart.shape[1], SIZE)):
        view = _unit(apart[:, start : start + SIZE])
        if len(view) < LEAST:
            found.append(np.eye(view.shape[1], dtype=np.float32))
            continue
        _, vectors = np.linalg.eigh(np.cov(view.T))
        found.append(vectors[:, ::-1][:, : WIDTHS[place]].astype(np.float32))
    return np.hstack(found), np.array([axes.shape[1] for axes in found], dtype=np.int64)


def _centred(vectors: Vector, mean: Vector, axes: Vector, widths: NDArray[np.int64]) -> Vector:
    apart = vectors - mean
    views = [
        _unit(_unit(apart[:, place * SIZE : (place + 1) * SIZE]) @ axes[:, view])
        for place, view in enumerate(_slices(widths))
    ]
    return np.hstack(views)


def _slices(widths: NDArray[np.int64]) -> list[slice]:
    ends = [int(end) for end in np.cumsum(widths)]
    return [slice(start, end) for start, end in pairwise([0, *ends])]


def _unit(rows_: Vector) -> Vector:
    lengths = np.maximum(np.linalg.norm(rows_, axis=-1, keepdims=True), 1e-9)
    return np.asarray(rows_ / lengths, dtype=np.float32)


# ------------------------------------------------------------------

_KEPT = ARRAYS | {"names", *(one.name for one in fields(Calibration))}
_THREADS = 2
JUDGED = 3_000  # examples in scope to calibrate on: more change nothing and take their time
_BATCH = 256

Row = tuple[str, str]  # a message and its intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    names: list[str]  # of the classes, OUT_OF_SCOPE among them; empty where there is nothing to tell apart
    ridge: Ridge
    calibration: Calibration


def train_model(encoder: Encoder, rows: Sequence[Row], held: Sequence[Row], labels: Mapping[str, str]) -> Trained:
    """Learn from the rows, calibrate on `held` or, without them, on the rows as seen by a model without each."""
    kinds = sorted({name for _, name in rows} - {OUT_OF_SCOPE})
    if len(kinds) < 2:
        return Trained(names=[], ridge=_nothing(), calibration=Calibration())
    names = [*kinds, OUT_OF_SCOPE]
    rows = _even(rows)
    # An intent's own name is a good example where there are hardly any.
    named = [(labels.get(n) or n.replace("_", " "), n) for n in kinds] if len(rows) < FEW_EXAMPLES * len(kinds) else []
    texts = [text for text, _ in (*rows, *named)]
    judged = _judged(rows)
    fitted = fit(encode_all(encoder, texts), texts, _classes([*rows, *named], names), len(names), judged)
    calibration = calibrate(fitted.left_out, _classes(rows, names)[judged], len(kinds))
    return recalibrate(Trained(names=names, ridge=fitted.ridge, calibration=calibration), encoder, held)


def _judged(rows: Sequence[Row]) -> NDArray[np.int64]:
    """All that is out of scope, of which there is little, and some of the others."""
    outside = [place for place, (_, name) in enumerate(rows) if name == OUT_OF_SCOPE]
    others = np.setdiff1d(np.arange(len(rows)), outside)
    return np.sort(np.concatenate([outside, np.random.default_rng(0).permutation(others)[:JUDGED]]).astype(np.int64))


def recalibrate(model: Trained, encoder: Encoder, held: Sequence[Row]) -> Trained:
    """The same model, calibrated on messages that it did not learn from; without any, as it was."""
    if not held:
        return model
    said = [text for text, _ in held]
    scores = model.ridge.scores(encode_all(encoder, said), said)
    return replace(model, calibration=calibrate(scores, _classes(held, model.names), model.names.index(OUT_OF_SCOPE)))


def encode_all(encoder: Encoder, texts: Sequence[str]) -> Vector:
    """As the encoder would, several batches at a time."""
    batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
    with ThreadPoolExecutor(_THREADS) as pool:
        return np.concatenate(list(pool.map(encoder.encode, batches)))


def load_model(file: Path | None) -> Trained | None:
    kept = load(file, _KEPT) if file else None
    if kept is None:
        return None
    return Trained(
        names=[str(name) for name in kept["names"]],
        ridge=Ridge(**{name: kept[name] for name in ARRAYS}),
        calibration=Calibration(**{one.name: float(kept[one.name]) for one in fields(Calibration)}),
    )


def save_model(model: Trained, file: Path | None) -> None:
    if file is None:
        return
    numbers = {
        "names": np.array(model.names, dtype=np.str_),
        **{name: np.array(value) for name, value in asdict(model.calibration).items()},
    }
    keep(file, {**model.ridge.arrays(), **numbers})


def _even(rows: Sequence[Row]) -> Sequence[Row]:
    """All, or the first so many of each intent that they can be learned at once."""
    if len(rows) <= MOST:
        return rows
    sizes: dict[str, int] = {}
    for _, name in rows:
        sizes[name] = sizes.get(name, 0) + 1
    most = max(n for n in range(1, MOST + 1) if sum(min(n, size) for size in sizes.values()) <= MOST)
    seen: dict[str, int] = dict.fromkeys(sizes, 0)
    kept = []
    for text, name in rows:
        seen[name] += 1
        if seen[name] <= most:
            kept.append((text, name))
    return kept


def _classes(rows: Sequence[Row], names: Sequence[str]) -> NDArray[np.int64]:
    places = {name: place for place, name in enumerate(names)}
    return np.array([places[name] for _, name in rows], dtype=np.int64)


def _nothing() -> Ridge:
    none = np.zeros((0, 0), dtype=np.float32)
    return Ridge(
        mean=none, axes=none, widths=np.zeros(0, dtype=np.int64), vectors=none, meaning=none, rarity=none,
        places=np.full(RUNS, -1, dtype=np.int32), wording=none, offset=none,
    )  # fmt: skip


def cross_judged(encoder: Encoder, rows: Sequence[Row]) -> list[str]:
    """For each row the name that a model of all the others gives it. At least two names and at most MOST rows."""
    names = sorted({name for _, name in rows})
    texts = [text for text, _ in rows]
    fitted = fit(encode_all(encoder, texts), texts, _classes(rows, names), len(names))
    return [names[place] for place in fitted.left_out.argmax(axis=1)]
