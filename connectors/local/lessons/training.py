"""How the trigger model is trained: one hidden layer that all triggers share, and for each a line of its own.

What makes a near miss is much the same for all of them (it is over, it is a question in the abstract, it is somebody
else's): a shared layer learns it from every trigger's sentences. Needs nothing but numpy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connectors.local.triggers import Heads
from core.ports import Vector

HIDDEN, EPOCHS, BATCH, RATE = 256, 12, 64, 1e-3
MEMBERS = 2
DECAY, DROPPED, UNSEEN = 0.05, 0.5, 0.1  # weight decay; how much of the hidden layer, and of a row, is left out
DIRECT = 0.1  # how fast the lines learn beside the shared layer
_MOMENTUM, _SQUARES, _WARM = 0.9, 0.99, 50

Parts = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """Sentences as rows; `labels` and `counts` have a column for each trigger: yes or no, and how much it weighs."""

    rows: Vector
    labels: Vector
    counts: Vector

    def of(self, chosen: NDArray[np.bool_]) -> "Taught":
        return Taught(self.rows[chosen], self.labels[chosen], self.counts[chosen])


def fit(taught: Taught) -> Heads:
    """The mean of a few heads that begin differently. The same sentences give the same heads on one machine."""
    several = [_fitted(taught, seed) for seed in range(MEMBERS)]
    return Heads(
        hidden=np.concatenate([one.hidden for one in several]),
        lean=np.concatenate([one.lean for one in several]),
        out=np.concatenate([one.out / np.float32(MEMBERS) for one in several], axis=1),
        direct=np.mean([one.direct for one in several], axis=0, dtype=np.float32),
        bias=np.mean([one.bias for one in several], axis=0, dtype=np.float32),
    )


def _fitted(taught: Taught, seed: int) -> Heads:
    chance = np.random.default_rng(seed)
    middle, spread = taught.rows.mean(axis=0), float(taught.rows.std())
    rows = ((taught.rows - middle) / spread).astype(np.float32)
    parts = _first(rows.shape[1], taught.labels.shape[1], chance)
    steps = EPOCHS * (len(rows) // BATCH)
    mean = {name: np.zeros_like(part) for name, part in parts.items()}
    square = {name: np.zeros_like(part) for name, part in parts.items()}
    step = 0
    for _ in range(EPOCHS):
        order = chance.permutation(len(rows))
        for start in range(0, len(rows) - BATCH + 1, BATCH):
            step += 1
            some = order[start : start + BATCH]
            slopes = _slopes(parts, rows[some], taught.labels[some], taught.counts[some], chance)
            _move(parts, slopes, mean, square, step, RATE * min(1.0, step / _WARM) * (1 - step / (steps + 1)))
    hidden = parts["hidden"].T / spread
    direct = DIRECT * parts["direct"].T / spread
    return Heads(
        hidden=hidden,
        lean=parts["lean"] - hidden @ middle,
        out=parts["out"].T.copy(),
        direct=direct,
        bias=parts["bias"] - direct @ middle,
    )


def _first(width: int, triggers: int, chance: np.random.Generator) -> Parts:
    return {
        "hidden": chance.normal(0, 1 / np.sqrt(width), (width, HIDDEN)).astype(np.float32),
        "lean": np.zeros(HIDDEN, np.float32),
        "out": chance.normal(0, 0.1 / np.sqrt(HIDDEN), (HIDDEN, triggers)).astype(np.float32),
        "direct": np.zeros((width, triggers), np.float32),
        "bias": np.zeros(triggers, np.float32),
    }


def _slopes(parts: Parts, rows: Vector, labels: Vector, counts: Vector, chance: np.random.Generator) -> Parts:
    """Of the weighed logistic loss, some of what goes in left out by chance."""
    rows = rows * (chance.random(rows.shape, dtype=np.float32) > UNSEEN) / (1 - UNSEEN)
    before = rows @ parts["hidden"] + parts["lean"]
    kept = (chance.random(before.shape, dtype=np.float32) > DROPPED) / np.float32(1 - DROPPED)
    inside = np.maximum(before, 0) * kept
    scores = inside @ parts["out"] + DIRECT * (rows @ parts["direct"]) + parts["bias"]
    wrong = (1 / (1 + np.exp(-np.clip(scores, -30, 30))) - labels) * counts / len(rows)
    back = (wrong @ parts["out"].T) * kept * (before > 0)
    return {
        "hidden": rows.T @ back,
        "lean": back.sum(axis=0),
        "out": inside.T @ wrong,
        "direct": DIRECT * (rows.T @ wrong),
        "bias": wrong.sum(axis=0),
    }


def _move(parts: Parts, slopes: Parts, mean: Parts, square: Parts, step: int, rate: float) -> None:
    """One step of AdamW."""
    for name, slope in slopes.items():
        mean[name] = _MOMENTUM * mean[name] + (1 - _MOMENTUM) * slope
        square[name] = _SQUARES * square[name] + (1 - _SQUARES) * slope * slope
        ahead = mean[name] / (1 - _MOMENTUM**step)
        spread = np.sqrt(square[name] / (1 - _SQUARES**step)) + 1e-8
        parts[name] = (parts[name] - rate * (ahead / spread + DECAY * parts[name])).astype(np.float32)


def line_of(scores: Vector, positive: NDArray[np.bool_]) -> tuple[float, float]:
    """(stretch, shift) after which 0 is where sentences are as likely either way (Platt's scaling)."""
    from sklearn.linear_model import LogisticRegression

    line = LogisticRegression(C=1e3).fit(scores[:, None], positive)
    return float(line.coef_[0][0]), float(line.intercept_[0])
