"""`make eval DATA=… [HELDOUT=…]`: every set through the product's own code, the simple baselines beside it.

Each set is a module of this folder with `measure(sources) -> list[Score]`, named in SETS.
"""

import argparse
import importlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from apps.evaluate.report import Score, as_table
from benchmarks.quality.sources import Sources

# The module of each set, in the order of the report.
SETS: tuple[str, ...] = (
    "retrieval_banking",
    "retrieval_multiturn",
    "retrieval_reviews",
    "retrieval_spoken",
    "when_to_retrieve",
    "grounding",
    "personal",
    "no_source",
    "mutations",
    "guard",
    "injection",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--heldout", type=Path, help="report on these files instead of a part of DATA kept apart")
    parser.add_argument("--only", choices=SETS, action="append", help="one set; may be repeated")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/quality.json"))
    wish = parser.parse_args()
    if not wish.data.is_dir():
        parser.error(f"there is no folder {wish.data}")
    console = Console()
    sources = Sources(data=wish.data, heldout=wish.heldout)
    scores: list[Score] = []
    for name in wish.only or SETS:
        with console.status(f"Measuring {name} …"):
            found = importlib.import_module(f"benchmarks.quality.{name}").measure(sources)
        console.print(as_table(found))
        scores += found
    wish.out.write_text(json.dumps(_record(scores, wish.heldout), indent=2, ensure_ascii=False) + "\n", "utf-8")
    console.print(f"All figures: {wish.out}")
    sys.exit(1 if any(score.worse for score in scores) else 0)


def _record(scores: list[Score], heldout: Path | None) -> dict[str, object]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "reported_on": "held-out files" if heldout else "the part not tuned on",
        "scores": [score.row() for score in scores],
    }


if __name__ == "__main__":
    main()
