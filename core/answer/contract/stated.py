"""Numbers, dates, addresses and names of a sentence against those of its source."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from core.answer.contract.fact import Fault, FaultKind, Mark, Quantity
from core.answer.contract.marks import agree, read
from core.answer.contract.quantities import mentioned_units, quantities
from core.answer.contract.sheet import Sheet
from core.answer.contract.wording import clauses
from core.knowledge.numerals import NUMERAL
from core.knowledge.synonyms import concepts

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
