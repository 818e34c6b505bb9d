"""How well a passage answers a question, and which of its lines say it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.answer.expects import fitting
from core.answer.lexicon import Lexicon
from core.answer.sentences import Line, Shape, lines
from core.answer.synonyms import concepts
from core.model.ids import ArticleId
from core.model.knowledge import Hit, Passage
from core.ports import Encoder, Vector

READ = 12  # passages whose lines are looked at first
SAID = 0.5  # weight of the question's words in a line, beside its similarity
DEEPER = 3  # articles of which all passages are looked at then
LONGEST_ARTICLE = 12  # passages of one article looked at
# What counts for a passage, fitted on questions to a help centre of 94 articles (and rounded: it is no finer).
WEIGHTS = {
    "similarity": 0.5,  # of the passage under its headings
    "nearest": 0.5,  # of its nearest line
    "headed": 0.4,  # of title and headings
    "under": 0.4,  # of the last heading alone
    "titled": 0.2,  # of the title alone
    "coverage": 0.6,  # share of the question's words in the passage with its headings
    "named": 0.4,  # … in title and headings
    "topic": 0.2,  # … in the last heading
    "said": 0.2,  # … in one line
    "fitting": 1.0,  # a line is of the kind asked for: steps, a time, a price
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A line with how much it has to do with the question."""

    line: Line
    score: float
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A passage with its lines; `traits` are what WEIGHTS weighs."""

    hit: Hit
    score: float
    traits: Mapping[str, float]
    told: tuple[Told, ...]

    @property
    def passage(self) -> Passage:
        return self.hit.passage


def heading(passage: Passage) -> str:
    """Title and headings as one line."""
    return " – ".join((passage.title, *passage.path))


@lru_cache(maxsize=8192)
def quotable(text: str) -> tuple[Line, ...]:
    """The lines of a passage that may stand in a reply."""
    return tuple(line for line in lines(text) if line.shape is not Shape.HEADING)


def topic(passage: Passage) -> str:
    """The heading that the passage stands under; the title for the first one."""
    return passage.path[-1] if passage.path else passage.title


def weighed_texts(passages: Iterable[Passage]) -> list[str]:
    """Everything that will ever be encoded to weigh these passages, so that it can be done ahead of time."""
    texts = [t for p in passages for t in (heading(p), topic(p), p.title, *(line.text for line in quotable(p.text)))]
    return list(dict.fromkeys(texts))


class Scale:
    """Weighs passages against one question."""

    def __init__(self, asked: str, query: Vector, lexicon: Lexicon, encoder: Encoder) -> None:
        self._asked = asked
        self._query = query
        self._lexicon = lexicon
        self._encoder = encoder
        self._words = concepts(asked)

    def weigh(self, hit: Hit) -> Match:
        """The passage with its traits, its score and the score of each of its lines."""
        passage = hit.passage
        said = quotable(passage.text)
        texts = [heading(passage), topic(passage), passage.title, *(line.text for line in said)]
        near = self._encoder.encode(texts) @ self._query
        told = tuple(self._told(line, float(cosine)) for line, cosine in zip(said, near[3:], strict=True))
        traits = {
            "similarity": hit.similarity,
            "nearest": float(np.max(near[3:], initial=0.0)),
            "headed": float(near[0]),
            "under": float(near[1]),
            "titled": float(near[2]),
            "coverage": self._covered(f"{texts[0]}\n{passage.text}"),
            "named": self._covered(texts[0]),
            "topic": self._covered(texts[1]),
            "said": max((self._covered(line.text) for line in said), default=0.0),
            "fitting": max((fitting(self._asked, line) for line in said), default=0.0),
        }
        score = sum(weight * traits[name] for name, weight in WEIGHTS.items())
        return Match(hit=hit, score=score, traits=traits, told=told)

    def _told(self, line: Line, similarity: float) -> Told:
        score = similarity + SAID * self._covered(line.text) + fitting(self._asked, line)
        return Told(line=line, score=score, similarity=similarity)

    def _covered(self, text: str) -> float:
        return self._lexicon.covered(self._words, concepts(text))


def matched(scale: Scale, hits: Sequence[Hit], rest: Callable[[Sequence[ArticleId]], Sequence[Hit]]) -> list[Match]:
    """The first hits weighed, then everything else in the articles of the best (`rest` finds it); best first."""
    first = sorted((scale.weigh(hit) for hit in hits[:READ]), key=lambda match: -match.score)
    articles = list(dict.fromkeys(match.passage.article_id for match in first))[:DEEPER]
    known = {match.passage.id for match in first}
    others = [scale.weigh(hit) for hit in rest(articles) if hit.passage.id not in known]
    return sorted([*first, *others], key=lambda match: -match.score)
