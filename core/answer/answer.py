"""From a case to a draft in which every sentence has its source, or to an honest "nothing answers this"."""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import zip_longest
from typing import Protocol

from core.answer.citations import BRIEF, MOST, choose_citations
from core.answer.compose.choice import choice
from core.answer.compose.compose import Composer
from core.answer.compose.job import COMPOSER as BY_MODEL
from core.answer.compose.job import UNANSWERABLE, Fallback, Wish, Worded
from core.answer.confidence import Confidence, Thresholds
from core.answer.contract import check, faults_of
from core.answer.contract.own_words import reworded
from core.answer.evidence import AnswerReader
from core.answer.guard import Setting as Surroundings
from core.answer.guard import findings
from core.answer.learned import Learned, shares
from core.answer.question import (
    Part,
    Parts,
    Question,
    Setting,
    clarifying,
    greeting_back,
    options,
    pick_choice,
    question,
    times_asked,
    with_choice,
)
from core.answer.style import COMPOSER, Address, StyleCard, add_courtesies, quote_citations
from core.knowledge.gaps import gap_of
from core.knowledge.match import Aligner, Scale, rerank
from core.knowledge.retrieve import Retriever, VectorSource
from core.knowledge.stale import STALE_AFTER
from core.model.conversation import CaseContext
from core.model.cost import Cost
from core.model.customer import DIRECT
from core.model.draft import Draft, Finding, Sentence, SentenceKind, Severity
from core.model.ids import ArticleId, DraftId, derive_id
from core.model.knowledge import EVERYWHERE, Gap, Hit, Scope
from core.model.learning import Lift
from core.model.reading import MODEL_READ, ReaderRole
from core.model.signals import COURTESY, GREETING, UNKNOWN_LANGUAGE, Feeling, Signals, Urgency
from core.policy import Models
from core.ports import Encoder, IntentReader, LanguageModel, Reranker, Store, Unit, VectorIndex
from core.privacy.find import of_customer
from core.prompting.budget import ModelBudget, for_case
from core.prompting.time_budget import TimeBudget
from core.read.injection import find_injection, of_sources
from core.read.non_requests import MACHINE, TITLED
from core.read.turn_input import customer_words, earlier_words, is_courtesy, is_greeting, message_before
from core.text.stems import content

# ------------------------------------------------------------------
# What comes of a search for an answer: a draft, or the reason why there is none.

# ------------------------------------------------------------------

NO_ARTICLE = "No article answers this."
NO_QUESTION = "There is no question in this message."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A draft, or the reason why there is none. `hits` may be quoted to the customer. Where a model worded the draft,
    `quoted` is the same answer in the sources' own words.

    `gap` is what no article answers, the whole question or a part of it. Where `clarify` names things, the draft is one
    question back: which of them is meant? `lifts` are what feedback moved of the articles that were found."""

    draft: Draft | None
    abstained: str | None
    hits: tuple[Hit, ...] = ()
    gap: Gap | None = None
    clarify: tuple[str, ...] = ()
    costs: tuple[Cost, ...] = ()
    quoted: Draft | None = None
    lifts: tuple[Lift, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether there was anything to answer."""
        return self.abstained != NO_QUESTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """All that a draft is made of: what was asked, which parts of it are answered, and what was found. `known` is what
    of the customer's profile may choose among rows of a table. A model that judges is offered the `unsure` parts too:
    it may find that something there answers."""

    case: CaseContext
    signals: Signals
    language: str
    parts: Sequence[Part]
    answered: Sequence[Part]
    hits: tuple[Hit, ...]
    known: str = ""
    unsure: Sequence[Part] = ()
    lifts: tuple[Lift, ...] = ()

    @property
    def offered(self) -> list[Part]:
        """The parts that a model is asked to answer, in their order."""
        return [part for part in self.parts if part in self.answered or part in self.unsure]


# ------------------------------------------------------------------

UNLIKELY = 0.25  # below this a message is taken to ask nothing that an article could answer
_SHORT = 9  # content words; whoever writes more has something to say, and is searched for


class NeedReader(Protocol):
    def need(self, text: str, before: str) -> float:
        """How likely, 0 to 1, the reply to `text` has to look something up; `before` is what was said before it."""


def asks_nothing(reader: NeedReader | None, text: str, before: str) -> bool:
    """Sure only of what is short and without a question mark: a question passed over costs more than a search."""
    if reader is None or "?" in text or len(content(text)) > _SHORT:
        return False
    return reader.need(text, before) < UNLIKELY


