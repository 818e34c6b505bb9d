"""When a visitor of the company's pages is offered help."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from core.model.journey import StepKind


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyRule:
    """`times` steps of the kind within `within`, on `pages` (beginnings of paths; empty: everywhere); of a hesitation
    the seconds from which it counts. `texts` maps a language to the offer."""

    step: StepKind
    texts: Mapping[str, str]
    times: int = 1
    within: timedelta = timedelta(minutes=10)
    pages: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The rules in their order, and what keeps them from being a nuisance: `per_day` offers to one visitor, `per_hour`
    to all together, none for `after_no` to who declined one. `holdout` is the share of visitors who are never offered
    anything, to know whether the offers do any good."""

    rules: Mapping[str, JourneyRule] = field(default_factory=dict)
    per_day: int = 1
    per_hour: int = 200
    after_no: timedelta = timedelta(days=30)
    holdout: float = 0.1
