"""Articles that cost tickets: stale ones, told by what agents do with drafts that rest on them, and pairs that
contradict each other, each with those tickets.

A draft says what an article says, and an agent changes the sentence, takes it out, ignores the draft, gives it a thumb
down or escalates the matter: then the article cost a ticket. What agents do to the tone of a sentence, and what the
article no longer says, counts for nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

import numpy as np

from core.answer.style import StyleCard
from core.improve.causes import cause_of, stated
from core.improve.comparing import courtesies_of
from core.improve.differences import Difference, differences, plain, sentences
from core.knowledge.check import Check, Fault, Kind, Known, Place
from core.knowledge.check.figures import own_things
from core.knowledge.synonyms import concepts
from core.measure.outcomes.judged import DOWN, ESCALATED, NOT_THE_SOURCE, UP
from core.model.draft import DraftState
from core.model.ids import ArticleId, ConversationId
from core.model.knowledge import Article
from core.model.learning import Quoted, QuotingDraft, Reaction
from core.model.lesson import Cause
from core.model.outbound import digest
from core.ports import ArticleTable, Store, Unit, Vector
from core.privacy.find import of_customer
from core.privacy.mask import redact

LOOKED_BACK = timedelta(days=90)
OLD = timedelta(days=180)  # since the last change: from then on edits say that the article may be stale
MOST = 5000  # drafts, the newest
REWORDED = 0.5  # share of content words from which a sentence that was added says what was taken out
FEWEST_WORDS = 2
# An agent's other words for what an article says; a courtesy, or what is true once, says nothing of it.
_OF_SUBSTANCE = frozenset({Cause.FACT, Cause.POLICY, Cause.MISSING_ARTICLE})


class How(StrEnum):
    """What an agent did, the most telling first."""

    CONTRADICTED = "contradicted"  # sent other figures than the article's
    CHANGED = "changed"
    TAKEN_OUT = "taken_out"
    RATED_DOWN = "rated_down"
    ESCALATED = "escalated"
    IGNORED = "ignored"


class Sign(StrEnum):
    """Why an article may be stale."""

    CONTRADICTED = "contradicted"  # agents send other figures, most of them the same ones
    OLD = "old"  # not changed for long, while agents change or take out what it says
    RATED_DOWN = "rated_down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an agent did in one matter with a draft that rests on an article. `quotes` are the article's sentences that
    it is about; `before` and `after` are the draft's and the agent's, masked, empty where no single one was changed."""

    conversation_id: ConversationId
    ticket_id: str
    agent: str
    at: datetime
    how: How
    quotes: Sequence[str]
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What the evidence of a sign must come to, so that one agent's habit and a single matter stay out of sight.
    `share` of the matters in which a draft rested on the article."""

    matters: int = 3
    agents: int = 2
    share: float = 0.2


BAR = Bar()


@dataclass(frozen=True, slots=True, kw_only=True)
class CostlyArticle:
    """`matters` counts those in which a draft rested on it; `costs` has one for each that it cost, newest first."""

    article: Article
    signs: Sequence[Sign]
    matters: int
    costs: Sequence[Cost]

    @property
    def key(self) -> str:
        return str(self.article.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two articles that contradict each other, at every pair of sentences; `costs` as of an article, of drafts that
    rest on one of these sentences."""

    places: Sequence[tuple[Place, Place]]
    costs: Sequence[Cost]

    @property
    def articles(self) -> tuple[Article, Article]:
        one, other = self.places[0]
        return one.article, other.article

    @property
    def key(self) -> str:
        one, other = self.articles
        return digest({"one": one.id, "other": other.id})[:24]


@dataclass(frozen=True, slots=True, kw_only=True)
class Costly:
    """Both with those that cost the most tickets first. `drafts` were looked at, `since` then."""

    articles: Sequence[CostlyArticle]
    clashes: Sequence[Clash]
    drafts: int
    since: datetime

    def costs(self, key: str) -> Sequence[Cost] | None:
        """Of the article or the pair of this key; None where there is none any more."""
        found: Iterable[CostlyArticle | Clash] = (*self.articles, *self.clashes)
        return next((each.costs for each in found if each.key == key), None)


