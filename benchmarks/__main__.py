"""`make bench`: measure everything that Handrail promises in numbers, print it, keep it as JSON.

Loopback only; what is started is stopped. `--quick` takes a small sample in under half a minute: it shows that the
measuring works, its figures are worth little.
"""

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks import (
    accept,
    conversations,
    decide,
    drafts,
    outreach_audience,
    outreach_send,
    overview,
    passages,
    sidebar,
    sidebar_load,
    starting,
    texters,
    voice,
)
from benchmarks.figures import Figure, table

Bench = Callable[[Path], list[Figure]]
FULL: dict[str, Bench] = {
    "starting": lambda folder: starting.starting(folder, times=5),
    "accept": lambda folder: accept.accept(folder, accept.Size()),
    "sidebar": lambda folder: sidebar.sidebar(folder, sidebar.Size()),
    "sidebar_load": lambda folder: sidebar_load.sidebar_load(folder, sidebar_load.Size()),
    "passages": passages.passages,
    "decisions": decide.decisions,
    "drafts": lambda folder: drafts.drafts(folder, drafts.Size()),
    "overview": overview.overview,
    "outreach-audience": outreach_audience.outreach_audience,
    "outreach-send": lambda folder: outreach_send.both(folder, outreach_send.Size()),
    "voice": lambda folder: voice.voice(folder, voice.Size()),
    "conversations": lambda folder: conversations.conversations(folder, texters.Size()),
}
QUICK: dict[str, Bench] = {
    "starting": lambda folder: starting.starting(folder, times=1),
    "accept": lambda folder: accept.accept(folder, accept.QUICK),
    "passages": lambda folder: passages.passages(folder, (500,)),
    "decisions": lambda folder: decide.decisions(folder, seconds=0.2, times=1),
    "overview": lambda folder: overview.overview(folder, decisions=300, times=1),
}
LARGE: dict[str, Bench] = {
    "passages": lambda folder: passages.passages(folder, (1_000_000,)),
    "outreach-audience": outreach_audience.outreach_million,
    "outreach-send": lambda folder: outreach_send.both(folder, outreach_send.LARGE),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small sample of what needs no models")
    parser.add_argument("--large", action="store_true", help="a million of each: a quarter of an hour, 12 GB of disk")
    parser.add_argument("--only", choices=sorted(FULL), action="append", help="one part; may be repeated")
    parser.add_argument("--out", type=Path, default=Path("var/benchmarks/results.json"), help="where the JSON goes")
    wish = parser.parse_args()
    console = Console()
    benches = QUICK if wish.quick else LARGE if wish.large else FULL
    chosen = {name: bench for name, bench in benches.items() if not wish.only or name in wish.only}
    figures = measured(chosen, console)
    console.print(table(figures))
    wish.out.parent.mkdir(parents=True, exist_ok=True)
    wish.out.write_text(json.dumps(_record(figures, quick=wish.quick), indent=2) + "\n", encoding="utf-8")
    console.print(f"{_machine()}. All figures: {wish.out}")


def measured(benches: dict[str, Bench], console: Console) -> list[Figure]:
    """Each part in a folder of its own that is gone afterwards."""
    figures: list[Figure] = []
    for name, bench in benches.items():
        with console.status(f"Measuring: {name} …"), tempfile.TemporaryDirectory(prefix="bench-") as folder:
            figures += bench(Path(folder))
    return figures


def _record(figures: list[Figure], *, quick: bool) -> dict[str, object]:
    rows = [figure.row() for figure in figures]
    return {"at": datetime.now(UTC).isoformat(), "quick": quick, "machine": _machine(), "figures": rows}


def _machine() -> str:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f} at the end"


if __name__ == "__main__":
    main()
