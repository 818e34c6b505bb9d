"""Whether the scorer judges as people did which replies their sources bear out.

FILE is JSONL (or JSONL.gz), a reply a line: `knowledge` (what it was to be based on), `response` (the reply) and
`label`: "Fully attributable", "supported" or true when the knowledge bears the whole reply out, anything else when not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console

from apps.evaluate.labelled import read_labelled
from apps.evaluate.report import Score, as_json, as_table
from apps.evaluate.statistics import bootstrap, counts, macro_f1
from core.answer.support import overlap, support
from core.answer.support_table import ENOUGH
from core.measure.statistics import Interval

FULLY = "Fully attributable"
_SUPPORTED = frozenset({FULLY.casefold(), "supported", "true", "yes", "1"})
_OVERLAP = 0.8  # the simple baseline's threshold, tuned on public judgements


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    knowledge: str
    response: str
    supported: bool


def read_judged(rows: Iterable[Mapping[str, Any]]) -> list[Judged]:
    """Rows with the three columns as cases."""
    return [
        Judged(
            knowledge=str(row["knowledge"]),
            response=str(row["response"]),
            supported=str(row["label"]).strip().casefold() in _SUPPORTED,
        )
        for row in rows
    ]


def scores_of(
    name: str, cases: Sequence[Judged], said: Mapping[str, Sequence[bool]], *, part: str = "", aims: bool = False
) -> list[Score]:
    """Macro-F1 of each system, and recall and precision of what is not borne out; the first system is ours and is set
    against the last."""
    gold = np.array([case.supported for case in cases])
    systems, found = list(said), list[Score]()
    answers = {system: np.array(said[system], dtype=bool) for system in systems}
    for system in systems:
        first = system == systems[0] and len(systems) > 1
        value = _interval(answers[system], gold)
        gain = _gain(answers[system], answers[systems[-1]], gold) if first else None
        wrong = counts((~answers[system]).tolist(), (~gold).tolist())
        found += [
            Score(
                set=name,
                figure="macro-F1",
                system=system,
                value=value.value,
                cases=len(cases),
                interval=value,
                aim=0.87 if aims and first else None,
                against=systems[-1] if first else "",
                gain=gain,
                part=part,
            ),
            _plain(
                name, "unsupported recall", system, wrong.recall, len(cases), 0.90 if aims and first else None, part
            ),
            _plain(
                name,
                "unsupported precision",
                system,
                wrong.precision,
                len(cases),
                0.88 if aims and first else None,
                part,
            ),
        ]
    return found


def _plain(name: str, figure: str, system: str, value: float, cases: int, aim: float | None, part: str) -> Score:
    return Score(set=name, figure=figure, system=system, value=value, cases=cases, aim=aim, part=part)


def _interval(said: np.ndarray, gold: np.ndarray) -> Interval:
    return bootstrap(len(gold), lambda c: macro_f1(said[c], gold[c]))


def _gain(ours: np.ndarray, theirs: np.ndarray, gold: np.ndarray) -> Interval:
    return bootstrap(len(gold), lambda c: macro_f1(ours[c], gold[c]) - macro_f1(theirs[c], gold[c]))


@click.command(help=__doc__)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "machine", is_flag=True, help="Print JSON instead.")
def command(file: Path, machine: bool) -> None:
    cases = read_judged(read_labelled(file, {"knowledge": str, "response": str, "label": (str, bool, int)}))
    ours = [support(case.response, case.knowledge) >= ENOUGH for case in cases]
    theirs = [overlap(case.response, case.knowledge) >= _OVERLAP for case in cases]
    found = scores_of(file.name, cases, {"handrail": ours, "overlap": theirs})
    if machine:
        click.echo(as_json(found))
    else:
        Console().print(as_table(found))
