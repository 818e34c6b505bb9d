"""What a text states that must not change when it is said in other words or in another language.

Numbers, measures, dates and addresses as the contract reads them, and names. Negations, limits, conditions and
commitments are told by their cue words: whether there is one, not what it governs.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields

from core.answer.contract.quantities import FaultKind, Quantity
from core.answer.contract.stated import facts


def _cues(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


# "For free" is said with a "without" in some languages.
_FREE = _cues(
    r"free of charge|at no (?:extra |additional )?(?:cost|charge)|without (?:charge|cost)"
    r"|no (?:extra |additional )?charge|ohne (?:zusätzliche )?(?:kosten|gebühr(?:en)?|aufpreis)"
    r"|sin (?:coste|cargo|costo|gastos)(?: adicional(?:es)?)?"
    r"|sans (?:frais|supplément)(?: supplémentaires?)?|no problem|no longer than"
    r"|costs? nothing|kostet nichts|kosten nichts|no cuestan? nada|ne co[uû]te(?:nt)? rien"
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
# A capital inside a sentence; in German every noun has one, so there it says nothing.
_NAME = re.compile(r"(?<![.!?:»“„\"'(]\s)(?<!^)(?<!\n)(?<![\"“„«(])\b([A-ZÄÖÜÉ][\w-]+)")
_ODD = re.compile(r"\b(?=[A-Z]\w*[A-Z\d]|[A-Z][A-Z\d-]*\d|[a-z]+[A-Z])[A-Za-z][\w-]+\b")  # HX200, SKU-12, iPhone
_CAPITALS_OF_NOUNS = frozenset({"de"})
_PRONOUNS = frozenset("i i'm i'll i've i'd sie ihr ihre ihnen ihrem ihren ihrer usted ustedes".split())  # noqa: SIM905 - words are read as a text


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Each field is what the text states of one kind; names and addresses are in small letters."""

    numbers: frozenset[str]
    measures: frozenset[str]
    dates: frozenset[str]
    addresses: frozenset[str]
    names: frozenset[str]
    cues: frozenset[str]

    def without(self, other: "Told") -> list[str]:
        """What this text states and the other does not, in words, the most telling first."""
        return [
            f"{_KINDS[each.name]} {fact}".strip()
            for each in fields(self)
            for fact in sorted(getattr(self, each.name) - getattr(other, each.name))
        ]


_KINDS = {"numbers": "number", "measures": "measure", "dates": "date", "addresses": "address", "names": "name",
          "cues": ""}  # fmt: skip


_SAID = {
    ("second", 60): "minute",
    ("second", 3600): "hour",
    ("second", 86_400): "day",
    ("second", 604_800): "week",
    ("month", 12): "year",
}


def extract_statements(text: str, language: str, known: Iterable[str] = ()) -> Told:
    """What a text states. `known` are names to look for, whatever they look like (products, plans, places)."""
    read = facts(text)
    marked = [(mark.kind, mark.value) for mark in read.marks]
    return Told(
        numbers=frozenset(
            {f"{value:f}" for each in read.quantities for value in (each.raw_low, each.raw_high)}
            | {value for kind, value in marked if kind is FaultKind.NUMBER}
        ),
        measures=frozenset(
            f"{value:f} {_unit(each)}"
            for each in read.quantities
            if each.unit
            for value in (each.raw_low, each.raw_high)
        ),
        dates=frozenset(value for kind, value in marked if kind in (FaultKind.DATE, FaultKind.TIME)),
        addresses=frozenset(value for kind, value in marked if kind is FaultKind.ADDRESS),
        names=frozenset(_names(_without(text, read.spans), language, known)),
        cues=frozenset(cues(text)),
    )


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with what has been read already blanked out: "Monday" is no name."""
    for start, end in spans:
        text = text[:start] + re.sub(r"\w", "·", text[start:end]) + text[end:]
    return text


def _unit(quantity: Quantity) -> str:
    """The unit as it was said: days that the contract counts in seconds."""
    many = int(quantity.high / quantity.raw_high) if quantity.raw_high else 1
    return _SAID.get((quantity.unit, many), quantity.unit)


def cues(text: str) -> set[str]:
    """Which of the words that turn a sentence are in it: a negation, a limit, a condition, a commitment."""
    plain = _FREE.sub(" ", text)
    found = {"negation"} if _NOT.search(plain) else set()
    found |= {"limit"} if _LIMIT.search(plain) else set()
    found |= {"condition"} if _CONDITION.search(plain) else set()
    return found | ({"commitment"} if _COMMITMENT.search(plain) else set())


def _names(text: str, language: str, known: Iterable[str]) -> Iterable[str]:
    yield from (name.casefold() for name in known if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))
    yield from (found.casefold() for found in _ODD.findall(text))
    if language not in _CAPITALS_OF_NOUNS:
        yield from (name for name in (found.casefold() for found in _NAME.findall(text)) if name not in _PRONOUNS)
