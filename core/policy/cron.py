"""A timetable in one line, as cron writes it: minute, hour, day of the month, month, day of the week."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
WEEKDAYS = {name: place for place, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
MONTHS = {
    name: place
    for place, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
FURTHEST = 366 * 4 + 1  # days: the 29th of February comes round


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """As cron has it, a day fits where one of day and weekday does, unless one of them is `*`."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]  # Sunday is 0
    either: bool

    def latest(self, now: datetime, zone: str) -> datetime | None:
        """The newest of its moments up to and with `now`, on the clock of the zone; None where there was none in four
        years. An hour that a clock leaves out is that much later, one that it shows twice counts once."""
        local, place = now.astimezone(ZoneInfo(zone)), ZoneInfo(zone)
        for back in range(FURTHEST):
            day = local.date() - timedelta(days=back)
            if day.month not in self.months or not self._fits(day.day, day.isoweekday() % 7):
                continue
            for hour in reversed(self.hours):
                for minute in reversed(self.minutes):
                    moment = datetime.combine(day, time(hour, minute), place)
                    if moment.timestamp() <= now.timestamp():
                        return datetime.fromtimestamp(moment.timestamp(), place)
        return None

    def _fits(self, day: int, weekday: int) -> bool:
        in_month, in_week = day in self.days, weekday in self.weekdays
        return (in_month or in_week) if self.either else (in_month and in_week)


@lru_cache(maxsize=256)
def cron(line: str) -> Cron:
    """Raises ValueError, which says what is wrong with which of the five."""
    parts = line.split()
    if len(parts) != len(FIELDS):
        raise ValueError(f"{line!r} has {len(parts)} parts, expected minute, hour, day, month and weekday")
    minute, hour, day, month, weekday = (
        _values(part.lower(), *field) for part, field in zip(parts, FIELDS, strict=True)
    )
    return Cron(
        minutes=tuple(sorted(minute)),
        hours=tuple(sorted(hour)),
        days=frozenset(day),
        months=frozenset(month),
        weekdays=frozenset(each % 7 for each in weekday),
        either=not parts[2].startswith("*") and not parts[4].startswith("*"),
    )


def _values(text: str, name: str, least: int, most: int) -> set[int]:
    found: set[int] = set()
    names = WEEKDAYS if name == "weekday" else MONTHS if name == "month" else {}
    for part in text.split(","):
        span, _, step = part.partition("/")
        if step and not (step.isascii() and step.isdigit() and int(step)):
            raise ValueError(f"{part!r} is no {name}")
        first, last = (least, most) if span == "*" else _span(span, name, names)
        if span != "*" and step and "-" not in span:
            last = most
        if not least <= first <= last <= most:
            raise ValueError(f"{part!r} is no {name}: expected {least} to {most}")
        found |= set(range(first, last + 1, int(step or 1)))
    return found


def _span(text: str, name: str, names: Mapping[str, int]) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    ends = [names.get(each, int(each) if each.isascii() and each.isdigit() else -1) for each in (first, last or first)]
    if -1 in ends or (dash and not last):
        raise ValueError(f"{text!r} is no {name}")
    return ends[0], ends[1]
