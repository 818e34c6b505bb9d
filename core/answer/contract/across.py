"""Whether a sentence in one language says what its source says in another.

Words cannot be compared across languages. What can be is checked: numbers with their measures, dates, names,
addresses, countries, who pays, negations, limits, conditions, commitments and that something costs nothing. So a draft
with such sentences always carries a warning, and never goes out by itself.
"""

import re
from collections.abc import Iterable

from core.answer.contract.told import extract_statements
from core.answer.contract.wording import bearers, turns
from core.model.draft import Finding, Severity

TRANSLATED = "translated"
# What may be in neither without being in the other, and what may only not be lost, or only not be added.
_BOTH = frozenset({"negation", "limit"})
_NOT_LOST = frozenset({"condition"})
_NOT_ADDED = frozenset({"commitment"})


def foreign(language: str, locale: str) -> bool:
    """Whether a passage of this locale is in another language than the sentence."""
    return _code(language) != _code(locale)


def _code(locale: str) -> str:
    return locale.replace("_", "-").split("-")[0].casefold()


def find_unproved(
    text: str, quote: str, *, languages: tuple[str, str], about: str = "", known: Iterable[str] = ()
) -> str:
    """What the text states and the quote does not, in a word; empty when everything checkable is borne out.

    `languages` are those of the text and of the quote. `about` is the heading over the quote. `known` are the names
    of products, plans and places, which must not be exchanged even where the language writes every noun large."""
    known = tuple(known)
    said, source = (
        extract_statements(text, languages[0], known),
        extract_statements(f"{about}\n{quote}", languages[1], known),
    )
    heard = extract_statements(quote, languages[1])
    spoken = (about + quote).casefold()
    strange = [name for name in said.names if name not in spoken and not is_place(name)]
    for kind, found in (
        ("number", said.numbers - heard.numbers),
        ("measure", said.measures - heard.measures),
        ("date", said.dates - heard.dates),
        ("address", said.addresses - source.addresses),
        ("name", strange),
        ("place", places(text) - places(f"{about}\n{quote}")),
        ("payer", _otherwise(_bearing(text), _bearing(quote))),
        ("side", _otherwise(sides(text), sides(quote))),
        ("", {"free of charge"} if "free" in turns(text) and not _costless(quote) else frozenset()),
        ("", changed_cues(heard.cues, said.cues)),
    ):
        if found:
            return f"{kind} {min(found)}".strip()
    return ""


def _bearing(text: str) -> frozenset[str]:
    """Who pays; what costs nothing is paid by us."""
    return bearers(text) or (frozenset({"us"}) if "free" in turns(text) else frozenset())


def _costless(quote: str) -> bool:
    return "free" in turns(quote) or bearers(quote) == {"us"}


def _otherwise(said: frozenset[str], known: frozenset[str]) -> frozenset[str]:
    """What is said where the source says another instead."""
    return said - known if known else frozenset()


def changed_cues(before: frozenset[str], after: frozenset[str]) -> frozenset[str]:
    """Which turns of a sentence (`Told.cues`) a translation lost or added, as far as that can be told: where one
    language has a future tense or an "if", another may have neither, so those are looked at in one direction only."""
    return ((before ^ after) & _BOTH) | ((before - after) & _NOT_LOST) | ((after - before) & _NOT_ADDED)


def warning(places: Iterable[int]) -> Finding:
    """The finding that a draft with translated sentences carries; `places` are counted from nought."""
    named = ", ".join(str(place + 1) for place in places)
    return Finding(
        rule=TRANSLATED,
        severity=Severity.WARN,
        text=f"Translated from a source in another language (sentence {named}): numbers, dates, names and negations"
        " were compared, the words were not.",
        remedy="Read it against the source before you send it.",
    )


# ------------------------------------------------------------------
# Places and the sides of a sale under their names in four languages.


_PLACES = """
germany deutschland alemania allemagne | austria österreich autriche | switzerland schweiz suiza suisse
france frankreich francia | spain spanien españa espagne | italy italien italia italie | ireland irland irlanda irlande
united-kingdom uk great-britain großbritannien vereinigtes-königreich vereinigte-königreich reino-unido gran-bretaña \
royaume-uni grande-bretagne
netherlands niederlande niederlanden países-bajos pays-bas | belgium belgien bélgica belgique
poland polen polonia pologne | portugal | denmark dänemark dinamarca danemark | sweden schweden suecia suède
norway norwegen noruega norvège | luxembourg luxemburg luxemburgo | canada kanada canadá
mexico mexiko méxico mexique | usa united-states vereinigte-staaten vereinigten-staaten estados-unidos états-unis
"""
_BUYER = r"buyers?|customers?|käufer\w*|kund(?:e|en|in|innen)|comprador\w*|clientes?|acheteu\w+|clients?"
_SELLER = r"sellers?|merchants?|retailers?|verkäufer\w*|händler\w*|vendedor\w*|vendeu\w+|commerçants?"


def _named() -> dict[str, str]:
    rows = (row for line in _PLACES.strip().splitlines() for row in line.split("|"))
    return {word: words[0] for words in map(str.split, rows) for word in words}


_PLACE_OF = _named()
_NAMES = "|".join(name.replace("-", "[ -]") for name in sorted(_PLACE_OF, key=len, reverse=True))
_PLACE = re.compile(rf"(?<!\w)(?:{_NAMES})(?!\w)", re.IGNORECASE)
_SIDES = (
    ("buyer", re.compile(rf"(?<!\w)(?:{_BUYER})(?!\w)", re.I)),
    ("seller", re.compile(rf"(?<!\w)(?:{_SELLER})(?!\w)", re.I)),
)


def places(text: str) -> frozenset[str]:
    """The countries that a text names, by their English names."""
    return frozenset(_PLACE_OF[match.group().casefold().replace(" ", "-")] for match in _PLACE.finditer(text))


def sides(text: str) -> frozenset[str]:
    """`buyer`, `seller`, both or neither: whom a text speaks of."""
    return frozenset(name for name, pattern in _SIDES if pattern.search(text))


def is_place(word: str) -> bool:
    """Whether a word is, or begins, the name of a country here."""
    return any(name == word.casefold() or word.casefold() in name.split("-") for name in _PLACE_OF)
