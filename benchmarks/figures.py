"""Figures as values: what was measured, in which unit, and the promise that it is held against."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


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
        """As JSON; the value with the digits that mean something."""
        known = {name: value for name, value in asdict(self).items() if value is not None}
        return known | {"value": float(f"{self.value:.4g}") if isinstance(self.value, float) else self.value}


def median(values: Sequence[float]) -> float:
    return float(statistics.median(values))


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that is not below `percent` of them (nearest rank); ValueError for no values."""
    if not values:
        raise ValueError("there is no percentile of nothing")
    rank = math.ceil(len(values) * percent / 100)
    return sorted(values)[max(rank, 1) - 1]
