"""A shelf without some of its passages: what a company would have found had it never written them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from core.knowledge.passages import searchable
from core.knowledge.synonyms import concepts
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import EVERYWHERE, Passage, Scope
from core.ports import ArticleTable, Vector, VectorIndex


class Without:
    """`core.ports.ArticleTable` and `VectorIndex` for reading, with passages taken away; change `gone` as needed."""

    def __init__(self, index: VectorIndex) -> None:
        self._index = index
        self._articles: ArticleTable | None = None
        self._gone: frozenset[PassageId] = frozenset()
        self._words: Counter[str] = Counter()
        self._turn = 0

    def of(self, articles: ArticleTable, gone: Collection[PassageId]) -> "Without":
        """The same shelf, these passages taken away."""
        self._articles, self._gone, self._turn = articles, frozenset(gone), self._turn + 1
        self._words = Counter(word for p in articles.passages(list(gone)) for word in concepts(searchable(p)))
        return self

    def nearest(self, query: Vector, limit: int, scope: Scope = EVERYWHERE) -> list[tuple[PassageId, float]]:
        found = self._index.nearest(query, limit + len(self._gone), scope)
        return [pair for pair in found if pair[0] not in self._gone][:limit]

    def keyword(self, words: str, limit: int, scope: Scope = EVERYWHERE) -> list[PassageId]:
        return self._left(self._table.keyword(words, limit + len(self._gone), scope))[:limit]

    def passages(self, ids: Sequence[PassageId]) -> list[Passage]:
        return self._table.passages(self._left(ids))

    def of_articles(self, article_ids: Sequence[str], most: int | None = None) -> list[PassageId]:
        return [name for one in article_ids for name in self._left(self._table.of_articles([one]))[:most]]

    def spoken(self, ids: Sequence[PassageId]) -> Mapping[ArticleId, frozenset[str]]:
        return self._table.spoken(self._left(ids))

    def frequencies(self, concepts: Iterable[str], *, public: bool = False) -> Mapping[str, int]:
        found = self._table.frequencies(concepts, public=public)
        return {word: seen - self._words[word] for word, seen in found.items() if seen > self._words[word]}

    def size(self, *, public: bool = False) -> int:
        return self._table.size(public=public) - len(self._gone)

    def names(self) -> frozenset[str]:
        return self._table.names()

    def version(self) -> int:
        """Another one for each shelf, so that nothing remembers what was taken away."""
        return self._turn

    @property
    def _table(self) -> ArticleTable:
        if self._articles is None:
            raise RuntimeError("no shelf was named")
        return self._articles

    def _left(self, ids: Sequence[PassageId]) -> list[PassageId]:
        return [name for name in ids if name not in self._gone]
