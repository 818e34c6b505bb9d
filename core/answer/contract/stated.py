"""Numbers, dates, addresses and names of a sentence against those of its source."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from core.answer.contract.quantities import Fault, FaultKind, Mark, Quantity, Sheet, mentioned_units, quantities
from core.answer.contract.wording import clauses
from core.knowledge.numerals import NUMERAL
from core.knowledge.synonyms import concepts

# ------------------------------------------------------------------
# What is compared as a whole: addresses, telephone numbers, codes, versions, dates, weekdays and times of day.

_LINK = re.compile(
    r"https?://[^\s<>\"')]+|www\.[^\s<>\"')]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.])(?:[a-z\d][\w-]*\.)+(?:com|org|net|io|app|example|test|invalid|co|uk|de|fr|es|eu|ch|at|info|shop|help)"
    r"\b(?:/[^\s<>\"')]*)?",
    re.IGNORECASE,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,4})?\b")
_PHONE = re.compile(r"(?<![\w.,])(?:\+\d[\d ()/.-]{6,}\d|\(?0\d{2,5}\)?[ /-]\d[\d -]{3,}\d|0\d{8,})(?!\w)")
_CODE = re.compile(
    r"(?<![\w.])(?:v\.?\s?\d+(?:\.\d+)*|\d+(?:\.\d+){2,}|24/7|(?=[\w-]*\d)(?=[\w-]*[^\W\d_])[^\W_][\w-]*[^\W_])(?![\w])"
)
# Letters and figures in one word that are no code: 30-day, 24h, 5GB, 3rd, 10th, 2x, 50p, 7pm, 19h30.
_NO_CODE = re.compile(
    r"\d+(?:[.,]\d+)?-?(?:st|nd|rd|th|er|re|e|ª|º|[a-zäöüéèñ]{1,6}|[A-Z]{1,2}|[kKMG]Hz|kWh|mAh|GB|MB|TB|KB"
    r"|(?:minute|second|working|business|calendar|digit|month|person|minuten|character)\w*)(?:-\w+)*"
    r"|\d{1,2}[hH]\d{2}|\d+-\d+-\w+|[a-zäöüß]+-\d+",
)
_MONTHS = (
    "january jan januar enero ene janvier janv jänner",
    "february feb februar febrero février févr",
    "march mar märz marzo mars",
    "april apr abril abr avril avr",
    "may mai mayo",
    "june jun juni junio juin",
    "july jul juli julio juillet juil",
    "august aug agosto ago août",
    "september sep sept septiembre septembre",
    "october oct oktober okt octubre octobre",
    "november nov noviembre novembre",
    "december dec dezember dez diciembre dic décembre déc",
)
_MONTH_OF = {word: number for number, row in enumerate(_MONTHS, 1) for word in row.split()}
_MONTH = rf"(?:{'|'.join(sorted(_MONTH_OF, key=len, reverse=True))})"
_DAYS = (
    "monday mondays montag montags lunes lundi mon",
    "tuesday tuesdays dienstag dienstags martes mardi tue",
    "wednesday wednesdays mittwoch mittwochs miércoles mercredi wed",
    "thursday thursdays donnerstag donnerstags jueves jeudi thu",
    "friday fridays freitag freitags viernes vendredi fri",
    "saturday saturdays samstag samstags sábado sábados samedi",
    "sunday sundays sonntag sonntags domingo domingos dimanche",
)
_DAY_OF = {word: number for number, row in enumerate(_DAYS) for word in row.split()}
_WEEKDAY = re.compile(
    rf"(?<!\w)(?P<a>{'|'.join(sorted(_DAY_OF, key=len, reverse=True))})"
    rf"(?:\s*(?:-|–|to|until|through|bis|a|à|au)\s*(?P<b>{'|'.join(sorted(_DAY_OF, key=len, reverse=True))}))?(?!\w)",
    re.IGNORECASE,
)
_SOON = {
    "today": "today", "tonight": "today", "tomorrow": "tomorrow", "yesterday": "yesterday", "heute": "today",
    "gestern": "yesterday", "hoy": "today", "ayer": "yesterday", "aujourd'hui": "today", "demain": "tomorrow",
    "hier": "yesterday",
}  # fmt: skip
_RELATIVE = re.compile(
    r"(?<!\w)(?:today|tonight|tomorrow|yesterday|heute|gestern|hoy|ayer|aujourd'hui|demain)(?!\w)", re.I
)
_ISO = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)")
_SLASHED = re.compile(r"(?<![\d.,/])(?P<a>\d{1,2})(?P<s>[./])(?P<b>\d{1,2})(?P=s)(?P<y>(?:19|20)?\d{2})(?!\d)")
_DAY_FIRST = re.compile(
    rf"(?<![\d.,])(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s+(?:of\s+|de\s+)?(?P<m>{_MONTH})\b\.?"
    r"(?:\s*,?\s*(?:de\s+|del\s+)?(?P<y>(?:19|20)\d{2})(?!\d))?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w)(?P<m>{_MONTH})\.?\s+(?:the\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[.:]\d|%)(?:\s*,?\s*(?P<y>(?:19|20)\d{{2}})(?!\d))?",
    re.IGNORECASE,
)
_MONTH_ALONE = re.compile(rf"(?<!\w)(?P<m>{_MONTH})\.?\s+(?:de\s+)?(?P<y>(?:19|20)\d{{2}})(?!\d)", re.IGNORECASE)
_MONTH_BARE = re.compile(
    r"(?<!\w)(?:(?<=in )|(?<=of )|(?<=since )|(?<=until )|(?<=im )|(?<=en )|(?<=de )|(?<=and )|(?<=to )|(?<=by ))"
    rf"(?P<m>(?-i:(?=[A-ZÄ]|[a-zéû]{{4}})){_MONTH})(?!\w)",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\d.,:])(?P<h>[01]?\d|2[0-4])(?:[:h](?P<m>[0-5]\d)|\.(?P<n>[0-5]\d)(?=\s?(?:[ap]\.?m|uhr)))"
    r"(?:\s?(?P<half>[ap]\.?m)\b\.?|\s?(?:Uhr|hrs|h)\b)?",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"(?<![\d.,:])(?P<h>1[0-2]|0?\d)(?:\s*(?:-|–|to|and|until)\s*(?P<k>1[0-2]|0?\d))?\s?(?P<half>[ap]\.?m)\b\.?"
    r"|(?<![\d.,:])(?P<g>[01]?\d|2[0-4])(?:\s*(?:-|–|bis|und)\s*(?P<j>[01]?\d|2[0-4]))?\s?Uhr\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<!\w)(?:noon|midday|midnight|mittags|mitternacht|mediodía|medianoche|midi|minuit)(?!\w)", re.I)
_MIDNIGHT = ("midnight", "mitternacht", "medianoche", "minuit")
_HOUR = 60
_ORDINALS = (
    "second zweite zweiten zweiter zweites segundo segunda deuxième seconde",
    "third dritte dritten dritter drittes tercer tercera tercero troisième",
    "fourth vierte vierten vierter viertes cuarto cuarta quatrième",
    "fifth fünfte fünften fünfter fünftes quinto quinta cinquième",
    "sixth sechste sechsten sexto sexta sixième",
    "seventh siebte siebten séptimo séptima septième",
    "eighth achte achten octavo octava huitième",
    "ninth neunte neunten noveno novena neuvième",
    "tenth zehnte zehnten décimo décima dixième",
)
_ORDINAL_OF = {word: number for number, row in enumerate(_ORDINALS, 2) for word in row.split()}
_ORDINAL = re.compile(
    rf"(?<!\w)(?:(?P<n>\d{{1,2}})(?:st|nd|rd|th|er|ème|º|ª)|(?<!one )(?<!\d )(?P<w>{'|'.join(_ORDINAL_OF)}))(?!\w)",
    re.IGNORECASE,
)


def addresses(sheet: Sheet) -> list[Mark]:
    """Links, e-mail addresses, telephone and bank account numbers."""
    found = [_mark(m, FaultKind.ADDRESS, m.group().rstrip(".,;:!?/").casefold()) for m in sheet.take(_LINK)]
    found += [_mark(m, FaultKind.ADDRESS, re.sub(r"\s", "", m.group()).casefold()) for m in sheet.take(_IBAN)]
    found += [_mark(m, FaultKind.ADDRESS, re.sub(r"\D", "", m.group()).lstrip("0")) for m in sheet.take(_PHONE)]
    return found


def codes(sheet: Sheet) -> list[Mark]:
    """Versions, model and error codes, order numbers with letters."""
    found = []
    for match in _CODE.finditer(sheet.left):
        if "\0" in match.group() or _NO_CODE.fullmatch(match.group()):
            continue
        sheet.left = sheet.left[: match.start()] + "\0" * len(match.group()) + sheet.left[match.end() :]
        found.append(_mark(match, FaultKind.NUMBER, re.sub(r"^v(?:ersion)?\.?\s?(?=\d)", "", match.group().casefold())))
    return found


def dates(sheet: Sheet) -> list[Mark]:
    """Each as `year-month-day` with `?` for what is left open; a date that can be read in two ways gives both, split
    by `|`."""
    found = [_mark(m, FaultKind.DATE, _day(m["y"], int(m["m"]), int(m["d"]))) for m in sheet.take(_ISO)]
    found += [_mark(m, FaultKind.DATE, _either_way(m)) for m in sheet.take(_SLASHED)]
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        found += [
            _mark(m, FaultKind.DATE, _day(m["y"], _MONTH_OF[m["m"].casefold()], int(m["d"])))
            for m in sheet.take(pattern)
        ]
    found += [_mark(m, FaultKind.DATE, _day(m["y"], _MONTH_OF[m["m"].casefold()], 0)) for m in sheet.take(_MONTH_ALONE)]
    found += [_mark(m, FaultKind.DATE, _day(None, _MONTH_OF[m["m"].casefold()], 0)) for m in sheet.take(_MONTH_BARE)]
    found += [_mark(m, FaultKind.DATE, _SOON[m.group().casefold()]) for m in sheet.take(_RELATIVE)]
    return found


def weekdays(sheet: Sheet) -> list[Mark]:
    found = []
    for match in sheet.take(_WEEKDAY):
        first = _DAY_OF[match["a"].casefold()]
        last = _DAY_OF[match["b"].casefold()] if match["b"] else first
        found.append(_mark(match, FaultKind.DATE, f"weekday {first} {last}"))
    return found


def times(sheet: Sheet) -> list[Mark]:
    """Minutes after midnight."""
    found = []
    for match in sheet.take(_CLOCK):
        minute = int(match["m"] or match["n"] or 0)
        found.append(_mark(match, FaultKind.TIME, str(_minutes(int(match["h"]), minute, match["half"]))))
    for match in sheet.take(_HOURS):
        hours = (match["h"], match["k"]) if match["h"] else (match["g"], match["j"])
        found += [_mark(match, FaultKind.TIME, str(_minutes(int(h), 0, match["half"]))) for h in hours if h]
    for match in sheet.take(_NAMED):
        night = match.group().casefold() in _MIDNIGHT
        found.append(_mark(match, FaultKind.TIME, "0" if night else "720"))
    return found


def ordinals(sheet: Sheet) -> list[Mark]:
    """Second, third, 10th; "first" is left out, because it mostly tells the order of the words themselves."""
    return [
        _mark(m, FaultKind.NUMBER, f"no. {int(m['n']) if m['n'] else _ORDINAL_OF[m['w'].casefold()]}")
        for m in sheet.take(_ORDINAL)
    ]


def agree(said: str, source: str) -> bool:
    """Whether a date or weekday of the source bears out the one that is said; what is left open fits anything."""
    if said.startswith("weekday") or source.startswith("weekday"):
        return said.split()[0] == source.split()[0] and _days_in(said, source)
    if said.isalpha() or source.isalpha():
        return said == source
    return any(_fits_date(a, b) for a in said.split("|") for b in source.split("|"))


def _days_in(said: str, source: str) -> bool:
    _, first, last = said.split()
    _, begin, end = source.split()
    return (first, last) == (begin, end) or (first == last and int(begin) <= int(first) <= int(end))


def _fits_date(said: str, source: str) -> bool:
    return all(a in ("?", b) for a, b in zip(said.split("-"), source.split("-"), strict=True))


def _either_way(match: re.Match[str]) -> str:
    year = match["y"] if len(match["y"]) == 4 else f"20{match['y']}"
    a, b = int(match["a"]), int(match["b"])
    readings = [_day(year, month, day) for day, month in ((a, b), (b, a)) if 1 <= month <= 12 and 1 <= day <= 31]
    if match["s"] == "." and readings:
        return readings[0]  # with full stops the day comes first everywhere
    return "|".join(dict.fromkeys(readings)) or match.group()


def _day(year: str | None, month: int, day: int) -> str:
    return f"{year or '?'}-{month or '?'}-{day or '?'}"


def _minutes(hour: int, minute: int, half: str | None) -> int:
    if half:
        hour = hour % 12 + (12 if half.casefold().startswith("p") else 0)
    return (hour % 24) * _HOUR + minute


def _mark(match: re.Match[str], kind: FaultKind, value: str) -> Mark:
    return Mark(kind=kind, value=value, start=match.start(), end=match.end())


def read(sheet: Sheet) -> Iterator[Mark]:
    """All marks, those first that hold others inside."""
    yield from addresses(sheet)
    yield from dates(sheet)
    yield from weekdays(sheet)
    yield from times(sheet)
    yield from codes(sheet)
    yield from ordinals(sheet)


# ------------------------------------------------------------------

_LIST_MARK = re.compile(r"(?m)^\s*(?:(\d{1,3})[.)]|[-*•])\s+")
_RATE = re.compile(
    r"(?<!\w)(?<!within )(?<!in )(?<!after )(?<!for )(?<!to )(?<!than )(?:per|each|every|a|an|pro|je|jede[nrsm]?"
    r"|por|al|a la|cada|par|chaque)\s(?:calendar |full |additional )?"
    r"(?P<unit>second|minute|hour|day|week|month|quarter|year|person|device|order|item|night|Minute|Stunde|Tag|Woche|Monat"
    r"|Jahr|Person|Gerät|minuto|hora|día|semana|mes|año|persona|heure|jour|semaine|mois|année|an|personne)\b"
    r"|(?<!\w)per\s(?P<each>(?!cent\b)[a-z]{3,})(?!\w)"
    r"|(?<!\w)(?P<adverb>hourly|daily|weekly|monthly|quarterly|yearly|annual(?:ly)?|stündlich\w*|täglich\w*|wöchentlich\w*"
    r"|monatlich\w*|jährlich\w*|diari\w+|semanal\w*|mensual\w*|anual\w*|quotidien\w*|hebdomadaire\w*|mensuel\w*|annuel\w*)(?!\w)",
    re.IGNORECASE,
)
_RATES = {
    "hour": ("hour", "stund", "stünd", "hora", "heure"),
    "day": ("day", "dai", "tag", "täg", "día", "diari", "jour", "quotid"),
    "week": ("week", "woche", "wöch", "seman", "semain", "hebdo"),
    "month": ("month", "monat", "mes", "mens", "mois"),
    "quarter": ("quarter",),
    "year": ("year", "annual", "jahr", "jähr", "año", "anual", "annuel", "an"),
}


_COUNTED = re.compile(rf"(?:{NUMERAL}|once|times)(?:\s\w+)?\s$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything in a text that is compared by value."""

    marks: tuple[Mark, ...]
    quantities: tuple[Quantity, ...]
    rates: tuple[Mark, ...]
    units: frozenset[str]
    loose: frozenset[str]  # units without a number: "on the same working day"

    @property
    def spans(self) -> list[tuple[int, int]]:
        marked = [(mark.start, mark.end) for mark in (*self.marks, *self.rates)]
        return marked + [(quantity.start, quantity.end) for quantity in self.quantities]


