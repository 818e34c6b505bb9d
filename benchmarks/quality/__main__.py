"""`make eval DATA=… [HELDOUT=…]`: every set through the product's own code, the simple baselines beside it.

Each set is a function of this folder, `measure(sources) -> list[Score]`, named in SETS. Each runs in a process of its
own: one that breaks off costs its own figures and no others, and gives its memory back.
"""

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from apps.evaluate.report import as_table
from benchmarks.quality.sources import Sources
from core.errors import ConfigurationError

# The module of each set and its function, in the order of the report.
SETS: dict[str, tuple[str, str]] = {
    "retrieval_banking": ("retrieval_sets", "measure_banking"),
    "retrieval_multiturn": ("retrieval_sets", "measure_multiturn"),
    "retrieval_reviews": ("retrieval_sets", "measure_reviews"),
    "retrieval_spoken": ("retrieval_sets", "measure_spoken"),
    "retrieval_languages": ("retrieval_sets", "measure_languages"),
    "when_to_retrieve": ("when_to_retrieve", "measure"),
    "grounding": ("grounding", "measure"),
    "personal": ("personal", "measure"),
    "no_source": ("no_source", "measure"),
    "mutations": ("mutations", "measure"),
    "guard": ("guard", "measure"),
    "injection": ("injection", "measure"),
    "triggers": ("triggers", "measure"),
    "banking77": ("intents", "measure_banking77"),
    "corrections": ("feedback", "measure_corrections"),
    "clicks": ("feedback", "measure_clicks"),
    "clinc150": ("intents", "measure_clinc150"),
    "proposed_banking77": ("proposed_intents", "measure_banking77"),
    "proposed_clinc150": ("proposed_intents", "measure_clinc150"),
    "wordings_banking77": ("proposed_wordings", "measure_banking77"),
    "wordings_clinc150": ("proposed_wordings", "measure_clinc150"),
    "sentiment": ("reading", "measure_sentiment"),
    "emotions": ("reading", "measure_emotions"),
    "language": ("reading", "measure_language"),
    "noise": ("noise", "measure"),
}
WORSE, BROKEN = 1, 2
WIDE = 150  # columns, where the table goes into a file


def main() -> None:
    wish = _read_wish()
    if wish.only and len(wish.only) == 1:
        sys.exit(_measure_here(wish))
    found = [(name, *_measure_apart(name, wish)) for name in wish.only or SETS]
    rows = [row for _, _, scores in found for row in scores]
    broken = [name for name, code, _ in found if code not in (0, WORSE)]
    _write_record(wish, rows, broken)
    Console().print(f"All figures: {wish.out}" + (f". Broken off: {', '.join(broken)}" if broken else ""))
    sys.exit(BROKEN if broken else max(code for _, code, _ in found))


def _read_wish() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--heldout", type=Path, help="report on these files instead of a part of DATA kept apart")
    parser.add_argument("--only", choices=SETS, action="append", help="one set; may be repeated")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/quality.json"))
    wish = parser.parse_args()
    for folder in filter(None, (wish.data, wish.heldout)):
        if not folder.is_dir():
            parser.error(f"there is no folder {folder}")
    return wish


def _measure_here(wish: argparse.Namespace) -> int:
    (name,) = wish.only
    console = Console() if sys.stdout.isatty() else Console(width=WIDE)
    try:
        with console.status(f"Measuring {name} …"):
            module, function = SETS[name]
            measure = getattr(importlib.import_module(f"benchmarks.quality.{module}"), function)
            scores = measure(Sources(data=wish.data, heldout=wish.heldout))
    except ConfigurationError as error:
        console.print(f"{name} is left out: {error}")
        scores = []
    console.print(as_table(scores))
    rows = [score.row() for score in scores]
    _write_record(wish, rows, [])
    return WORSE if any(score.worse for score in scores) else 0


def _measure_apart(name: str, wish: argparse.Namespace) -> tuple[int, list[dict[str, Any]]]:
    """(exit code, figures) of one set in its own process; its table goes to the screen as it is done."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "scores.json"
        command = [sys.executable, "-m", "benchmarks.quality", str(wish.data), "--only", name, "--out", str(out)]
        command += ["--heldout", str(wish.heldout)] if wish.heldout else []
        code = subprocess.run(command, check=False).returncode
        # A traceback ends with 1 too: what counts is whether there are figures.
        return (code, json.loads(out.read_text("utf-8"))["scores"]) if out.exists() else (BROKEN, [])


def _write_record(wish: argparse.Namespace, rows: list[dict[str, Any]], broken: list[str]) -> None:
    record = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "reported_on": "held-out files" if wish.heldout else "the part not tuned on",
        "broken_off": broken,
        "scores": rows,
    }
    wish.out.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
