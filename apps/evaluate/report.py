"""What an evaluation found, as a table for people and JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table

from core.measure.statistics import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One figure of one system on one set.

    `aim` is the least it should reach (`at_most`: the most). `against` is the best simple baseline of the same run and
    `gain` the paired difference to it, where there is one; `part` says which cases were reported on."""

    set: str
    figure: str
    system: str
    value: float
    cases: int
    interval: Interval | None = None
    aim: float | None = None
    at_most: bool = False
    against: str = ""
    gain: Interval | None = None
    part: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the aim is reached; None where there is none."""
        if self.aim is None:
            return None
        return self.value <= self.aim if self.at_most else self.value >= self.aim

    @property
    def worse(self) -> bool:
        """Significantly worse than the simple baseline: the whole interval of the difference lies below nought."""
        return self.gain is not None and self.gain.high < 0

    def row(self) -> dict[str, Any]:
        return {**asdict(self), "reached": self.reached, "significantly_worse": self.worse}


def as_json(scores: Sequence[Score]) -> str:
    return json.dumps({"scores": [score.row() for score in scores]}, indent=2, ensure_ascii=False)


def as_table(scores: Sequence[Score], title: str = "") -> Table:
    """Grouped by set; ours and the baselines under one another."""
    drawn = Table("system", "figure", "value", "95 %", "against the baseline", "aim", "cases", title=title or None)
    for place in (2, 6):
        drawn.columns[place].justify = "right"
    before = ""
    for score in scores:
        if score.set != before:
            before = score.set
            drawn.add_section()
            drawn.add_row(f"[bold]{score.set}[/bold] {score.part}".strip())
        drawn.add_row(
            f"  {score.system}",
            score.figure,
            f"{score.value:.3f}",
            f"{score.interval.low:.3f} to {score.interval.high:.3f}" if score.interval else "",
            _gain(score),
            _aim(score),
            f"{score.cases:,}",
        )
    return drawn


def _gain(score: Score) -> str:
    if score.gain is None:
        return ""
    mark = " [red]worse[/red]" if score.worse else ""
    return f"{score.gain.value:+.3f} ({score.gain.low:+.3f} to {score.gain.high:+.3f}) {score.against}{mark}"


def _aim(score: Score) -> str:
    if score.aim is None:
        return ""
    sign = "≤" if score.at_most else "≥"
    return f"{sign} {score.aim:g} " + ("[green]yes[/green]" if score.reached else "[red]NO[/red]")
