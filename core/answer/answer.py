"""From a case to a draft in which every sentence has its source, or to an honest "nothing answers this"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.answer.align import Aligner, realigned
from core.answer.choose import BRIEF, MOST, chosen
from core.answer.confidence import THRESHOLD, confidence
from core.answer.extractive import COMPOSER, Address, framed, quoted
from core.answer.ground import grounded
from core.answer.guard import STALE_AFTER, findings
from core.answer.kin import Kinship
from core.answer.match import Match, Scale, matched
from core.answer.model import COMPOSER as BY_MODEL
from core.answer.model import Worded, worded
from core.answer.question import Question, question, voices
from core.answer.retrieve import Found, Retriever, siblings
from core.answer.shelf import Shelves
from core.answer.style import StyleCard
from core.model.conversation import CaseContext
from core.model.customer import Channel
from core.model.draft import Draft, Sentence
from core.model.ids import ArticleId, DraftId, derived
from core.model.knowledge import Citation, Hit
from core.model.signals import Signals
from core.ports import ArticleTable, Encoder, IntentReader, LanguageModel, Store, VectorIndex

NO_ARTICLE = "No article answers this."
LOOKED_THROUGH = 24  # passages weighed for an agent's search
SHOWN = 5  # passages of each question that a language model is shown
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
        intents: IntentReader | None = None,
        aligner: Aligner | None = None,
    ) -> None:
        """With a `model` the draft is worded by it, from the same passages and under the same checks. `intents` is the
        reader that made the signals' intents: with it, articles are preferred that are about the same. With an
        `aligner` the best passages are compared once more, word by word."""
        self._store = store
        self._encoder = encoder
        self._retriever = Retriever(encoder, index, home_language=home_language)
        self._style = style or StyleCard()
        self._model = model
        self._threshold = threshold
        self._stale_after = stale_after
        self._shelves = Shelves(encoder.name)
        self._kinship = Kinship(intents)
        self._aligner = aligner

    def draft(self, case: CaseContext, signals: Signals) -> Answered:
        """The draft for the customer's unanswered words, or why there is none."""
        asked = question(case, signals)
        if asked.empty:
            return Answered(draft=None, abstained=NO_QUESTION)
        language = self._style.language(signals.language.value, case.customer.locale)
        with self._store.read() as unit:
            fresh = case.now - self._stale_after
            found = [self._part(unit.articles, part, asked, language, signals, fresh) for part in asked.parts]
        parts = [part for part, _ in found]
        hits = _together([f.public for _, f in found])
        inner = _together([f.inner for _, f in found])
        answered = [part for part in parts if part.confidence >= self._threshold]
        if not answered:
            return Answered(draft=None, abstained=NO_ARTICLE, hits=hits, internal_hits=inner)
        draft = self._draft(case, signals, language, parts, answered)
        return Answered(draft=draft, abstained=None if draft else NO_ARTICLE, hits=hits, internal_hits=inner)

    def search(self, words: str, limit: int = 8) -> list[Hit]:
        """Passages in any language for an agent, internal ones too, best first."""
        with self._store.read() as unit:
            found = self._retriever.search(unit.articles, (words,), language=None)
            lexicon = self._shelves.now(unit.articles).lexicon
        hits = sorted((*found.public, *found.inner), key=lambda hit: -hit.score)[:LOOKED_THROUGH]
        scale = Scale(found.voices, lexicon, self._encoder)
        best = sorted((scale.weigh(hit) for hit in hits), key=lambda match: -match.score)
        return [replace(match.hit, score=match.score) for match in best[:limit]]

    def _part(
        self,
        articles: ArticleTable,
        part: str,
        asked: Question,
        language: str,
        signals: Signals,
        fresh_since: datetime,
    ) -> tuple[Part, Found]:
        history = asked.history if part == asked.text else asked.text
        found = self._retriever.search(articles, voices(part), history=history, language=language)
        shelf = self._shelves.now(articles)
        scale = Scale(
            found.voices,
            shelf.lexicon,
            self._encoder,
            kin=lambda title: self._kinship.between(signals.intents, title),
            fresh_since=fresh_since,
        )

        def rest(chosen: Sequence[ArticleId]) -> list[Hit]:
            return siblings(articles, shelf.passages_of(chosen), found)

        matches = matched(scale, found.public, rest)
        if self._aligner is not None:
            matches = realigned(self._aligner, found.voices, matches, shelf.lexicon)
        known = signals.intent.confidence if self._kinship.known else None
        return Part(
            asked=part, matches=matches, confidence=confidence(found.voices, matches, shelf.lexicon, known)
        ), found

    def _draft(
        self, case: CaseContext, signals: Signals, language: str, parts: Sequence[Part], answered: Sequence[Part]
    ) -> Draft | None:
        matches = [match for part in answered for match in part.matches]
        unknown = tuple(part.asked for part in parts if part not in answered)
        to = Address(name=_first_name(case), language=language, feeling=signals.sentiment.value)
        by_model = self._by_model(answered, language)
        body = by_model.sentences if by_model else quoted(_citations(answered, case))
        sentences = framed([s for s in body if grounded(s)], to, self._style, partial=bool(unknown))
        if not any(s.citation for s in sentences):
            return None
        return Draft(
            id=_draft_id(case, sentences),
            sentences=sentences,
            language=language,
            confidence=min(part.confidence for part in answered),
            composer=BY_MODEL if by_model else COMPOSER,
            findings=findings(sentences, matches, self._style, case.now, self._stale_after),
            unknown=unknown,
            model=self._model.name if by_model and self._model else None,
            prompt_hash=by_model.prompt_hash if by_model else None,
        )

    def _by_model(self, answered: Sequence[Part], language: str) -> Worded | None:
        if self._model is None:
            return None
        passages = list({m.passage.id: m.passage for part in answered for m in part.matches[:SHOWN]}.values())
        return worded(self._model, "\n".join(part.asked for part in answered), passages, language)


def _citations(answered: Sequence[Part], case: CaseContext) -> list[Citation]:
    """Each citation once. A text message has one measure for all its questions."""
    by_phone = case.latest is not None and case.latest.channel in (Channel.SMS, Channel.WHATSAPP)
    most = BRIEF // len(answered) if by_phone else MOST
    return list(dict.fromkeys(citation for part in answered for citation in chosen(part.matches, most)))


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