@dataclass(slots=True, kw_only=True)
class ArticleCosts:
    """`card` is the style card in force, `encoder` names the one whose vectors are stored with passages. The pairs are
    looked for once for each version of the articles: it takes seconds where there are thousands."""

    store: Store
    encoder: Callable[[], str]
    card: Callable[[], StyleCard]
    beside: Known | None = None
    bar: Bar = BAR
    _clashing: tuple[int, Sequence[Fault]] | None = field(default=None, init=False)

    def find(self, now: datetime, since: datetime | None = None) -> Costly:
        """Over the drafts that agents dealt with since a moment; without it, in the last LOOKED_BACK."""
        since = since or now - LOOKED_BACK
        with self.store.read() as unit:
            drafts = unit.learning.quoting(since, MOST)
            told = _Told(lines=courtesies_of(self.card()))
            for draft in drafts:
                told.add(draft, _mask(unit, draft))
            articles = {name: found for name in told.rested if (found := unit.articles.get(name)) is not None}
            clashing = self._pairs(unit.articles, now)
        costly = (self._costly(articles[name], told, now) for name in sorted(articles))
        clashes = (_clash(faults, told) for faults in _by_articles(clashing))
        return Costly(
            articles=sorted(filter(None, costly), key=lambda each: (-len(each.costs), each.key)),
            clashes=sorted(clashes, key=lambda each: (-len(each.costs), each.key)),
            drafts=len(drafts),
            since=since,
        )

    def _pairs(self, table: ArticleTable, now: datetime) -> Sequence[Fault]:
        version = table.version()
        if self._clashing is None or self._clashing[0] != version:
            check = Check(now=now, kinds=(Kind.CONFLICTING,), beside=self.beside)
            self._clashing = version, list(check.faults(table, self.encoder()))
        return self._clashing[1]

    def _costly(self, article: Article, told: "_Told", now: datetime) -> CostlyArticle | None:
        costs = [each for each in told.costs[article.id] if _still_says(article, each.quotes)]
        matters = len(told.rested[article.id])
        signs = tuple(
            sign
            for sign in Sign
            if self._enough(_evidence(sign, article, costs, now), matters)
            and not (sign is Sign.RATED_DOWN and _liked(article, told, costs))
        )
        if not signs:
            return None
        return CostlyArticle(article=article, signs=signs, matters=matters, costs=_one_each(costs))

    def _enough(self, evidence: Sequence[Cost], matters: int) -> bool:
        mine = len({each.conversation_id for each in evidence})
        agents = len({each.agent for each in evidence})
        return mine >= self.bar.matters and agents >= self.bar.agents and mine >= self.bar.share * matters


# ------------------------------------------------------------------
# What was done with each draft.


@dataclass(slots=True, kw_only=True)
class _Told:
    """By article: the matters in which a draft rested on it, what it cost there, and who liked it."""

    lines: frozenset[str]
    rested: defaultdict[ArticleId, set[ConversationId]] = field(default_factory=lambda: defaultdict(set))
    costs: defaultdict[ArticleId, list[Cost]] = field(default_factory=lambda: defaultdict(list))
    liked: defaultdict[ArticleId, set[ConversationId]] = field(default_factory=lambda: defaultdict(set))

    def add(self, draft: QuotingDraft, mask: Callable[[str], str]) -> None:
        for each in draft.quoted:
            self.rested[each.article_id].add(draft.conversation_id)
        for reaction in draft.reactions:
            if reaction.kind == UP:
                for name, _ in _by_article(_named(draft, reaction)):
                    self.liked[name].add(draft.conversation_id)
            elif reaction.kind in (DraftState.USED, DraftState.EDITED):
                self._add_changes(draft, reaction, mask)
            elif (how := _of_whole_draft(reaction)) is not None:
                for name, quoted in _by_article(_named(draft, reaction)):
                    self.costs[name].append(_cost(draft, reaction, how, [each.quote for each in quoted]))

    def _add_changes(self, draft: QuotingDraft, reaction: Reaction, mask: Callable[[str], str]) -> None:
        written, sent = reaction.detail.get("draft"), reaction.detail.get("sent")
        if not written or not sent:
            return  # erased
        kept = plain(sent)
        if all(plain(each.text) in kept for each in draft.quoted):
            return
        quoted = {plain(part): each for each in draft.quoted for part in sentences(mask(each.text))}
        for found in _changes(mask(written), mask(sent)):
            source = quoted.get(plain(found.before)) if found.before else None
            if source is None or cause_of(found, self.lines, cited=True, known=False) not in _OF_SUBSTANCE:
                continue
            made = _cost(draft, reaction, _how(found), [source.quote], found.before, found.after)
            self.costs[source.article_id].append(made)


def _changes(written: str, sent: str) -> Iterator[Difference]:
    """As `differences`, by words alone: a page waits for it. What was taken out and said in other words elsewhere is
    one change."""
    found = differences(written, sent, _ByWords())
    added = [each for each in found if not each.before]
    for each in found:
        if not each.before:
            continue
        elsewhere = None if each.after else next((a for a in added if _says_the_same(each.before, a.after)), None)
        yield each if elsewhere is None else Difference(before=each.before, after=elsewhere.after, place=each.place)


def _says_the_same(one: str, other: str) -> bool:
    a, b = concepts(one), concepts(other)
    shorter = min(len(a), len(b))
    return shorter >= FEWEST_WORDS and len(a & b) >= REWORDED * shorter


class _ByWords:
    """An encoder to which no two texts are alike."""

    name = "none"

    def encode(self, texts: Sequence[str]) -> Vector:
        return np.zeros((len(texts), 1), np.float32)


