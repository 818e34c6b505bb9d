"""Where each trigger's threshold lies: measured in folds, on messages read as the product reads them.

A confidence of 0.5 is set where one ordinary message in `PLAIN_SHARE` would be taken for the trigger and no more than
`NEAR_SHARE` of its near misses, whichever is stricter: in a company's post triggers are rare."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connectors.local.lessons.material import Material, Reading
from connectors.local.lessons.training import line_of
from connectors.local.triggers import Heads, together
from core.ports import Vector

PLAIN_SHARE = 0.006
NEAR_SHARE = 0.1
# Long messages that nobody made up for a lesson tell more stories: theirs is a stricter threshold.
LONG_PLAIN_SHARE = 0.0015
LONG_NEAR_SHARE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judge:
    """`lines`: (stretch, shift) of each trigger's scores; `long`: how whole and sentences of a long message count."""

    made: Material
    scores: Vector  # of every row, by heads that had not seen it
    lines: Vector
    long: Vector

    @classmethod
    def of(cls, made: Material, scores: Vector) -> "Judge":
        lines = np.array([_line(made, scores, n) for n in range(len(made.names))], dtype=np.float32)
        long = _long(made, scores * lines[:, 0] + lines[:, 1])
        return cls(made=made, scores=scores, lines=lines, long=long)

    def calibrated(self, heads: Heads) -> Heads:
        """With the scores of each trigger stretched and moved."""
        slope, shift = self.lines[:, 0], self.lines[:, 1]
        return Heads(
            hidden=heads.hidden,
            lean=heads.lean,
            out=heads.out * slope[:, None],
            direct=heads.direct * slope[:, None],
            bias=heads.bias * slope + shift,
        )

    def report(self) -> Iterator[str]:
        """Recall and false alarms of each trigger in folds, of short messages and of long ones."""
        lined = self.scores * self.lines[:, 0] + self.lines[:, 1]
        said = np.stack([_read(reading, lined, self.long) for reading in self.made.readings]) > 0
        every = self.made.readings
        plain = np.array([one.plain for one in every])
        short = np.array([not one.parts for one in every])
        known, shows = np.stack([one.known for one in every]), np.stack([one.labels for one in every]) == 1
        yield f"{'recall / near misses / ordinary':32}{'short':>24}{'long':>24}"
        for n, name in enumerate(self.made.names):
            figures = [
                " / ".join(
                    f"{said[at, n].mean() if at.any() else np.nan:.3f}"
                    for at in (
                        size & known[:, n] & shows[:, n],
                        size & known[:, n] & ~shows[:, n] & ~plain,
                        size & plain,
                    )
                )
                for size in (short, ~short)
            ]
            yield f"{name:32}{figures[0]:>24}{figures[1]:>24}"
        some = [
            f"{said[size & plain].any(axis=1).mean():.3f} of {int((size & plain).sum())}" for size in (short, ~short)
        ]
        yield f"{'an ordinary message, any trigger':32}{some[0]:>24}{some[1]:>24}"


def _line(made: Material, scores: Vector, n: int) -> tuple[float, float]:
    """Of short messages: Platt's scaling of the trigger's own lessons, then moved to where the threshold lies."""
    short = [number for number, one in enumerate(made.readings) if not one.parts]
    rows = np.array([made.readings[number].whole for number in short])
    own = np.array([made.readings[number].known[n] and not made.readings[number].plain for number in short])
    plain = np.array([made.readings[number].plain for number in short])
    shows = np.array([made.readings[number].labels[n] == 1 for number in short])
    stretch, shift = line_of(scores[rows[own], n], shows[own])
    read = scores[rows, n] * stretch + shift
    return stretch, shift - _threshold(read, own & ~shows, plain)


def _threshold(read: Vector, near: NDArray[np.bool_], plain: NDArray[np.bool_]) -> float:
    return float(max(np.quantile(read[near], 1 - NEAR_SHARE), np.quantile(read[plain], 1 - PLAIN_SHARE)))


def _long(made: Material, lined: Vector) -> Vector:
    """(triggers, 4): what the whole counts, what the most telling sentence, what the number of sentences, and a shift
    of the trigger's own."""
    from sklearn.linear_model import LogisticRegression

    long = [number for number, one in enumerate(made.readings) if one.parts]
    seen = np.stack([_features(made.readings[number], lined) for number in long])  # (readings, triggers, 3)
    shows = np.stack([made.readings[number].labels for number in long])
    known = np.stack([made.readings[number].known for number in long])
    plain = np.array([made.readings[number].plain for number in long])
    model = LogisticRegression(C=1.0, class_weight="balanced").fit(seen[known], shows[known])
    read = seen @ model.coef_[0] + model.intercept_[0]
    # There are few long near misses of each trigger: where they begin is found of all together.
    near = float(np.quantile(read[known & (shows == 0) & ~plain[:, None]], 1 - LONG_NEAR_SHARE))
    lowest = np.maximum(near, np.quantile(read[plain], 1 - LONG_PLAIN_SHARE, axis=0))
    weights = np.tile(np.append(model.coef_[0], model.intercept_[0]), (len(made.names), 1))
    weights[:, 3] -= lowest
    return np.asarray(weights, dtype=np.float32)


def _features(reading: Reading, lined: Vector) -> Vector:
    """(triggers, 3)"""
    many = np.full(lined.shape[1], np.log(len(reading.parts)), np.float32)
    return np.stack([lined[reading.whole], lined[list(reading.parts)].max(axis=0), many], axis=1)


def _read(reading: Reading, lined: Vector, long: Vector) -> Vector:
    return together(lined[reading.whole], lined[list(reading.parts)], long) if reading.parts else lined[reading.whole]