@lru_cache(maxsize=4096)
def facts(text: str) -> Facts:
    """The facts of a text; the number before a step counts as its own."""
    marked = [m for m in _LIST_MARK.finditer(text) if m[1]]
    sheet = Sheet(_LIST_MARK.sub(lambda m: " " * len(m.group()), text))
    marks = tuple(read(sheet))
    rates = tuple(_rates(sheet))
    found = tuple(quantities(sheet))
    steps = tuple(_step(m) for m in marked)
    return Facts(
        marks=marks, quantities=(*found, *steps), rates=rates, units=mentioned_units(text), loose=_loose(sheet.left)
    )


def find_misstated(text: str, source: str, about: str, echoed: str) -> Iterator[Fault]:
    """Every fact of the text that the source does not have. `echoed` are the customer's words and the record."""
    mine, theirs, heard = facts(text), facts(source), facts(f"{about}\n{echoed}")
    steps = {m.start() for m in _LIST_MARK.finditer(text)}
    for mark in mine.marks:
        if turned_round(mark, text, theirs.marks, source) or (
            not _marked(mark, theirs.marks) and not (_marked(mark, heard.marks) and _may_echo(mark, text, theirs))
        ):
            yield _fault(mark.kind, mark.start, mark.end, text)
    for rate in mine.rates:
        if theirs.rates and all(rate.value != other.value for other in theirs.rates):
            yield _fault(FaultKind.UNIT, rate.start, rate.end, text)
    if (other := mine.loose - theirs.units) and theirs.loose - mine.units:
        yield Fault(kind=FaultKind.UNIT, span=(0, len(text)), text=f"the source has another unit ({min(other)})")
    units = theirs.units | mentioned_units(about)
    for said in mine.quantities:
        if said.start in steps or _borne(said, theirs.quantities, units, source, text):
            continue
        if _echoes(said, heard.quantities, theirs, mine, text):
            continue
        yield _fault(_kind(said, theirs.quantities), said.start, said.end, text)


