"""Spoken conversations as a recogniser heard them, over questions with answers about places: `dstc10_track2`.

All are reported on. How names are recognised was written while reading these conversations, so that only HELDOUT is
clean."""

from collections.abc import Mapping

from apps.evaluate.report import Score
from benchmarks.quality.named import measured
from benchmarks.quality.sources import Sources

NAME = "dstc10_track2"
AIMS: Mapping[str, float] = {"R@10": 0.78}


def measure(sources: Sources) -> list[Score]:
    held = sources.reported(NAME, "turns")
    rows = held or [row for row in sources.tuning(NAME) if "turns" in row]
    return measured(NAME, sources, rows, AIMS, "held-out conversations" if held else "all conversations here")