LOOKED_THROUGH = 24  # passages weighed for an agent's search
MOST_ASKED = 2  # questions back in one matter: a third would be a test of patience
SHOWN = 5  # passages of each question that a language model is shown


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
        strong: LanguageModel | None = None,
        patience: TimeBudget | None = None,
        threshold: float | None = None,
        thresholds: Thresholds | None = None,
        confidence: Confidence | None = None,
        reader: AnswerReader | None = None,
        need: NeedReader | None = None,
        stale_after: timedelta = STALE_AFTER,
        home_language: str = "en",
        intents: IntentReader | None = None,
        aligner: Aligner | None = None,
        beside: VectorSource | None = None,
        further: VectorSource | None = None,
        reranker: Reranker | None = None,
        purse: ModelBudget | None = None,
        learned: Learned | None = None,
        spelling: Callable[[str], str] = str,
    ) -> None:
        """With a `model` the draft is worded by it, from the same passages and under the same checks, or by `strong`
        where the case asks for it; both are waited for with `patience` and paid from the `purse`. `intents` is the
        reader that made the signals' intents: with it, articles are preferred that are about the same. With an
        `aligner` the best passages are compared once more, word by word. A `reader` that learned from labelled
        questions judges whether they answer, instead of the weights of `confidence`. With `need` nothing is searched
        for a message that asks nothing; `spelling` puts words right before they are searched; what was `learned`
        from use moves articles and judges confidence. No draft may break the rules on the card of the `style`."""
        self._store = store
        self._retriever = Retriever(
            encoder, index, home_language=home_language, aligner=aligner, beside=beside, further=further
        )
        self._parts = Parts(
            self._retriever,
            intents=intents,
            aligner=aligner,
            confidence=confidence,
            reader=reader,
            spelling=spelling,
            reranker=reranker,
        )
        self._reranker = reranker
        self._style = style or StyleCard()
        self._model, self._strong, self._patience = model, strong, patience or TimeBudget()
        self._thresholds = thresholds or (Thresholds() if threshold is None else Thresholds(otherwise=threshold))
        self._need = need
        self._home = home_language
        self._purse, self._learned, self._intents = purse, learned, intents
        self._stale_after = stale_after

    def sounding(self, style: StyleCard) -> "Answer":
        """The same under another card."""
        if style.version == self._style.version:
            return self
        other = copy(self)
        other._style = style
        return other

    @property
    def retriever(self) -> Retriever:
        """The search that drafts are made from."""
        return self._retriever

    def draft(
        self,
        case: CaseContext,
        signals: Signals,
        only: ArticleId | None = None,
        most_asked: int = MOST_ASKED,
        known: str = "",
    ) -> Answered:
        """The draft for the customer's unanswered words, or why there is none; from `only` this article, if it is
        there. `most_asked`: how many questions back there may be in one matter. `known`: what of the customer's profile
        may choose among rows of a table."""
        ready = self.prepare(case, signals, only, most_asked, known)
        if isinstance(ready, Answered):
            return ready
        composer = self.composer(case, signals)
        if composer is None:
            return self.finish(ready, None)
        return replace(self.finish(ready, composer.write(self.wish(ready))), costs=composer.costs)

    def prepare(
        self,
        case: CaseContext,
        signals: Signals,
        only: ArticleId | None = None,
        most_asked: int = MOST_ASKED,
        known: str = "",
    ) -> Ready | Answered:
        """What a draft can be made of, or what there is instead: nothing to answer, nothing found, a question back."""
        asked = question(case, signals)
        courteous = is_courtesy(customer_words(case)) or signals.fact(COURTESY) is not None
        machine = signals.risk(MACHINE)
        if asked.empty or courteous or (machine is not None and machine.confidence >= TITLED):
            return Answered(draft=self._greeting(case, signals), abstained=NO_QUESTION)
        language = self._style.language(signals.language.value, case.customer.locale)
        setting, lifted = self._with_learned(case, signals, self._setting(case, signals, only))
        parts = self.weigh(asked, setting)
        hits = _together([p.found.public for p in parts])
        seen = {hit.passage.article_id for hit in hits}
        lifts = tuple(lift for lift in lifted if lift.article_id in seen)
        if only is None and (things := self._unclear(case, parts, most_asked)):
            asking = self.asking(case, signals, things)
            return Answered(draft=asking, abstained=None, hits=hits, clarify=things, lifts=lifts)
        least = self._thresholds.for_intent(signals.intent.value)
        # What only other words than the customer's find may be something else: who judges may say so.
        answered = [part for part in parts if part.confidence >= least and not part.disputed]
        unsure = [part for part in parts if part not in answered and part.matches] if _judged(signals) else []
        if not answered and not unsure:
            # Whoever only books, agrees or tells something shows no hole in the articles.
            idle = asks_nothing(self._need, asked.text, message_before(case))
            gap = None if idle else gap_of(case, signals, [part.asked for part in parts], language, hits)
            return Answered(draft=None, abstained=NO_ARTICLE, hits=hits, gap=gap, lifts=lifts)
        return Ready(
            case=case,
            signals=signals,
            language=language,
            parts=parts,
            answered=answered,
            hits=hits,
            known=known,
            unsure=unsure,
            lifts=lifts,
        )

    def parts(self, case: CaseContext, signals: Signals) -> list[Part]:
        """The questions of a case with what is found for each, whatever comes of it."""
        setting, _ = self._with_learned(case, signals, self._setting(case, signals))
        return self.weigh(question(case, signals), setting)

    def _with_learned(self, case: CaseContext, signals: Signals, setting: Setting) -> tuple[Setting, Sequence[Lift]]:
        """The setting with what was learned from use about the likeliest intent, and what of it moves articles."""
        if self._learned is None:
            return setting, ()
        with self._store.read() as unit:
            found, curve = self._learned.of(unit, signals.intents, case.now)
        return replace(setting, lifts=shares(found), curve=curve), found

    def _setting(self, case: CaseContext, signals: Signals, only: ArticleId | None = None) -> Setting:
        return Setting(
            language=self._style.language(signals.language.value, case.customer.locale),
            foreign=signals.language.value not in (self._home, UNKNOWN_LANGUAGE.value),
            intents=signals.intents,
            scope=Scope(brand=case.brand, at=case.now),
            fresh_since=case.now - self._stale_after,
            least=self._thresholds.for_intent(signals.intent.value),
            only=only,
        )

    def asking(self, case: CaseContext, signals: Signals, things: Sequence[str]) -> Draft:
        """The question which of these things the customer means."""
        language = self._style.language(signals.language.value, case.customer.locale)
        return clarifying(case, things, self._style.of(case.card or case.brand), language, _first_name(case))

    def _greeting(self, case: CaseContext, signals: Signals) -> Draft | None:
        """The question how we can help, to who has only said hello and was told nothing yet."""
        courtesy = signals.fact(COURTESY)
        greets = is_greeting(customer_words(case)) or (courtesy is not None and courtesy.label == GREETING)
        language = self._style.language(signals.language.value, case.customer.locale)
        if not greets or message_before(case):
            return None
        return greeting_back(case, self._style.of(case.card or case.brand), language, _first_name(case))

    def count_asked(self, case: CaseContext) -> int:
        """How many questions back there were in this matter."""
        return times_asked(case, self._style.of(case.card or case.brand))

    def apply_choice(self, case: CaseContext, things: Sequence[str]) -> tuple[CaseContext, str]:
        """The case with the thing in it that the customer chose of those that they were asked about, and the thing."""
        thing = pick_choice(case, things, self._style.of(case.card or case.brand)) if things else None
        return (with_choice(case, thing), thing) if thing else (case, "")

    def composer(self, case: CaseContext, signals: Signals) -> Composer | None:
        """What words drafts for this customer, whose own data no model is shown; None without a model, for intents
        about which the policy wants none, and where the model could not even read the message."""
        read = signals.fact(MODEL_READ)
        unread = read is not None and not read.confidence
        if self._model is None or unread or not self._budget().words_about(signals.intent.value):
            return None
        strong = for_case(self._strong, "strong", case, self._purse) if self._strong else None
        light = for_case(self._model, "light", case, self._purse)
        return Composer(light=light, strong=strong, patience=self._patience)

    def wish(self, ready: Ready) -> Wish:
        """What a model is asked for."""
        offered = ready.offered
        # The best of each question first: what does not fit is left out at the end.
        ranked = [m.passage for rank in zip_longest(*(p.matches[:SHOWN] for p in offered)) for m in rank if m]
        passages = {passage.id: passage for passage in ranked}
        return Wish(
            asked="\n".join(part.asked for part in offered),
            passages=list(passages.values()),
            language=ready.language,
            voice="\n".join(
                filter(None, (self._style.of(ready.case.card or ready.case.brand).spoken, manner(ready.signals)))
            ),
            choice=choice(ready.case, ready.signals, len(ready.parts), self._budget()),
            questions=tuple(part.asked for part in offered),
        )

    def _budget(self) -> Models:
        return self._purse.models() if self._purse else Models()

    def finish(self, ready: Ready, written: Worded | Fallback | None) -> Answered:
        """The draft from what a model wrote, or else from the sources' own sentences."""
        if isinstance(written, Worded):
            ready = replace(ready, answered=_proved(ready, written))
        elif written is not None and written.reason == UNANSWERABLE and _judged(ready.signals):
            ready = replace(ready, answered=())  # who has shown that it can tell says that nothing here answers
        draft = self._draft(ready, written) if ready.answered else None
        open_parts = ready.parts if draft is None else [part for part in ready.parts if part not in ready.answered]
        return Answered(
            draft=draft,
            abstained=None if draft else NO_ARTICLE,
            hits=ready.hits,
            gap=gap_of(ready.case, ready.signals, [p.asked for p in open_parts], ready.language, ready.hits),
            quoted=self._in_their_words(ready) if draft is not None and draft.composer == BY_MODEL else None,
            lifts=ready.lifts,
        )

    def _in_their_words(self, ready: Ready) -> Draft | None:
        """The same answer as the sources have it; None where nobody but the model is sure that they answer, and where
        its quotations are what was judged to answer."""
        unproved = _judged(ready.signals) or any(part in ready.unsure for part in ready.answered)
        return None if unproved else self._draft(ready, None)

    def weigh(self, asked: Question, setting: Setting) -> list[Part]:
        """What is found for each part of a question, and how surely it answers."""
        with self._store.read() as unit:
            return self._parts.of(unit.articles, asked, setting)

    def search(self, words: str, limit: int = 8, brand: str = "") -> list[Hit]:
        """Passages in any language for an agent, internal and expired ones too, best first. With a `brand` only those
        for its customers."""
        scope = Scope(brand=brand) if brand else EVERYWHERE
        with self._store.read() as unit:
            lifts = shares(self.lifts_for(unit, words))
            found = self._retriever.search(unit.articles, (words,), language=None, scope=scope, lifts=lifts)
            hits = sorted((*found.public, *found.inner), key=lambda hit: -hit.score)[:LOOKED_THROUGH]
            scale = Scale(found.voices, self._parts.shelves.now(unit.articles).lexicon, found.source)
            best = sorted(scale.weigh(hits), key=lambda match: -match.rank)
        if self._reranker is not None:
            best = rerank(self._reranker, words, best)
        return [replace(match.hit, score=match.rank) for match in best[:limit]]

    def lifts_for(self, unit: Unit, words: str) -> Sequence[Lift]:
        """What feedback moves now for the intent of these words."""
        # What intent the words have is asked only where it can matter: an agent waits.
        if self._learned is None or self._intents is None or not unit.learning.voted():
            return ()
        return self._learned.of(unit, self._intents.intents(words), self._learned.now())[0]

    def _unclear(self, case: CaseContext, parts: Sequence[Part], most_asked: int) -> tuple[str, ...]:
        """The things among which the customer has to choose; one question at a time, and few in a matter."""
        if len(parts) != 1 or self.count_asked(case) >= most_asked:
            return ()
        return options(parts[0], "\n".join([customer_words(case), *earlier_words(case), case.conversation.subject]))

    def _draft(self, ready: Ready, written: Worded | Fallback | None) -> Draft | None:
        case, by_model = ready.case, written if isinstance(written, Worded) else None
        matches = [match for part in ready.answered for match in part.matches]
        unknown = tuple(part.asked for part in ready.parts if part not in ready.answered)
        to = Address(name=_first_name(case), language=ready.language, feeling=ready.signals.sentiment.value)
        body = by_model.sentences if by_model else _quoted(ready)
        framing = add_courtesies(body, to, self._style.of(case.card or case.brand), partial=bool(unknown))
        checked = check(
            framing,
            customer="\n".join(part.asked for part in ready.parts),
            courtesies=[s.text for s in framing if s.kind is SentenceKind.COURTESY],
            language=ready.language,
        )
        sentences, style = checked.kept, self._style.of(case.card or case.brand)
        if not any(s.citation for s in sentences):
            return None
        faults = findings(sentences, matches, style, case.now, self._stale_after, self._around(ready))
        return Draft(
            id=_draft_id(case, sentences),
            sentences=sentences,
            language=ready.language,
            # Never surer than it was estimated: what is learned from use lets nothing leave that would not have left.
            confidence=min(min(part.confidence, part.estimated) for part in ready.answered),
            composer=BY_MODEL if by_model else COMPOSER,
            findings=(
                *faults,
                *of_sources(sentences),
                *(written.findings if written else ()),
                *(reworded(sentences, ready.language, checked.doubted) if by_model or checked.doubted else ()),
                *(_other_words(part) for part in ready.answered if part.reworded and _unproved(part, ready.signals)),
            ),
            unknown=unknown,
            struck=(*(written.struck if written else ()), *checked.struck),
            model=by_model.model if by_model else None,
            estimated=min(part.estimated for part in ready.answered) if _is_calibrated(ready) else None,
            prompt_hash=by_model.prompt_hash if by_model else None,
        )

    def _around(self, ready: Ready) -> Surroundings:
        case, intent = ready.case, ready.signals.intent
        return Surroundings(
            customer=customer_words(case),
            language=ready.language,
            intent=intent.value if ready.signals.intents else "",
            brand=case.brand,
            rules=self._style.of(case.card or case.brand).rules,
            known=of_customer(case.customer),
        )


