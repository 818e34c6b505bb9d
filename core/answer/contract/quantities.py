"""Amounts, shares, durations and other measures, each with its unit brought to one form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import chain

from core.knowledge.numerals import ANY_SHADE, ARTICLES, SHADE, SPELLED_SHADE, shade_numerals, value_of

# ------------------------------------------------------------------
# A text while it is being read: what was understood is blanked out.

_START = re.compile(rf"{ANY_SHADE}|(?<!\w)(?:{'|'.join(sorted(ARTICLES))})(?=\s)", re.IGNORECASE)


class Sheet:
    """A text from which what has been read is blanked out, so that nothing is read twice."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.left = text
        self.shade = ""

    def take(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Every match of a pattern in what is left, blanked out as it is given."""
        for match in pattern.finditer(self.left):
            if match.group().strip():
                self.blank(match)
                yield match

    def take_shaded(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """As `take`, for a pattern with numerals in it. Its groups hold shades: read the words from `text`."""
        for match in pattern.finditer(self.shade):
            self.blank(match)
            yield match

    def take_numbers(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """As `take_shaded`, for a pattern that begins with a numeral: tried only where there is one."""
        for place in self._starts:
            match = pattern.match(self.shade, place)
            if match is not None:
                self.blank(match)
                yield match

    def words(self, match: re.Match[str], group: str) -> str:
        """What a group of a match over the shaded text stands for; empty when it took part in nothing."""
        return self.text[slice(*match.span(group))] if match[group] else ""

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(match.start() for match in _START.finditer(self.shade))

    def blank(self, match: re.Match[str]) -> None:
        """Take a match out of what is left."""
        gap = "\0" * len(match.group())
        self.left = self.left[: match.start()] + gap + self.left[match.end() :]
        if self.shade:
            self.shade = self.shade[: match.start()] + gap + self.shade[match.end() :]


# ------------------------------------------------------------------
# What a sentence can state that must not be got wrong.


class FaultKind(StrEnum):
    NUMBER = "number"
    AMOUNT = "amount"
    SHARE = "share"
    DURATION = "duration"
    UNIT = "unit"
    DATE = "date"
    TIME = "time"
    ADDRESS = "address"
    NAME = "name"
    NEGATION = "negation"
    CONDITION = "condition"
    PROMISE = "promise"
    ACT = "act"
    ADDED = "added"
    WORDS = "words"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a sentence states and its source does not. `span` are characters of the sentence, `text` says it to a
    person."""

    kind: FaultKind
    span: tuple[int, int]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """`low` and `high` are the same for a single number. `raw_low` and `raw_high` are
    the figures as written, before weeks became seconds. `unit` is empty for a bare one; `bound` is `<` for at most,
    `>` for at least; `noun` is the word that is counted."""

    kind: FaultKind
    unit: str
    low: Decimal
    high: Decimal
    raw_low: Decimal
    raw_high: Decimal
    start: int
    end: int
    bound: str = ""
    noun: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Anything that is compared as a whole: an address, a code, a date, a time of day."""

    kind: FaultKind
    value: str
    start: int
    end: int


# ------------------------------------------------------------------

_TO = r"\s*(?:-|–|—|to|bis|a|à)\s*"
_RANGE = r"\s*(?:-|–|—|(?:to|and|or|bis|und|oder|a|y|o|à|et|ou)(?=\s))\s*"
_JOINT = re.compile(r"\s(?:and|or|und|oder|y|o|et|ou)\s")
_BETWEEN = re.compile(r"(?:between|zwischen|entre)\s+$", re.IGNORECASE)
_CURRENCY = {
    "gbp": r"£|GBP|pounds?(?: sterling)?|quid|Pfund|libras?|livres?(?: sterling)?",
    "eur": r"€|EUR|euros?",
    "usd": r"(?:US)?\$|USD|(?:US )?dollars?|dólares|dólar",
    "chf": r"CHF|(?:Swiss )?francs?|Franken",
    "jpy": r"¥|JPY|yen",
    "cad": r"CAD|C\$|CA\$",
    "aud": r"AUD|A\$|AU\$",
    "sek": r"SEK|kronor",
    "pln": r"PLN|zł|złoty(?:ch)?",
    "inr": r"INR|₹|rupees?",
}
_CENTS = {"gbp": r"p|pence", "usd": r"cents?|centavos", "eur": r"Cent|céntimos|centimes"}
_SHARE = r"%|per ?cent|pct|prozent|por ciento|pour ?cent"
# unit → (canonical, how many of it)
_DURATIONS: tuple[tuple[str, str, int], ...] = (
    (r"seconds?|secs?|Sekunden?|segundos?|secondes?", "second", 1),
    (r"minutes?|mins?|Minuten?|minutos?|minutes?", "second", 60),
    (r"(?:working|business|office) hours?", "working hour", 1),
    (r"hours?|hrs?|h|Stunden?|Std\.?|horas?|heures?", "second", 3600),
    (
        r"(?:working|business|week)[ -]?days?|Werktage?n?|Arbeitstage?n?|Geschäftstage?n?|Bankarbeitstage?n?"
        r"|días? (?:laborables?|hábiles|hábil)|jours? ouvr(?:és?|ables?)",
        "working day",
        1,
    ),
    (r"(?:calendar )?days?|(?:Kalender)?tage?n?|días?(?: naturales)?|jours?", "second", 86_400),
    (r"weeks?|wks?|Wochen?|semanas?|semaines?", "second", 604_800),
    (r"fortnights?", "second", 1_209_600),
    (r"months?|mths?|Monate?n?|mes(?:es)?|mois", "month", 1),
    (r"years?|yrs?|Jahre?n?|años?|ans?|années?", "month", 12),
)
_UNITS: tuple[tuple[str, str], ...] = (
    (r"GB|gigabytes?|Gigabyte", "gigabyte"),
    (r"MB|megabytes?|Megabyte", "megabyte"),
    (r"TB|terabytes?", "terabyte"),
    (r"[kK]B|kilobytes?", "kilobyte"),
    (r"Mbit/s|Mbps|megabits?(?: per second)?|Mbit", "megabit"),
    (r"Gbit/s|Gbps", "gigabit"),
    (r"GHz", "gigahertz"),
    (r"MHz", "megahertz"),
    (r"Hz|hertz", "hertz"),
    (r"kWh", "kilowatt hour"),
    (r"kW|kilowatts?", "kilowatt"),
    (r"W|watts?", "watt"),
    (r"mAh", "milliampere hour"),
    (r"mA", "milliampere"),
    (r"A|amps?|amperes?", "ampere"),
    (r"V|volts?", "volt"),
    (r"°\s?C|degrees? (?:celsius|centigrade)|Grad(?: Celsius)?|grados(?: Celsius)?|degrés(?: Celsius)?", "celsius"),
    (r"°\s?F|degrees? fahrenheit|Grad Fahrenheit", "fahrenheit"),
    (r"°|degrees?", "degree"),
    (r"km/h|kph", "kilometre an hour"),
    (r"mph", "mile an hour"),
    (r"km|kilomet(?:re|er)s?|Kilometern?|kilómetros?|kilomètres?", "kilometre"),
    (r"cm|centimet(?:re|er)s?|Zentimetern?|centímetros?|centimètres?", "centimetre"),
    (r"mm|millimet(?:re|er)s?|Millimetern?|milímetros?|millimètres?", "millimetre"),
    (r"m|met(?:re|er)s?|Metern?|metros?|mètres?", "metre"),
    (r"miles?|Meilen?|millas?", "mile"),
    (r"in|inch(?:es)?|Zoll|pulgadas?|pouces?|″", "inch"),
    (r"ft|feet|foot|Fuß|pies?|pieds?", "foot"),
    (r"yards?|yd", "yard"),
    (r"kg|kilos?|kilograms?|kilogrammes?|Kilogramm|kilogramos?", "kilogram"),
    (r"mg|milligrams?", "milligram"),
    (r"g|grams?|grammes?|Gramm|gramos?", "gram"),
    (r"lbs?|lb", "pound of weight"),
    (r"oz|ounces?", "ounce"),
    (r"ml|millilit(?:re|er)s?|Milliliter", "millilitre"),
    (r"l|lit(?:re|er)s?|Liter|litros?", "litre"),
    (r"gallons?|gal", "gallon"),
    (r"dB|decibels?", "decibel"),
    (r"lux", "lux"),
    (r"bar", "bar"),
    (r"psi", "psi"),
    (r"px|pixels?|Pixel", "pixel"),
    (r"MP|megapixels?", "megapixel"),
)
_MOST = (
    r"within|up to|at most|at the most|(?:not?|never) (?:more|later|longer) than|a maximum of|maximum(?: of)?|max\.?"
    r"|under|less than|fewer than|below|(?:not|never) exceed(?:ing)?|as (?:much|many|long) as|limited to|inside"
    r"|in under|bis zu|höchstens|maximal|innerhalb(?: von)?|binnen|weniger als|unter|spätestens nach|hasta|como máximo"
    r"|menos de|dentro de|en un plazo de|máximo(?: de)?|jusqu['’]à|au (?:plus|maximum)|moins de|dans les|sous"
    r"|dans un délai de|by"
)
_LEAST = (
    r"at least|a minimum of|minimum(?: of)?|min\.|(?:not?|never) (?:less|fewer|earlier|sooner) than|more than|over"
    r"|above|exceed(?:s|ing)?|longer than|older than|after|from|not before|mindestens|wenigstens|mehr als|über|nach|ab"
    r"|frühestens|al menos|por lo menos|como mínimo|más de|mínimo(?: de)?|después de|tras|a partir de|au moins"
    r"|au minimum|plus de|après|à partir de"
)
_TAIL_MOST = (
    r"or (?:less|fewer|sooner|under|earlier|older|lower)|at (?:the )?(?:most|latest)|maximum|oder weniger|o menos"
    r"|ou moins|maximal"
)
_TAIL_LEAST = r"or (?:more|longer|over|above|later|newer|higher)|at least|minimum|oder mehr|o más|ou plus|and over|\+"
_BEFORE = re.compile(rf"(?<!\w)(?:(?P<most>{_MOST})|(?P<least>{_LEAST}))\s+(?:the |a |first |last )*$", re.IGNORECASE)
_BEHIND = re.compile(rf"\s*(?:(?P<most>{_TAIL_MOST})|(?P<least>{_TAIL_LEAST}))(?!\w)", re.IGNORECASE)
_GAP = r"(?:\s|-|\u00a0|\u202f)*(?:(?:extra|more|further|full|additional|consecutive|whole|other|weitere|volle) )?"
_NOUN = re.compile(r"[ -]([^\W\d_]{3,})")
_HALF = re.compile(
    r"half an? (?:hour|day|year)|(?:eine[rn]? )?halbe[ns]? (?:Stunde|Tag|Jahr)|media hora|medio año|(?:une"
    r" )?demi-heure",
    re.IGNORECASE,
)
_HALVES = {"h": ("second", 1800), "d": ("second", 43_200), "y": ("month", 6)}


def _either(rows: dict[str, str]) -> str:
    return "|".join(f"(?P<{name}>{pattern})" for name, pattern in rows.items())


_MONEY_BEFORE = re.compile(
    rf"(?<!\w)(?:{_either(_CURRENCY)})\s?(?P<a>{SHADE})(?:{_TO}(?:£|€|\$|EUR\s|GBP\s|USD\s)?(?P<b>{SHADE}))?"
)
_MONEY_BETWEEN = re.compile(
    rf"(?:(?<=between )|(?<=zwischen )|(?<=entre ))(?:{_either(_CURRENCY)})\s?(?P<a>{ANY_SHADE})\s(?:and|und|y|et)\s"
    rf"(?:£|€|\$|EUR\s|GBP\s|USD\s)?(?P<b>{ANY_SHADE})",
    re.IGNORECASE,
)
_MONEY_AFTER = re.compile(
    rf"(?P<a>{ANY_SHADE})(?:{_RANGE}(?P<b>{ANY_SHADE}))?\s?-?(?:{_either(_CURRENCY)})(?!\w)", re.IGNORECASE
)
_SMALL = re.compile(rf"(?P<a>{SHADE})\s?(?:{_either(_CENTS)})(?!\w)")
_PERCENT = re.compile(rf"(?P<a>{ANY_SHADE})(?:{_RANGE}(?P<b>{ANY_SHADE}))?\s?(?:{_SHARE})(?!\w)", re.IGNORECASE)
_LASTING = [
    (
        re.compile(
            rf"(?P<a>{ANY_SHADE}|(?<!\w)(?:{'|'.join(sorted(ARTICLES))})(?=\s))(?:{_RANGE}(?P<b>{ANY_SHADE}))?{_GAP}"
            rf"(?:{pattern})(?!\w)",
            re.IGNORECASE,
        ),
        unit,
        factor,
    )
    for pattern, unit, factor in _DURATIONS
]
_MEASURED = [
    (re.compile(rf"(?P<a>{SHADE})(?:{_RANGE}(?P<b>{SHADE}))?[ \u00a0-]?(?:{pattern})(?!\w)"), unit)
    for pattern, unit in _UNITS
]
_BARE = re.compile(rf"(?P<a>{SHADE})(?!(?<={SPELLED_SHADE})-[a-zäöü])(?:\s*(?:-|–|to|bis|à)\s*(?P<b>{SHADE}))?")
_MENTIONED = [
    *((re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), name) for name, pattern in _CURRENCY.items()),
    (re.compile(rf"(?:{_SHARE})(?!\w)", re.IGNORECASE), "%"),
    # French "an" is an English article where no number stands before it
    *(
        (re.compile(rf"(?<!\w)(?:{p.replace('|ans?|', '|')})(?!\w)", re.IGNORECASE), f"{u} {f}")
        for p, u, f in _DURATIONS
    ),
    *((re.compile(rf"(?<!\w)(?:{p})(?!\w)"), unit) for p, unit in _UNITS if len(p.split("|")[0]) > 1),
]
_WORKING_DAY, _DAY = (
    next(re.compile(rf"(?<!\w)(?:{p})(?!\w)", re.IGNORECASE) for p, unit, many in _DURATIONS if (unit, many) == wanted)
    for wanted in (("working day", 1), ("second", 86_400))
)


def quantities(sheet: Sheet) -> list[Quantity]:
    """Every quantity of what is left of a text, the most telling reading first."""
    sheet.shade = shade_numerals(sheet.left)
    return [*_halves(sheet), *_money(sheet), *_shares(sheet), *_durations(sheet), *_others(sheet), *_bare(sheet)]


def mentioned_units(text: str) -> frozenset[str]:
    """Units that a text names anywhere."""
    found = {unit for pattern, unit in _MENTIONED if pattern.search(text)}
    if "working day 1" in found and not _DAY.search(_WORKING_DAY.sub(" ", text)):
        found.discard("second 86400")
    return frozenset(found)


def _halves(sheet: Sheet) -> Iterator[Quantity]:
    for match in sheet.take(_HALF):
        last = match.group().casefold().split()[-1]
        key = "h" if last.startswith(("h", "s", "demi")) else "d" if last.startswith(("d", "t")) else "y"
        unit, many = _HALVES[key]
        yield _made(sheet, match, FaultKind.DURATION, unit, Decimal(many), Decimal(many))


def _money(sheet: Sheet) -> Iterator[Quantity]:
    marked = (match for pattern in (_MONEY_BETWEEN, _MONEY_BEFORE) for match in sheet.take_shaded(pattern))
    for match in chain(marked, sheet.take_numbers(_MONEY_AFTER)):
        yield from _read(sheet, match, FaultKind.AMOUNT, next(name for name in _CURRENCY if match[name]))
    for match in sheet.take_numbers(_SMALL):
        unit = next(name for name in _CENTS if match[name])
        value = (value_of(sheet.words(match, "a")) / 100).normalize()
        yield _made(sheet, match, FaultKind.AMOUNT, unit, value, value)


def _shares(sheet: Sheet) -> Iterator[Quantity]:
    for match in sheet.take_numbers(_PERCENT):
        yield from _read(sheet, match, FaultKind.SHARE, "%")


def _durations(sheet: Sheet) -> Iterator[Quantity]:
    for pattern, unit, factor in _LASTING:
        for match in sheet.take_numbers(pattern):
            yield from _read(sheet, match, FaultKind.DURATION, unit, factor)


def _others(sheet: Sheet) -> Iterator[Quantity]:
    for pattern, unit in _MEASURED:
        for match in sheet.take_numbers(pattern):
            yield from _read(sheet, match, FaultKind.UNIT, unit)


def _bare(sheet: Sheet) -> Iterator[Quantity]:
    for match in sheet.take_numbers(_BARE):
        if sheet.text[slice(*match.span())].casefold() in ARTICLES:
            continue  # "one of them" counts nothing
        low = value_of(sheet.words(match, "a"))
        high = value_of(sheet.words(match, "b")) if match["b"] else low
        behind = _NOUN.match(sheet.left, match.end())
        yield _made(sheet, match, FaultKind.NUMBER, "", low, high, behind[1] if behind else "")


def _read(sheet: Sheet, match: re.Match[str], kind: FaultKind, unit: str, factor: int = 1) -> Iterator[Quantity]:
    """One number, a range, or two numbers under one unit ("3 or 5 days")."""
    second = sheet.words(match, "b")
    low = value_of(sheet.words(match, "a")) * factor
    if not second:
        yield _made(sheet, match, kind, unit, low, low, factor=factor)
        return
    high = value_of(second) * factor
    two = _JOINT.search(sheet.text[match.end("a") : match.start("b")])
    if two and not _BETWEEN.search(sheet.text[: match.start()]):
        yield _made(sheet, match, kind, unit, low, low, factor=factor)
        yield _made(sheet, match, kind, unit, high, high, factor=factor)
    else:
        yield _made(sheet, match, kind, unit, low, high, factor=factor)


def _made(
    sheet: Sheet,
    match: re.Match[str],
    kind: FaultKind,
    unit: str,
    low: Decimal,
    high: Decimal,
    noun: str = "",
    factor: int = 1,
) -> Quantity:
    before = _BEFORE.search(sheet.text[max(0, match.start() - 40) : match.start()])
    found = before or _BEHIND.match(sheet.text, match.end())
    bound = "" if found is None else "<" if found["most"] else ">"
    return Quantity(
        kind=kind,
        unit=unit,
        low=min(low, high).normalize(),
        high=max(low, high).normalize(),
        raw_low=(min(low, high) / factor).normalize(),
        raw_high=(max(low, high) / factor).normalize(),
        start=match.start(),
        end=match.end(),
        bound=bound,
        noun=noun,
    )
