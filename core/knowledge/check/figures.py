"""What two sentences of different articles are held against each other by: durations, amounts and shares, times of day,
telephone numbers, e-mail and street addresses; and which words say that each speaks of a thing of its own. Pure."""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import lru_cache

from core.knowledge.match import disagree
from core.knowledge.numerals import NUMERAL, numbers, value_of
from core.knowledge.synonyms import concepts

ALIKE = 0.7  # share of the shorter sentence's content words that the other has too, beside the values
FEWEST = 2  # content words beside them, or nobody can tell what the values are of

# ------------------------------------------------------------------
# Values.

_UNITS = {
    "day": "jours?(?: (?:ouvrables|ouvrés))?|días?(?: (?:hábiles|laborables))?",
    "hour": "heures?|horas?",
    "week": "semaines?|semanas?",
    "month": "mois|mese?s?",
    "year": "ans?|años?",
}
_LASTING = {
    unit: re.compile(rf"(\d+)(?:\s*(?:a|à|-|–)\s*\d+)?\s+(?:{names})\b", re.I) for unit, names in _UNITS.items()
}
_SPELLED = re.compile(
    rf"{NUMERAL}(?=[\s-]+(?:working |business |calendar )?(?:days?|weeks?|months?|years?|hours?|minutes?|seconds?"
    r"|Werktagen?|Arbeitstagen?|Tagen?|Wochen?|Monaten?|Jahren?|Stunden?|Minuten?|Sekunden?|jours?|semaines?|mois|ans?"
    r"|heures?|días?|semanas?|mes(?:es)?|años?|horas?)\b)",
    re.IGNORECASE,
)
_TIME = r"(?:[01]?\d|2[0-4])(?:[:.h][0-5]\d)?\s?(?:[ap]\.?m\b\.?|Uhr\b|h\b)?"
_CLOCK = re.compile(
    rf"(?<![\d.,:£€$])(?P<a>{_TIME})\s*(?:-|–|to|until|till|bis|und|a|à|and)\s*(?P<b>{_TIME})(?![\d%])|(?P<c>(?<![\d.,:])"
    r"(?:[01]?\d|2[0-4])(?:[:h][0-5]\d|(?:[:.h][0-5]\d)?\s?(?:[ap]\.?m\b\.?|Uhr\b)))",
    re.IGNORECASE,
)
_HALF = re.compile(r"[ap](?=\.?m)", re.IGNORECASE)
_OF_DAY = re.compile(r"[:h]\d\d|[ap]\.?m\b|Uhr\b|\dh\b", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.,])(?:\+\d[\d ()/.-]{6,}\d|\(?0\d{2,5}\)?[ /-]\d[\d -]{3,}\d|0\d{8,})(?!\w)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_STREET = re.compile(
    r"\d{1,4}[a-z]?,? (?:[A-Z][\w'’]+ ){1,3}(?:Street|Road|Lane|Avenue|Way|Close|Drive|Square|Court|Place|Row|Rd|St)\b"
    r"|[A-ZÄÖÜ][\w-]*(?:straße|strasse|str\.|weg|platz|allee|gasse) \d{1,4}[a-z]?\b"
    r"|\d{1,4},? (?:rue|avenue|boulevard|place) (?:[\w'’]+ ?){1,4}"
    r"|(?:[Cc]alle|[Aa]venida|[Pp]laza) (?:[\w'’]+ ){1,4}\d{1,4}\b"
)


def differ(mine: str, theirs: str) -> bool:
    """Whether both give a value of one kind for the same thing, and have none in common. Numbers before a unit may be
    spelled out."""
    mine, theirs = _with_figures(mine), _with_figures(theirs)
    if disagree(mine, theirs):
        return True
    here, there = _values(mine), _values(theirs)
    if not any(here[kind].isdisjoint(there[kind]) for kind in here.keys() & there.keys()):
        return False
    a, b = (concepts(_without_values(text)) for text in (mine, theirs))
    shorter = min(len(a), len(b))
    return shorter >= FEWEST and len(a & b) / shorter >= ALIKE


def tells_a_value(text: str) -> bool:
    """Whether there is anything in a sentence that another could give otherwise."""
    return any(map(str.isdigit, text)) or "@" in text or bool(_SPELLED.search(text))


def without_addresses(text: str) -> str:
    """Without telephone numbers, e-mail and street addresses: their words say nothing of what a sentence is about."""
    for pattern in (_MAIL, _STREET, _PHONE):
        text = pattern.sub(" ", text)
    return text


def whole_numbers(text: str) -> str:
    """With each telephone number and each time of day in one piece, however they are written."""
    text = _PHONE.sub(lambda match: re.sub(r"\D", "", match.group()), text)
    return _CLOCK.sub(lambda match: "-".join(_times(match.group())) or match.group(), text)


@lru_cache(maxsize=8192)
def _with_figures(text: str) -> str:
    return _SPELLED.sub(_as_figure, text)


def _as_figure(match: re.Match[str]) -> str:
    numeral = match.group()
    return numeral if numeral[0].isdigit() else f"{value_of(numeral):f}"


