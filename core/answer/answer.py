"""From a case to a draft in which every sentence has its source, or to an honest "nothing answers this"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.answer.choose import chosen
from core.answer.confidence import THRESHOLD, confidence
from core.answer.extractive import COMPOSER, Address, composed
from core.answer.ground import grounded
from core.answer.guard import STALE_AFTER, findings
from core.answer.match import Match, Scale, matched
from core.answer.question import Question, question
from core.answer.retrieve import Found, Retriever
from core.answer.shelf import Shelves
from core.answer.style import StyleCard
from core.model.conversation import CaseContext
from core.model.draft import Draft, Sentence
from core.model.ids import ArticleId, DraftId, derived
from core.model.knowledge import Hit
from core.model.signals import Signals
from core.ports import ArticleTable, Encoder, LanguageModel, Store, VectorIndex

NO_ARTICLE = "No article answers this."
NO_QUESTION = "There is no question in this message."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A draft, or the reason why there is none. `hits` may be quoted to the customer; `internal_hits` are for the
    agent's eyes only."""

    draft: Draft | None
    abstained: str | None
    hits: tuple[Hit, ...] = ()
    internal_hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One question of the turn with what was found for it."""

    asked: str
    matches: list[Match]
    confidence: float


class Answer:
    """Retrieve, choose, compose, check, guard."""

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        index: VectorIndex,
        *,
        style: StyleCard | None = None,
        model: LanguageModel | None = None,
        threshold: float = THRESHOLD,
        stale_after: timedelta = STALE_AFTER,
        home_language: str = "en",
    ) -> None:
        """With a `model` the draft is worded by it, from the same passages and under the same checks."""
        self._store = store
        self._encoder = encoder
        self._retriever = Retriever(encoder, index, home_language=home_language)
        self._style = style or StyleCard()
        self._model = model
        self._threshold = threshold
        self._stale_after = stale_after
        self._shelves = Shelves(encoder.name)

    def draft(self, case: CaseContext, signals: Signals) -> Answered:
        """The draft for the customer's unanswered words, or why there is none."""
        asked = question(case, signals)
        if asked.empty:
            return Answered(draft=None, abstained=NO_QUESTION)
        language = self._style.language(signals.language.value, case.customer.locale)
        with self._store.read() as unit:
            found = [self._part(unit.articles, part, asked, language) for part in asked.parts]
        parts = [part for part, _ in found]
        hits = _together([f.public for _, f in found])
        inner = _together([f.inner for _, f in found])
        answered = [part for part in parts if part.confidence >= self._threshold]
        if not answered:
            return Answered(draft=None, abstained=NO_ARTICLE, hits=hits, internal_hits=inner)
        draft = self._draft(case, signals, language, parts, answered)
        return Answered(draft=draft, abstained=None if draft else NO_ARTICLE, hits=hits, internal_hits=inner)

    def search(self, words: str, limit: int = 8, *, language: str = "en") -> list[Hit]:
        """Passages for an agent, internal ones too, best first."""
        with self._store.read() as unit:
            found = self._retriever.search(unit.articles, words, language=language)
        return sorted((*found.public, *found.inner), key=lambda hit: -hit.score)[:limit]

    def _part(self, articles: ArticleTable, part: str, asked: Question, language: str) -> tuple[Part, Found]:
        history = asked.history if len(asked.parts) == 1 else asked.text
        found = self._retriever.search(articles, part, history=history, language=language)
        shelf = self._shelves.now(articles)
        scale = Scale(part, found.query, shelf.lexicon, self._encoder)

        def rest(chosen: Sequence[ArticleId]) -> list[Hit]:
            return self._retriever.hits(articles, shelf.passages_of(chosen), found)

        matches = matched(scale, found.public, rest)
        return Part(asked=part, matches=matches, confidence=confidence(part, matches, shelf.lexicon)), found

    def _draft(
        self, case: CaseContext, signals: Signals, language: str, parts: Sequence[Part], answered: Sequence[Part]
    ) -> Draft | None:
        citations = list(dict.fromkeys(c for part in answered for c in chosen(part.matches)))
        unknown = tuple(part.asked for part in parts if part not in answered)
        to = Address(name=_first_name(case), language=language, feeling=signals.sentiment.value)
        sentences = composed(citations, to, self._style, partial=bool(unknown))
        sentences = tuple(s for s in sentences if grounded(s))
        if not any(s.citation for s in sentences):
            return None
        matches = [match for part in answered for match in part.matches]
        return Draft(
            id=_draft_id(case, sentences),
            sentences=sentences,
            language=language,
            confidence=min(part.confidence for part in answered),
            composer=COMPOSER,
            findings=findings(sentences, matches, self._style, case.now, self._stale_after),
            unknown=unknown,
        )


def _together(lists: Sequence[Sequence[Hit]]) -> tuple[Hit, ...]:
    best: dict[str, Hit] = {}
    for hit in (hit for hits in lists for hit in hits):
        if hit.passage.id not in best or best[hit.passage.id].score < hit.score:
            best[hit.passage.id] = hit
    return tuple(sorted(best.values(), key=lambda hit: -hit.score))


def _first_name(case: CaseContext) -> str:
    """Empty where the profile has no name but an address or a number."""
    first = case.customer.name.strip().split(" ")[0]
    return first if first and all(c.isalpha() or c in "-'’." for c in first) else ""


def _draft_id(case: CaseContext, sentences: Sequence[Sentence]) -> DraftId:
    latest = case.latest.id if case.latest else case.conversation.id
    return DraftId(derived("draft", latest, *(sentence.text for sentence in sentences)))
