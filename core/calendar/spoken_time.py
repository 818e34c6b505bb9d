"""A time as people say it in their language, on the customer's own clock."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.calendar.quiet_hours import agree, zones_of
from core.model.appointment import Slot
from core.model.customer import Customer
from core.text.dates import name_date

FORMS = {
    **dict.fromkeys(("en", "es", "fr", "pt"), "{day}, {time}"),
    "de": "{day}, {time} Uhr",
    "ja": "{day}{time}",
}


def clock_of(customer: Customer, slots: Sequence[Slot] = ()) -> tuple[str, bool]:
    """The time zone to say times in, and whether its clock is surely the customer's: their own zone; that of their
    number, where all that it may be in show the same time then; else the place's, which has to be named. UTC where
    nobody knows any."""
    zones = zones_of(customer.time_zone, customer.phone or "")
    places = next((slot.zone for slot in slots if slot.zone), "")
    if agree(zones, [slot.starts_at for slot in slots]):
        names = [zone.key for zone in zones]
        return (places if places in names else names[0]), True
    return places or "UTC", False


def say_time(moment: datetime, language: str, clock: tuple[str, bool]) -> str:
    """`Tuesday 24 November, 10:30`, with the zone where it may not be the customer's."""
    zone, theirs = clock
    known = language if language in FORMS else "en"
    local = moment.astimezone(zone_of(zone))
    words = FORMS[known].format(day=name_date(local.date(), known), time=f"{local:%H:%M}")
    return words if theirs else f"{words} ({zone})"


def zone_of(name: str) -> ZoneInfo:
    """UTC for a name that nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
