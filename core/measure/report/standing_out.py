"""What stands out: groups that differ from the others by more than chance and by enough to matter, and days on which
more came than usual.

Many cells are looked at, and one of twenty would stand out by chance: so the chance that is allowed is shared among
all cells of a report (Bonferroni). A group that stands out would make every other one look different from the rest: so
those on the odd side are taken out first, and what is left is looked at without them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from core.measure.report.measures import MEASURES, Better, Measure
from core.measure.spike import tail
from core.measure.statistics import Difference, Share, chance_of
from core.model.matter import By, Tally
from core.model.signals import OUT_OF_SCOPE

FEWEST = 20  # cases below which a share says little, and is never marked
ALPHA = 0.05  # for all cells together
RELEVANT = 0.03  # apart from the rest: less than that is nothing to act on, however sure
WEEKS = 4  # before and after, of the same day of the week, that say what is usual
DOUBLE = 2.0  # times what is usual
LEAST = 10  # on a day
# What is so before anybody answers. Who had a matter follows from how it went: those groups differ by what they are.
COMPARED = frozenset({By.TIER, By.CHANNEL, By.INTENT, By.LANGUAGE, By.BRAND, By.MONTH})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """A group's share against those of the groups that are left; that far from all others it is by chance so seldom."""

    key: str
    share: Share
    rest: Share
    chance: float

    @property
    def difference(self) -> Difference:
        return Difference(treated=self.share, held_out=self.rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark(Outlier):
    """The same of one measure in one cut."""

    by: By
    measure: Measure

    @property
    def worse(self) -> bool | None:
        """None where nobody says which way is better."""
        if self.measure.better is Better.UNSAID:
            return None
        more = (self.share.value or 0) > (self.rest.value or 0)
        return more is not (self.measure.better is Better.UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """More of one group than usual from day to day, both included; `usual` were to be expected of the `count`."""

    by: By
    key: str
    since: date
    until: date
    count: int
    usual: float


def marks(tables: Mapping[By, Sequence[Tally]]) -> list[Mark]:
    """In the cuts that are COMPARED, the least likely first."""
    tables = {by: groups for by, groups in tables.items() if by in COMPARED}
    cells = [(by, measure, group) for by, groups in tables.items() for group in groups for measure in MEASURES]
    looked = sum(measure.share(group).cases >= FEWEST for _, measure, group in cells)
    found = [
        mark
        for by, groups in tables.items()
        for measure in MEASURES
        for mark in _outliers(by, measure, groups, ALPHA / looked if looked else 0.0)
    ]
    return sorted(found, key=lambda mark: (mark.chance, mark.by, mark.key))


def _outliers(by: By, measure: Measure, groups: Sequence[Tally], allowed: float) -> Iterator[Mark]:
    shares = {group.key: measure.share(group) for group in groups}
    if measure.name == "corrected":
        shares.pop(OUT_OF_SCOPE, None)  # nothing gets there but by a correction
    for each in outliers(shares, allowed):
        if abs(each.difference.value or 0) >= RELEVANT:
            yield Mark(by=by, measure=measure, key=each.key, share=each.share, rest=each.rest, chance=each.chance)


def outliers(shares: Mapping[str, Share], allowed: float) -> Iterator[Outlier]:
    """The groups of FEWEST cases or more that differ from all others with a chance of no more than that. Those on the
    odd side are taken out first, the farthest first, and held against those that are left; these are looked at
    anew."""
    left = {key: share for key, share in shares.items() if share.cases >= FEWEST}
    while len(left) > 1:
        chances = {key: chance_of(share, _without(left, {key})) for key, share in left.items()}
        sure = {key for key, chance in chances.items() if chance <= allowed}
        if not sure:
            return
        odd = (_odd_side(left) & sure) or {min(sure, key=lambda key: chances[key])}
        rest = _without(left, odd)
        found = [Outlier(key=key, share=left.pop(key), rest=rest, chance=chances[key]) for key in sorted(odd)]
        yield from sorted(found, key=lambda each: -abs(each.difference.value or 0.0))


def _without(shares: Mapping[str, Share], keys: Set[str]) -> Share:
    others = [share for key, share in shares.items() if key not in keys]
    return Share(hits=sum(each.hits for each in others), cases=sum(each.cases for each in others))


def _odd_side(shares: Mapping[str, Share]) -> Set[str]:
    """The groups are parted into a low and a high side so that each is as much alike as can be; odd are the fewer
    groups, or of as many the fewer cases."""
    ranked = sorted(shares, key=lambda key: (shares[key].value or 0.0, key))
    parted = [(frozenset(ranked[:cut]), frozenset(ranked[cut:])) for cut in range(1, len(ranked))]

    def apart(sides: tuple[Set[str], Set[str]]) -> float:
        # What the two means explain of the spread of all cases.
        low, high = (_without(shares, side) for side in reversed(sides))
        return low.cases * high.cases * ((high.value or 0.0) - (low.value or 0.0)) ** 2

    sides = max(parted, key=apart)
    return min(sides, key=lambda side: (len(side), sum(shares[key].cases for key in side)))


def waves(by: By, counts: Mapping[str, Mapping[str, int]], since: date, until: date) -> list[Wave]:
    """Runs of days, `until` not included, on which at least twice as many came as on the same days of the weeks around
    them, and more than chance would bring on any day of any group; the first first."""
    days = [since + timedelta(days=n) for n in range((until - since).days)]
    allowed = ALPHA / max(1, len(days) * len(counts))
    found: list[Wave] = []
    for key, by_day in counts.items():
        series = {day: by_day.get(day.isoformat(), 0) for day in days}
        high: defaultdict[date, float] = defaultdict(float)
        for day, count in series.items():
            around = [series[near] for near in _same_days(day) if near in series]
            usual = median(around) if len(around) >= WEEKS else None
            if usual is None or count < max(LEAST, DOUBLE * usual):
                continue
            # The median stands for every week, so that another day of the wave makes this one no smaller.
            if tail(count, round(usual * len(around)), len(around)) <= allowed:
                high[day] = usual
        found += _runs(by, key, series, high)
    return sorted(found, key=lambda wave: (wave.since, wave.key))


def _same_days(day: date) -> list[date]:
    return [day + timedelta(weeks=week) for week in range(-WEEKS, WEEKS + 1) if week]


def _runs(by: By, key: str, series: Mapping[date, int], high: Mapping[date, float]) -> Iterator[Wave]:
    """A day in between that is as usual ends no wave; two do."""
    days = sorted(high)
    while days:
        end = 0
        while end + 1 < len(days) and (days[end + 1] - days[end]).days <= 2:
            end += 1
        run, days = days[: end + 1], days[end + 1 :]
        count = sum(series[day] for day in run)
        yield Wave(by=by, key=key, since=run[0], until=run[-1], count=count, usual=sum(high[day] for day in run))
