"""How sure answers are, put right by what came of them: a curve for each intent, fitted each night.

Platt's two numbers (Advances in Large Margin Classifiers 1999) over the log odds of the estimate, as the mode of a
posterior whose prior says that the estimate is right as it is: slope 1 and offset 0, normal, of weight PRIOR. With few
drafts the curve therefore stays near the one that Handrail comes with. An intent's prior is the curve of all intents
together. A curve is taken only where it would have told better what it was not fitted to: each fold of the drafts by
the curve of the others (Brier score)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from core.answer.confidence import calibrated, logit
from core.model.learning import Calibration, Curve, Sample
from core.policy import Policy
from core.ports import Store

FEWEST = 40  # judged drafts of an intent, from which on it may have a curve of its own
FEWEST_EACH = 8  # of them right, and of them wrong
LOOKED_BACK = timedelta(days=180)
FOLDS = 5
PRIOR = 4.0  # as much as so many drafts at even odds, on each of the two numbers
SLOPES = (0.2, 3.0)  # a curve that falls, or leaps, is no calibration
_STEPS, _SETTLED = 50, 1e-8
SHIPPED = (1.0, 0.0)
ALL = ""
HOUR = timedelta(hours=3)  # UTC, after which a day's curves are made
REMEMBERED = 400  # nights: more than are looked back at
MADE = "calibrated"  # the cursor that names the day of the newest
NIGHTLY = "nightly"


def calibrate(samples: Sequence[Sample]) -> Mapping[str, Curve]:
    """By intent, and under "" for all others; only those that tell better than the estimate alone."""
    whole = fit(samples)
    found = {ALL: _judged(samples, SHIPPED)}
    of: dict[str, list[Sample]] = {}
    for sample in samples:
        of.setdefault(sample.intent, []).append(sample)
    found |= {intent: _judged(some, whole) for intent, some in sorted(of.items())}
    return {intent: curve for intent, curve in found.items() if curve is not None}


def fit(samples: Sequence[Sample], prior: tuple[float, float] = SHIPPED) -> tuple[float, float]:
    """Slope and offset, by Newton's method: the posterior has one mode."""
    if not samples:
        return prior
    odds = np.array([logit(sample.confidence) for sample in samples])
    good = np.array([float(sample.good) for sample in samples])
    rows = np.stack([odds, np.ones_like(odds)], axis=1)
    weight = PRIOR / 4 * np.eye(2)  # a draft at even odds carries a quarter of information
    at: NDArray[np.float64] = np.array(prior)
    for _ in range(_STEPS):
        said = 1 / (1 + np.exp(-np.clip(rows @ at, -50, 50)))
        slope = rows.T @ (good - said) - weight @ (at - np.array(prior))
        bend = rows.T @ (rows * (said * (1 - said))[:, None]) + weight
        step = np.linalg.solve(bend, slope)
        at = at + step
        if float(np.abs(step).max()) < _SETTLED:
            break
    return float(np.clip(at[0], *SLOPES)), float(at[1])


def _judged(samples: Sequence[Sample], prior: tuple[float, float]) -> Curve | None:
    good = sum(sample.good for sample in samples)
    if len(samples) < FEWEST or min(good, len(samples) - good) < FEWEST_EACH:
        return None
    before = after = 0.0
    for fold in range(FOLDS):
        seen = [sample for sample in samples if _fold(sample) == fold]
        curve = _curve(fit([sample for sample in samples if _fold(sample) != fold], prior))
        before += _error(seen, None)
        after += _error(seen, curve)
    if after >= before:
        return None
    slope, offset = fit(samples, prior)
    return Curve(
        slope=round(slope, 4),
        offset=round(offset, 4),
        samples=len(samples),
        good=good,
        error_before=round(before / len(samples), 4),
        error_after=round(after / len(samples), 4),
    )


def _fold(sample: Sample) -> int:
    """By the conversation: two drafts of one are alike, and must not stand on both sides."""
    return crc32(sample.conversation_id.encode()) % FOLDS


def _curve(numbers: tuple[float, float]) -> Curve:
    return Curve(slope=numbers[0], offset=numbers[1], samples=0, good=0, error_before=0.0, error_after=0.0)


def _error(samples: Iterable[Sample], curve: Curve | None) -> float:
    return sum((calibrated(sample.confidence, curve) - sample.good) ** 2 for sample in samples)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrator:
    """Makes the curves of a day once, in the small hours, where the policy lets it."""

    store: Store
    policy: Policy

    def run(self, now: datetime) -> bool:
        """Whether there are new curves. What a person took back counts from that moment on anew."""
        if not self.policy.learning.calibrate:
            return False
        day = f"{now - HOUR:%Y-%m-%d}"
        with self.store.read() as unit:
            if unit.cursors.get(MADE) == day:
                return False
            made = unit.learning.calibrations(REMEMBERED)
            taken_back_at = next((each.at for each in made if each.by != NIGHTLY), now - LOOKED_BACK)
            samples = unit.learning.samples(max(now - LOOKED_BACK, taken_back_at))
        curves = calibrate(samples)
        with self.store.begin() as unit:
            unit.cursors.set(MADE, day)
            if curves == (dict(made[0].curves) if made else {}):
                return False
            unit.learning.add_calibration(Calibration(at=now, curves=curves, by=NIGHTLY))
            facts = {intent: [curve.slope, curve.offset, curve.samples] for intent, curve in curves.items()}
            unit.ledger.append("calibrated", {"curves": facts}, now)
        return True
