"""Trains what tells repetition and writes connectors/local/similarity.npz; prints what was seen in folds.

python -m connectors.local.lessons_pairs [--folds-only]
"""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from connectors.local.classifiers import keep
from connectors.local.encoder import MiniLmEncoder
from connectors.local.lessons_pairs import Pair, PairLesson, fingerprint, lessons
from connectors.local.similarity import FILE, MEANING, QUESTION, PairHead, PairModel, numbers
from core.ports import Vector

FOLDS = 5
STRENGTH = 0.03  # strong regularisation: numbers are many, lessons few
_TELLS = 0.05  # a spread below this is taken for this
_OUT = Path(__file__).parent.parent / FILE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """A lesson with its pairs as the head sees them."""

    lesson: PairLesson
    pairs: tuple[tuple[dict[str, float], Vector], ...]


def main() -> None:
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    parser = argparse.ArgumentParser(prog="python -m connectors.local.lessons_pairs", description=__doc__)
    parser.add_argument("--folds-only", action="store_true", help="print the figures, write nothing")
    wish = parser.parse_args()
    taught, model = lessons(), PairModel(MiniLmEncoder())
    arrays = {"taught": np.array(fingerprint(taught))}
    with threadpool_limits(1):
        for kind, some in taught.items():
            seen = [Seen(lesson=one, pairs=tuple(_seen(model, kind, pair) for pair in one.pairs)) for one in some]
            said = in_folds(seen) >= 0.5
            true = np.array([one.lesson.positive for one in seen])
            sys.stdout.write(f"{kind:20} recall {said[true].mean():.3f}  false alarms {said[~true].mean():.3f}\n")
            arrays |= fit(seen).arrays(kind)
    if not wish.folds_only:
        keep(_OUT, arrays)


def fit(seen: Sequence[Seen]) -> PairHead:
    """The same lessons give the same head. Of a repetition the first pair is taught, for mostly the first turn comes
    again; of a near miss every pair."""
    from sklearn.linear_model import LogisticRegression

    rows = [(*pair, one.lesson.positive) for one in seen for pair in _taught(one)]
    names = tuple(sorted({name for traits, _, _ in rows for name in traits}))
    traits = np.stack([numbers(names, row[0]) for row in rows])
    mean, scale = traits.mean(axis=0), np.maximum(traits.std(axis=0), _TELLS)
    inside = np.hstack([(traits - mean) / scale, np.stack([row[1] for row in rows]) * MEANING])
    line = LogisticRegression(C=STRENGTH, max_iter=3_000).fit(inside, [row[2] for row in rows])
    return PairHead(names=names, mean=mean, scale=scale, weights=line.coef_[0], bias=float(line.intercept_[0]))


def in_folds(seen: Sequence[Seen]) -> Vector:
    """How likely each lesson is a repetition, by heads that have not seen it nor one that begins alike."""
    folds = np.array([_fold_of(one.lesson.group) for one in seen])
    said = np.zeros(len(seen), dtype=np.float32)
    for fold in range(FOLDS):
        head = fit([one for one, place in zip(seen, folds, strict=True) if place != fold])
        for place, one in enumerate(seen):
            if folds[place] == fold:
                said[place] = max(0.0 if t["other_reference"] else head.chance(t, m) for t, m in one.pairs)
    return said


def _taught(one: Seen) -> Sequence[tuple[dict[str, float], Vector]]:
    return one.pairs[:1] if one.lesson.positive else one.pairs


def _seen(model: PairModel, kind: str, pair: Pair) -> tuple[dict[str, float], Vector]:
    if kind == QUESTION:
        return model.question(pair.now, pair.before, pair.answer)
    return model.matter(pair.now, pair.before)


def _fold_of(text: str) -> int:
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


if __name__ == "__main__":
    main()
