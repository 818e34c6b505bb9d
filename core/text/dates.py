"""Days and months, in the languages that we write to customers."""

from collections.abc import Mapping, Sequence
from datetime import date

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
_ON: Mapping[str, str] = {
    "en": "on {day} {month}",
    "de": "am {day}. {month}",
    "es": "el {day} de {month}",
    "fr": "le {day} {month}",
    "pt": "em {day} de {month}",
    "ja": "{month}{day}日",
}


_ON_WEEKDAY: Mapping[str, str] = {"en": "on ", "de": "am ", "es": "el ", "fr": "", "pt": "na ", "ja": ""}
_SATURDAY = 5


def on_weekday(day: date, language: str) -> str:
    """`on Monday`; in English where the language is none of ours."""
    known = language if language in _ON_WEEKDAY else "en"
    # In Portuguese the days of the week are feminine, those of its end are not.
    on = "no " if known == "pt" and day.weekday() >= _SATURDAY else _ON_WEEKDAY[known]
    return on + DAYS[known][day.weekday()]


def on_day(day: date, language: str) -> str:
    """`on 4 January`; in English where the language is none of ours."""
    return _written(_ON, day, language)


_NAMED: Mapping[str, str] = {
    "en": "{weekday} {day} {month}",
    "de": "{weekday}, {day}. {month}",
    "es": "{weekday} {day} de {month}",
    "fr": "{weekday} {day} {month}",
    "pt": "{weekday}, {day} de {month}",
    "ja": "{month}{day}日({weekday})",
}


def name_date(day: date, language: str) -> str:
    """`Monday 4 January`; in English where the language is none of ours."""
    return _written(_NAMED, day, language)


def _written(forms: Mapping[str, str], day: date, language: str) -> str:
    known = language if language in forms else "en"
    month = MONTHS[known].split()[day.month - 1]
    return forms[known].format(weekday=DAYS[known][day.weekday()], day=day.day, month=month)
