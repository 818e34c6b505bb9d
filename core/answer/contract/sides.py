"""Places and the sides of a sale under their names in four languages."""

import re

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
