"""A degree as an explainable sum: each ground that was found adds its weight, and stands by name in the records."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.model.signals import Evidence, Scored

LOW, HIGH = 0.34, 0.67
SHOWN = 6  # spans kept for each ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Something that adds `weight` to a degree; `says` names it for a person (`3 questions`)."""

    says: str
    weight: float
    evidence: tuple[Evidence, ...] = ()


def degree(value: str, grounds: Iterable[Ground], *, made_by: str, confidence: float = 0.8) -> Scored:
    """The fact `value`: amount from 0 to 1, label low, medium or high, and why."""
    weighty = sorted((g for g in grounds if g.weight), key=lambda ground: -ground.weight)
    amount = round(min(1.0, max(0.0, sum(ground.weight for ground in weighty))), 3)
    spans = {(e.start, e.end): e for ground in weighty for e in ground.evidence[:SHOWN]}
    return Scored(
        value=value,
        confidence=confidence,
        label="low" if amount < LOW else "medium" if amount < HIGH else "high",
        evidence=tuple(spans[key] for key in sorted(spans)),
        records=tuple(f"{ground.says} {ground.weight:+.2f}" for ground in weighty),
        amount=amount,
        made_by=made_by,
    )
