"""Figures as values: what was measured, in which unit, and the promise that it is held against."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number. `most` and `least` are the promise, where there is one."""

    group: str
    name: str
    value: float
    unit: str = ""
    most: float | None = None
    least: float | None = None

    @property
    def kept(self) -> bool | None:
        """Whether the promise is kept; None where nothing was promised."""
        if self.most is None and self.least is None:
            return None
        return (self.most is None or self.value < self.most) and (self.least is None or self.value >= self.least)

    @property
    def promise(self) -> str:
        limits = [f"< {self.most:g}"] if self.most is not None else []
        limits += [f">= {self.least:g}"] if self.least is not None else []
        return " ".join([*limits, self.unit]).strip() if limits else ""

    @property
    def shown(self) -> str:
        whole = abs(self.value) >= 100 or isinstance(self.value, int)
        return f"{self.value:,.0f} {self.unit}".strip() if whole else f"{self.value:,.2f} {self.unit}".strip()

    def row(self) -> dict[str, Any]:
        return {**asdict(self), "kept": self.kept}


def median(values: Sequence[float]) -> float:
    return float(statistics.median(values))


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that is not below `percent` of them (nearest rank); ValueError for no values."""
    if not values:
        raise ValueError("there is no percentile of nothing")
    rank = math.ceil(len(values) * percent / 100)
    return sorted(values)[max(rank, 1) - 1]


def table(figures: Sequence[Figure]) -> Table:
    """All figures by group; the last column says whether the promise is kept."""
    drawn = Table("what", "figure", "promised", "kept", title="Handrail's numbers")
    drawn.columns[1].justify = "right"
    marks = {True: "[green]yes[/green]", False: "[red]NO[/red]", None: ""}
    group = ""
    for figure in figures:
        if figure.group != group:
            group = figure.group
            drawn.add_section()
            drawn.add_row(f"[bold]{group}[/bold]")
        drawn.add_row(f"  {figure.name}", figure.shown, figure.promise, marks[figure.kept])
    return drawn
