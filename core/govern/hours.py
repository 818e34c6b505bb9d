"""Hours at which a proactive message may reach somebody, on their own clock.

The default of 08:00 to 20:00 lies inside the 8 a.m. to 9 p.m. of 47 CFR 64.1200(c)(1) and the narrower 8 to 20
of some US states.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone as phone_zones

from core.coordinate.policy import Outreach
from core.model.customer import QuietTime

STEP = timedelta(minutes=15)
HORIZON = timedelta(days=3)
# WhatsApp takes free words only within a day after the customer's own.
WHATSAPP_WINDOW = timedelta(hours=24)


def zones_of(time_zone: str | None, phone: str) -> tuple[ZoneInfo, ...]:
    """The known zone, or every zone that the number may be in. Empty when nothing is known."""
    known = _zone(time_zone)
    if known is not None:
        return (known,)
    try:
        names = phone_zones.time_zones_for_number(phonenumbers.parse(phone, None))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for name in names if (zone := _zone(name)) is not None)


def agree(zones: Sequence[ZoneInfo], moments: Sequence[datetime]) -> bool:
    """Whether all of them show the same time at those moments; one zone always agrees with itself, none never does."""
    clocks = {tuple(moment.astimezone(zone).utcoffset() for moment in moments) for zone in zones}
    return len(zones) == 1 or (bool(moments) and len(clocks) == 1)


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def inside(moment: datetime, zone: ZoneInfo, opens: time, closes: time) -> bool:
    return opens <= moment.astimezone(zone).time() < closes


def _hushed(moment: datetime, zone: ZoneInfo, quiet: QuietTime | None) -> bool:
    return quiet is not None and quiet.covers(moment.astimezone(zone).time())


def next_allowed(
    now: datetime, hours: Outreach, time_zone: str | None, phone: str, quiet: QuietTime | None = None
) -> datetime:
    """The first moment at or after `now` that is inside the hours in every zone the person may be in, and outside the
    `quiet` time that they asked for.

    With several candidate zones too far apart to agree, or none known, the answer is a day beyond the horizon:
    the message is held, not sent at a guess.
    """
    zones = zones_of(time_zone, phone)
    moment = now
    while zones and moment <= now + HORIZON:
        if all(inside(moment, zone, hours.opens, hours.closes) and not _hushed(moment, zone, quiet) for zone in zones):
            return moment
        moment = (
            moment
            + STEP
            - timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
        )
    return now + HORIZON + timedelta(days=1)
