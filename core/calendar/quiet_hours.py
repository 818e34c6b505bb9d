"""Hours at which a proactive message may reach somebody, on their own clock.

The default of 08:00 to 20:00 lies inside the 8 a.m. to 9 p.m. of 47 CFR 64.1200(c)(1) and the narrower 8 to 20
of some US states.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone as phone_zones

from core.calendar.spans import HORIZON, Rule, Span, spans
from core.model.customer import QuietTime
from core.policy import Outreach

__all__ = ["HORIZON", "WHATSAPP_WINDOW", "agree", "closes_after", "country_of", "next_allowed", "zones_of"]

# WhatsApp takes free words only within a day after the customer's own.
WHATSAPP_WINDOW = timedelta(hours=24)


@lru_cache(maxsize=1024)
def zones_of(time_zone: str | None, phone: str) -> tuple[ZoneInfo, ...]:
    """The known zone, or every zone that the number may be in. Empty when nothing is known, or when one of those that
    it may be in is unknown here."""
    known = _zone(time_zone) if time_zone else None
    if known is not None:
        return (known,)
    try:
        names = phone_zones.time_zones_for_number(phonenumbers.parse(phone, None))
    except phonenumbers.NumberParseException:
        return ()
    return _zones(tuple(names))


@lru_cache(maxsize=1024)
def _zones(names: tuple[str, ...]) -> tuple[ZoneInfo, ...]:
    found = [_zone(name) for name in names]
    known = tuple(zone for zone in found if zone is not None)
    return known if len(known) == len(found) else ()


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def country_of(phone: str) -> str:
    """The country of a number (ISO 3166, upper case); of one that several share and that is nobody's in particular, the
    largest of them. Empty for what is no number."""
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return ""
    own = phonenumbers.region_code_for_number(number)
    return own or phonenumbers.region_code_for_country_code(number.country_code or 0)


def agree(zones: Sequence[ZoneInfo], moments: Sequence[datetime]) -> bool:
    """Whether all of them show the same time at those moments; one zone always agrees with itself, none never does."""
    clocks = {tuple(moment.astimezone(zone).utcoffset() for moment in moments) for zone in zones}
    return len(zones) == 1 or (bool(moments) and len(clocks) == 1)


def next_allowed(
    now: datetime, hours: Outreach, time_zone: str | None, phone: str, quiet: QuietTime | None = None
) -> datetime:
    """The first moment at or after `now` that is inside the hours in every zone the person may be in, and outside the
    `quiet` time that they asked for: exact, also where clocks are changed.

    With several candidate zones too far apart to agree, or none known, the answer is a day beyond the horizon:
    the message is held, not sent at a guess.
    """
    span = _next(now, hours, time_zone, phone, quiet)
    if span is None or span[0] > now + HORIZON:
        return now + HORIZON + timedelta(days=1)
    return max(now, span[0])


def closes_after(
    now: datetime, hours: Outreach, time_zone: str | None, phone: str, quiet: QuietTime | None = None
) -> datetime:
    """Until when a message that leaves at `now` may be delivered: the end of the hours that it is inside of. `now`
    itself where it is outside, or where nobody knows."""
    span = _next(now, hours, time_zone, phone, quiet)
    return span[1] if span is not None and span[0] <= now else now


def _next(now: datetime, hours: Outreach, time_zone: str | None, phone: str, quiet: QuietTime | None) -> Span | None:
    """The first allowed stretch that is not over at `now`."""
    own = hours.hours_in.get(country_of(phone)) if phone.startswith(_codes(tuple(hours.hours_in))) else None
    rule = Rule(opens=hours.opens, closes=hours.closes, own=own, quiet=quiet)
    found = spans(zones_of(time_zone, phone), rule, now.astimezone(UTC).date())
    place = bisect_right(found, now, key=lambda span: span[1])
    return found[place] if place < len(found) else None


@lru_cache(maxsize=64)
def _codes(countries: tuple[str, ...]) -> tuple[str, ...]:
    """With what their numbers begin: to find out the country of any other takes longer than all the rest."""
    return tuple({f"+{phonenumbers.country_code_for_region(country)}" for country in countries})
