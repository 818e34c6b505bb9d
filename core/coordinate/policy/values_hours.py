"""When people of a team are at work."""

from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """From `opens` until just before `closes`, on one day of the team's own clock; 00:00 as an end is midnight."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes != time(0) and self.closes <= self.opens:
            raise ValueError(f"{self.opens:%H:%M}-{self.closes:%H:%M} ends before it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """`days` are the shifts of each weekday, Monday first; on `holidays` there are none."""

    days: tuple[tuple[Shift, ...], ...]
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if len(self.days) != len(DAYS):
            raise ValueError(f"{len(self.days)} days are no week")

    def on(self, day: date) -> tuple[Shift, ...]:
        return () if day in self.holidays else self.days[day.weekday()]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours(Week):
    """In the time zone `zone`."""

    zone: str

    def __post_init__(self) -> None:
        Week.__post_init__(self)
        ZoneInfo(self.zone)  # a zone that nobody knows is refused here and not at the first customer
