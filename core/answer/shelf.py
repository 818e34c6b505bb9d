"""What is known of all articles together: how rare each word is, and which passages belong to one article."""

from collections.abc import Sequence
from threading import Lock

from core.answer.lexicon import Lexicon
from core.model.ids import ArticleId, PassageId
from core.ports import ArticleTable

LONGEST_ARTICLE = 12  # passages of one article looked at


class Shelf:
    """A view over one version of the articles."""

    def __init__(self, articles: ArticleTable, lexicon: Lexicon) -> None:
        self._articles = articles
        self.lexicon = lexicon

    def passages_of(self, articles: Sequence[ArticleId]) -> list[PassageId]:
        """Their passages in reading order; of a very long article the first ones."""
        return self._articles.of_articles(articles, LONGEST_ARTICLE)


class Shelves:
    """The shelf of the articles as they are now. What it was asked for is kept until they change."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._version: int | None = None
        self._size = 0
        self._seen: dict[str, int] = {}

    def now(self, articles: ArticleTable) -> Shelf:
        """Good as long as `articles` is: the rest of a transaction."""
        with self._lock:
            version = articles.version()
            if self._version != version:
                self._version, self._size, self._seen = version, articles.size(), {}
            return Shelf(articles, Lexicon.stored(self._size, articles.frequencies, self._seen))
