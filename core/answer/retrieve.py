"""Finding the passages: keyword and vector search, two queries each, fused by rank."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.answer.synonyms import widened
from core.model.ids import PassageId
from core.model.knowledge import Audience, Hit, Passage
from core.ports import ArticleTable, Encoder, Vector, VectorIndex
from core.sense.stems import STOP

POOL = 40
MEASURED = 400  # passages whose similarity is looked up, so that a keyword hit has one too
FUSION = 60  # the constant of reciprocal rank fusion
LAST_TURN = 2.0  # weight of the last turn's vector against that of the conversation
KEYWORD = 1.0
DENSE = 1.0
_WORDS_ASKED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One way of putting the question: its words, its vector, and how near the passages are to it."""

    text: str
    vector: Vector
    cosines: Mapping[PassageId, float]

    def near(self, passage: PassageId) -> float:
        """0 for a passage that is not among the nearest few hundred."""
        return self.cosines.get(passage, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`public` may be quoted to the customer; `inner` (internal or for a segment) is for the agent's eyes.

    The first voice is the whole question, the others its sentences."""

    public: tuple[Hit, ...]
    inner: tuple[Hit, ...]
    voices: tuple[Voice, ...]


class Retriever:
    """Hybrid search over stored passages in the customer's language and the company's own."""

    def __init__(self, encoder: Encoder, index: VectorIndex, *, home_language: str = "en") -> None:
        self._encoder = encoder
        self._index = index
        self._home = home_language

    def search(self, articles: ArticleTable, asked: Sequence[str], *, history: str = "", language: str | None) -> Found:
        """The likeliest passages for a question, best first. `asked` holds the question and then its sentences, where
        it has several; `history` is what the customer said before.

        The passages are in `language` or in the company's own; without one in any."""
        whole = asked[0]
        voices = (self._voice(whole, history), *(self._voice(sentence, "") for sentence in asked[1:]))
        words = [articles.keyword(keywords(whole), POOL)]
        if history:
            words.append(articles.keyword(keywords(f"{history}\n{whole}"), POOL))
        keyword = fused([(ids, 1.0) for ids in words])
        dense = [
            (list(voice.cosines)[:POOL], DENSE / max(1, place and len(asked) - 1)) for place, voice in enumerate(voices)
        ]
        scores = rank_scores([(keyword, KEYWORD), *dense])
        best = sorted(scores, key=lambda passage: -scores[passage])[:POOL]
        ranks = {passage: place for place, passage in enumerate(keyword, 1)}
        hits = [
            _hit(passage, voices[0], scores[passage.id], ranks.get(passage.id))
            for passage in articles.passages(best)
            if self._readable(passage, language)
        ]
        return Found(
            public=tuple(h for h in hits if h.passage.audience is Audience.PUBLIC),
            inner=tuple(h for h in hits if h.passage.audience is not Audience.PUBLIC),
            voices=voices,
        )

    def _voice(self, text: str, history: str) -> Voice:
        vector = self._query(text, history)
        return Voice(text=text, vector=vector, cosines=dict(self._index.nearest(vector, MEASURED)))

    def _query(self, asked: str, history: str) -> Vector:
        if not history:
            return np.asarray(self._encoder.encode([asked])[0])
        now, whole = self._encoder.encode([asked, f"{history}\n{asked}"])
        mixed = LAST_TURN * now + whole
        return np.asarray(mixed / np.linalg.norm(mixed), dtype=np.float32)

    def _readable(self, passage: Passage, language: str | None) -> bool:
        if language is None:
            return True
        code = passage.locale.replace("_", "-").split("-")[0].casefold()
        return code in {language, self._home}


def _hit(passage: Passage, voice: Voice, score: float, rank: int | None) -> Hit:
    return Hit(passage=passage, score=score, similarity=voice.near(passage.id), keyword_rank=rank)


def siblings(articles: ArticleTable, ids: Sequence[PassageId], found: Found) -> list[Hit]:
    """Public passages beside those of a search, as hits without a rank."""
    passages = articles.passages(ids)
    return [_hit(p, found.voices[0], 0.0, None) for p in passages if p.audience is Audience.PUBLIC]


def keywords(text: str) -> str:
    """The words worth looking up, in order and each once, then others for the same things."""
    words = dict.fromkeys("".join(c if c.isalnum() else " " for c in text.casefold()).split())
    return " ".join(widened(word for word in words if word not in STOP)[:_WORDS_ASKED])


def rank_scores(lists: Iterable[tuple[Sequence[PassageId], float]]) -> dict[PassageId, float]:
    """Reciprocal rank fusion: each list adds weight / (60 + rank)."""
    scores: dict[PassageId, float] = {}
    for ids, weight in lists:
        for rank, passage in enumerate(ids, 1):
            scores[passage] = scores.get(passage, 0.0) + weight / (FUSION + rank)
    return scores


def fused(lists: Iterable[tuple[Sequence[PassageId], float]]) -> list[PassageId]:
    scores = rank_scores(lists)
    return sorted(scores, key=lambda passage: -scores[passage])