_ONWARDS = re.compile(
    r"(?<!\w)(?:from|after|since|starting(?: on)?|as of|ab|nach|seit|desde|después del?|dès|après)(?: the)?\s+$", re.I
)
_UP_TO = re.compile(
    r"(?<!\w)(?:until|till|before|by|through|up to|bis(?: zum)?|vor(?: dem)?|hasta(?: el| las)?|antes del?"
    r"|jusqu['’]au|avant)(?: the)?\s+$",
    re.I,
)


def turned_round(mark: Mark, text: str, others: Sequence[Mark], source: str) -> bool:
    """From a date on where the source says until it, or the other way round."""
    if mark.kind not in (FaultKind.DATE, FaultKind.TIME):
        return False
    same = [other for other in others if other.kind is mark.kind and _marked(mark, (other,))]
    way = direction(mark, text)
    return bool(way and same) and all(direction(other, source) not in ("", way) for other in same)


def direction(mark: Mark, text: str) -> str:
    """`>` after "from", `<` after "until", nothing otherwise."""
    before = text[max(0, mark.start - 25) : mark.start]
    return ">" if _ONWARDS.search(before) else "<" if _UP_TO.search(before) else ""


def _loose(left: str) -> frozenset[str]:
    return frozenset(unit for unit in mentioned_units(left) if unit.startswith(("second ", "working day", "month ")))


