"""How rare each word is in the company's articles: "bitcoin", in none of them, says that none of them answers."""

import math
from collections import Counter
from collections.abc import Iterable

from core.answer.synonyms import concepts

COMMON = 0.35  # a word in most passages still counts a little


class Lexicon:
    """Inverse document frequencies over passages, scaled to 0 … 1."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        self._size = 0
        for text in texts:
            self._size += 1
            counts.update(concepts(text))
        self._counts = counts
        self._rarest = math.log(1 + self._size) or 1.0

    def weight(self, word: str) -> float:
        """1 for a stem that no passage has."""
        seen = self._counts.get(word, 0)
        return max(COMMON, math.log((1 + self._size) / (1 + seen)) / self._rarest)

    def covered(self, asked: frozenset[str], text: frozenset[str]) -> float:
        """The share of what is asked, by weight, whose stems the text has; 1 when nothing is asked."""
        whole = sum(self.weight(word) for word in asked)
        return sum(self.weight(word) for word in asked & text) / whole if whole else 1.0

    def unheard(self, asked: frozenset[str]) -> float:
        """The share of what is asked, by weight, that no article has at all."""
        whole = sum(self.weight(word) for word in asked)
        return sum(self.weight(w) for w in asked if w not in self._counts) / whole if whole else 0.0
