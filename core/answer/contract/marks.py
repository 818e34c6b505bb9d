"""What is compared as a whole: addresses, telephone numbers, codes, versions, dates, weekdays and times of day."""

import re
from collections.abc import Iterator

from core.answer.contract.fact import FaultKind, Mark
from core.answer.contract.sheet import Sheet

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
    return any(_fits(a, b) for a in said.split("|") for b in source.split("|"))


def _days_in(said: str, source: str) -> bool:
    _, first, last = said.split()
    _, begin, end = source.split()
    return (first, last) == (begin, end) or (first == last and int(begin) <= int(first) <= int(end))


def _fits(said: str, source: str) -> bool:
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
