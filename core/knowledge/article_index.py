"""What is known of all articles together: how rare each word is, and which passages belong to one article."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Self

from core.knowledge.synonyms import concepts
from core.model.ids import ArticleId, PassageId
from core.ports import ArticleTable

# ------------------------------------------------------------------
# How rare each word is in the company's articles: "bitcoin", in none of them, says that none of them answers.

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
    def over_store(cls, size: int, look: Look, known: MutableMapping[str, int]) -> Self:
        """Over `size` passages whose counts are looked up when they are asked for; `known` keeps what was found."""
        lexicon = cls(())
        lexicon._weigh_by(size, known, look)
        return lexicon

    def weight(self, word: str) -> float:
        """1 for a stem that no passage has."""
        return self._weights_of((word,))[word]

    def share_covered(self, asked: frozenset[str], text: frozenset[str]) -> float:
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


# ------------------------------------------------------------------

LONGEST_ARTICLE = 12  # passages of one article looked at


class Shelf:
    """A view over one version of the articles."""

    def __init__(self, articles: ArticleTable, lexicon: Lexicon) -> None:
        self._articles = articles
        self.lexicon = lexicon

    def passages_of(self, articles: Sequence[ArticleId]) -> list[PassageId]:
        """Their passages in reading order; of a very long article the first ones."""
        return self._articles.of_articles(articles, LONGEST_ARTICLE)


@dataclass(slots=True, kw_only=True)
class _Counted:
    """How many passages there are, and in how many of them the words are that were asked for."""

    size: int
    seen: dict[str, int] = field(default_factory=dict)


class Shelves:
    """The shelf of the articles as they are now. What it was asked for is kept until they change."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._version: int | None = None
        self._counted: dict[bool, _Counted] = {}

    def now(self, articles: ArticleTable, *, public: bool = False) -> Shelf:
        """Good as long as `articles` is: the rest of a transaction. With `public` its lexicon knows only what anybody
        may read: a word in a thousand old tickets and in no article is one that no article has."""
        with self._lock:
            version = articles.version()
            if self._version != version:
                self._version, self._counted = version, {}
            if public not in self._counted:
                self._counted[public] = _Counted(size=articles.size(public=public))
            counted = self._counted[public]
        look = partial(articles.frequencies, public=public)
        return Shelf(articles, Lexicon.over_store(counted.size, look, counted.seen))
