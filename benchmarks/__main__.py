"""`make bench`: measure everything that Handrail promises in numbers, print it, keep it as JSON.

Each part runs in a process of its own, and its figures are printed and kept when it is done: a part that breaks off
costs its own figures and no others, and the exit code is 1. Loopback only; what is started is stopped.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure
from benchmarks.parts import LARGE, PARTS, Measured, measure_apart

COMMITTED = Path(__file__).parent / "figures.json"
WIDE = 120  # columns, where the tables go into a file
Record = dict[str, Any]  # part → date, size, machine and figures


def main() -> None:
    wish = _read_wish()
    console = Console() if sys.stdout.isatty() else Console(width=WIDE)
    record: Record = json.loads(wish.out.read_text("utf-8")) if wish.out.exists() else {}
    modules = [f"benchmarks.{name}" for name in wish.parts]
    broken = []
    for measured in measure_apart(modules, wish.size, wish.set):
        if measured.figures is None:
            broken.append(measured.part)
            console.print(f"[red]{measured.part} broke off[/red]: its traceback stands above.\n")
            continue
        console.print(draw_table(measured, record.get(measured.part, {})))
        figures = [figure.row() for figure in measured.figures]
        record[measured.part] = {"date": wish.date, "size": wish.size, "machine": measured.machine, "figures": figures}
        write_record(wish.out, record)
    console.print(f"All figures: {wish.out}" + (f". Broken off: {', '.join(broken)}" if broken else ""))
    sys.exit(1 if broken else 0)


def _read_wish() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="one part; may be repeated")
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", action="store_true", help="the smallest size of each: its figures are worth little")
    sizes.add_argument("--large", action="store_true", help="a million of each: half an hour, 12 GB of disk")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="another size of one part")
    parser.add_argument("--date", default=f"{datetime.now(UTC):%Y-%m-%d}", help="of the measurement, for the record")
    parser.add_argument("--out", type=Path, help="the record; of full sizes benchmarks/figures.json, else in var/")
    wish = parser.parse_args()
    wish.size = "quick" if wish.quick else "large" if wish.large else "full"
    wish.parts = wish.only or (LARGE if wish.large else PARTS)
    if wish.set and len(wish.parts) != 1:
        parser.error("--set is for one part: name it with --only")
    if wish.large and not set(wish.parts) <= set(LARGE):
        parser.error(f"--large is for {', '.join(LARGE)}")
    if wish.out is None:
        whole = wish.size == "full" and not wish.set
        wish.out = COMMITTED if whole else Path("var/benchmarks") / f"{'set' if wish.set else wish.size}.json"
    return wish


def draw_table(measured: Measured, before: Mapping[str, Any]) -> Table:
    """The figures of one part beside the last ones on record; the last column says whether the promise is kept."""
    last = {(row["group"], row["name"]): Figure(**row).shown for row in before.get("figures", ())}
    drawn = Table("what", "figure", "last", "promised", "kept", title=f"{measured.part} ({measured.machine})")
    drawn.columns[1].justify = drawn.columns[2].justify = "right"
    marks = {True: "[green]yes[/green]", False: "[red]NO[/red]", None: ""}
    group = ""
    for figure in measured.figures or ():
        if figure.group != group:
            group = figure.group
            drawn.add_section()
            drawn.add_row(f"[bold]{group}[/bold]")
        shown = (figure.shown, last.get((figure.group, figure.name), ""), figure.promise, marks[figure.kept])
        drawn.add_row(f"  {figure.name}", *shown)
    return drawn


def write_record(path: Path, record: Record) -> None:
    """A line for each figure, so that a change of one shows as one."""
    parts = []
    for part, kept in sorted(record.items()):
        rows = ",\n".join(f"      {json.dumps(row)}" for row in kept["figures"])
        rest = [f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in kept.items() if name != "figures"]
        parts.append(f"  {json.dumps(part)}: {{\n" + ",\n".join([*rest, f'    "figures": [\n{rows}\n    ]']) + "\n  }")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
