"""A time as people say it in their language, on the customer's own clock."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.govern.hours import zones_of
from core.model.appointment import Slot
from core.model.customer import Customer

DAYS: Mapping[str, Sequence[str]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "pt": ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"),
    "ja": ("月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"),
}
MONTHS: Mapping[str, str] = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "ja": "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
}
FORMS = {
    "en": "{day} {date} {month}, {time}",
    "de": "{day}, {date}. {month}, {time} Uhr",
    "es": "{day} {date} de {month}, {time}",
    "fr": "{day} {date} {month}, {time}",
    "pt": "{day}, {date} de {month}, {time}",
    "ja": "{month}{date}日({day}){time}",
}


def clock_of(customer: Customer, slots: Sequence[Slot] = ()) -> tuple[str, bool]:
    """The time zone to say times in, and whether its clock is surely the customer's: their own zone; that of their
    number, where all that it may be in show the same time then; else the place's, which has to be named. UTC where
    nobody knows any."""
    zones = zones_of(customer.time_zone, customer.phone or "")
    moments = [slot.starts_at for slot in slots]
    clocks = {tuple(moment.astimezone(zone).utcoffset() for moment in moments) for zone in zones}
    places = next((slot.zone for slot in slots if slot.zone), "")
    if len(zones) == 1 or (len(clocks) == 1 and moments):
        names = [zone.key for zone in zones]
        return (places if places in names else names[0]), True
    return places or "UTC", False


def said(moment: datetime, language: str, clock: tuple[str, bool]) -> str:
    """`Tuesday 24 November, 10:30`, with the zone where it may not be the customer's."""
    zone, theirs = clock
    known = language if language in FORMS else "en"
    local = moment.astimezone(zone_of(zone))
    words = FORMS[known].format(
        day=DAYS[known][local.weekday()],
        date=local.day,
        month=MONTHS[known].split()[local.month - 1],
        time=f"{local:%H:%M}",
    )
    return words if theirs else f"{words} ({zone})"


def zone_of(name: str) -> ZoneInfo:
    """UTC for a name that nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
