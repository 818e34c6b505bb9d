"""How rare each word is in the company's articles: "bitcoin", in none of them, says that none of them answers."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, MutableMapping
from typing import Self

from core.knowledge.synonyms import concepts

COMMON = 0.35  # a word in most passages still counts a little

Look = Callable[[Iterable[str]], Mapping[str, int]]


class Lexicon:
    """Inverse document frequencies over passages, scaled to 0 … 1."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        size = 0
        for text in texts:
            size += 1
            counts.update(concepts(text))
        self._weigh_by(size, counts, None)

    @classmethod
    def stored(cls, size: int, look: Look, known: MutableMapping[str, int]) -> Self:
        """Over `size` passages whose counts are looked up when they are asked for; `known` keeps what was found."""
        lexicon = cls(())
        lexicon._weigh_by(size, known, look)
        return lexicon

    def weight(self, word: str) -> float:
        """1 for a stem that no passage has."""
        return self._weights_of((word,))[word]

    def covered(self, asked: frozenset[str], text: frozenset[str]) -> float:
        """The share of what is asked, by weight, whose stems the text has; 1 when nothing is asked."""
        weights = self._weights_of(asked)
        whole = self._wholes.get(asked)
        if whole is None:
            whole = self._wholes[asked] = sum(weights[word] for word in asked)
        return sum(weights[word] for word in asked & text) / whole if whole else 1.0

    def look_up(self, asked: Iterable[str]) -> None:
        """Have the weights of all these ready, looked up together and not one by one."""
        self._weights_of(frozenset(asked))

    def unheard(self, asked: frozenset[str]) -> float:
        """The share of what is asked, by weight, that no article has at all."""
        weights = self._weights_of(asked)
        whole = sum(weights[word] for word in asked)
        return sum(weights[word] for word in asked if not self._counts[word]) / whole if whole else 0.0

    def _weigh_by(self, size: int, counts: MutableMapping[str, int], look: Look | None) -> None:
        self._size = size
        self._rarest = math.log(1 + size) or 1.0
        self._counts = counts
        self._look = look
        self._weights: dict[str, float] = {}
        self._wholes: dict[frozenset[str], float] = {}

    def _weights_of(self, words: Collection[str]) -> Mapping[str, float]:
        """The weights of these words and of others; what is not known yet is looked up together."""
        if not self._weights.keys() >= set(words):
            unknown = [word for word in words if word not in self._counts]
            found = self._look(unknown) if unknown and self._look else {}
            self._counts.update({word: found.get(word, 0) for word in unknown})
            for word in words:
                rarity = math.log((1 + self._size) / (1 + self._counts[word])) / self._rarest
                self._weights[word] = max(COMMON, rarity)
        return self._weights
