"""Cards, accounts and national numbers, known by their check digits or by the words beside them."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from core.privacy import checks
from core.privacy.personal import NO_PLACEHOLDER, Kind, Span

_RUN = re.compile(r"(?<![\w+])(?<!\d[.,])\d(?:[ \u00a0.\-]?\d){11,}")
_GROUP = re.compile(r"\d+")
_CARD_WORD = re.compile(
    r"(?<![^\W\d_])(?:card|cards|cc|visa|master ?card|maestro|amex|debit|credit|karte|kreditkarte|tarjeta|carte|carta"
    r"|kaart|kort|cartão)(?![^\W\d_])" + NO_PLACEHOLDER,
    re.IGNORECASE,
)
_NO_CARD = re.compile(
    r"(?:imei|ean|gtin|isbn|barcode|serial|tracking|sendung\w*)\W{0,3}(?:number|no\.?|nr\.?|#)?\W{0,3}\Z", re.I
)
# A card has 12 to 19 digits.
_SHORTEST, _LONGEST = 12, 19
# 2026-11-02 0915 is a time.
_STAMP = re.compile(r"(?:19|20)\d\d[-.][01]\d[-.]")
# What schemes issue: American Express, Diners, JCB, Visa, Mastercard, Discover, Maestro, UnionPay.
_ISSUED = re.compile(r"3[0-9]|4|5[0-9]|6[0-9]|2[2-7]|1800|2131")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]){11,30}(?![A-Z0-9])", re.IGNORECASE)
_SSN = re.compile(r"(?<![\w+-])(?!000|666|9\d\d)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w]|-\d)")
_DIALLED = re.compile(r"\+\d{1,3}[ -]\Z")  # +992 372 12 3456 is a phone number
_NI = re.compile(
    r"(?<!\w)(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)", re.IGNORECASE
)
_SPANISH = re.compile(r"(?<!\w)[XYZ\d]-?\d{7}-?[A-Z](?!\w)", re.IGNORECASE)
_FRENCH = re.compile(r"(?<!\w)[12] ?\d\d ?[0-3]\d ?\d[\dAB] ?\d{3} ?\d{3} ?\d\d(?!\w)")
_GERMAN = re.compile(r"(?<!\w)[1-9]\d ?\d{3} ?\d{3} ?\d{3}(?!\w)")


def cards(text: str) -> Iterator[Span]:
    """Numbers of a card's length that pass the Luhn check and begin as schemes issue them; beside the word "card"
    also a mistyped one."""
    words: list[int] | None = None
    for run in _RUN.finditer(text):
        if _NO_CARD.search(text[max(0, run.start() - 24) : run.start()]):
            continue
        if words is None:
            words = [word.start() for word in _CARD_WORD.finditer(text)]
        groups = [group.span() for group in _GROUP.finditer(text, run.start(), run.end())]
        if run.end() < len(text) and (text[run.end()].isalnum() or text[run.end()] == "_"):
            groups.pop()
        first = 0
        while first < len(groups):
            last = _card_from(text, groups, first, words)
            if last is not None:
                yield Kind.CARD, groups[first][0], groups[last][1]
            first = first + 1 if last is None else last + 1


def _card_from(text: str, groups: list[tuple[int, int]], first: int, words: list[int]) -> int | None:
    """The last group of a card that begins with the group `first`; the longest that passes. `words` are the places
    where the text speaks of a card."""
    start = groups[first][0]
    digits = ""
    lengths: list[int] = []
    sure, mistyped = None, None
    for last, (begin, end) in enumerate(groups[first : first + _LONGEST], first):
        digits, lengths = digits + text[begin:end], [*lengths, end - begin]
        if len(digits) > _LONGEST:
            break
        usual = _is_usual(lengths)
        if len(digits) < _SHORTEST or (len(digits) == _SHORTEST and len(lengths) > 1):
            continue
        beside = _any_between(words, start - 40, end + 20)
        if (beside or (usual and len(digits) > _SHORTEST)) and _ISSUED.match(digits) and checks.luhn(digits):
            sure = last
        elif beside and usual and not _STAMP.match(text, start):
            mistyped = last
    return sure if sure is not None else mistyped


def _any_between(places: list[int], low: int, high: int) -> bool:
    """Whether one of the places, which are in order, lies from `low` to before `high`."""
    after = bisect_left(places, low)
    return after < len(places) and places[after] < high


def _is_usual(lengths: list[int]) -> bool:
    """One block, 4-4-4-4 with a rest, 4-6-4, 4-6-5, or digit by digit."""
    return len(lengths) == 1 or set(lengths) == {1} or lengths[:3] == [4, 4, 4] or lengths in ([4, 6, 4], [4, 6, 5])


def ibans(text: str) -> Iterator[Span]:
    """The longest that passes: words may follow without a mark between."""
    match = _IBAN.search(text)
    while match:
        end = _iban_end(match.group())
        if end:
            yield Kind.IBAN, match.start(), match.start() + end
        match = _IBAN.search(text, match.start() + (end or 4))


def _iban_end(run: str) -> int | None:
    for end in range(len(run), 14, -1):
        if run[end - 1].isalnum() and (end == len(run) or not run[end].isalnum()):
            plain = re.sub(r"[\s-]", "", run[:end]).upper()
            if 15 <= len(plain) <= 34 and plain.isascii() and checks.iban(plain):
                return end
    return None


def national(text: str) -> Iterator[Span]:
    """Numbers of a person in the United States, the United Kingdom, Spain, France and Germany."""
    for pattern in (_SSN, _NI):
        for match in pattern.finditer(text):
            if not _DIALLED.search(text[max(0, match.start() - 5) : match.start()]):
                yield Kind.ID, match.start(), match.end()
    for match in _SPANISH.finditer(text):
        if checks.spanish_number(match.group().replace("-", "").upper()):
            yield Kind.ID, match.start(), match.end()
    for match in _FRENCH.finditer(text):
        digits = match.group().replace(" ", "").upper()
        if checks.french_number(
            digits.replace("2A", "19", 1).replace("2B", "18", 1) if not digits.isdigit() else digits
        ):
            yield Kind.ID, match.start(), match.end()
    for match in _GERMAN.finditer(text):
        said = re.search(r"steuer|tax|idnr|tin\b", text[max(0, match.start() - 40) : match.start()], re.IGNORECASE)
        if said and checks.german_tax_id(_digits(match.group())):
            yield Kind.ID, match.start(), match.end()


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
