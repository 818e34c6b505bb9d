"""The stretches of time in which a proactive message may reach somebody, exact to the second.

A zone's clock is cut where it is changed, each piece is taken with its own offset, and what is left of the day there is
kept. All of it is remembered by zones, rule and day, so that a hundred thousand people of a few zones cost a few
computations.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from core.model.customer import QuietTime
from core.policy.outreach import CountryHours

HORIZON = timedelta(days=7)  # who cannot be reached within it is not waited for
DAY = timedelta(days=1)
_LOOKED = timedelta(hours=3)  # no zone changes its clock twice within it
_EXACT = timedelta(seconds=1)
_NONE = timedelta(0)

T = TypeVar("T", datetime, timedelta)
Span = tuple[datetime, datetime]  # from the first moment until just before the second, both in UTC
Part = tuple[timedelta, timedelta]  # of a day, counted from midnight


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When messages are allowed on somebody's own clock. `own` are the hours of their country, `quiet` the time in
    which they asked for none; both only take away."""

    opens: time
    closes: time
    own: CountryHours | None = None
    quiet: QuietTime | None = None

    def on(self, day: date) -> list[Part]:
        """What is left of a day."""
        parts = [(_since(self.opens), _since(self.closes))]
        if self.own is not None:
            shifts = [(_since(shift.opens), _since(shift.closes) or DAY) for shift in self.own.on(day)]
            parts = list(_shared(parts, shifts))
        return list(_shared(parts, _loud(self.quiet)))


@lru_cache(maxsize=4096)
def spans(zones: tuple[ZoneInfo, ...], rule: Rule, day: date) -> tuple[Span, ...]:
    """What the rule allows in all of the zones at once, from midnight UTC of a day until `HORIZON` after its end, in
    order. Nothing where there is no zone."""
    if not zones:
        return ()
    kept: list[Span] = list(_in_zone(zones[0], rule, day))
    for zone in zones[1:]:
        kept = list(_shared(kept, _in_zone(zone, rule, day)))
    return tuple(kept)


@lru_cache(maxsize=8192)
def _in_zone(zone: ZoneInfo, rule: Rule, day: date) -> tuple[Span, ...]:
    found: list[Span] = []
    for begins, ends, offset in _clocks(zone, day):
        for opens, closes in _allowed(begins, ends, offset, rule):
            if found and found[-1][1] == opens:
                found[-1] = (found[-1][0], closes)
            else:
                found.append((opens, closes))
    return tuple(found)


def _allowed(begins: datetime, ends: datetime, offset: timedelta, rule: Rule) -> Iterator[Span]:
    """While the clock stands at one offset."""
    last = (ends + offset).date()
    day = (begins + offset).date()
    while day <= last:
        midnight = datetime.combine(day, time(0), UTC) - offset
        for opens, closes in rule.on(day):
            first, until = max(begins, midnight + opens), min(ends, midnight + closes)
            if first < until:
                yield first, until
        day += DAY


@lru_cache(maxsize=4096)
def _clocks(zone: ZoneInfo, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """Pieces of time in which the zone's clock is not changed, with its offset to UTC."""
    begins = datetime.combine(day, time(0), UTC)
    looks = int((DAY + HORIZON + DAY) / _LOOKED)
    moments = [begins + _LOOKED * step for step in range(looks + 1)]
    changes = [_change(zone, a, b) for a, b in pairwise(moments) if _offset(zone, a) != _offset(zone, b)]
    cuts = [begins, *changes, moments[-1]]
    return tuple((a, b, _offset(zone, a)) for a, b in pairwise(cuts))


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second of the new offset."""
    old = _offset(zone, before)
    while after - before > _EXACT:
        middle = before + timedelta(seconds=(after - before) // (2 * _EXACT))
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or _NONE


def _since(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond)


def _loud(quiet: QuietTime | None) -> list[Part]:
    if quiet is None:
        return [(_NONE, DAY)]
    starts, ends = _since(quiet.starts), _since(quiet.ends)
    return [(_NONE, starts), (ends, DAY)] if starts <= ends else [(ends, starts)]


def _shared(some: Iterable[tuple[T, T]], others: Iterable[tuple[T, T]]) -> Iterator[tuple[T, T]]:
    """What both have in common, in order."""
    kept = list(others)
    for begins, ends in some:
        for opens, closes in kept:
            first, until = max(begins, opens), min(ends, closes)
            if first < until:
                yield first, until
