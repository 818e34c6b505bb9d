"""Articles and their passages, and what is known of all of them together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from connectors.sql.articles_changes import FLOAT, added, forgotten, gone, raised, stamp, version
from connectors.sql.articles_counts import count, frequencies
from connectors.sql.articles_rows import PASSAGE, AnyRow, article_of, article_row, concepts_of, passage_of, passage_row
from connectors.sql.articles_scope import counted, names, scopes, scopes_of, size
from connectors.sql.articles_words import keyword
from connectors.sql.embeddings import embed
from connectors.sql.statements import slices, upsert
from connectors.sql.tables import articles, passages
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import EVERYWHERE, PUBLIC_ONLY, Article, Passage, Scope
from core.ports import Shelved, Vector

_PORTION = 100  # articles read at a time: they may be long
# Without the vector and what else only searches need: they are longer than the rest.
_READ = select(*(passages.c[name] for name in PASSAGE))


class SqlArticleTable:
    """`core.ports.ArticleTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, article: Article, passages_: Sequence[Passage], vectors: Vector, encoder: str) -> None:
        """ValueError unless there is one vector for each passage. A passage that stays as it was keeps its row."""
        if len(passages_) != len(vectors):
            raise ValueError(f"{len(passages_)} passages of {article.id} came with {len(vectors)} vectors")
        changed = raised(self._connection)
        upsert(self._connection, articles, article_row(article), key=["id"])
        numbers = scopes_of(self._connection, passages_)
        fresh: dict[str, dict[str, Any]] = {
            passage.id: {
                **passage_row(passage),
                "encoder": encoder,
                "vector": np.asarray(vector, FLOAT).tobytes(),
                "scope_id": numbers[passage.id],
                "concepts": concepts_of(passage),
            }
            for passage, vector in zip(passages_, vectors, strict=True)
        }
        stored = self._connection.execute(select(passages).where(passages.c.article_id == article.id)).all()
        kept = {row.id for row in stored if row.id in fresh and _alike(row, fresh[row.id])}
        self._forget([row for row in stored if row.id not in kept], changed)
        rows = [{**row, "changed": changed} for name, row in fresh.items() if name not in kept]
        if rows:
            self._connection.execute(insert(passages), rows)
            embed(self._connection, [(row["id"], np.frombuffer(row["vector"], FLOAT)) for row in rows])
            count(self._connection, added=[(row["concepts"], row["audience"]) for row in rows])
            counted(self._connection, added=[row["scope_id"] for row in rows])

    def remove(self, article_ids: Iterable[str]) -> int:
        removed = 0
        for some in slices(list(article_ids)):
            known = self._connection.execute(select(articles.c.id).where(articles.c.id.in_(some))).scalars().all()
            if not known:
                continue
            changed = raised(self._connection)
            columns = select(passages.c.serial, passages.c.concepts, passages.c.audience, passages.c.scope_id)
            self._forget(self._connection.execute(columns.where(passages.c.article_id.in_(known))).all(), changed)
            self._connection.execute(delete(articles).where(articles.c.id.in_(known)))
            removed += len(known)
        return removed

    def fingerprints(self, origin: str) -> Mapping[str, str]:
        statement = select(articles.c.id, articles.c.fingerprint).where(articles.c.origin == origin)
        return {row.id: row.fingerprint for row in self._connection.execute(statement)}

    def get(self, article_id: str) -> Article | None:
        row = self._connection.execute(select(articles).where(articles.c.id == article_id)).one_or_none()
        return None if row is None else article_of(row)

    def every(self, origin: str | None = None) -> Iterator[Article]:
        """Read in portions: what is stored while this runs may be among them or not."""
        last = ""
        wanted = select(articles).order_by(articles.c.id).limit(_PORTION)
        if origin is not None:
            wanted = wanted.where(articles.c.origin == origin)
        while rows := self._connection.execute(wanted.where(articles.c.id > last)).all():
            last = rows[-1].id
            yield from map(article_of, rows)

    def passages(self, ids: Sequence[PassageId]) -> list[Passage]:
        """In the order asked for; unknown ids are left out."""
        found: dict[str, Passage] = {}
        for some in slices(ids):
            rows = self._connection.execute(_READ.where(passages.c.id.in_(some)))
            found.update((row.id, passage_of(row)) for row in rows)
        return [found[name] for name in ids if name in found]

    def of_articles(self, article_ids: Sequence[str], most: int | None = None) -> list[PassageId]:
        found: dict[str, list[PassageId]] = {name: [] for name in article_ids}
        columns = select(passages.c.id, passages.c.article_id).order_by(passages.c.start, passages.c.serial)
        for some in slices(list(found)):
            for row in self._connection.execute(columns.where(passages.c.article_id.in_(some))):
                found[row.article_id].append(PassageId(row.id))
        return [passage for ids in found.values() for passage in ids[:most]]

    def spoken(self, ids: Sequence[PassageId]) -> Mapping[ArticleId, frozenset[str]]:
        found: dict[ArticleId, set[str]] = {}
        columns = select(passages.c.article_id, passages.c.concepts)
        for some in slices(ids):
            for row in self._connection.execute(columns.where(passages.c.id.in_(some))):
                found.setdefault(ArticleId(row.article_id), set()).update(row.concepts.split())
        return {name: frozenset(there) for name, there in found.items()}

    def keyword(self, words: str, limit: int, scope: Scope = EVERYWHERE) -> list[PassageId]:
        return keyword(self._connection, words, limit, scope)

    def names(self) -> frozenset[str]:
        return names(self._connection)

    def frequencies(self, concepts: Iterable[str], *, public: bool = False) -> Mapping[str, int]:
        return frequencies(self._connection, concepts, public=public)

    def size(self, *, public: bool = False) -> int:
        return size(self._connection, Scope(audiences=PUBLIC_ONLY) if public else EVERYWHERE)

    def scopes(self, scope: Scope) -> Sequence[int]:
        return scopes(self._connection, scope)

    def vectors(self, encoder: str) -> tuple[list[PassageId], Vector]:
        statement = (
            select(passages.c.id, passages.c.vector).where(passages.c.encoder == encoder).order_by(passages.c.serial)
        )
        rows = self._connection.execute(statement).all()
        if not rows:
            return [], np.zeros((0, 0), np.float32)
        matrix = np.frombuffer(b"".join(row.vector for row in rows), FLOAT).reshape(len(rows), -1)
        return [PassageId(row.id) for row in rows], matrix.astype(np.float32, copy=False)

    def version(self) -> int:
        return version(self._connection)

    def stamp(self, version: int) -> str | None:
        return stamp(self._connection, version)

    def added(self, encoder: str, since: int) -> Iterator[Shelved]:
        return added(self._connection, encoder, since)

    def gone(self, since: int) -> Sequence[tuple[int, int]]:
        return gone(self._connection, since)

    def _forget(self, rows: Sequence[AnyRow], changed: int) -> None:
        forgotten(self._connection, [row.serial for row in rows], changed)
        count(self._connection, gone=[(row.concepts, row.audience) for row in rows])
        counted(self._connection, gone=[row.scope_id for row in rows])


def _alike(row: AnyRow, fresh: Mapping[str, Any]) -> bool:
    stored = row._mapping
    return all(stored[name] == value for name, value in fresh.items())
