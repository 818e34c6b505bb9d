"""Times of day in a text, and which of them were ahead when it was written and are over now."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core.text.dates import DAYS, MONTHS

_TIME = re.compile(
    r"(?<![\d:.,])(?:(?P<hour>[01]?\d|2[0-3])(?:(?P<sep>[:.])|\s?h\s?)(?P<minute>[0-5]\d)|(?P<round>1[0-2]|[1-9])(?=\s?[ap](?:m\b|\.m\.)))"
    r"(?![\d:])(?:\s?(?P<half>[ap])(?:m\b|\.m\.))?(?P<uhr>\s?Uhr)?(?:\s?(?P<utc>UTC|GMT)\b)?",
    re.IGNORECASE,
)
# In front of a time that is ahead, also where the clock stood later when it was written: that of the next day.
_AHEAD = re.compile(
    r"\b(?:by|until|till|before|bis|vor|hasta|antes de|avant|jusqu[’'](?:à|a)|até)\s*(?:(?:las|às)\s*)?$", re.I
)
_TOMORROW = re.compile(r"\b(?:tomorrow|morgen|mañana|demain|amanhã)\b|明日", re.I)
_NAMES = sorted({*(day for names in DAYS.values() for day in names), *" ".join(MONTHS.values()).split()}, key=len)
# A time on a day that is named is not today's.
_DAY = re.compile(rf"\b(?:{'|'.join(map(re.escape, reversed(_NAMES)))})\b|\d{{1,2}}[./]\d{{1,2}}[./]", re.I)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}\S*)?")


@dataclass(frozen=True, slots=True)
class _Clock:
    words: str
    hour: int
    minute: int
    utc: bool
    ahead: bool


def passed_time(text: str, since: datetime, now: datetime, zone: str) -> str:
    """The first time of day in the text, as it stands there, that was ahead at `since` and is not ahead `now`; empty
    where there is none. A time counts on the clock of `zone` unless UTC is written behind it. Of a text that names a
    day nothing is told: its times may be of that day."""
    if _DAY.search(text):
        return ""
    days = timedelta(days=1) if _TOMORROW.search(text) else timedelta()
    for clock in _clocks(text):
        written = since.astimezone(UTC if clock.utc else ZoneInfo(zone))
        meant = written.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0) + days
        if meant <= written and clock.ahead:
            meant += timedelta(days=1)
        if written < meant <= now:
            return clock.words
    return ""


def passed_moment(value: object, since: datetime, now: datetime, zone: str) -> str:
    """The same of a fact that is a date or a moment in ISO 8601; a date is over when its day is."""
    text = str(value).strip()
    if not _ISO.fullmatch(text):
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    end = moment + timedelta(days=1) if len(text) == len("2026-11-24") else moment
    end = end if end.tzinfo else end.replace(tzinfo=ZoneInfo(zone))
    return text if since < end <= now else ""


def _clocks(text: str) -> Iterator[_Clock]:
    for found in _TIME.finditer(text):
        if found["sep"] == "." and not found["uhr"]:
            continue  # an amount, or the number of a version
        hour, half = int(found["hour"] or found["round"]), (found["half"] or "").lower()
        if half:
            if hour > 12:
                continue
            hour = hour % 12 + (12 if half == "p" else 0)
        ahead = _AHEAD.search(text[: found.start()]) is not None
        yield _Clock(found[0].strip(), hour, int(found["minute"] or 0), found["utc"] is not None, ahead)