def _how(found: Difference) -> How:
    if not found.after:
        return How.TAKEN_OUT
    said = stated(found.after)
    other = bool(stated(found.before) and said and not said <= stated(found.before))
    return How.CONTRADICTED if other and not own_things(found.before, found.after) else How.CHANGED


def _of_whole_draft(reaction: Reaction) -> How | None:
    if reaction.kind == DOWN:
        reasons = set(reaction.detail.get("reasons") or ())
        return None if reasons and reasons <= NOT_THE_SOURCE else How.RATED_DOWN
    return {str(DraftState.IGNORED): How.IGNORED, ESCALATED: How.ESCALATED}.get(reaction.kind)


def _named(draft: QuotingDraft, reaction: Reaction) -> list[Quoted]:
    """What a reaction is about: the source or the sentence that a thumb names, or all that the draft quotes."""
    source, sentence = reaction.detail.get("source"), reaction.detail.get("sentence")
    if source:
        return [each for each in draft.quoted if each.article_id == source]
    if sentence is not None:
        return [each for each in draft.quoted if each.number == sentence]
    return list(draft.quoted)


def _by_article(quoted: Iterable[Quoted]) -> Iterator[tuple[ArticleId, list[Quoted]]]:
    for name, some in groupby(sorted(quoted, key=lambda each: each.article_id), lambda each: each.article_id):
        yield name, list(some)


def _cost(
    draft: QuotingDraft, reaction: Reaction, how: How, quotes: Sequence[str], before: str = "", after: str = ""
) -> Cost:
    return Cost(
        conversation_id=draft.conversation_id,
        ticket_id=draft.ticket_id,
        agent=reaction.agent,
        at=reaction.at,
        how=how,
        quotes=quotes,
        before=before,
        after=after,
    )


def _mask(unit: Unit, draft: QuotingDraft) -> Callable[[str], str]:
    def masked(text: str) -> str:
        customer = unit.customers.get(draft.customer_id)
        return redact(text, known=of_customer(customer) if customer else ())

    return masked


# ------------------------------------------------------------------
# What that says of an article, or of two.


def _still_says(article: Article, quotes: Sequence[str]) -> bool:
    """Whether the article says one of them still: one that was put right costs nothing any more."""
    text = plain(article.text)
    return any(plain(quote) in text for quote in quotes)


def _evidence(sign: Sign, article: Article, costs: Sequence[Cost], now: datetime) -> list[Cost]:
    match sign:
        case Sign.OLD:
            old = article.updated_at is not None and now - article.updated_at >= OLD
            changed = (How.CONTRADICTED, How.CHANGED, How.TAKEN_OUT)
            return [each for each in costs if old and each.how in changed]
        case Sign.RATED_DOWN:
            return [each for each in costs if each.how is How.RATED_DOWN]
        case Sign.CONTRADICTED:
            # Figures that are others every time are true once each; the same ones again and again are what is true.
            said = [(stated(each.after), each) for each in costs if each.how is How.CONTRADICTED]
            often = Counter(figures for figures, _ in said).most_common(1)
            return [each for figures, each in said if figures == often[0][0]]


def _liked(article: Article, told: _Told, costs: Sequence[Cost]) -> bool:
    down = {each.conversation_id for each in costs if each.how is How.RATED_DOWN}
    return len(told.liked[article.id]) >= len(down)


def _one_each(costs: Iterable[Cost]) -> list[Cost]:
    """The most telling of each matter, newest first."""
    best: dict[ConversationId, Cost] = {}
    order = list(How)
    for each in costs:
        known = best.get(each.conversation_id)
        if known is None or (order.index(each.how), -each.at.timestamp()) < (
            order.index(known.how),
            -known.at.timestamp(),
        ):
            best[each.conversation_id] = each
    return sorted(best.values(), key=lambda each: (each.at, each.conversation_id), reverse=True)


def _by_articles(faults: Iterable[Fault]) -> Iterable[list[Fault]]:
    found: dict[frozenset[str], list[Fault]] = {}
    for fault in faults:
        found.setdefault(frozenset(place.article.id for place in fault.places), []).append(fault)
    return found.values()


def _clash(faults: Sequence[Fault], told: _Told) -> Clash:
    places: list[tuple[Place, Place]] = []
    for fault in faults:
        one, other = sorted(fault.places, key=lambda place: place.article.id)
        places.append((one, other))
    against: Mapping[ArticleId, list[str]] = defaultdict(list)
    for pair in places:
        for place in pair:
            against[place.article.id].append(plain(place.text))
    costs = (
        cost for name, texts in against.items() for cost in told.costs.get(name, ()) if _is_about(cost.quotes, texts)
    )
    return Clash(places=places, costs=_one_each(costs))


def _is_about(quotes: Sequence[str], texts: Sequence[str]) -> bool:
    return any(quote in text or text in quote for quote in map(plain, quotes) for text in texts)
