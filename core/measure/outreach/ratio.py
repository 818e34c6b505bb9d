"""How many times as large one share is as another, and how well that is known."""

import math
from dataclasses import dataclass

from core.measure.share import Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """The share of the `treated` over that of the `held_out`, with an interval at 95 % made of the Wilson intervals of
    both (Donner and Zou, Statistical Methods in Medical Research 21, 2012), which holds for small shares too. No value
    where nobody of the held out has it; the upper end may be infinite."""

    treated: Share
    held_out: Share

    @property
    def value(self) -> float | None:
        p, q = self.treated.value, self.held_out.value
        return None if p is None or not q else p / q

    @property
    def low(self) -> float:
        p, q = self.treated.value, self.held_out.value
        if p is None or q is None:
            return 0.0
        return max(0.0, _edge(p * q, self.treated.low * (2 * p - self.treated.low), self.held_out.high, q, -1))

    @property
    def high(self) -> float:
        p, q = self.treated.value, self.held_out.value
        if p is None or not q:
            return math.inf
        return _edge(p * q, self.treated.high * (2 * p - self.treated.high), self.held_out.low, q, 1)


def _edge(product: float, ends: float, other: float, q: float, side: int) -> float:
    """`ends` is of the treated, l (2p - l); `other` the end of the interval of the held out that goes with it."""
    below = other * (2 * q - other)  # less than nought where the share is small beside the end of its interval
    if below == 0:
        return math.inf if side > 0 or product == 0 else ends / (2 * product)
    return (product + side * math.sqrt(max(0.0, product * product - ends * below))) / below
