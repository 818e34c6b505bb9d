"""A second look at what a search found: the question's words against each passage's, one by one, in their context."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from core.knowledge.lexicon import Lexicon
from core.knowledge.passages import heading
from core.knowledge.synonyms import concepts
from core.model.ids import PassageId
from core.model.knowledge import Passage
from core.ports import ArticleTable

_BESIDE = 12  # passages of one article that are read, from its beginning
_LONGEST = 1000  # characters: nearly always the whole passage under its headings


class Aligner(Protocol):
    def prepare(self, texts: Sequence[str]) -> None:
        """Read texts that questions will be compared with, ahead of time."""

    def align(self, asked: str, texts: Sequence[str], weight: Callable[[str], float]) -> list[float]:
        """How well the question's words, counted by their weight, find counterparts in each text: 0 to 1."""


def comparable_text(passage: Passage) -> str:
    """What of a passage a question is compared with."""
    return f"{heading(passage)}\n{passage.text}"[:_LONGEST]


def word_weight(lexicon: Lexicon) -> Callable[[str], float]:
    """How much a word of the question counts: the rarer in the articles, the more."""

    def weight(word: str) -> float:
        return max((lexicon.weight(concept) for concept in concepts(word)), default=0.0)

    return weight


def compare_hits(
    aligner: Aligner, lexicon: Lexicon, asked: Sequence[str], passages: Sequence[Passage]
) -> Mapping[PassageId, float]:
    """For each passage how well it fits the ways of asking, on average."""
    texts = [comparable_text(passage) for passage in passages]
    weight = word_weight(lexicon)
    lexicon.look_up(concept for text in asked for concept in concepts(text))
    found = [aligner.align(text, texts, weight) for text in asked]
    return {p.id: sum(values) / len(values) for p, *values in zip(passages, *found, strict=True)}


def share_covered(
    articles: ArticleTable, lexicon: Lexicon, asked: Sequence[str], passages: Sequence[Passage]
) -> Mapping[PassageId, float]:
    """For each passage the share of what is asked, by weight, that its whole article speaks of: 0 to 1."""
    wanted = [concepts(text) for text in asked]
    names = list(dict.fromkeys(passage.article_id for passage in passages))
    spoken = articles.spoken(articles.of_articles(names, _BESIDE))
    shares = {
        name: sum(lexicon.covered(words, spoken.get(name, frozenset())) for words in wanted) / len(wanted)
        for name in names
    }
    return {passage.id: shares[passage.article_id] for passage in passages}
