"""Finding the passages: those about what the conversation names first; keyword and vector search fused by rank; and a
second look at the best."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType

import numpy as np

from core.errors import HandrailError
from core.knowledge.article_index import Shelves
from core.knowledge.match import Aligner, Voice, compare_hits, lifted, share_covered
from core.knowledge.scope import NOTHING_NAMED, Focus, Known
from core.knowledge.synonyms import widen
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import EVERYWHERE, PUBLIC_ONLY, Audience, Hit, Passage, Scope
from core.ports import ArticleTable, Encoder, Vector, VectorIndex
from core.text.stems import STOP

POOL = 40
MEASURED = 400  # passages whose similarity is looked up, so that a keyword hit has one too
FUSION = 60  # the constant of reciprocal rank fusion
LAST_TURN = 1.0  # weight of the last turn's vector against that of the conversation
LOOKED_AT = 24  # passages that get a second look
LOOK = 0.05  # what a full second look is worth beside fused ranks, of which the first are worth 0.016 each
TOLD = 0.02  # what an article is worth that speaks of everything asked, if not in one passage
SCOPED_LOOK = 1.0  # … beside a cosine
EARLIER = 0.1  # what a passage about a thing named one name before loses
BESIDE = 1.0  # weight of the second encoder's list where both are asked
FOREIGN = 4.0  # … for a question that is not in the company's language
SENSIBLE = 0.15  # cosine of the best passage about what is named, below which the search is wide …
ELSEWHERE = 0.4  # … if something elsewhere is that near; words misheard are near to nothing
MOST_MESSAGES = 6  # of one turn, the last ones
MOST_LOOKS = 3  # of them, or of the sentences, that are compared word by word
_WORDS_ASKED = 40
NO_LIFTS: Mapping[ArticleId, float] = MappingProxyType({})
# The parts of a search, as a hit tells of them.
KEYWORDS, VECTORS, MULTILINGUAL, FURTHER = "keywords", "vectors", "multilingual vectors", "own encoder"
WORD_BY_WORD, WHOLE_ARTICLE = "word by word", "whole article"


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorSource:
    """An encoder, as it reads questions and passages, and the index of its vectors.

    Unrelated texts have a cosine of about `floor` by it, the same thing in other words `floor + span`: scaled by both,
    the cosines of two encoders are alike enough to be weighed by the same weights. A multilingual encoder also finds
    all texts of one language near to each other: `middles` has what those of a language have in common, which the
    index leaves out."""

    questions: Encoder
    passages: Encoder
    index: VectorIndex
    middles: Callable[[], Mapping[str, Vector]] = dict
    floor: float = 0.0
    span: float = 1.0

    def nearest(self, vector: Vector, limit: int, scope: Scope) -> dict[PassageId, float]:
        """Scaled cosines, best first."""
        return {p: (cosine - self.floor) / self.span for p, cosine in self.index.nearest(vector, limit, scope)}

    def cosines(self, asked: Vector, texts: Sequence[str]) -> Vector:
        """Scaled, a row for each question and a column for each text of the articles."""
        if not texts:
            return np.zeros((len(asked), 0), np.float32)
        return np.asarray((asked @ self.passages.encode(texts).T - self.floor) / self.span, dtype=np.float32)

    def leans(self, asked: Vector, passages: Sequence[Passage]) -> Vector:
        """How much nearer each question is to any text in a passage's language, scaled; shape (passages, questions)."""
        middles, nothing = self.middles(), np.zeros(asked.shape[1], np.float32)
        return np.asarray(np.stack([middles.get(language_of(p), nothing) for p in passages]) @ asked.T / self.span)


