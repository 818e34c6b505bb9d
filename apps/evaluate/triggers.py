"""`handrail eval triggers`: does each trigger of the policy fire on what people say it should, and on nothing else?

CASES is a file or a folder. YAML: `trigger` (a name of docs/triggers.md), `positive` and `negative` (lists), and where
there are any `other_languages` (`de: {positive: […], negative: […]}`). An item is a text; or a conversation, `turns` (a
list of `customer`, `assistant` or `agent`: the words, with `after`: minutes) and `earlier` (`days_ago`, `subject`,
`text`); or a text with records: `text`, `customer` (`tier`, `vip`, `lifetime_value`), `opened_minutes_ago`,
`assistant_since_minutes`, `owner`, `solved`, `draft_confidence`, `intent`, `asks`. CSV: `text,trigger`, where a row
counts as a near miss for every other trigger of the file; an empty trigger means none.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from apps.cache import cache_option
from apps.evaluate.roc import as_svg
from apps.evaluate.statistics import Share, share
from apps.evaluate.trigger_cases import ENGLISH, Case, cases_of
from apps.evaluate.trigger_readings import Judged, Watcher

DEMO = Path(__file__).parent.parent / "demo" / "policy.yaml"
LARKFIELD = Path(__file__).parent.parent / "sandbox" / "company" / "intents.yaml"
HALVES = ("first half", "second half")


class Figures:
    """Recall and false alarms of some judged cases."""

    def __init__(self, judged: Sequence[Judged]) -> None:
        self.recall: Share = share([one.fires for one in judged if one.case.positive])
        self.alarms: Share = share([one.fires for one in judged if not one.case.positive])

    def row(self) -> dict[str, Any]:
        return {"recall": self.recall.row(), "false_alarms": self.alarms.row()}


def report_of(judged: Sequence[Judged]) -> dict[str, Any]:
    """Figures of each trigger: in English, its two halves (even and odd places of the lists), and other languages."""
    found: dict[str, Any] = {}
    for name in sorted({one.case.trigger for one in judged}):
        mine = [one for one in judged if one.case.trigger == name]
        english = [one for one in mine if one.case.language == ENGLISH]
        halves = {half: Figures([one for one in english if one.case.place % 2 == n]) for n, half in enumerate(HALVES)}
        others = sorted({one.case.language for one in mine} - {ENGLISH})
        found[name] = {
            **Figures(english).row(),
            **{half.replace(" ", "_"): figures.row() for half, figures in halves.items()},
            "other_languages": {code: Figures([o for o in mine if o.case.language == code]).row() for code in others},
        }
    return found


def as_table(report: dict[str, Any]) -> Table:
    drawn = Table("trigger", "recall (95 %)", "false alarms (95 %)", *HALVES, "other languages")
    for name, row in report.items():
        halves = [_pair(row[half.replace(" ", "_")]) for half in HALVES]
        others = "; ".join(f"{code} {_pair(figures)}" for code, figures in row["other_languages"].items())
        drawn.add_row(name, _told(row["recall"]), _told(row["false_alarms"]), *halves, others)
    return drawn


def _told(figure: dict[str, Any]) -> str:
    if figure["value"] is None:
        return "no cases"
    return f"{figure['value']:.3f} ({figure['low']:.3f} to {figure['high']:.3f}) of {figure['cases']}"


def _pair(figures: dict[str, Any]) -> str:
    values = (figures["recall"]["value"], figures["false_alarms"]["value"])
    return " / ".join("–" if value is None else f"{value:.3f}" for value in values)


def errors_of(judged: Sequence[Judged]) -> list[str]:
    return [
        f"{one.case.trigger}: {'missed' if one.case.positive else 'false alarm'}"
        f"{'' if one.case.language == ENGLISH else ' (' + one.case.language + ')'}: {one.case.told}"
        f"{'  [' + one.words + ']' if one.fires and one.words else ''}"
        for one in judged
        if one.fires is not one.case.positive
    ]


def judged_by(watcher: Watcher, cases: Sequence[Case], console: Console) -> list[Judged]:
    with console.status("Reading the cases …"):
        return [watcher.judged(case) for case in cases]


@click.command(help=__doc__)
@click.option("--cases", "where", type=click.Path(exists=True, path_type=Path), required=True, help="A file or folder.")
@click.option(
    "--policy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=DEMO,
    help="Whose thresholds count. Default: the demo's.",
)
@click.option(
    "--intents",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=LARKFIELD,
    help="The intents that are known. Default: the demo's.",
)
@cache_option
@click.option("--json", "machine", is_flag=True, help="Print JSON.")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Draw recall against false alarms.")
@click.option("--figures-only", is_flag=True, help="Leave out the errors: for cases that are to stay unseen.")
def command(
    where: Path, policy: Path, intents: Path, cache: Path, machine: bool, svg: Path | None, figures_only: bool
) -> None:
    watcher = Watcher.of(policy=policy, intents=intents, cache=cache)
    console = Console(stderr=machine)
    judged = judged_by(watcher, cases_of(where), console)
    report = report_of(judged)
    if svg:
        svg.write_text(as_svg(judged), encoding="utf-8")
    errors = [] if figures_only else errors_of(judged)
    if machine:
        click.echo(json.dumps({"triggers": report, "errors": errors}, indent=2, ensure_ascii=False))
        return
    console.print(as_table(report))
    for line in errors:
        console.print(line, markup=False, highlight=False)
