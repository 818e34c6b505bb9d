"""Looking through the articles for what makes answers wrong: old, contradicting, doubled, lost, unreadable ones."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from core.knowledge.check.alone import LOOKS, Library
from core.knowledge.check.contradictions import Disagree, Weights, contradictions
from core.knowledge.check.doubles import doubles
from core.knowledge.check.fault import Fault, Kind, Pair, Place
from core.knowledge.check.figures import differ
from core.knowledge.check.pairs import near_pairs
from core.knowledge.passages import searchable
from core.knowledge.stale import STALE_AFTER
from core.model.ids import PassageId
from core.model.knowledge import Passage
from core.ports import ArticleTable, Vector

__all__ = ["STALE_AFTER", "Check", "Fault", "Kind", "Place"]

RECORDS = frozenset({"zendesk_tickets"})  # what was once said to somebody is not kept up to date
OF_TWO = frozenset({Kind.CONFLICTING, Kind.DUPLICATE})
Known = Callable[[Sequence[str]], Mapping[str, Vector]]  # the vectors that a second encoder has made of texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How to look. `kinds` are the faults that are looked for. Passages that only `beside` takes to be near each other
    are compared too: the first encoder knows little but English."""

    now: datetime
    stale_after: timedelta = STALE_AFTER
    kinds: Collection[Kind] = frozenset(Kind)
    disagree: Disagree = differ
    beside: Known | None = None

    def faults(
        self, table: ArticleTable, encoder: str, progress: Callable[[int, int], None] = lambda done, of: None
    ) -> Iterator[Fault]:
        """Every fault found, article by article first, then those of two articles."""
        articles = {article.id: article for article in table.every() if article.origin not in RECORDS}
        addresses = frozenset(article.url for article in articles.values() if article.url)
        library = Library(now=self.now, stale_after=self.stale_after, addresses=addresses)
        for article in articles.values() if set(self.kinds) - OF_TWO else ():
            for look in LOOKS:
                yield from (fault for fault in look(article, library) if fault.kind in self.kinds)
        if not OF_TWO & set(self.kinds):
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
        seen: set[tuple[PassageId, PassageId]] = set()
        for pair in near_pairs(ids, vectors, passages, progress):
            seen.add((pair.one.id, pair.other.id))
            yield pair
        for pair in near_pairs(*self._beside(ids, passages), passages):
            if (pair.one.id, pair.other.id) not in seen:
                yield pair

    def _beside(
        self, ids: Sequence[PassageId], passages: Mapping[PassageId, Passage]
    ) -> tuple[list[PassageId], Vector]:
        texts = {each: searchable(passages[each]) for each in ids if each in passages}
        known = self.beside(list(texts.values())) if self.beside is not None else {}
        ready = [each for each, text in texts.items() if text in known]
        if not ready:
            return [], np.zeros((0, 0), np.float32)
        return ready, np.stack([known[texts[each]] for each in ready])
