"""Sums and days as people write them in their language, by the Unicode CLDR data of Babel."""

from datetime import date
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency

FALLBACK = "en_GB"


class CldrSpoken:
    """`core.scenarios.compute.Spoken`. A language that nobody knows is written as in English."""

    def money(self, amount: Decimal, currency: str, language: str) -> str:
        # Plain spaces: CLDR's narrow ones would make a text message cost twice as much.
        return " ".join(str(format_currency(amount, currency, locale=_locale(language))).split())

    def day(self, day: date, language: str) -> str:
        return str(format_date(day, format="long", locale=_locale(language)))


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(FALLBACK if language == "en" else language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(FALLBACK)
