"""Everything that a report tells of one period, put together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from core.measure.report.measures import MEASURES, Better, Measure
from core.measure.report.standing_out import FEWEST, Mark, Wave, marks, waves
from core.measure.statistics import Difference, Interval, Share, chance_of, mean
from core.model.cost import MICRO
from core.model.matter import By, Middle, Span, Tally
from core.ports import Unit

CHANGES = 0.05  # the chance that is allowed for all measures together that have changed since the period before
EMPTY = Tally(key="", matters=0)
NO_CUTS = (By.ALL, By.DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What the company says a minute of an agent and a text cost, in its currency; None: it has not said."""

    minute: float | None = None
    text: float | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One share beside that of the period before. `sure`: the change is more than chance, over all measures."""

    measure: Measure
    now: Share
    before: Share
    sure: bool

    @property
    def change(self) -> Difference:
        return Difference(treated=self.now, held_out=self.before)

    @property
    def better(self) -> bool | None:
        """None where it is not sure, or nobody says which way is better."""
        if not self.sure or self.measure.better is Better.UNSAID:
            return None
        return ((self.change.value or 0) > 0) is (self.measure.better is Better.UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one resolved matter, in one currency; None where nobody said a price. `resolved` are closed matters."""

    currency: str
    resolved: int
    models: float
    minutes: float
    agents: float | None = None
    texts: float | None = None

    @property
    def total(self) -> float:
        return self.models + (self.agents or 0.0) + (self.texts or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`whole` and `before` are the period and the one before it; `tables` the groups of each cut, the largest first;
    `days` by date, without medians; `waves` of the days of the period."""

    span: Span
    whole: Tally
    before: Tally
    scorecard: Sequence[Scored]
    tables: Mapping[By, Sequence[Tally]]
    days: Mapping[date, Tally]
    marks: Sequence[Mark]
    waves: Sequence[Wave]
    prices: Prices = field(default_factory=Prices)

    @property
    def rating(self) -> Interval | None:
        return mean(*self.whole.ratings)

    @property
    def rating_before(self) -> Interval | None:
        return mean(*self.before.ratings)

    @property
    def promoters(self) -> Interval | None:
        return net_promoters(self.whole)

    @property
    def promoters_before(self) -> Interval | None:
        return net_promoters(self.before)

    def middle(self, name: str) -> tuple[Middle | None, Middle | None]:
        """Now and before."""
        return self.whole.middles.get(name), self.before.middles.get(name)

    def cost(self, tally: Tally) -> Cost | None:
        """None where nothing was closed, or models were paid in several currencies."""
        currencies = {*tally.costs, *([self.prices.currency] if self.prices.currency else [])}
        if not tally.closed or len(currencies) > 1:
            return None
        minutes, many = tally.handled / 60 / tally.closed, tally.closed
        return Cost(
            currency=next(iter(currencies), ""),
            resolved=many,
            models=sum(tally.costs.values()) / MICRO / many,
            minutes=minutes,
            agents=None if self.prices.minute is None else minutes * self.prices.minute,
            texts=None if self.prices.text is None else tally.texts * self.prices.text / many,
        )

    def marked(self, by: By, key: str, measure: str) -> Mark | None:
        return next((m for m in self.marks if (m.by, m.key, m.measure.name) == (by, key, measure)), None)


def report_of(unit: Unit, span: Span, cuts: Sequence[By], prices: Prices | None = None) -> Report:
    """The report of a period, in these cuts."""
    table = unit.matters
    whole = next(iter(table.tallies(span, By.ALL)), EMPTY)
    before = next(iter(table.tallies(span.before, By.ALL)), EMPTY)
    tables = {by: _in_order(by, table.tallies(span, by)) for by in cuts if by not in NO_CUTS}
    counts = {By.INTENT: _known(table.counts(span, By.INTENT))}
    since, until = span.since.date(), _end(span.until)
    return Report(
        span=span,
        whole=whole,
        before=before,
        scorecard=scorecard(whole, before),
        tables=tables,
        days=_every_day(table.tallies(span, By.DAY, middles=False), since, until),
        marks=marks(tables),
        waves=[wave for by, found in counts.items() for wave in waves(by, found, since, until)],
        prices=prices or Prices(),
    )


def net_promoters(tally: Tally) -> Interval | None:
    """The net promoter score from -100 to 100: the share of 9 and 10 less that of 0 to 6 (Reichheld, Harvard Business
    Review 12, 2003), as the mean of 1, 0 and -1 with its interval; None of fewer than two answers."""
    count, high, low = tally.recommends
    found = mean(count, high - low, high + low)
    if found is None:
        return None
    return Interval(value=100 * found.value, low=max(-100.0, 100 * found.low), high=min(100.0, 100 * found.high))


def scorecard(whole: Tally, before: Tally) -> list[Scored]:
    """Every measure beside the period before."""
    pairs = [(measure, measure.share(whole), measure.share(before)) for measure in MEASURES]
    allowed = CHANGES / len(pairs)
    return [
        Scored(
            measure=measure,
            now=now,
            before=then,
            sure=min(now.cases, then.cases) >= FEWEST and chance_of(now, then) <= allowed,
        )
        for measure, now, then in pairs
    ]


def _in_order(by: By, tallies: Sequence[Tally]) -> list[Tally]:
    """Months as they follow, else the largest first."""
    return sorted(tallies, key=lambda each: (0 if by is By.MONTH else -each.matters, each.key))


def _known(counts: Mapping[str, Mapping[str, int]]) -> Mapping[str, Mapping[str, int]]:
    return {key: by_day for key, by_day in counts.items() if key}


def _end(until: datetime) -> date:
    """The first day that is not wholly or partly in the period."""
    last = until - timedelta(microseconds=1)
    return last.date() + timedelta(days=1)


def _every_day(tallies: Sequence[Tally], since: date, until: date) -> dict[date, Tally]:
    found = {date.fromisoformat(each.key): each for each in tallies}
    days = [since + timedelta(days=n) for n in range((until - since).days)]
    return {day: found.get(day, replace(EMPTY, key=day.isoformat())) for day in days}


def weekly(days: Mapping[date, Tally]) -> dict[date, Tally]:
    """Together by week, under its Monday; a week that is not whole in the period is left out, so that the ends of a
    line say no less than its middle."""
    weeks: defaultdict[date, list[Tally]] = defaultdict(list)
    for day, tally in days.items():
        weeks[day - timedelta(days=day.weekday())].append(tally)
    return {monday: together(monday.isoformat(), some) for monday, some in sorted(weeks.items()) if len(some) == 7}


def together(key: str, tallies: Sequence[Tally]) -> Tally:
    """The sums of several groups; medians cannot be put together, and are left out."""
    names = {name for each in tallies for name in each.shares}
    ratings, asked = [each.ratings for each in tallies], [each.recommends for each in tallies]
    return Tally(
        key=key,
        matters=sum(each.matters for each in tallies),
        shares={
            name: (
                sum(each.shares.get(name, (0, 0))[0] for each in tallies),
                sum(each.shares.get(name, (0, 0))[1] for each in tallies),
            )
            for name in names
        },
        ratings=(sum(r[0] for r in ratings), sum(r[1] for r in ratings), sum(r[2] for r in ratings)),
        recommends=(sum(a[0] for a in asked), sum(a[1] for a in asked), sum(a[2] for a in asked)),
        closed=sum(each.closed for each in tallies),
        handled=sum(each.handled for each in tallies),
        texts=sum(each.texts for each in tallies),
    )
