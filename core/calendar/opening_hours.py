"""Whether a team is at work, when it is again, and how much of its time lies between two moments.

Every moment is aware; sums are made in UTC, so that the night on which clocks are changed is as long as it is.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.policy.hours import OpeningHours, Shift

HORIZON = timedelta(days=60)  # nobody is told of an opening that is farther away
DAY = timedelta(days=1)


def is_open(hours: OpeningHours, at: datetime) -> bool:
    return opens_next(hours, at) == at


def opens_next(hours: OpeningHours, at: datetime) -> datetime | None:
    """The first moment at or after `at` at which somebody is there; None where that is beyond the horizon."""
    begins = next((begins for begins, _ in _shifts(hours, at)), None)
    return None if begins is None else max(begins, at)


def after(hours: OpeningHours, at: datetime, working: timedelta) -> datetime | None:
    """When the team will have been there for so long, counted from `at`."""
    left = working
    for begins, ends in _shifts(hours, at):
        begins = max(begins, at)
        if begins + left <= ends:
            return begins + left
        left -= ends - begins
    return None


def open_between(hours: OpeningHours | None, start: datetime, end: datetime) -> timedelta:
    """How long the team was there; without hours it always is."""
    if hours is None:
        return max(end - start, timedelta(0))
    total = timedelta(0)
    for begins, ends in _shifts(hours, start):
        if begins >= end:
            break
        total += min(ends, end) - max(begins, start)
    return total


def _shifts(hours: OpeningHours, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Those that are not over at `at`, in their order."""
    zone = ZoneInfo(hours.zone)
    day = at.astimezone(zone).date() - DAY  # a shift of yesterday may end at midnight
    while day <= (at + HORIZON).astimezone(zone).date():
        for shift in hours.on(day):
            begins, ends = _moments(day, shift, zone)
            if ends > at:
                yield begins, ends
        day += DAY


def _moments(day: date, shift: Shift, zone: ZoneInfo) -> tuple[datetime, datetime]:
    last = day + DAY if shift.closes == time(0) else day
    begins = datetime.combine(day, shift.opens, zone).astimezone(UTC)
    return begins, datetime.combine(last, shift.closes, zone).astimezone(UTC)
