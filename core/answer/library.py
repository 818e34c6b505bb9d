"""Keeping the articles: what changed is cut, encoded and stored again; what is gone is forgotten."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.answer.align import Aligner, looked_at
from core.answer.match import weighed_texts
from core.answer.passages import passages_of, searchable
from core.model.knowledge import Article
from core.ports import Encoder, Helpdesk, Store

CURSOR = "articles"
WHOLE_AT = "articles_whole_at"
WHOLE_EVERY = timedelta(days=1)
HELPDESK = "zendesk"  # the origin that the helpdesk's connector gives its articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    store: Store
    encoder: Encoder
    aligner: Aligner | None = None  # the one that answers, where it is worth reading all passages ahead of time

    def sync(self, helpdesk: Helpdesk, now: datetime) -> int:
        """Take over what changed at the helpdesk since the last time; the number of articles touched.

        Once a day everything is read: an archived article is in no list of changes, it is only missing. The cursor is
        stored last, so a sync that breaks off is simply made again."""
        with self.store.read() as unit:
            cursor, whole_at = unit.cursors.get(CURSOR), unit.cursors.get(WHOLE_AT)
        whole = cursor is None or whole_at is None or now - datetime.fromisoformat(whole_at) > WHOLE_EVERY
        changed, gone, following = helpdesk.articles(None if whole else cursor)
        touched = self.add(changed)
        with self.store.begin() as unit:
            if whole:
                gone = [*gone, *(set(unit.articles.fingerprints(HELPDESK)) - {article.id for article in changed})]
                unit.cursors.set(WHOLE_AT, now.isoformat())
            touched += unit.articles.remove(gone)
            unit.cursors.set(CURSOR, following)
        return touched

    def add(self, articles: Iterable[Article], progress: Callable[[], None] = lambda: None) -> int:
        """Store the articles whose fingerprint is new; the number stored. `progress` is called once per article."""
        known: dict[str, dict[str, str]] = {}
        stored = 0
        for article in articles:
            if article.origin not in known:
                with self.store.read() as unit:
                    known[article.origin] = dict(unit.articles.fingerprints(article.origin))
            if known[article.origin].get(article.id) != article.fingerprint:
                self._store(article)
                stored += 1
            progress()
        return stored

    def _store(self, article: Article) -> None:
        passages = passages_of(article)
        vectors = self.encoder.encode([searchable(passage) for passage in passages])
        # Nothing is done with these vectors now: an encoder that keeps a cache has them when the first question comes.
        self.encoder.encode(weighed_texts(passages))
        if self.aligner is not None:
            self.aligner.prepare([looked_at(passage) for passage in passages])
        with self.store.begin() as unit:
            unit.articles.save(article, passages, vectors, self.encoder.name)
