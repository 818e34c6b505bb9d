"""Looking through the articles for what makes answers wrong: old, contradicting, doubled, lost, unreadable ones."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.knowledge.check.alone import LOOKS, Library
from core.knowledge.check.contradictions import Disagree, Weights, contradictions
from core.knowledge.check.doubles import doubles
from core.knowledge.check.fault import Fault, Kind, Pair, Place
from core.knowledge.check.pairs import near_pairs
from core.knowledge.match import disagree
from core.knowledge.stale import STALE_AFTER
from core.ports import ArticleTable

__all__ = ["STALE_AFTER", "Check", "Fault", "Kind", "Place"]

RECORDS = frozenset({"zendesk_tickets"})  # what was once said to somebody is not kept up to date


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How to look. `kinds` are the faults that are looked for."""

    now: datetime
    stale_after: timedelta = STALE_AFTER
    kinds: Collection[Kind] = frozenset(Kind)
    disagree: Disagree = disagree

    def faults(
        self, table: ArticleTable, encoder: str, progress: Callable[[int, int], None] = lambda done, of: None
    ) -> Iterator[Fault]:
        """Every fault found, article by article first, then those of two articles."""
        articles = {article.id: article for article in table.every() if article.origin not in RECORDS}
        addresses = frozenset(article.url for article in articles.values() if article.url)
        library = Library(now=self.now, stale_after=self.stale_after, addresses=addresses)
        for article in articles.values():
            for look in LOOKS:
                yield from (fault for fault in look(article, library) if fault.kind in self.kinds)
        if not {Kind.CONFLICTING, Kind.DUPLICATE} & set(self.kinds):
            return
        pairs = list(self._pairs(table, encoder, frozenset(articles), progress))
        if Kind.DUPLICATE in self.kinds:
            yield from doubles(pairs, articles)
        if Kind.CONFLICTING in self.kinds:
            weights = Weights(table.frequencies, table.size())
            yield from contradictions(pairs, articles, self.disagree, weights)

    def _pairs(
        self, table: ArticleTable, encoder: str, wanted: Collection[str], progress: Callable[[int, int], None]
    ) -> Iterator[Pair]:
        ids, vectors = table.vectors(encoder)
        passages = {passage.id: passage for passage in table.passages(ids) if passage.article_id in wanted}
        yield from near_pairs(ids, vectors, passages, progress)
