"""A moment as people say it: today from 14:00, tomorrow, on Monday from 9:00, on 4 January."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.calendar.quiet_hours import agree, zones_of
from core.text.dates import on_day, on_weekday

NEAR: Mapping[str, tuple[str, str]] = {
    "en": ("today", "tomorrow"),
    "de": ("heute", "morgen"),
    "es": ("hoy", "mañana"),
    "fr": ("aujourd'hui", "demain"),
    "pt": ("hoje", "amanhã"),
    "ja": ("本日", "明日"),
}
FROM: Mapping[str, str] = {
    "en": "{day} from {hour}:{minute}",
    "de": "{day} ab {hour}:{minute} Uhr",
    "es": "{day} a partir de las {hour}:{minute}",
    "fr": "{day} à partir de {hour} h {minute}",
    "pt": "{day} a partir das {hour}h{minute}",
    "ja": "{day}{hour}:{minute}以降",
}
UNTIL: Mapping[str, str] = {
    "en": "{day} by {hour}:{minute}",
    "de": "{day} bis {hour}:{minute} Uhr",
    "es": "{day} antes de las {hour}:{minute}",
    "fr": "{day} avant {hour} h {minute}",
    "pt": "{day} até às {hour}h{minute}",
    "ja": "{day}{hour}:{minute}まで",
}
QUARTER = 15  # minutes to which a time that is only expected is rounded up
WEEK = 7


def clock_of(time_zone: str | None, number: str, at: datetime) -> ZoneInfo | None:
    """The customer's clock: of their profile, else of their number where every zone that it may be in shows the same
    hour. None where nobody can tell."""
    zones = zones_of(time_zone, number)
    return zones[0] if agree(zones, [at]) else None


def from_when(moment: datetime, now: datetime, zone: ZoneInfo, language: str) -> str:
    return _said(FROM, moment, now, zone, language)


def by_when(moment: datetime, now: datetime, zone: ZoneInfo, language: str) -> str:
    """Rounded up to the quarter of an hour: nobody can expect more of an estimate."""
    over = timedelta(minutes=moment.minute % QUARTER, seconds=moment.second, microseconds=moment.microsecond)
    later = moment if not over else moment - over + timedelta(minutes=QUARTER)
    return _said(UNTIL, later, now, zone, language)


def _said(words: Mapping[str, str], moment: datetime, now: datetime, zone: ZoneInfo, language: str) -> str:
    there = moment.astimezone(zone)
    day = _day(there, now.astimezone(zone), language)
    return words[language].format(day=day, hour=there.hour, minute=f"{there.minute:02}")


def _day(there: datetime, here: datetime, language: str) -> str:
    away = (there.date() - here.date()).days
    if 0 <= away < len(NEAR[language]):
        return NEAR[language][away]
    if 0 < away < WEEK:
        return on_weekday(there.date(), language)
    return on_day(there.date(), language)