def language_of(passage: Passage) -> str:
    return passage.locale.replace("_", "-").split("-")[0].casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`public` may be quoted to the customer; `inner` (internal or for a segment) is for the agent's eyes, and empty
    where the scope asks for what is public: searched together, each takes places from the other.

    The first voice is the whole question, the others its sentences, as `source` reads them; the question is `foreign`
    where the company's own encoder does not know its language. `focus` holds what the conversation named, where the
    search was narrowed to it."""

    public: tuple[Hit, ...]
    inner: tuple[Hit, ...]
    voices: tuple[Voice, ...]
    source: VectorSource
    foreign: bool = False
    focus: Focus = NOTHING_NAMED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What is searched: the question and its sentences, what was said before, and where."""

    asked: Sequence[str]
    messages: Sequence[str]
    history: str
    scope: Scope
    source: VectorSource
    foreign: bool
    any_language: bool  # nobody knows in which language is asked

    @property
    def whole(self) -> str:
        return f"{self.history}\n{self.asked[0]}" if self.history else self.asked[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """Candidates by their score, best first."""

    voices: tuple[Voice, ...]
    scores: Mapping[PassageId, float]
    passages: Sequence[Passage]
    parts: Mapping[str, Sequence[PassageId]]  # what each part of the search found, best first
    look: float  # what a full second look is worth beside the scores
    told: Sequence[str] = ()  # the texts that a whole article should speak of
    looks: Sequence[str]  # the texts whose words it compares; none where their language is another's


class Retriever:
    """Hybrid search over stored passages in the customer's language and the company's own."""

    def __init__(
        self,
        encoder: Encoder,
        index: VectorIndex,
        *,
        home_language: str = "en",
        aligner: Aligner | None = None,
        beside: VectorSource | None = None,
        further: VectorSource | None = None,
    ) -> None:
        """With an `aligner` the best candidates are compared with the question once more, word by word. `beside` is
        searched alone where the question is not in the company's language, and too where nobody knows. `further` is an
        encoder of the company's own choice, asked too wherever keywords are; where it is away it finds nothing."""
        self._beside, self._further = beside, further
        self._main = VectorSource(questions=encoder, passages=encoder, index=index)
        self._home = home_language
        self._aligner = aligner
        self._known = Known()
        self._shelves = Shelves()

    def search(
        self,
        articles: ArticleTable,
        asked: Sequence[str],
        *,
        history: str = "",
        language: str | None,
        foreign: bool = False,
        scope: Scope = EVERYWHERE,
        turns: Sequence[str] = (),
        messages: Sequence[str] = (),
        lifts: Mapping[ArticleId, float] = NO_LIFTS,
    ) -> Found:
        """The likeliest passages for a question, best first. `asked` holds the question and then its sentences, where
        it has several; `messages` the messages that it came in, where they are several; `history` is what the customer
        said before, `turns` all that anybody said, oldest first.

        The passages are in `language` or in the company's own; without one in any. A `foreign` question is in another
        language than the company's. Where the turns name things that articles are about, passages about other things
        are left out, unless nothing sensible is left. `lifts` raise the score of articles by a share of itself, what is
        told of similarity and places not."""
        if language is not None:
            scope = replace(scope, languages=frozenset({language, self._home}))
        wish = _Wish(
            asked=asked,
            messages=messages[-MOST_MESSAGES:],
            history=history,
            scope=scope,
            source=self._source(asked[0], scope) if foreign else self._main,
            foreign=foreign,
            any_language=language is None,
        )
        focus = self._known.focus(articles, turns or [text for text in (history, asked[0]) if text])
        pool = self._narrow(articles, wish, focus) if focus.names else None
        if pool is None:
            focus, pool = NOTHING_NAMED, self._wide(articles, wish)
        hits = self._hits(articles, pool, lifts, public=scope.audiences == PUBLIC_ONLY)
        return Found(
            public=tuple(h for h in hits if h.passage.audience is Audience.PUBLIC),
            inner=tuple(h for h in hits if h.passage.audience is not Audience.PUBLIC),
            voices=pool.voices,
            source=wish.source,
            foreign=wish.source is not self._main,
            focus=focus,
        )

    def _narrow(self, articles: ArticleTable, wish: _Wish, focus: Focus) -> _Pool | None:
        """Passages about what is named and those about nothing in particular, by similarity to the last turn alone:
        within a scope the words before it, and rare words, only lead astray (measured). None if nothing is near."""
        within = replace(wish.scope, about=frozenset(focus.names))
        voices = tuple(_voice(text, wish) for text in wish.asked)
        named = wish.source.nearest(voices[0].vector, MEASURED, within)
        anywhere = dict(islice(voices[0].cosines.items(), POOL))
        near = max(named.values(), default=-1.0)
        if not named or (near < SENSIBLE and max(anywhere.values()) > ELSEWHERE):
            return None
        places = dict.fromkeys([*list(named)[: 2 * POOL], *anywhere])
        cosines = anywhere | named
        passages = [p for p in articles.passages(list(places)) if p.id in named or not p.about]
        scores = {p.id: cosines[p.id] - EARLIER * _behind(focus, p) for p in passages}
        # Passages in scope may be none of the nearest few hundred of all.
        voices = (replace(voices[0], cosines={**voices[0].cosines, **named}), *voices[1:])
        looks = wish.asked[: 0 if wish.foreign else 1]
        return _Pool(
            voices=voices,
            scores=scores,
            passages=passages,
            parts={VECTORS: sorted(scores, key=lambda passage: -scores[passage])},
            look=SCOPED_LOOK,
            looks=looks,
        )

    def _source(self, text: str, scope: Scope) -> VectorSource:
        """For a foreign question: the company's own encoder only until the other one has read some passage."""
        if self._beside and self._beside.nearest(self._beside.questions.encode([text])[0], 1, scope):
            return self._beside
        return self._main

    def _wide(self, articles: ArticleTable, wish: _Wish) -> _Pool:
        """Keyword and vector search, each with the last turn and with the whole conversation, fused by rank. Its
        messages, or where there is one its sentences, are searched for too, and together count as much."""
        whole = _conversation(wish)
        sentences = [_voice(text, wish) for text in wish.asked[1:]]
        parts = [_voice(text, wish) for text in wish.messages] or sentences
        keyword = fuse_ranks([(articles.keyword(keywords(text), POOL, wish.scope), 1.0) for text in _once(wish)])
        share = 1 / max(1, len(parts))
        counts = 1.0 if wish.source is self._main else FOREIGN
        found = {KEYWORDS: keyword, VECTORS: list(whole.cosines)[:POOL]}
        lists = [(keyword, 1.0), (found[VECTORS], counts)]
        lists += [(list(part.cosines)[:POOL], counts * share) for part in parts]
        lists += [(articles.keyword(keywords(part.text), POOL, wish.scope), share) for part in parts]
        if self._beside and wish.any_language:
            found[MULTILINGUAL] = _near(self._beside, wish)
            lists.append((found[MULTILINGUAL], BESIDE))
        if self._further is not None:
            found[FURTHER] = _near(self._further, wish)
            lists.append((found[FURTHER], BESIDE))
        scores = {p: score / (2 if parts else 1) for p, score in rank_scores(lists).items()}
        best = sorted(scores, key=lambda passage: -scores[passage])[:POOL]
        return _Pool(
            voices=(whole, *sentences),
            scores=scores,
            passages=articles.passages(best),
            parts=found,
            look=LOOK,
            told=[*_once(wish), *(part.text for part in parts)],
            looks=[] if wish.foreign else [*_once(wish), *(part.text for part in parts[-MOST_LOOKS:])],
        )

    def _hits(
        self, articles: ArticleTable, pool: _Pool, lifts: Mapping[ArticleId, float], *, public: bool
    ) -> list[Hit]:
        scores = dict(pool.scores)
        ordered = sorted(pool.passages, key=lambda p: -scores[p.id])[:POOL]
        first = ordered[:LOOKED_AT]
        lexicon = self._shelves.now(articles, public=public).lexicon
        parts = dict(pool.parts)
        if self._aligner is not None and first and pool.looks:
            seen = compare_hits(self._aligner, lexicon, pool.looks, first)
            least = min(seen.values())
            for passage, value in seen.items():
                scores[passage] += pool.look * (value - least)
            parts[WORD_BY_WORD] = sorted(seen, key=lambda passage: -seen[passage])
        if first and pool.told:
            covered = share_covered(articles, lexicon, pool.told, first)
            for passage, value in covered.items():
                scores[passage] += TOLD * value
            parts[WHOLE_ARTICLE] = sorted(covered, key=lambda passage: -covered[passage])
        for p in ordered:
            scores[p.id] = lifted(scores[p.id], lifts.get(p.article_id, 0.0))
        ordered = [*sorted(first, key=lambda p: -scores[p.id]), *ordered[LOOKED_AT:]]
        ranks: dict[PassageId, dict[str, int]] = {p.id: {} for p in ordered}
        for name, found in parts.items():
            for place, passage in enumerate(found, 1):
                if passage in ranks:
                    ranks[passage][name] = place
        return [_hit(p, pool.voices[0], scores[p.id], ranks[p.id], lifts.get(p.article_id, 0.0)) for p in ordered]


def _voice(text: str, wish: _Wish) -> Voice:
    vector = np.asarray(wish.source.questions.encode([text])[0])
    return Voice(text=text, vector=vector, cosines=wish.source.nearest(vector, MEASURED, wish.scope))


def _near(source: VectorSource, wish: _Wish) -> list[PassageId]:
    """What another encoder finds nearest to the question; nothing where it is away."""
    try:
        vector = np.asarray(source.questions.encode([wish.asked[0]])[0])
    except HandrailError:
        return []
    return list(source.nearest(vector, POOL, wish.scope))


def _conversation(wish: _Wish) -> Voice:
    """The last turn, its vector mixed with that of the whole conversation."""
    if not wish.history:
        return _voice(wish.asked[0], wish)
    now, whole = wish.source.questions.encode([wish.asked[0], wish.whole])
    mixed = LAST_TURN * now + whole
    vector = np.asarray(mixed / np.linalg.norm(mixed), dtype=np.float32)
    return Voice(text=wish.asked[0], vector=vector, cosines=wish.source.nearest(vector, MEASURED, wish.scope))


def _once(wish: _Wish) -> list[str]:
    """The question, and the question with what was said before it."""
    return list(dict.fromkeys([wish.asked[0], wish.whole]))


def _behind(focus: Focus, passage: Passage) -> int:
    """How many things were named after the one that a passage is about; what is about nothing comes after two."""
    place = focus.behind(passage.about)
    return 2 if place is None else min(2, place)


def _hit(passage: Passage, voice: Voice, score: float, ranks: Mapping[str, int], lift: float = 0.0) -> Hit:
    return Hit(passage=passage, score=score, similarity=voice.near(passage.id), ranks=ranks, lift=lift)


def siblings(
    articles: ArticleTable, ids: Sequence[PassageId], found: Found, lifts: Mapping[ArticleId, float] = NO_LIFTS
) -> list[Hit]:
    """Public passages beside those of a search, as hits without a rank."""
    passages = articles.passages(ids)
    return [
        _hit(p, found.voices[0], 0.0, {}, lifts.get(p.article_id, 0.0))
        for p in passages
        if p.audience is Audience.PUBLIC
    ]


def keywords(text: str) -> str:
    """The words worth looking up, in order and each once, then others for the same things."""
    words = dict.fromkeys("".join(c if c.isalnum() else " " for c in text.casefold()).split())
    return " ".join(widen(word for word in words if word not in STOP)[:_WORDS_ASKED])


def rank_scores(lists: Iterable[tuple[Sequence[PassageId], float]]) -> dict[PassageId, float]:
    """Reciprocal rank fusion: each list adds weight / (60 + rank)."""
    scores: dict[PassageId, float] = {}
    for ids, weight in lists:
        for rank, passage in enumerate(ids, 1):
            scores[passage] = scores.get(passage, 0.0) + weight / (FUSION + rank)
    return scores


def fuse_ranks(lists: Iterable[tuple[Sequence[PassageId], float]]) -> list[PassageId]:
    scores = rank_scores(lists)
    return sorted(scores, key=lambda passage: -scores[passage])
