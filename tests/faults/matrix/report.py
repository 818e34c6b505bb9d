"""What was measured, as the tables of docs/reliability.md."""

import os
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.faults.matrix.cells import FAULTS, FLOWS, NOT_APPLICABLE, OURS, PARTS, Cell, cells, kills
from tests.faults.matrix.runner import Results

PAGE = Path(__file__).parents[3] / "docs" / "reliability.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
HOUSES = ("kills", "cells", "store")
BAD = ("lost", "twice", "owners", "left", "audit")
Row = Mapping[str, Any]


def write(folder: Path) -> str:
    """Put the tables into the page; the first line of them."""
    rows = [row for house in HOUSES for row in Results(file=folder / f"{house}.jsonl").rows]
    told = "\n".join(tables(rows))
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n{told}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    return told.splitlines()[0]


def tables(rows: Sequence[Row]) -> Iterator[str]:
    played = {row["name"]: row for row in rows}
    yield from _summary(rows)
    yield ""
    yield from _pairs(played)
    yield ""
    yield from _reasons()
    yield ""
    yield from _kills(rows)
    fell = [row for row in rows if any(row[key] for key in BAD)]
    if fell:
        yield ""
        yield "What fell:"
        yield ""
        for row in fell:
            said = "; ".join(f"{key}: {row[key]}" for key in BAD if row[key])
            yield f"- {row['name']}: {said.replace('|', '/')[:500]}"


def _summary(rows: Sequence[Row]) -> Iterator[str]:
    flows: Counter[str] = Counter()
    for row in rows:
        flows.update(row["flows"] if "shared" not in row else {})
    days = sorted(row["at"][:10] for row in rows)
    open_cells = [cell.name for cell in cells() if cell.name not in {row["name"] for row in rows}]
    killed = sum(sum(row.get("kills", {}).values()) for row in rows) + sum(
        row["name"].endswith("kill -9") for row in rows
    )
    seconds = [row["seconds"] for row in rows if row["seconds"]]
    yield f"Measured on {days[0] if days else '—'} on a machine with {os.cpu_count()} cores, shared with other work."
    yield ""
    yield "| | |"
    yield "| --- | ---: |"
    yield f"| pairs of part and fault played | {len(cells()) - len(open_cells)} of {len(cells())} |"
    yield f"| kills with signal 9 at moments that nobody chose | {killed} |"
    yield f"| flows played | {sum(flows.values())} |"
    for flow in FLOWS:
        yield f"| … {flow} | {flows[flow]} |"
    # Of a batch that left something unfinished nobody can say what is lost and what is late.
    yield f"| accepted and lost | {sum(len(row['lost']) for row in rows if not row['left'])} |"
    late = sum(len(row["lost"]) for row in rows if row["left"])
    yield f"| not answered yet when an unfinished batch was counted | {late} |"
    yield f"| effects at a vendor twice | {sum(len(row['twice']) for row in rows)} |"
    yield f"| conversations with more than one owner | {sum(len(row['owners']) for row in rows)} |"
    yield f"| left unfinished | {sum(sum(row['left'].values()) for row in rows)} |"
    yield f"| ledger and outbox that disagree | {sum(len(row['audit']) for row in rows)} |"
    yield f"| flows that ended with a person who was told | {sum(row['person'] for row in rows)} |"
    yield f"| webhooks that found nobody at the door | {sum(row['missed'] for row in rows)} |"
    if seconds:
        yield f"| seconds to recovery, median of the batches | {statistics.median(seconds):.1f} |"
        yield f"| seconds to recovery, most | {max(seconds):.1f} |"
    if open_cells:
        yield ""
        yield f"Not played yet: {', '.join(open_cells)}."


def _pairs(played: Mapping[str, Row]) -> Iterator[str]:
    numbers = {reason: number for number, reason in enumerate(dict.fromkeys(NOT_APPLICABLE.values()), 1)}
    yield "Seconds from the end of the fault until all that was under way was done; × where something fell, – where it"
    yield "was not played yet, a letter where the pair is none."
    yield ""
    yield f"| | {' | '.join(FAULTS)} |"
    yield f"| --- | {' | '.join('---:' for _ in FAULTS)} |"
    for part in PARTS:
        shown = []
        for fault in FAULTS:
            reason = NOT_APPLICABLE.get((part, fault))
            row = played.get(Cell(part=part, fault=fault).name)
            if reason:
                shown.append(_letter(numbers[reason]))
            elif row is None:
                shown.append("–")
            else:
                shown.append(f"{row['seconds']:.0f}{' ×' if any(row[key] for key in BAD) else ''}")
        yield f"| {part} | {' | '.join(shown)} |"


def _reasons() -> Iterator[str]:
    for number, reason in enumerate(dict.fromkeys(NOT_APPLICABLE.values()), 1):
        yield f"- {_letter(number)}: {reason}."


def _letter(number: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[number - 1]


def _kills(rows: Sequence[Row]) -> Iterator[str]:
    struck: Counter[str] = Counter()
    for row in rows:
        struck.update(row.get("struck_in", {}))
    yield "Kills while a flow of this kind was under way:"
    yield ""
    yield f"| | {' | '.join(FLOWS)} |"
    yield f"| --- | {' | '.join('---:' for _ in FLOWS)} |"
    for part in OURS:
        yield f"| {part} | {' | '.join(str(struck[f'{part} × {flow}']) for flow in FLOWS)} |"
    missing = [f"{part} in {flow}" for part, flow in kills() if not struck[f"{part} × {flow}"]]
    if missing:
        yield ""
        yield f"Not killed yet: {', '.join(missing)}."
