"""The words of a play's `given`: where a schedule finds its people, and the days and spans that it counts."""

import re
from datetime import date, timedelta

PEOPLE = "people"
VISITS, SOLVED = "booked_visits", "solved_conversations"  # where people come from
DAY, VISIT, AFTER, UNLESS = "day", "visit", "after_minutes", "unless"
RATED = "rated"
RECOMMENDED = "recommended"  # of `unless`: it asks whether they would recommend the company, with a number from 0 to 10
EVERY_DAYS = "every_days"  # at most so often it asks the same person
A_QUARTER = "90"
LONGEST_DAYS = 730
TOMORROW = "today+1"
AN_HOUR = "60"
LONGEST_AFTER = 30 * 24 * 60  # minutes
_DAY = re.compile(r"today(?:([+-])(\d{1,3}))?")
_LIKE_A_DAY = re.compile(r"today\s*([+-].*)?", re.IGNORECASE)


def is_counted_day(text: str) -> bool:
    """Whether it is a day that is counted from today."""
    return _DAY.fullmatch(text.strip()) is not None


def is_miscounted_day(text: str) -> bool:
    """Whether it looks like such a day, and is none: it would be said to customers as it stands."""
    return _LIKE_A_DAY.fullmatch(text.strip()) is not None and not is_counted_day(text)


def day_of(text: str, today: date) -> date:
    """`today`, `today+14`, `today-1`, or a date as 2026-12-01. Raises ValueError where it is none."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        try:
            return date.fromisoformat(text.strip())
        except ValueError as error:
            raise ValueError(f"{text} is no day such as today, today+14 or 2026-12-01") from error
    days = int(found[2] or 0)
    return today + timedelta(days=-days if found[1] == "-" else days)


def minutes_of(text: str) -> timedelta:
    """Raises ValueError where it is no number of minutes, or more than thirty days of them."""
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(LONGEST_AFTER)) or int(text) > LONGEST_AFTER:
        raise ValueError(f"{text} is no number of minutes up to {LONGEST_AFTER}")
    return timedelta(minutes=int(text))


def days_of(text: str) -> timedelta:
    """Raises ValueError where it is no number of days from 1 to two years."""
    if not (text.isascii() and text.isdigit()) or len(text) > 3 or not 1 <= int(text) <= LONGEST_DAYS:
        raise ValueError(f"{text} is no number of days from 1 to {LONGEST_DAYS}")
    return timedelta(days=int(text))
