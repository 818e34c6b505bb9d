"""Trains the trigger model on the lessons and writes connectors/local/triggers.npz, with what was seen in folds.

python -m connectors.local.lessons [--folds-only] [--rows FILE]
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from connectors.local.classifiers import keep, load
from connectors.local.encoder import MiniLmEncoder
from connectors.local.lessons import fingerprint, lessons
from connectors.local.lessons.calibration import Judge
from connectors.local.lessons.longer import FOLDS, fold_of
from connectors.local.lessons.material import Material, material_of
from connectors.local.lessons.training import Taught, fit
from connectors.local.lessons_messages import english
from connectors.local.triggers import FILE, row_of
from core.ports import Vector

_OUT = Path(__file__).parent.parent / FILE


def main() -> None:
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    parser = argparse.ArgumentParser(prog="python -m connectors.local.lessons", description=__doc__)
    parser.add_argument("--folds-only", action="store_true", help="print the figures, write nothing")
    parser.add_argument("--rows", type=Path, help="keep what the encoder says of each sentence in this file")
    wish = parser.parse_args()
    taught, long = lessons(), english()
    made = material_of(taught, long)
    rows = encoded(made.texts, wish.rows)
    with threadpool_limits(1):
        judge = Judge.of(made, in_folds(made, rows))
        sys.stdout.write("\n".join(judge.report()) + "\n")
        if not wish.folds_only:
            heads = judge.calibrated(fit(_taught(made, rows, np.ones(len(rows), np.bool_))))
            told = {"names": np.array(made.names, dtype=np.str_), "taught": np.array(fingerprint(taught, long))}
            keep(_OUT, {**heads.arrays(), "long": judge.long.astype(np.float32), **told})


def in_folds(made: Material, rows: Vector) -> Vector:
    """The scores of every row by heads that have seen nothing of its group."""
    folds = np.array([fold_of(group) for group in made.groups])
    scores = np.zeros((len(rows), len(made.names)), np.float32)
    for fold in range(FOLDS):
        held = folds == fold
        scores[held] = fit(_taught(made, rows, folds != fold)).scores(rows[held])
    return scores


def _taught(made: Material, rows: Vector, chosen: NDArray[np.bool_]) -> Taught:
    """What is learned from, of the chosen rows."""
    counts = np.stack(made.counts)
    return Taught(rows, np.stack(made.labels), counts).of(chosen & (counts.sum(axis=1) > 0))


def encoded(texts: Sequence[str], kept: Path | None = None) -> Vector:
    """A row for each text; those that the file `kept` has are not read again."""
    encoder = MiniLmEncoder()
    found = load(kept, frozenset({"texts", "rows", "name"})) if kept else None
    known: dict[str, Vector] = {}
    if found is not None and str(found["name"]) == encoder.name:
        known = dict(zip((str(text) for text in found["texts"]), found["rows"], strict=True))
    for text in dict.fromkeys(texts):
        if text not in known:
            known[text] = row_of(encoder.layers(text)[1])
    if kept:
        every = list(known)
        rows = np.stack([known[text] for text in every])
        keep(kept, {"texts": np.array(every, dtype=np.str_), "rows": rows, "name": np.array(encoder.name)})
    return np.stack([known[text] for text in texts]).astype(np.float32)


if __name__ == "__main__":
    main()
