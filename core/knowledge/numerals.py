"""Numbers as they are written: 1,000.50, 1.000,50, twenty-one, vierundzwanzig, quinze."""

import re
from decimal import Decimal
from functools import lru_cache

_ENGLISH = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_GERMAN = "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn"
_GERMAN_TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
_SPANISH = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete"
    " dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete"
    " veintiocho veintinueve treinta"
)
_SPANISH_TENS = "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa"
_FRENCH = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
_FRENCH_TENS = "vingt trente quarante cinquante soixante"
_MORE = {
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "siebzehn": 17, "achtzehn": 18, "neunzehn": 19, "hundred": 100,
    "thousand": 1000, "dozen": 12, "hundert": 100, "tausend": 1000, "dutzend": 12, "cien": 100, "ciento": 100,
    "mil": 1000, "docena": 12, "cent": 100, "mille": 1000, "douzaine": 12, "eins": 1, "eine": 1, "einen": 1,
    "einem": 1, "einer": 1, "una": 1, "une": 1, "un": 1, "twice": 2, "zweimal": 2, "dreimal": 3, "dreissig": 30,
    "dix-sept": 17, "dix-huit": 18, "dix-neuf": 19, "soixante-dix": 70, "quatre-vingts": 80, "quatre-vingt-dix": 90,
}  # fmt: skip
# Articles in most sentences; numbers only before a unit.
ARTICLES = frozenset({"a", "an", "one", "ein", "eine", "einen", "einem", "einer", "eines", "un", "una", "uno", "une"})
# Words that are something else in another language, or most of the time: "once", "new", "hundredth of a dollar".
DOUBTFUL = frozenset({"once", "neuf", "cent", "second", "sept", "mil", "zero", "null", "ciento"})


def _words() -> dict[str, int]:
    found = dict(_MORE)
    for row in (_ENGLISH, _GERMAN, _SPANISH, _FRENCH):
        found |= {word: value for value, word in enumerate(row.split())}
    for tens, units, pattern, first in (
        (_ENGLISH_TENS, _ENGLISH, "{ten}-{unit}", 20),
        (_GERMAN_TENS, _GERMAN, "{unit}und{ten}", 20),
        (_SPANISH_TENS, _SPANISH, "{ten} y {unit}", 20),
        (_FRENCH_TENS, _FRENCH, "{ten}-{unit}", 20),
    ):
        for step, ten in enumerate(tens.split()):
            value = first + 10 * step
            found[ten] = value
            found |= {pattern.format(ten=ten, unit=units.split()[u]): value + u for u in range(1, 10)}
    return {word: value for word, value in found.items() if word not in ("un", "uno", "una", "une", "ein")}


WORDS = _words()
_SCALES = {"k": 1000, "thousand": 1000, "million": 1_000_000, "tausend": 1000, "millionen": 1_000_000, "mil": 1000}
_SPELLED = "|".join(
    re.escape(word).replace(r"\-", "[ -]")
    for word in sorted((word for word in WORDS if word not in DOUBTFUL), key=len, reverse=True)
)
# One number: digits with separators, or a word. No groups of its own, so that it can be put into other patterns.
DIGITS = (
    r"(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,'’]\d+)*)"
    r"(?:\s?(?:k|thousand|million|Tausend|Millionen)\b)?"
)
NUMERAL = (
    rf"(?:{DIGITS}|(?<!\w)(?:(?:an?|one|{_SPELLED})[ -]hundred(?: and (?:{_SPELLED}))?"
    rf"|(?:{_SPELLED})(?:[ -]thousand)?)(?!\w))"
)


def value_of(numeral: str) -> Decimal:
    """What a numeral is worth. ValueError for what is none."""
    plain = " ".join(numeral.casefold().replace("’", "'").split())
    if " and " in plain:
        hundreds, _, rest = plain.partition(" and ")
        return value_of(hundreds) + value_of(rest)
    head, _, scale = plain.replace("-hundred", " hundred").rpartition(" ")
    if head and scale in ("hundred", *_SCALES):
        return value_of(head) * _SCALES.get(scale, 100)
    if plain.endswith("k") and plain[:-1].strip()[-1:].isdigit():
        return value_of(plain[:-1]) * 1000
    for word in (plain, plain.replace(" ", "-")):
        if word in WORDS or word in ARTICLES:
            return Decimal(WORDS.get(word, 1))
    if not plain[:1].isdigit():
        raise ValueError(f"{numeral!r} is no number")
    return _of_digits(re.sub(r"['\s]", "", plain))


def _of_digits(digits: str) -> Decimal:
    """The last separator is the decimal one, unless three digits follow it."""
    marks = [mark for mark in digits if mark in ".,"]
    if len(set(marks)) == 2:
        whole, last, part = digits.rpartition(marks[-1])
        del last
        return Decimal(f"{re.sub('[.,]', '', whole)}.{part}").normalize()
    if re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", digits):
        return Decimal(re.sub("[.,]", "", digits)).normalize()
    parts = re.split("[.,]", digits)
    return Decimal(".".join((parts[0], "".join(parts[1:])))).normalize() if len(parts) > 1 else Decimal(digits)


@lru_cache(maxsize=8192)
def numbers(text: str) -> frozenset[str]:
    """All numbers as plain figures, spelled ones too: 1,000 and 1000 are the same, 3.95 and 3,95 as well."""
    found = (match.group() for match in _NUMERAL.finditer(text))
    return frozenset(f"{value_of(numeral):f}" for numeral in found if numeral.casefold() not in ARTICLES)


_NUMERAL = re.compile(NUMERAL, re.IGNORECASE)
_AS_WRITTEN = re.compile(NUMERAL)
# The letters that stand for a numeral in a shaded text: one that ends in a digit, in a letter, or is only one when its
# capitals are not looked at. Private use, so that no text has them.
_DIGIT, _LETTER, _CAPITAL = "\ue000", "\ue001", "\ue002"
SHADE = f"[{_DIGIT}{_LETTER}]++"
ANY_SHADE = f"[{_DIGIT}{_LETTER}{_CAPITAL}]++"
SPELLED_SHADE = f"[{_LETTER}{_CAPITAL}]"


def shade_numerals(text: str) -> str:
    """The text, as long as it was, with every numeral turned into a run of one letter.

    A pattern over it names a numeral by SHADE, or by ANY_SHADE where capitals do not count: hundreds of number words
    in each of a hundred patterns would take seconds to compile."""
    return _NUMERAL.sub(_shade, text)


def _shade(match: re.Match[str]) -> str:
    numeral = match.group()
    if not _AS_WRITTEN.fullmatch(match.string, *match.span()):
        return _CAPITAL * len(numeral)
    return (_DIGIT if numeral[-1].isdigit() else _LETTER) * len(numeral)
