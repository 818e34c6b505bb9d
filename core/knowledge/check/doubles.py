"""Passages that say the same in the same words."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from core.knowledge.check.fault import Fault, Kind, Pair, Place
from core.model.ids import ArticleId
from core.model.knowledge import Article, Passage

ALIKE = 0.8  # share of three-word runs in common
SHORTEST = 120  # characters; a shorter passage is a phrase that may stand anywhere
MOST = 0.6  # share of the shorter article from which on the articles themselves are the same
_WORD = re.compile(r"\w+")
_RUN = 3


def doubles(pairs: Iterable[Pair], articles: Mapping[ArticleId, Article]) -> Iterator[Fault]:
    """One fault for two articles, at their longest common passage."""
    found: dict[tuple[ArticleId, ArticleId], list[Pair]] = defaultdict(list)
    for pair in pairs:
        if min(len(pair.one.text), len(pair.other.text)) >= SHORTEST and alike(pair.one.text, pair.other.text) >= ALIKE:
            found[pair.one.article_id, pair.other.article_id].append(pair)
    for (one, other), common in found.items():
        longest = max(common, key=lambda pair: len(pair.one.text))
        shared = sum(min(len(pair.one.text), len(pair.other.text)) for pair in common)
        whole = shared >= MOST * min(len(articles[one].text), len(articles[other].text))
        count = f"{len(common)} passage{'s' if len(common) > 1 else ''} in common"
        yield Fault(
            kind=Kind.DUPLICATE,
            reason=f"two articles that say the same, {count}" if whole else count,
            places=(_place(longest.one, articles), _place(longest.other, articles)),
        )


def alike(one: str, other: str) -> float:
    """Which share of all three-word runs both have."""
    a, b = _runs(one), _runs(other)
    return len(a & b) / len(a | b) if a and b else 0.0


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return {tuple(words[place : place + _RUN]) for place in range(max(1, len(words) - _RUN + 1))}


def _place(passage: Passage, articles: Mapping[ArticleId, Article]) -> Place:
    return Place(article=articles[passage.article_id], start=passage.start, end=passage.end)
