"""A share of some cases, and how far it can be trusted."""

import math
from dataclasses import dataclass

Z = 1.96  # 95 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`hits` of `cases`, with Wilson's interval at 95 %. A share of no cases has no value, and may be anything."""

    hits: int
    cases: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.cases:
            raise ValueError(f"{self.hits} of {self.cases} is no share")

    @property
    def value(self) -> float | None:
        return self.hits / self.cases if self.cases else None

    @property
    def low(self) -> float:
        return max(0.0, self._middle - self._half) if self.cases else 0.0

    @property
    def high(self) -> float:
        return min(1.0, self._middle + self._half) if self.cases else 1.0

    @property
    def _middle(self) -> float:
        return (self.hits / self.cases + Z * Z / (2 * self.cases)) / self._wider

    @property
    def _half(self) -> float:
        n, p = self.cases, self.hits / self.cases
        return Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / self._wider

    @property
    def _wider(self) -> float:
        return 1 + Z * Z / self.cases

    def __str__(self) -> str:
        if self.value is None:
            return "no case yet"
        return f"{self.value:.0%} ({self.hits} of {self.cases}; {self.low:.0%} to {self.high:.0%})"
