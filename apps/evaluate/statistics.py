"""The figures of retrieval and classification, and how far they can be trusted."""

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.measure.statistics import Interval, Share

RESAMPLES = 2000
CONFIDENCE = 0.95
SEED = 20
STEPS = 50  # of Newton's method at most
SETTLED = 1e-7  # a step that changes nothing


def hit_at(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """1 when any of the first k is gold."""
    return float(any(name in gold for name in ranked[:k]))


def recall_at(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """Share of the gold among the first k. ValueError when nothing is gold."""
    if not gold:
        raise ValueError("there is no recall without anything to find")
    return len(set(ranked[:k]) & set(gold)) / len(set(gold))


def ndcg_at(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """Normalised discounted cumulative gain with binary relevance (Järvelin and Kekäläinen 2002), log base 2."""
    wanted = set(gold)
    gained = sum(1 / math.log2(place + 2) for place, name in enumerate(ranked[:k]) if name in wanted)
    ideal = sum(1 / math.log2(place + 2) for place in range(min(k, len(wanted))))
    return gained / ideal if ideal else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Right and wrong of a yes-or-no judgement."""

    hits: int
    false_alarms: int
    misses: int

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.false_alarms) if self.hits + self.false_alarms else 0.0

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else 0.0

    @property
    def f1(self) -> float:
        whole = 2 * self.hits + self.false_alarms + self.misses
        return 2 * self.hits / whole if whole else 0.0


def counts(said: Sequence[bool], true: Sequence[bool]) -> Counts:
    pairs = list(zip(said, true, strict=True))
    return Counts(
        hits=sum(s and t for s, t in pairs),
        false_alarms=sum(s and not t for s, t in pairs),
        misses=sum(t and not s for s, t in pairs),
    )


def macro_f1(said: ArrayLike, true: ArrayLike) -> float:
    """The mean of the F1 of either answer, yes and no; quick enough for thousands of resamples."""
    yes, right = np.asarray(said, dtype=bool), np.asarray(true, dtype=bool)
    return (_f1(yes, right) + _f1(~yes, ~right)) / 2


def _f1(said: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    whole = int(said.sum() + true.sum())
    return 2 * int((said & true).sum()) / whole if whole else 0.0


def macro_f1_of_labels(pairs: Sequence[tuple[str | None, str | None]]) -> float:
    """The mean over the labels that occur of each one's F1; pairs are (wanted, said)."""
    labels = {wanted for wanted, _ in pairs}
    found = (counts([said == label for _, said in pairs], [wanted == label for wanted, _ in pairs]) for label in labels)
    return math.fsum(each.f1 for each in found) / len(labels)


def fit_logistic(
    rows: NDArray[np.float64], labels: Sequence[bool] | NDArray[np.bool_], ridge: float
) -> NDArray[np.float64]:
    """Slopes of a logistic regression by Newton's method; the last column of `rows` is the constant, and free.

    It has an answer also where all labels are the same or nothing but the constant is told."""
    true = np.asarray(labels, dtype=float)
    penalty = np.full(rows.shape[1], ridge)
    penalty[-1] = SETTLED  # next to nothing
    slopes = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        chances = 1 / (1 + np.exp(-np.clip(rows @ slopes, -30, 30)))
        slope = rows.T @ (chances - true) + penalty * slopes
        curve = (rows * (chances * (1 - chances))[:, None]).T @ rows + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        slopes = slopes - step
        if float(np.abs(step).max()) < SETTLED:
            break
    return slopes


def interval(values: Sequence[float]) -> Interval:
    """The mean of per-case values, by bootstrap over the cases."""
    numbers = np.asarray(values)
    return bootstrap(len(numbers), lambda chosen: float(numbers[chosen].mean()))


def difference(ours: Sequence[float], theirs: Sequence[float]) -> Interval:
    """Ours less theirs on the same cases: a paired bootstrap. ValueError when they are not the same cases."""
    pairs = zip(ours, theirs, strict=True)
    return interval([mine - other for mine, other in pairs])


def bootstrap(size: int, figure: Callable[[np.ndarray], float]) -> Interval:
    """Any figure over cases, by percentiles of 2,000 resamples (Efron and Tibshirani 1993, ch. 13). `figure` is given
    the places of the cases. The same cases give the same interval."""
    if size == 0:
        raise ValueError("there is no interval over no cases")
    chance = np.random.default_rng(SEED)
    found = [figure(chance.integers(0, size, size)) for _ in range(RESAMPLES)]
    low, high = np.quantile(found, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(value=figure(np.arange(size)), low=float(low), high=float(high))


def fold_of(key: str, folds: int = 5) -> int:
    """Which fold a conversation, scenario or template belongs to: the same on every machine."""
    return int(hashlib.md5(key.encode(), usedforsecurity=False).hexdigest(), 16) % folds


def share_row(share: Share) -> Mapping[str, float | int | None]:
    """A share with its interval, as JSON; nothing of no cases has no value."""
    return share.row() if share.cases else {**share.row(), "low": None, "high": None}


def share(values: Sequence[bool]) -> Share:
    return Share(hits=sum(values), cases=len(values))


# Which labels are taken for which, as a picture.

CELL = 14  # pixels
LETTER = 6  # width of a letter at the size used
MOST = 60  # labels drawn: the most confused ones


def confusion_svg(pairs: Sequence[tuple[str, str]], title: str = "Meant (rows) and read (columns)") -> str:
    """An SVG of (meant, read) pairs: a row a label, dark where many of its cases went. Beyond sixty labels only those
    that are confused most are drawn."""
    counts = Counter(pairs)
    names = _draw_confusion(counts)
    totals = Counter(meant for meant, _ in pairs)
    left = 10 + LETTER * max((len(name) for name in names), default=0)
    top = left + 20
    size = CELL * len(names)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + size + 20}" height="{top + size + 20}" '
        'font-family="sans-serif" font-size="10">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="10" y="14" font-size="12">{escape(title)}</text>',
    ]
    for row, name in enumerate(names):
        y = top + row * CELL
        x = left + row * CELL + CELL / 2
        parts.append(f'<text x="{left - 4}" y="{y + 11}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<text transform="translate({x + 3},{top - 4}) rotate(-90)">{escape(name)}</text>')
        parts += [
            _cell(left + column * CELL, y, name, other, counts[name, other], totals[name])
            for column, other in enumerate(names)
            if counts[name, other]
        ]
    parts.append(f'<rect x="{left}" y="{top}" width="{size}" height="{size}" fill="none" stroke="#999"/>')
    return "\n".join([*parts, "</svg>", ""])


def _cell(x: int, y: int, meant: str, read: str, count: int, total: int) -> str:
    colour = "#1a6b4a" if meant == read else "#b3261e"
    told = escape(f"{meant} read as {read}: {count} of {total}")
    return (
        f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="{colour}" '
        f'fill-opacity="{0.15 + 0.85 * count / total:.2f}"><title>{told}</title></rect>'
    )


def _draw_confusion(counts: Counter[tuple[str, str]]) -> list[str]:
    wrong: Counter[str] = Counter()
    for (meant, read), count in counts.items():
        wrong[meant] += count if meant != read else 0
        wrong[read] += count if meant != read else 0
    worst = sorted(wrong, key=lambda name: (-wrong[name], name))[:MOST]
    return sorted(worst)