@lru_cache(maxsize=8192)
def _values(text: str) -> Mapping[str, frozenset[str]]:
    """Kind → every value of it."""
    addressed = without_addresses(text)
    found = {unit: frozenset(pattern.findall(text)) for unit, pattern in _LASTING.items()}
    found["phone"] = frozenset(re.sub(r"\D", "", number)[-9:] for number in _PHONE.findall(text))
    found["mail"] = frozenset(address.casefold() for address in _MAIL.findall(text))
    found["street"] = frozenset(" ".join(each.casefold().replace(",", "").split()) for each in _STREET.findall(text))
    found["time of day"] = frozenset(_times(addressed))
    return {kind: values for kind, values in found.items() if values}


def _times(text: str) -> Iterator[str]:
    """Opening hours are one value, whichever end of them differs."""
    for match in _CLOCK.finditer(text):
        if match["c"]:
            yield str(_minutes(match["c"], match["c"]))
        elif _OF_DAY.search(match.group()):
            yield f"{_minutes(match['a'], match['b'])}-{_minutes(match['b'], match['b'])}"


def _minutes(time: str, end: str) -> int:
    """After midnight. "9 to 11 am" means that both are in the morning."""
    hour, minute = (int(part) for part in (*re.findall(r"\d+", time), "0")[:2])
    half = _HALF.search(time) or _HALF.search(end)
    if half is not None and hour <= 12:
        hour = hour % 12 + (12 if half.group().casefold() == "p" else 0)
    return 60 * hour + minute


def _without_values(text: str) -> str:
    text = _CLOCK.sub(" ", without_addresses(text))
    for pattern in _LASTING.values():
        text = pattern.sub(" ", text)
    return text


# ------------------------------------------------------------------
# Whether two sentences speak of different things of one kind: delivery at home and abroad, one card and another.

# What narrows a statement. The first word of a line stands for all of it.
_NARROWER = """
    abroad international internationally overseas worldwide foreign europe eu ausland auslands weltweit
    extranjero étranger
    domestic uk mainland britain england inland nacional métropole
    scotland wales highlands island islands inseln islas îles
    express nextday sameday expedited priority overnight
    weekend weekends saturday saturdays sunday sundays wochenende samstag samstags sonntag sonntags sábado sábados
    domingo domingos samedi samedis dimanche
    holiday holidays christmas easter feiertag feiertage feiertagen festivos fériés
    business trade wholesale corporate firmenkunden geschäftskunden gewerblich empresas entreprises professionnels
    private consumer consumers privatkunden particulares particuliers
    student students studenten studierende estudiantes étudiants
    premium gold vip platinum
    member members mitglied mitglieder miembros membres
    new neu neue neuen nuevo nuevos nueva nuevas nouveau nouveaux nouvelle
    online internet en-línea
    store shop showroom filiale laden geschäft tienda magasin
    large bulky heavy oversized furniture sperrig sperrige sperrgut voluminoso volumineux
    gift gifts voucher geschenk geschenke regalo cadeau
    sale reduced clearance outlet reduziert reduzierte rebajas soldes
    personalised personalized custom engraved personalisiert personalizado personnalisé
    faulty defective damaged broken defekt defekte beschädigt defectuoso défectueux
    digital
    refurbished secondhand gebraucht gebrauchte usado
    card creditcard kreditkarte tarjeta carte
    paypal
    transfer überweisung transferencia virement
    instalment instalments ratenzahlung plazos
    child children kinder niños enfants
    adult adults erwachsene adultos adultes
    minimum mindestens
    maximum höchstens
"""
_ONE_WORD = (("next-day", "nextday"), ("next day", "nextday"), ("same-day", "sameday"), ("same day", "sameday"))
_NARROW = {word: line.split()[0] for line in _NARROWER.strip().splitlines() for word in line.split()}
_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_FIGURE = re.compile(r"\d[\d.,:]*")
# Before these a word says what a thing is for; "of" tells from when a time counts, too.
_BEFORE = frozenset(
    "for to from in by with at on für nach aus im mit bei para a desde en con pour vers dans avec".split()  # noqa: SIM905 - words are read as a text
)


def own_things(mine: str, theirs: str, headed: str = "", headed_there: str = "") -> bool:
    """Whether two sentences, each under its headings, are about different things of one kind: one is narrowed to what
    the other is not, or one word stands for another before the same thing ("a replacement card", "an emergency card").
    """
    return narrowed(f"{headed} {mine}") != narrowed(f"{headed_there} {theirs}") or _exchanged(mine, theirs)


@lru_cache(maxsize=8192)
def narrowed(text: str) -> frozenset[str]:
    """What a text is narrowed to: customers abroad, a weekend, what is bought in a sale."""
    small = text.casefold()
    for phrase, word in _ONE_WORD:
        small = small.replace(phrase, word)
    return frozenset(_NARROW[word] for word in re.findall(r"\w+", small) if word in _NARROW)


def _exchanged(mine: str, theirs: str) -> bool:
    here, there = (
        _WORD.findall(_FIGURE.sub("0", whole_numbers(without_addresses(text)).casefold())) for text in (mine, theirs)
    )
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=here, b=there, autojunk=False).get_opcodes():
        if tag != "replace" or (i2 - i1, j2 - j1) != (1, 1) or i1 == 0 or i2 == len(here):
            continue
        one, other = concepts(here[i1]), concepts(there[j1])
        means = bool(one and other and not one & other) and not (numbers(here[i1]) or numbers(there[j1]))
        named = j2 < len(there) and here[i2] == there[j2] and bool(concepts(here[i2])) and not here[i2].isdigit()
        meant_for = here[i1 - 1] == there[j1 - 1] and here[i1 - 1] in _BEFORE
        if means and (named or meant_for):
            return True
    return False
