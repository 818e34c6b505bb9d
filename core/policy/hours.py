"""When people of a team are at work, as the policy writes it: `monday: ["08:00-12:00", "13:00-18:00"]`."""

from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.policy.kinds import Kind, word, words
from core.policy.reader import Custom, Table

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """From `opens` until just before `closes`, on one day of the team's own clock; 00:00 as an end is midnight."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes != time(0) and self.closes <= self.opens:
            raise ValueError(f"{self.opens:%H:%M}-{self.closes:%H:%M} ends before it begins")


def _zone(value: Any) -> str:
    name = word(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError from error
    return name


def _shift(text: str) -> Shift:
    opens, _, closes = (part.strip() for part in text.partition("-"))
    return Shift(opens=time.fromisoformat(opens), closes=time(0) if closes == "24:00" else time.fromisoformat(closes))


def _shifts(value: Any) -> tuple[Shift, ...]:
    """In their order; two that overlap would count the same hour twice."""
    shifts = tuple(sorted((_shift(text) for text in words(value)), key=lambda shift: shift.opens))
    if any(before.closes == time(0) or before.closes > after.opens for before, after in pairwise(shifts)):
        raise ValueError
    return shifts


def _dates(value: Any) -> frozenset[date]:
    """YAML reads 2026-12-25 as a date where it is not in quotes."""
    if not isinstance(value, list):
        raise TypeError
    return frozenset(each if isinstance(each, date) else date.fromisoformat(word(each)) for each in value)


ZONE = Kind(expected="a time zone such as Europe/London", read=_zone)
SHIFTS = Kind(expected='a list of times in quotes such as ["08:00-18:00"] that do not overlap', read=_shifts)
HOLIDAYS = Kind(expected="a list of dates such as 2026-12-25", read=_dates)


def _week(table: Table, _key: str) -> tuple[tuple[Shift, ...], ...]:
    """`weekdays` holds for Monday to Friday where a day has no line of its own; without any it is closed."""
    usual: tuple[Shift, ...] = table.at("weekdays", SHIFTS, ())
    named: list[tuple[Shift, ...] | None] = [table.at(day, SHIFTS, None) for day in DAYS]
    return tuple((usual if place < WEEKDAYS else ()) if day is None else day for place, day in enumerate(named))


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """`days` are the shifts of each weekday, Monday first; on `holidays` there are none."""

    days: Annotated[tuple[tuple[Shift, ...], ...], Custom(_week)]
    holidays: Annotated[frozenset[date], HOLIDAYS] = frozenset()

    def __post_init__(self) -> None:
        if len(self.days) != len(DAYS):
            raise ValueError(f"{len(self.days)} days are no week")

    def on(self, day: date) -> tuple[Shift, ...]:
        return () if day in self.holidays else self.days[day.weekday()]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours(Week):
    """In the time zone `zone`."""

    zone: Annotated[str, ZONE]

    def __post_init__(self) -> None:
        Week.__post_init__(self)
        ZoneInfo(self.zone)  # a zone that nobody knows is refused here and not at the first customer

    def complete(self, table: Table) -> Self:
        if table.sound and not any(self.days):
            table.problem((), "found no opening hours, expected weekdays or a day such as monday")
        return self
