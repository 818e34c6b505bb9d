"""What a text states that must not change when it is said in other words or in another language.

Numbers, months, weekdays, measures, currencies, names and addresses come out in one form for English, German, Spanish
and French, so that a translation can be held against its source. Negations, limits, conditions and commitments are
told by their cue words: whether there is one, not what it governs.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from core.answer.numerals import numbers


def _table(rows: str) -> Mapping[str, str]:
    """`day: day tag día jour; …` as word → name."""
    found = {}
    for row in re.split(r"[;\n]", rows):
        name, _, words = row.partition(":")
        found.update({word.replace("_", " "): name.strip() for word in words.split()})
    return found


_UNITS = _table("""
    second: second seconds sekunde sekunden segundo segundos seconde secondes
    minute: minute minutes minuten minuto minutos
    hour: hour hours stunde stunden hora horas heure heures
    day: day days tag tage tagen tages día días jour jours journée
    workday: working_day working_days business_day business_days werktag werktage werktagen arbeitstag arbeitstage
    workday: arbeitstagen día_laborable días_laborables día_hábil días_hábiles jour_ouvré jours_ouvrés jour_ouvrable
    workday: jours_ouvrables
    week: week weeks woche wochen semana semanas semaine semaines
    month: month months monat monate monaten monats mes meses mois
    year: year years jahr jahre jahren jahres año años an ans année années
    percent: % percent prozent por_ciento pour_cent pourcent
    euro: € eur euro euros; dollar: $ usd dollar dollars dólar dólares
    pound: £ gbp pound pounds pfund libra libras livre
""")
_MONTHS = _table("""
    m1: january januar enero janvier; m2: february februar febrero février; m3: march märz marzo mars
    m4: april abril avril; m5: mai mayo; m6: june juni junio juin; m7: july juli julio juillet
    m8: august agosto août; m9: september septiembre septembre; m10: october oktober octubre octobre
    m11: november noviembre novembre; m12: december dezember diciembre décembre
    d1: monday mondays montag montags lunes lundi; d2: tuesday tuesdays dienstag dienstags martes mardi
    d3: wednesday wednesdays mittwoch mittwochs miércoles mercredi
    d4: thursday thursdays donnerstag donnerstags jueves jeudi; d5: friday fridays freitag freitags viernes vendredi
    d6: saturday saturdays samstag samstags sábado sábados samedi; d7: sunday sundays sonntag sonntags domingo dimanche
""")


def _cues(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_ONE = r"one|an?|eine?[mnrs]?|una?|une"  # an article mostly, but before a measure it counts
_CURRENCY = [word for word, name in _UNITS.items() if name in ("euro", "dollar", "pound")]
_MEASURE = re.compile(
    rf"(?<![\w.,])(?=(?P<number>\d[\d.,:]*|[^\W\d_]+)[\s-]?(?P<unit>{_any_of(_UNITS)})(?![^\W\d_]))", re.IGNORECASE
)
_PRICE = re.compile(rf"(?<![^\W\d_])(?P<unit>{_any_of(_CURRENCY)})\s?(?P<number>\d[\d.,]*)", re.IGNORECASE)
_MONTH = re.compile(rf"(?<![^\W_])(?:{_any_of(_MONTHS)})(?![^\W_])", re.IGNORECASE)
# Words of one language that are a date in another.
_FALSE_DATES = {"en": {"mars", "juin", "mai"}, "de": {"mars"}, "es": {"mars"}}
# "For free" is said with a "without" in some languages.
_FREE = _cues(
    r"free of charge|at no (?:extra |additional )?(?:cost|charge)|without (?:charge|cost)"
    r"|no (?:extra |additional )?charge|ohne (?:zusätzliche )?(?:kosten|gebühr(?:en)?|aufpreis)"
    r"|sin (?:coste|cargo|costo|gastos)(?: adicional(?:es)?)?"
    r"|sans (?:frais|supplément)(?: supplémentaires?)?|no problem|no longer than"
)
_NOT = _cues(
    r"not|no|never|none|nobody|nothing|neither|nor|without|cannot|\w+n['’]t|unable|nicht|kein\w*|nie|niemals|niemand"
    r"|nichts|weder|ohne|nunca|nadie|nada|ningun[oa]?|ningún|tampoco|sin|ne|n['’]\w+|pas|jamais|aucune?|rien|sans|ni"
)
_LIMIT = _cues(
    r"only|unless|except|excluding|solely|nur|außer|ausgenommen|ausschließlich|lediglich|es sei denn|solo|sólo"
    r"|solamente|únicamente|salvo|excepto|a menos que|seulement|uniquement|sauf|ne \w+ que|à moins que|exclusivement"
)
_CONDITION = _cues(
    r"if|provided|as long as|in case|depending on|subject to|wenn|falls|sofern|solange|vorausgesetzt|je nach|bei"
    r"|abhängig|si|siempre que|en caso|según|dependiendo|s['’]ils?|à condition|en cas|selon|lorsque|dans le cas"
)
_COMMITMENT = _cues(
    r"(?:we|i)(?:'ll|’ll| will| shall| are going to| am going to)|guarante\w+|promis\w+|assur\w+|compensat\w+"
    r"|wir werden|ich werde|garantier\w*|versprech\w*|zugesichert|vamos a|garantiza\w*|promet\w*|nous allons|je vais"
    r"|garanti\w*|promette\w*|promett\w*|reembolsaremos|rembourserons|haremos|ferons"
)
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w.-]+\w|\b[\w-]+(?:\.[a-z]{2,})+(?:/\S*)?\b", re.IGNORECASE)
# A capital inside a sentence; in German every noun has one, so there it says nothing.
_NAME = re.compile(r"(?<![.!?:»“„\"'(]\s)(?<!^)(?<!\n)(?<![\"“„«(])\b([A-ZÄÖÜÉ][\w-]+)")
_ODD = re.compile(r"\b(?=[A-Z]\w*[A-Z\d]|[A-Z][A-Z\d-]*\d|[a-z]+[A-Z])[A-Za-z][\w-]+\b")  # HX200, SKU-12, iPhone
_CAPITALS_OF_NOUNS = frozenset({"de"})
_PRONOUNS = frozenset("i i'm i'll i've i'd sie ihr ihre ihnen ihrem ihren ihrer usted ustedes".split())  # noqa: SIM905 - words are read as a text


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Each field is what the text states of one kind; names and addresses are in small letters."""

    numbers: frozenset[str]
    measures: frozenset[str]
    dates: frozenset[str]
    addresses: frozenset[str]
    names: frozenset[str]
    cues: frozenset[str]

    def without(self, other: "Facts") -> list[str]:
        """What this text states and the other does not, in words, the most telling first."""
        return [
            f"{_KINDS[each.name]} {fact}".strip()
            for each in fields(self)
            for fact in sorted(getattr(self, each.name) - getattr(other, each.name))
        ]