def _is_calibrated(ready: Ready) -> bool:
    return any(part.estimated != part.confidence for part in ready.answered)


def _quoted(ready: Ready) -> list[Sentence]:
    """Each citation once, none that speaks to a model. A text message has one measure for all its questions."""
    latest = ready.case.latest
    most = BRIEF // len(ready.answered) if latest is not None and latest.channel in DIRECT else MOST
    every = dict.fromkeys(
        c for part in ready.answered for c in choose_citations(part.matches, most, part.words, ready.known)
    )
    asked = "\n".join(part.words for part in ready.parts)
    return quote_citations([c for c in every if find_injection(c.quote) is None], asked, ready.known)


FOUND_OTHERWISE = "found_otherwise"


def _unproved(part: Part, signals: Signals) -> bool:
    """Whether nobody who can tell has seen that other words than the customer's ask the same."""
    return part.disputed or not _judged(signals)


def _other_words(part: Part) -> Finding:
    own = "which finds other articles than" if part.disputed else "which is not in"
    return Finding(
        rule=FOUND_OTHERWISE,
        severity=Severity.WARN,
        text=f"This was found for “{part.words}”, {own} the customer's own words.",
        remedy="Read whether that is what the customer asks.",
    )


def _judged(signals: Signals) -> bool:
    """Whether a language model that has shown that it can tells what answers a question."""
    read = signals.fact(MODEL_READ)
    return read is not None and f"role:{ReaderRole.JUDGE}" in read.records


