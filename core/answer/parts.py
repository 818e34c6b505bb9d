"""What was found for each question of a turn, and how surely it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.answer.confidence import Confidence, traits
from core.answer.evidence import AnswerReader, Evidence, met
from core.answer.question import Question, voices
from core.knowledge.align import Aligner, realign
from core.knowledge.article_index import Shelves
from core.knowledge.match import Match, Scale, match_hits
from core.knowledge.related_intents import Kinship
from core.knowledge.retrieve import Found, Retriever, siblings
from core.model.ids import ArticleId
from core.model.knowledge import EVERYWHERE, PUBLIC_ONLY, Hit, Scope
from core.model.signals import Scored
from core.ports import ArticleTable, Encoder, IntentReader

POINTED = 0.9  # how sure it is that the article answers which the policy names for the customer's error code


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One question of the turn with what was found for it. `traits` is what the confidence was judged by."""

    asked: str
    matches: list[Match]
    confidence: float
    found: Found
    traits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Who asks, where and when."""

    language: str | None
    intents: Sequence[Scored] = ()
    scope: Scope = EVERYWHERE
    fresh_since: datetime | None = None
    only: ArticleId | None = None  # the article that is known to answer: no other is quoted, where there is it


class Parts:
    """Searches what customers may be told, weighs it passage by passage, and judges the result. What only agents may
    see takes no place from it, and changes no word's weight."""

    def __init__(
        self,
        retriever: Retriever,
        encoder: Encoder,
        *,
        intents: IntentReader | None = None,
        aligner: Aligner | None = None,
        confidence: Confidence | None = None,
        reader: AnswerReader | None = None,
    ) -> None:
        """A `reader` judges instead of the confidence's weights."""
        self.shelves = Shelves()
        self._retriever = retriever
        self._encoder = encoder
        self._kinship = Kinship(intents)
        self._aligner = aligner
        self._confidence = confidence or Confidence()
        self._reader = reader

    def of(self, articles: ArticleTable, asked: Question, setting: Setting) -> list[Part]:
        """One for each part of the question, in its order."""
        return [self._part(articles, part, asked, setting) for part in asked.parts]

    def _part(self, articles: ArticleTable, part: str, asked: Question, setting: Setting) -> Part:
        history = asked.history if part == asked.text else asked.text
        found = self._retriever.search(
            articles,
            voices(part),
            history=history,
            language=setting.language,
            scope=replace(setting.scope, audiences=PUBLIC_ONLY),
            turns=asked.turns,
            messages=asked.messages if part == asked.text else (),
        )
        shelf = self.shelves.now(articles, public=True)
        scale = Scale(
            found.voices,
            shelf.lexicon,
            self._encoder,
            kin=lambda title: self._kinship.between(setting.intents, title),
            fresh_since=setting.fresh_since,
        )

        def rest(chosen: Sequence[ArticleId]) -> list[Hit]:
            return siblings(articles, shelf.passages_of(chosen), found)

        pointed = [hit for hit in rest([setting.only]) if setting.scope.lets(hit.passage)] if setting.only else []
        matches = match_hits(scale, pointed or found.public, rest)
        if self._aligner is not None:
            matches = realign(self._aligner, found.voices, matches, shelf.lexicon)
        scoped = bool(found.focus.names)
        seen = traits(found.voices, matches, shelf.lexicon, self._known(setting), scoped=scoped)
        sure = max(POINTED, self._sure(seen, found, matches)) if pointed else self._sure(seen, found, matches)
        return Part(asked=part, matches=matches, confidence=sure, found=found, traits=seen)

    def evidence(self, part: Part) -> Evidence:
        """What a reader sees of a part."""
        return Evidence(traits=part.traits, met=met(part.found.voices, part.matches, self._encoder))

    def _sure(self, seen: Mapping[str, float], found: Found, matches: Sequence[Match]) -> float:
        if self._reader is None:
            return self._confidence.of(seen)
        return self._reader.sure(Evidence(traits=seen, met=met(found.voices, matches, self._encoder)))

    def _known(self, setting: Setting) -> float | None:
        if not self._kinship.known:
            return None
        return setting.intents[0].confidence if setting.intents else 0.0