def _marked(mark: Mark, others: Sequence[Mark]) -> bool:
    if mark.kind is FaultKind.DATE:
        return any(other.kind is mark.kind and agree(mark.value, other.value) for other in others)
    return any(other.kind is mark.kind and other.value == mark.value for other in others)


def _may_echo(mark: Mark, text: str, theirs: Facts) -> bool:
    """A code or an address may be repeated after the customer; a date or a time only where the source has none."""
    if mark.kind in (FaultKind.ADDRESS, FaultKind.NUMBER):
        return True
    return _ECHO.search(text) is not None and not any(other.kind is mark.kind for other in theirs.marks)


# What the customer said may be said again as theirs, never as ours.
_ECHO = re.compile(
    r"(?<!\w)(?:you (?:wrote|said|say|mention(?:ed)?|told|describe[d]?|paid|ordered|bought|asked|were charged"
    r"|see|have paid"
    r"|returned|received|sent)|your (?:order|payment|parcel|message|invoice|purchase|delivery|refund"
    r"|subscription|return|£|€|\$)"
    r"|Sie (?:haben|schreiben|schrieben|sagten|erwähn\w+)|Ihre[rnms]? (?:Bestellung|Zahlung|Nachricht|Rechnung"
    r"|Paket|Sendung)"
    r"|(?:usted |ha |has )?(?:escribió|escrito|mencion\w+|pagado|pedido|comprado)|su (?:pedido|pago|mensaje"
    r"|factura|compra)"
    r"|vous avez|votre (?:commande|paiement|message|facture|achat|colis))",
    re.IGNORECASE,
)