_KINDS = {"numbers": "number", "measures": "measure", "dates": "date", "addresses": "address", "names": "name",
          "cues": ""}  # fmt: skip


def facts(text: str, language: str, known: Iterable[str] = ()) -> Facts:
    """The facts of a text. `known` are names to look for, whatever they look like (products, plans, places)."""
    plain = _LINK.sub(" ", text)
    measures = frozenset(_measures(plain))
    return Facts(
        numbers=frozenset(numbers(plain)) | {"1" for measure in measures if measure.startswith("1 ")},
        measures=measures,
        dates=_dates(plain, language),
        addresses=frozenset(found.casefold().rstrip(".,;") for found in _LINK.findall(text)),
        names=frozenset(_names(plain, language, known)),
        cues=frozenset(cues(plain)),
    )


def cues(text: str) -> set[str]:
    """Which of the words that turn a sentence are in it: a negation, a limit, a condition, a commitment."""
    plain = _FREE.sub(" ", text)
    found = {"negation"} if _NOT.search(plain) else set()
    found |= {"limit"} if _LIMIT.search(plain) else set()
    found |= {"condition"} if _CONDITION.search(plain) else set()
    return found | ({"commitment"} if _COMMITMENT.search(plain) else set())


def _measures(text: str) -> Iterable[str]:
    for match in (*_MEASURE.finditer(text), *_PRICE.finditer(text)):
        word = match["number"].casefold()
        number = "1" if re.fullmatch(_ONE, word) else next(iter(numbers(word)), None)
        if number is not None:
            yield f"{number} {_UNITS[match['unit'].casefold()]}"


def _dates(text: str, language: str) -> frozenset[str]:
    words = {word.casefold() for word in _MONTH.findall(text)} - _FALSE_DATES.get(language, set())
    # "may" is a month beside a number only.
    may = re.search(r"\bMay \d|\d(?:st|nd|rd|th)?(?: of)? May\b", text) is not None
    return frozenset({_MONTHS[word] for word in words} | ({"m5"} if may else set()))


def _names(text: str, language: str, known: Iterable[str]) -> Iterable[str]:
    yield from (name.casefold() for name in known if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))
    yield from (found.casefold() for found in _ODD.findall(text))
    if language not in _CAPITALS_OF_NOUNS:
        skip = _PRONOUNS | set(_MONTHS) | set(_UNITS) | {"may"}
        yield from (name for name in (found.casefold() for found in _NAME.findall(text)) if name not in skip)
