"""What is known of all articles together: how rare each word is, and which passages belong to one article."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Lock

from core.knowledge.lexicon import Lexicon
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


@dataclass(slots=True, kw_only=True)
class _Counted:
    """How many passages there are, and in how many of them the words are that were asked for."""

    size: int
    seen: dict[str, int] = field(default_factory=dict)


class Shelves:
    """The shelf of the articles as they are now. What it was asked for is kept until they change."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._version: int | None = None
        self._counted: dict[bool, _Counted] = {}

    def now(self, articles: ArticleTable, *, public: bool = False) -> Shelf:
        """Good as long as `articles` is: the rest of a transaction. With `public` its lexicon knows only what anybody
        may read: a word in a thousand old tickets and in no article is one that no article has."""
        with self._lock:
            version = articles.version()
            if self._version != version:
                self._version, self._counted = version, {}
            if public not in self._counted:
                self._counted[public] = _Counted(size=articles.size(public=public))
            counted = self._counted[public]
        look = partial(articles.frequencies, public=public)
        return Shelf(articles, Lexicon.stored(counted.size, look, counted.seen))
