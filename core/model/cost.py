"""What language models cost."""

from dataclasses import dataclass

MICRO = 1_000_000  # budgets are kept in millionths of the currency, so that sums are exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One request to a model: tokens of the prompt and of the answer, and what they cost in `currency`.

    The tokens are our own count; a vendor's bill may differ by a few."""

    model: str
    tier: str  # light | strong
    read: int
    written: int
    amount: float
    currency: str
