"""The opening hours of a team, as the policy writes them: `monday: ["08:00-12:00", "13:00-18:00"]`."""

from datetime import date, time
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.coordinate.keys import Keys, Kind
from core.coordinate.kinds import word, words
from core.coordinate.policy.values_hours import DAYS, OpeningHours, Shift

WEEKDAYS = 5


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


def days(keys: Keys) -> tuple[tuple[Shift, ...], ...]:
    """Of a week: `weekdays` holds for Monday to Friday where a day has no line of its own; without any it is closed."""
    usual = keys.at("weekdays", SHIFTS, ())
    named = [keys.perhaps(day, SHIFTS) for day in DAYS]
    return tuple((usual if place < WEEKDAYS else ()) if day is None else day for place, day in enumerate(named))


def hours(keys: Keys) -> OpeningHours | None:
    """None where nothing usable is said."""
    zone = keys.at("zone", ZONE)
    week, holidays = days(keys), keys.at("holidays", HOLIDAYS, frozenset())
    if keys.problems:
        return None
    if not any(week):
        keys.problem((), "found no opening hours, expected weekdays or a day such as monday")
        return None
    return OpeningHours(zone=zone, days=week, holidays=holidays)
