"""A part of the benchmarks that breaks off, for test_parts.py."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure


@dataclass(frozen=True)
class Size:
    people: int = 3


QUICK = Size(people=1)


def measure(folder: Path, size: Size) -> list[Figure]:
    raise RuntimeError(f"the table has no column for {size.people} people")
