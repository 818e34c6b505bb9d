"""Written conversations about hotels and restaurants over reviews and questions with answers: `dstc11_track5`.

Three of five folds (by MD5 of the first turn) are reported on. While search was built, a random third of all of these
conversations was looked at for its weights, and all of them for how names are written: only held-out conversations are
untouched."""

from collections.abc import Mapping

from apps.evaluate.report import Score
from apps.evaluate.statistics import fold_of
from benchmarks.quality.named import measured
from benchmarks.quality.sources import Sources

NAME = "dstc11_track5"
AIMS: Mapping[str, float] = {"hit@1": 0.73, "R@10": 0.82}
LEFT_OUT = 2  # of five folds


def measure(sources: Sources) -> list[Score]:
    held = sources.reported(NAME, "turns")
    here = [row for row in sources.tuning(NAME) if "turns" in row]
    rows = held or [row for row in here if fold_of(str(row["turns"][0][1])) >= LEFT_OUT]
    return measured(NAME, sources, rows, AIMS, "held-out conversations" if held else "three of five folds")
