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
class Found:
    """`public` may be quoted to the customer; `inner` (internal or for a segment) is for the agent's"
    " eyes."""

    public: tuple[Hit, ...]
    inner: tuple[Hit, ...]
    query: Vector
    cosines: Mapping[PassageId, float]


class Retriever:
    """Hybrid search over stored passages in the customer's language and the company's own."""

    def __init__(self, encoder: Encoder, index: VectorIndex, *, home_language: str = "en") -> None:
        self._encoder = encoder
        self._index = index
        self._home = home_language

    def search(self, articles: ArticleTable, asked: str, *, history: str = "", language: str = "en") -> Found:
        """The likeliest passages for a question, best first; `history` is what the customer said before."""
        query = self._query(asked, history)
        cosines = self._index.nearest(query, MEASURED)
        near = dict(cosines)
        words = [articles.keyword(keywords(asked), POOL)]
        if history:
            words.append(articles.keyword(keywords(f"{history}\n{asked}"), POOL))
        keyword = fused([(ids, 1.0) for ids in words])
        ranks = {passage: place for place, passage in enumerate(keyword, 1)}
        scores = rank_scores([(list(keyword), KEYWORD), ([passage for passage, _ in cosines[:POOL]], DENSE)])
        best = sorted(scores, key=lambda passage: -scores[passage])[:POOL]
        passages = {p.id: p for p in articles.passages(best)}
        hits = [
            Hit(passage=passages[i], score=scores[i], similarity=near.get(i, 0.0), keyword_rank=ranks.get(i))
            for i in best
            if i in passages and self._readable(passages[i], language)
        ]
        return Found(
            public=tuple(h for h in hits if h.passage.audience is Audience.PUBLIC),
            inner=tuple(h for h in hits if h.passage.audience is not Audience.PUBLIC),
            query=query,
            cosines=near,
        )

    def hits(self, articles: ArticleTable, ids: Sequence[PassageId], found: Found) -> list[Hit]:
        """These public passages as hits of a search made before, unranked."""
        return [
            Hit(passage=passage, score=0.0, similarity=found.cosines.get(passage.id, 0.0))
            for passage in articles.passages(ids)
            if passage.audience is Audience.PUBLIC
        ]

    def _query(self, asked: str, history: str) -> Vector:
        if not history:
            return np.asarray(self._encoder.encode([asked])[0])
        now, whole = self._encoder.encode([asked, f"{history}\n{asked}"])
        mixed = LAST_TURN * now + whole
        return np.asarray(mixed / np.linalg.norm(mixed), dtype=np.float32)

    def _readable(self, passage: Passage, language: str) -> bool:
        code = passage.locale.replace("_", "-").split("-")[0].casefold()
        return code in {language, self._home}


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