def _echoes(said: Quantity, heard: Sequence[Quantity], theirs: Facts, mine: Facts, text: str) -> bool:
    """The customer's own number repeated as such, beside the source's numbers of its kind and not in their place."""
    if not any(_same(said, other) for other in heard):
        return False
    rivals = [other for other in theirs.quantities if other.unit == said.unit and other.kind is said.kind]
    if rivals and not all(any(_same(other, one) for one in mine.quantities) for other in rivals):
        return False
    return (said.kind is FaultKind.NUMBER and said.low >= 1000) or _ECHO.search(text) is not None


def _borne(said: Quantity, others: Sequence[Quantity], units: frozenset[str], source: str, text: str) -> bool:
    fitting = [other for other in others if _fits(said, other, units)]
    if not fitting:
        return False
    if said.noun and not said.unit and not _counted(said, fitting, source):
        return False
    return not _belongs_elsewhere(said, fitting, others, text, source)


def _fits(said: Quantity, other: Quantity, units: frozenset[str]) -> bool:
    if said.bound and other.bound and said.bound != other.bound:
        return False
    if said.unit == other.unit:
        pair = (other.low, other.high)
    elif not said.unit:
        pair = (other.raw_low, other.raw_high)
    elif not other.unit and any(unit.split()[0] == said.unit.split()[0] for unit in units):
        return (said.raw_low, said.raw_high) == (other.low, other.high)
    else:
        return False
    if (said.low, said.high) == pair:
        return True
    if said.low != said.high:
        return False
    return (said.low == pair[1] and said.bound == "<") or (said.low == pair[0] and said.bound == ">")


