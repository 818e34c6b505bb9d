"""Articles, their passages, and search over them by words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, delete, func, insert, select, text, update

from connectors.sql.statements import slices, upsert
from connectors.sql.tables import articles, index_version, passages
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Article, Audience, Passage
from core.ports import Vector

_FLOAT = np.dtype("<f4")
_MOST_WORDS = 64
_SQLITE_SEARCH = text(
    """
    SELECT passages.id FROM passages_fts JOIN passages ON passages.serial = passages_fts.rowid
    WHERE passages_fts MATCH :words
    ORDER BY bm25(passages_fts, 2.0, 1.0, 1.0), passages.serial LIMIT :limit
    """
)
# Weights D, C, B, A: the text is C, the headings B, the title A. 1 divides by the length's logarithm.
_POSTGRESQL_SEARCH = text(
    """
    SELECT passages.id FROM passages, to_tsquery('english', :words) AS wanted
    WHERE passages.search @@ wanted
    ORDER BY ts_rank('{0, 0.5, 0.5, 1}', passages.search, wanted, 1) DESC, passages.serial LIMIT :limit
    """
)


class SqlArticleTable:
    """`core.ports.ArticleTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, article: Article, passages_: Sequence[Passage], vectors: Vector, encoder: str) -> None:
        """ValueError unless there is one vector for each passage."""
        if len(passages_) != len(vectors):
            raise ValueError(f"{len(passages_)} passages of {article.id} came with {len(vectors)} vectors")
        upsert(self._connection, articles, _article_row(article), key=["id"])
        self._connection.execute(delete(passages).where(passages.c.article_id == article.id))
        rows = [
            {**_passage_row(passage), "encoder": encoder, "vector": np.asarray(vector, _FLOAT).tobytes()}
            for passage, vector in zip(passages_, vectors, strict=True)
        ]
        if rows:
            self._connection.execute(insert(passages), rows)
        self._raise_version()

    def remove(self, article_ids: Iterable[str]) -> int:
        removed = 0
        for some in slices(list(article_ids)):
            self._connection.execute(delete(passages).where(passages.c.article_id.in_(some)))
            removed += self._connection.execute(delete(articles).where(articles.c.id.in_(some))).rowcount
        if removed:
            self._raise_version()
        return removed

    def fingerprints(self, origin: str) -> Mapping[str, str]:
        statement = select(articles.c.id, articles.c.fingerprint).where(articles.c.origin == origin)
        return {row.id: row.fingerprint for row in self._connection.execute(statement)}

    def get(self, article_id: str) -> Article | None:
        row = self._connection.execute(select(articles).where(articles.c.id == article_id)).one_or_none()
        return None if row is None else _article(row)

    def passages(self, ids: Sequence[PassageId]) -> list[Passage]:
        """In the order asked for; unknown ids are left out."""
        found: dict[str, Passage] = {}
        for some in slices(ids):
            rows = self._connection.execute(select(passages).where(passages.c.id.in_(some)))
            found.update((row.id, _passage(row)) for row in rows)
        return [found[name] for name in ids if name in found]

    def keyword(self, words: str, limit: int) -> list[PassageId]:
        terms = list(dict.fromkeys(re.findall(r"\w+", words.lower())))[:_MOST_WORDS]
        if not terms:
            return []
        if self._connection.dialect.name == "postgresql":
            search, wanted = _POSTGRESQL_SEARCH, " | ".join(f"'{term}'" for term in terms)
        else:
            search, wanted = _SQLITE_SEARCH, " OR ".join(f'"{term}"' for term in terms)
        rows = self._connection.execute(search, {"words": wanted, "limit": limit})
        return [PassageId(name) for name in rows.scalars()]

    def vectors(self, encoder: str) -> tuple[list[PassageId], Vector]:
        statement = (
            select(passages.c.id, passages.c.vector).where(passages.c.encoder == encoder).order_by(passages.c.serial)
        )
        rows = self._connection.execute(statement).all()
        if not rows:
            return [], np.zeros((0, 0), np.float32)
        matrix = np.frombuffer(b"".join(row.vector for row in rows), _FLOAT).reshape(len(rows), -1)
        return [PassageId(row.id) for row in rows], matrix.astype(np.float32, copy=False)

    def version(self) -> int:
        return self._connection.execute(select(func.max(index_version.c.version))).scalar_one() or 0

    def _raise_version(self) -> None:
        raised = update(index_version).values(version=index_version.c.version + 1)
        self._connection.execute(raised)


def _article_row(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "url": article.url,
        "section": article.section,
        "locale": article.locale,
        "audience": article.audience.value,
        "updated_at": article.updated_at,
        "origin": article.origin,
        "fingerprint": article.fingerprint,
    }


def _article(row: Row[Any]) -> Article:
    return Article(
        id=ArticleId(row.id),
        title=row.title,
        text=row.text,
        url=row.url,
        section=row.section,
        locale=row.locale,
        audience=Audience(row.audience),
        updated_at=row.updated_at,
        origin=row.origin,
    )


def _passage_row(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "article_id": passage.article_id,
        "title": passage.title,
        "path": list(passage.path),
        "headings": " / ".join(passage.path),
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "url": passage.url,
        "section": passage.section,
        "locale": passage.locale,
        "audience": passage.audience.value,
        "updated_at": passage.updated_at,
    }


def _passage(row: Row[Any]) -> Passage:
    return Passage(
        id=PassageId(row.id),
        article_id=ArticleId(row.article_id),
        title=row.title,
        path=tuple(row.path),
        text=row.text,
        start=row.start,
        end=row.end,
        url=row.url,
        section=row.section,
        locale=row.locale,
        audience=Audience(row.audience),
        updated_at=row.updated_at,
    )
