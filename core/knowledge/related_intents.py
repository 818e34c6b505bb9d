"""Whether an article is about what the customer wants: the intents of both, compared.

Words and vectors miss that "ur fitter is 75 min late" belongs to "Book an installer"; an intent model that has seen how
customers speak may not."""

import math
from collections.abc import Mapping, Sequence

from core.model.signals import Scored
from core.ports import IntentReader

_KEPT = 20_000  # titles


class Kinship:
    """Without a reader nothing is akin to anything, and nothing is held against it."""

    def __init__(self, reader: IntentReader | None) -> None:
        self._reader = reader
        self._titles: dict[str, Mapping[str, float]] = {}

    @property
    def known(self) -> bool:
        """Whether intents can be told at all."""
        return self._reader is not None

    def between(self, wanted: Sequence[Scored], title: str) -> float:
        """0 to 1: how alike the intents of a question are to those of an article's title."""
        return _cosine(_shares(wanted), self._of(title)) if wanted else 0.0

    def _of(self, title: str) -> Mapping[str, float]:
        if self._reader is None:
            return {}
        if title not in self._titles:
            if len(self._titles) >= _KEPT:
                self._titles.clear()
            self._titles[title] = _shares(self._reader.intents(title))
        return self._titles[title]


def _shares(intents: Sequence[Scored]) -> Mapping[str, float]:
    return {intent.value: intent.confidence for intent in intents}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    return sum(share * other.get(name, 0.0) for name, share in one.items()) / lengths if lengths else 0.0
