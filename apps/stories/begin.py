"""When a story begins: the next such hour from now on, so that opening hours and quiet hours mean the same in each."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def begin(text: str, now: datetime, zone: str = "Europe/London") -> datetime:
    """`Tuesday 10:00` on the company's clock. ValueError for anything else."""
    day, _, hour = text.strip().partition(" ")
    if day.lower() not in DAYS:
        raise ValueError(f"{text!r} is no moment of a week: write for instance Tuesday 10:00")
    clock = datetime.strptime(hour.strip(), "%H:%M").time()  # noqa: DTZ007 - a time of day alone
    here = now.astimezone(ZoneInfo(zone))
    first = here.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    first += timedelta(days=(DAYS.index(day.lower()) - here.weekday()) % 7)
    return first if first >= here else first + timedelta(days=7)
