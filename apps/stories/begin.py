"""When a story begins: the next such hour from now on, so that opening hours and quiet hours mean the same in each."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def moment(text: str) -> tuple[int, time]:
    """The day of the week, Monday being 0, and the time of day. ValueError for what names none."""
    day, _, hour = text.strip().partition(" ")
    try:
        return DAYS.index(day.lower()), datetime.strptime(hour.strip(), "%H:%M").time()  # noqa: DTZ007 - no day's
    except ValueError as error:
        raise ValueError(f"{text!r} is no moment of a week: write for instance Tuesday 10:00") from error


def begin(text: str, now: datetime, zone: str = "Europe/London") -> datetime:
    """`Tuesday 10:00` on the company's clock. ValueError for anything else."""
    day, clock = moment(text)
    here = now.astimezone(ZoneInfo(zone))
    first = here.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    first += timedelta(days=(day - here.weekday()) % 7)
    return first if first >= here else first + timedelta(days=7)
