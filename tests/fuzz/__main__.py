"""`python -m tests.fuzz`: every parser under atheris, a million inputs in all unless told otherwise, in parts
that resume.

What was done stands in var/fuzz; `--table FILE` writes what docs/fuzzing.md shows of it."""

# ruff: noqa: T201 - it prints

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.fuzz.parsers import PARSERS, Parser

WHERE = Path("var/fuzz")
A_PART = 50_000  # inputs of one process: what a broken run repeats at most


@dataclass
class Done:
    """What was done of one parser. `edges` are the branches that atheris saw taken, `reached` of `lines` those of the
    functions in the parser's own modules."""

    inputs: int = 0
    edges: int = 0
    features: int = 0
    reached: int = 0
    lines: int = 0
    fell: int = 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--anew", action="store_true", help="forget what was done; inputs that were found are kept")
    parser.add_argument("--table", type=Path)
    given = parser.parse_args()
    shares = sum(each.share for each in PARSERS)
    wanted = [each for each in PARSERS if not given.only or each.name in given.only]
    with ThreadPoolExecutor(given.jobs) as turns:
        done = dict(
            turns.map(lambda each: (each.name, run(each, -(-given.inputs * each.share // shares), given.anew)), wanted)
        )
    table = "\n".join(rows(done))
    print(table)
    if given.table:
        write(given.table, table)
    return 1 if any(each.fell for each in done.values()) else 0


def run(parser: Parser, inputs: int, anew: bool) -> Done:
    folder = WHERE / parser.name
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "done.json"
    done = Done(**json.loads(kept.read_text("utf-8"))) if kept.is_file() and not anew else Done()
    while done.inputs < inputs and not done.fell:
        part = min(A_PART, inputs - done.inputs)
        command = [sys.executable, "-m", "tests.fuzz.one", parser.name, str(folder)]
        ended = subprocess.run([*command, str(part)], capture_output=True, text=True, errors="replace", check=False)
        folder.joinpath("last.log").write_text(ended.stdout + ended.stderr, "utf-8")
        done.inputs += int(_last(r"stat::number_of_executed_units:\s*(\d+)", ended.stderr))
        done.edges = max(done.edges, int(_last(r"cov: (\d+)", ended.stderr)))
        done.features = max(done.features, int(_last(r"ft: (\d+)", ended.stderr)))
        done.fell = int(ended.returncode != 0)
        if done.fell:
            print(f"{parser.name} fell:\n{ended.stdout[-3000:]}\n{ended.stderr[-1500:]}", flush=True)
            break
        if done.inputs >= inputs:
            found = subprocess.run([*command, "lines"], capture_output=True, text=True, check=True)
            done.reached, done.lines = json.loads(found.stdout.strip().splitlines()[-1])
        kept.write_text(json.dumps(asdict(done)), "utf-8")
    print(f"{parser.name}: {done}", flush=True)
    return done


def _last(pattern: str, text: str) -> str:
    found = re.findall(pattern, text)
    return str(found[-1]) if found else "0"


def rows(done: dict[str, Done]) -> Iterator[str]:
    yield f"{datetime.now(UTC):%d %B %Y}, {sum(each.inputs for each in done.values()):,} inputs:"
    yield ""
    yield "| Parser | Inputs | Branches taken | Features | Lines of its own modules |"
    yield "|---|---:|---:|---:|---:|"
    for name, each in done.items():
        lines = f"{each.reached} of {each.lines} ({each.reached / max(each.lines, 1):.0%})"
        fell = " **fell**" if each.fell else ""
        yield f"| {name}{fell} | {each.inputs:,} | {each.edges:,} | {each.features:,} | {lines} |"


BEGIN, END = "<!-- fuzz -->\n", "<!-- /fuzz -->"


def write(page: Path, table: str) -> None:
    text = page.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    page.write_text(f"{before}{BEGIN}{table}\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
