"""A message cut into what may each be a matter of its own: its sentences, and the halves of "…, and also …"."""

import re
from dataclasses import dataclass
from itertools import pairwise

MOST = 8  # clauses of a message that are read
LEAST_WORDS = 3

_END = re.compile(r"(?<=[.!?…。！？])[\"'”’)\]]*\s+|\n+")
# What begins another matter within a sentence. A bare "and" mostly does not.
_ALSO = re.compile(
    r"(?<!\band)(?<!\bbut)(?<!\bor)(?:[,;]\s*|\s+)(?=(?:and|but|or)?\s*"
    r"(?:also|additionally|besides|furthermore|by the way|btw|another thing"
    r"|secondly|on top of that|one more thing)\b)"
    r"|;\s+"
    r"|\s*,?\s+(?=(?:and|but|plus)\s+(?:can|could|would|will|how|what|when|where|why|who|which|do|does|did|is|are|i|my"
    r"|please|the|you|your)\b)"
    r"|\s+(?=(?:und|aber)\s+(?:auch|außerdem|wie|wann|wo|warum|können|ich|bitte)\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Clause:
    """`text[start:end]` of the message."""

    start: int
    end: int
    text: str


def clauses(text: str) -> tuple[Clause, ...]:
    """In order, at most eight, none shorter than three words; a shorter one belongs to the one before."""
    found: list[tuple[int, int]] = []
    for start, end in _pieces(text):
        if found and len(_WORD.findall(text[start:end])) < LEAST_WORDS:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    if len(found) > 1 and len(_WORD.findall(text[slice(*found[0])])) < LEAST_WORDS:
        found[:2] = [(found[0][0], found[1][1])]
    return tuple(Clause(start, end, text[start:end]) for start, end in found[:MOST])


def _pieces(text: str) -> list[tuple[int, int]]:
    cuts = sorted({0, len(text), *(m.end() for m in _END.finditer(text)), *(m.end() for m in _ALSO.finditer(text))})
    trimmed = []
    for start, end in pairwise(cuts):
        piece = text[start:end]
        left, right = len(piece) - len(piece.lstrip()), len(piece.rstrip())
        if piece.strip():
            trimmed.append((start + left, start + right))
    return trimmed
