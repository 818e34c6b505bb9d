"""How far two shares lie apart, and how well that is known."""

import math
from dataclasses import dataclass

from core.measure.share import Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The share of the `treated` less that of the `held_out`, with Newcombe's hybrid score interval at 95 % (method 10
    in Newcombe, Statistics in Medicine 17, 1998), which holds for small shares and unequal arms too."""

    treated: Share
    held_out: Share

    @property
    def told(self) -> bool:
        """Whether there is anybody in both arms."""
        return bool(self.treated.cases and self.held_out.cases)

    @property
    def value(self) -> float | None:
        if self.treated.value is None or self.held_out.value is None:
            return None
        return self.treated.value - self.held_out.value

    @property
    def low(self) -> float:
        return self._edge(lower=True)

    @property
    def high(self) -> float:
        return self._edge(lower=False)

    @property
    def sure(self) -> bool:
        """Whether the interval leaves no difference out."""
        return self.told and (self.high < 0 or self.low > 0)

    def _edge(self, *, lower: bool) -> float:
        p, q = self.treated.value, self.held_out.value
        if p is None or q is None:
            return -1.0 if lower else 1.0
        if lower:
            return p - q - math.hypot(p - self.treated.low, self.held_out.high - q)
        return p - q + math.hypot(self.treated.high - p, q - self.held_out.low)
