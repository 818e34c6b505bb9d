"""How alike two things that a customer wrote are: the numbers in them, their words, their meaning."""

import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from threading import Lock

import numpy as np

from core.ports import Encoder, Vector
from core.text.stems import content, stems

# LK-20114, E42, 4711: what names one thing among its kind. Amounts and times of day name nothing.
# A space may stand after capitals alone: "in 39" is a size.
_REFERENCE = re.compile(
    r"(?<![\w.,:£€$])(?:[A-Z]{1,4}[- ]?\d{2,}|[A-Za-z]{1,4}-?\d{2,}|[A-Z]\d|#\d{2,}|\d{4,})(?![\w:]|[.,]\d)"
)
_LONG = re.compile(r"^[a-z]+(?=\d{4,}$)")  # LK-20114 and 20114 are one
_YEAR = re.compile(r"(?:19|20)\d\d")
_BREAK = re.compile(r"(?<=[.!?…])\s+|\n+|[¿¡]")
_LONGEST = 400  # characters of a sentence that are compared
_KEPT = 1_000  # texts whose vectors are remembered


class Remembering:
    """An encoder that remembers short texts: the earlier turns of a conversation are compared at each new one."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: OrderedDict[str, Vector] = OrderedDict()
        self._lock = Lock()

    @property
    def name(self) -> str:
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> Vector:
        return np.stack([self._one(text) for text in texts])

    def _one(self, text: str) -> Vector:
        with self._lock:
            known = self._known.get(text)
        if known is None:
            known = self._encoder.encode([text])[0]
            with self._lock:
                self._known[text] = known
                if len(self._known) > _KEPT:
                    self._known.popitem(last=False)
        return known


@lru_cache(maxsize=2_000)
def references(text: str) -> frozenset[str]:
    """The order numbers, serials, codes and cases that a text names, in one spelling."""
    found = (match.group() for match in _REFERENCE.finditer(text))
    plain = (re.sub(r"[\W_]", "", each).casefold() for each in found if not _YEAR.fullmatch(each))
    return frozenset(_LONG.sub("", each) for each in plain)


def sentences(text: str) -> list[tuple[int, str]]:
    """(where it starts, the sentence) of each that has words of meaning."""
    found, at = [], 0
    for part in _BREAK.split(text):
        start = text.index(part, at)
        at = start + len(part)
        sentence = part.strip()
        if content(sentence):
            found.append((start + part.index(sentence), sentence[:_LONGEST]))
    return found


def nearness(one: str, other: str, encoder: Encoder | None) -> float:
    """The cosine of the two texts; 0 without an encoder."""
    if encoder is None:
        return 0.0
    first, second = encoder.encode([one, other])
    return float(first @ second)


def share_of_words(one: Iterable[str], other: Iterable[str]) -> float:
    """The share of the smaller set of words that is in the other too."""
    first, second = frozenset(one), frozenset(other)
    return len(first & second) / max(1, min(len(first), len(second)))


def alone(one: str, other: str) -> list[str]:
    """The stems of `one` that do not stand in `other`, in order."""
    there = set(stems(other))
    return [word for word in dict.fromkeys(stems(one)) if word not in there]
