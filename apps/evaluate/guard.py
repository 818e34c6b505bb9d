"""Whether the checks on what is about to be sent find what people found.

FILE is JSONL (or JSONL.gz), a text a line: `text`, `rules` (the names of the rules that it breaks, an empty list for
none) and, where they matter, `source` (what the text may rest on), `customer` (the words it answers), `record` (facts
of the customer's own case) and `intent`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from apps.evaluate.labelled import read_labelled
from apps.evaluate.report import Score, as_json, as_table
from apps.evaluate.statistics import Counts, bootstrap, counts
from core.answer.guard import Setting, review
from core.answer.guardrails import NO_RULES, HouseRules
from core.answer.style import StyleCard
from core.model.draft import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """The rules that people named and those that were found."""

    wanted: frozenset[str]
    found: frozenset[str]


def review_all(rows: Sequence[Mapping[str, Any]], style: StyleCard, rules: HouseRules = NO_RULES) -> list[Reviewed]:
    """Each text through the guardrails."""
    return [
        Reviewed(wanted=frozenset(row["rules"]), found=frozenset(f.rule for f in _review(row, style, rules)))
        for row in rows
    ]


def scores_of(
    name: str, cases: Sequence[Reviewed], system: str = "handrail", *, part: str = "", aim: float | None = None
) -> list[Score]:
    """Recall and precision of each rule that people named or that was found, and of all together."""
    names = sorted({rule for case in cases for rule in case.wanted | case.found})
    every = [(case, rule) for case in cases for rule in names]
    said, true = [rule in case.found for case, rule in every], [rule in case.wanted for case, rule in every]
    size = len(names)
    whole = bootstrap(
        len(cases),
        lambda chosen: (
            counts(
                [said[c * size + r] for c in chosen for r in range(size)],
                [true[c * size + r] for c in chosen for r in range(size)],
            ).f1
        ),
    )
    total = Score(
        set=name, figure="all rules F1", system=system, value=counts(said, true).f1, cases=len(cases), interval=whole,
        aim=aim, part=part,
    )  # fmt: skip
    return [
        total,
        *(score for rule in names for score in _of_rule(name, rule, _counts(cases, rule), len(cases), system, part)),
    ]


def _of_rule(name: str, rule: str, found: Counts, cases: int, system: str, part: str) -> list[Score]:
    figures = (("recall", found.recall), ("precision", found.precision))
    return [
        Score(set=name, figure=f"{rule} {figure}", system=system, value=value, cases=cases, part=part)
        for figure, value in figures
    ]


def _counts(cases: Sequence[Reviewed], rule: str) -> Counts:
    return counts([rule in case.found for case in cases], [rule in case.wanted for case in cases])


def _review(row: Mapping[str, Any], style: StyleCard, rules: HouseRules) -> Sequence[Finding]:
    setting = Setting(
        customer=str(row.get("customer", "")),
        record=str(row.get("record", "")),
        intent=str(row.get("intent", "")),
        rules=rules,
    )
    return review(str(row["text"]), style=style, source=str(row.get("source", "")), setting=setting)


@click.command(help=__doc__)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "machine", is_flag=True, help="Print JSON instead.")
def command(file: Path, machine: bool) -> None:
    rows = read_labelled(file, {"text": str, "rules": list})
    found = scores_of(file.name, review_all(rows, StyleCard()))
    if machine:
        click.echo(as_json(found))
    else:
        Console().print(as_table(found))