def _same(said: Quantity, other: Quantity) -> bool:
    return said.unit == other.unit and (said.low, said.high) == (other.low, other.high)


def _counted(said: Quantity, fitting: Sequence[Quantity], source: str) -> bool:
    """What is counted is counted in the source too, or at least spoken of."""
    nouns = [other.noun for other in fitting]
    if not all(nouns) or not all(not other.unit for other in fitting):
        return True
    mine = concepts(said.noun)
    return not mine or bool(mine & concepts(source))


def _belongs_elsewhere(
    said: Quantity, fitting: Sequence[Quantity], others: Sequence[Quantity], text: str, source: str
) -> bool:
    """Another number of the same unit stands much closer to what is said here than the one that was taken."""
    words = _around(said.start, text)
    near = {other: len(words & _around(other.start, source)) for other in others if other.kind is said.kind}
    taken = max((near.get(other, 0) for other in fitting), default=0)
    turned = (o for o in near if said.bound and o.bound and o.bound != said.bound and _same(said, o))
    if any(near[other] > taken for other in turned):
        return True
    return bool(near) and max(near.values()) >= taken + 2 and not any(o in fitting for o in _nearest(near))


def _nearest(near: dict[Quantity, int]) -> list[Quantity]:
    most = max(near.values())
    return [other for other, count in near.items() if count == most]


def _around(place: int, text: str) -> frozenset[str]:
    """The words of the clause that holds a character."""
    found = next((clause for clause in clauses(text) if clause.start <= place < clause.end), None)
    return frozenset(word for word in found.words if not word[0].isdigit()) if found else frozenset()


def _kind(said: Quantity, others: Sequence[Quantity]) -> FaultKind:
    """A right number with a wrong unit is a fault of the unit."""
    if said.unit and any(
        o.unit != said.unit and (said.raw_low, said.raw_high) == (o.raw_low, o.raw_high) for o in others
    ):
        return FaultKind.UNIT
    return said.kind


def _rates(sheet: Sheet) -> Iterator[Mark]:
    for match in _RATE.finditer(sheet.left):
        if match.group().casefold().startswith(("a ", "an ")) and not _COUNTED.search(sheet.text[: match.start()]):
            continue  # "for a year" lasts; "ten times a year" repeats
        sheet.blank(match)
        word = (match["unit"] or match["each"] or match["adverb"]).casefold()
        other = min(concepts(word), default=word) if match["each"] else word
        unit = next((name for name, starts in _RATES.items() if word.startswith(starts)), other)
        yield Mark(kind=FaultKind.UNIT, value=unit, start=match.start(), end=match.end())


def _step(match: re.Match[str]) -> Quantity:
    value = Decimal(match[1])
    return Quantity(
        kind=FaultKind.NUMBER, unit="", low=value, high=value, raw_low=value, raw_high=value, start=match.start(),
        end=match.end(),
    )  # fmt: skip


def _fault(kind: FaultKind, start: int, end: int, text: str) -> Fault:
    return Fault(kind=kind, span=(start, end), text=f"“{text[start:end].strip()}” is not in the source")