def _proved(ready: Ready, written: Worded) -> list[Part]:
    """The parts that its sentences answer, by the model's own word where it says so; of those that are not sure only
    where it quotes what was found for them, and nothing in its words is in doubt."""
    asked = "\n".join(part.asked for part in ready.parts)
    clear = [s for s in written.sentences if not faults_of(s, customer=asked, language=ready.language)]
    cited = {sentence.citation.passage.id for sentence in clear if sentence.citation}
    offered = ready.offered
    said = [offered[number - 1] for number in sorted(written.answered) if 0 < number <= len(offered)] or offered
    proved = [
        part
        for part in offered
        if part in said and (part in ready.answered or cited & {m.passage.id for m in part.matches[:SHOWN]})
    ]
    return proved or list(ready.answered)


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
    return DraftId(derive_id("draft", latest, *(sentence.text for sentence in sentences)))


# ------------------------------------------------------------------
# How to meet this customer's tone, within the company's own.


def manner(signals: Signals) -> str:
    """A line for a language model; empty where nothing is special."""
    told = []
    if signals.sentiment.value == Feeling.NEGATIVE:
        told.append("The customer is unhappy: be calm and plain, without cheerful words.")
    elif signals.sentiment.value == Feeling.POSITIVE:
        told.append("The customer is friendly: you may be warm.")
    if signals.urgency.value == Urgency.HIGH:
        told.append("The customer is in a hurry: begin with what helps at once.")
    return " ".join(told)
