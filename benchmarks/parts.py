"""The parts of `make bench`, each measured in a process of its own: `python -m benchmarks.parts MODULE SIZE OUT`.

A part is a module with `Size` (the full one), `QUICK`, sometimes `LARGE`, and `measure(folder, size)`.
"""

import importlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from benchmarks.machine import measure_pace

PARTS = (
    "starting",
    "accept",
    "slow_clients",
    "sidebar",
    "sidebar_load",
    "sidebar_render",
    "passages",
    "decisions",
    "decisions_acting",
    "drafts",
    "model_latency",
    "overview",
    "report",
    "outreach_audience",
    "outreach_send",
    "voice",
    "conversations",
    "replay",
    "year_found",
    "year_through_vendors",
)
LARGE = ("passages", "report", "outreach_audience", "outreach_send", "replay")
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of one part; `figures` is None where it broke off, and its traceback has been printed."""

    part: str
    machine: str
    figures: list[Figure] | None


def measure_apart(modules: Sequence[str], size: str, changes: Sequence[str] = ()) -> Iterator[Measured]:
    """Each part by itself, as it is done. `changes` are fields of its size, as `name=value`."""
    for module in modules:
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        pace = f"a million additions in {measure_pace():.0f} ms"
        here = f"{os.cpu_count()} cores, Python {platform.python_version()}, {pace}, load {load:.1f} before"
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            out = Path(folder) / "figures.json"
            command = [sys.executable, "-m", "benchmarks.parts", module, size, str(out), *changes]
            code = subprocess.run(command, cwd=ROOT, check=False).returncode
            rows = json.loads(out.read_text("utf-8")) if code == 0 else None
        figures = None if rows is None else [Figure(**row) for row in rows]
        yield Measured(part=module.rpartition(".")[2], machine=here, figures=figures)


def measure_here(module: str, size: str, changes: Sequence[str] = ()) -> list[Figure]:
    """One part in this process, in a folder that is gone afterwards."""
    part: Any = importlib.import_module(module)
    chosen = {"full": lambda: part.Size(), "quick": lambda: part.QUICK, "large": lambda: part.LARGE}[size]()
    measure: Callable[[Path, Any], list[Figure]] = part.measure
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return measure(Path(folder), replace(chosen, **_read_changes(chosen, changes)))


def _read_changes(size: Any, changes: Sequence[str]) -> dict[str, Any]:
    """Each value in the type of the field's own.

    Raises:
        ValueError: there is no such field, or its value is no number.
    """
    known = {field.name: type(getattr(size, field.name)) for field in fields(size)}
    read = {}
    for name, _, value in (change.partition("=") for change in changes):
        if known.get(name) not in (int, float):
            numbers = sorted(name for name, kind in known.items() if kind in (int, float))
            raise ValueError(f"{name} is no number of this part's size: {', '.join(numbers)}")
        read[name] = known[name](value)
    return read


def main() -> None:
    module, size, out, *changes = sys.argv[1:]
    rows = [figure.row() for figure in measure_here(module, size, changes)]
    Path(out).write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
