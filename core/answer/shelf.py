"""What is known of all articles together: how rare each word is, and which passages belong to one article."""

from collections import defaultdict
from collections.abc import Sequence
from threading import Lock

from core.answer.lexicon import Lexicon
from core.answer.match import LONGEST_ARTICLE
from core.answer.passages import heading
from core.model.ids import ArticleId, PassageId
from core.ports import ArticleTable


class Shelf:
    """A view over one version of the articles."""

    def __init__(self, articles: ArticleTable, encoder: str) -> None:
        self.version = articles.version()
        ids, _ = articles.vectors(encoder)
        passages = articles.passages(ids)
        self.lexicon = Lexicon(f"{heading(passage)}\n{passage.text}" for passage in passages)
        self._of: dict[ArticleId, list[PassageId]] = defaultdict(list)
        for passage in sorted(passages, key=lambda p: p.start):
            self._of[passage.article_id].append(passage.id)

    def passages_of(self, articles: Sequence[ArticleId]) -> list[PassageId]:
        """Their passages in reading order; of a very long article the first ones."""
        return [passage for article in articles for passage in self._of.get(article, ())[:LONGEST_ARTICLE]]


class Shelves:
    """The shelf of the articles as they are now; looked through again when they changed."""

    def __init__(self, encoder: str) -> None:
        self._encoder = encoder
        self._lock = Lock()
        self._shelf: Shelf | None = None

    def now(self, articles: ArticleTable) -> Shelf:
        with self._lock:
            if self._shelf is None or self._shelf.version != articles.version():
                self._shelf = Shelf(articles, self._encoder)
            return self._shelf
