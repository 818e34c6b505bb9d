"""When a visitor of the company's pages is offered help: the section `journey`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Self

from core.model.journey import JourneyStepKind
from core.policy.kinds import AT_LEAST_ONE, DAYS, LANGUAGE, MINUTES, POSITIVE, SHARE, TEXT
from core.policy.reader import At, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyRule:
    """`times` steps of the kind within `within`, on `pages` (beginnings of paths; empty: everywhere); of a hesitation
    the seconds from which it counts. `texts` maps a language to the offer."""

    step: JourneyStepKind
    texts: Mapping[Annotated[str, LANGUAGE], Annotated[str, TEXT]]
    times: Annotated[int, AT_LEAST_ONE] = 1
    within: Annotated[timedelta, MINUTES, At("within_minutes")] = timedelta(minutes=10)
    pages: tuple[str, ...] = ()
    seconds: Annotated[float, POSITIVE] = 0.0

    def complete(self, table: Table) -> Self:
        if self.step is JourneyStepKind.HESITATED and not self.seconds:
            table.problem(("seconds",), "found nothing, expected how long a hesitation is, in seconds")
        if not self.texts:
            table.problem(("texts",), "found nothing, expected what is said, by language")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The rules in their order, and what keeps them from being a nuisance: `per_day` offers to one visitor, `per_hour`
    to all together, none for `after_no` to who declined one. `holdout` is the share of visitors who are never offered
    anything, to know whether the offers do any good."""

    rules: Mapping[str, JourneyRule] = field(default_factory=dict)
    per_day: Annotated[int, At("caps.per_visitor_per_day")] = 1
    per_hour: Annotated[int, At("caps.per_hour")] = 200
    after_no: Annotated[timedelta, DAYS, At("caps.after_no_days")] = timedelta(days=30)
    holdout: Annotated[float, SHARE] = 0.1
