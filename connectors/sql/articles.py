"""Articles and their passages, and what is known of all of them together."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import numpy as np
from sqlalchemy import Connection, Row, delete, func, insert, select, text, update

from connectors.sql.article_search import (
    count_concepts,
    count_scopes,
    frequencies,
    keyword,
    names,
    scopes,
    scopes_of,
    size,
)
from connectors.sql.statements import Repository, slices, upsert
from connectors.sql.tables import articles, index_stamps, index_version, passages, passages_gone
from core.knowledge.passages import heading
from core.knowledge.synonyms import concepts
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import EVERYWHERE, PUBLIC_ONLY, Article, Audience, Passage, Scope
from core.ports import Shelved, Vector

AnyRow = Row[*tuple[Any, ...]]
# The columns that `passage_of` reads.
PASSAGE = (
    "id", "article_id", "title", "path", "text", "start", "end", "url", "section", "locale", "audience", "updated_at",
    "brand", "about", "expires_at",
)  # fmt: skip


def article_row(article: Article) -> dict[str, Any]:
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
        "brand": article.brand,
        "about": list(article.about),
        "labels": list(article.labels),
        "expires_at": article.expires_at,
    }


def article_of(row: AnyRow) -> Article:
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
        brand=row.brand,
        about=tuple(row.about),
        labels=tuple(row.labels),
        expires_at=row.expires_at,
    )


def passage_row(passage: Passage) -> dict[str, Any]:
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
        "brand": passage.brand,
        "about": list(passage.about),
        "expires_at": passage.expires_at,
    }


def passage_of(row: AnyRow) -> Passage:
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
        brand=row.brand,
        about=tuple(row.about),
        expires_at=row.expires_at,
    )


def concepts_of(passage: Passage) -> str:
    """Its concepts, one word each. Not through the cache: a passage is read once, and there may be a million."""
    return " ".join(sorted(concepts.__wrapped__(f"{heading(passage)}\n{passage.text}")))


# What changed when, for those who keep an index: versions, rows that came, rows that went.

FLOAT = np.dtype("<f4")
# Versions whose changes are remembered. An index that is older reads everything again.
REMEMBERED = 100_000
_PASSAGES_AT_A_TIME = 4096


def version(connection: Connection) -> int:
    return connection.execute(select(func.max(index_version.c.version))).scalar_one() or 0


def begin_version(connection: Connection) -> int:
    """The next version, in force from now on.

    Raised before anything else is written: on PostgreSQL it makes others who change articles wait for this one."""
    connection.execute(update(index_version).values(version=index_version.c.version + 1))
    now = version(connection)
    connection.execute(insert(index_stamps), {"version": now, "stamp": uuid4().hex})
    for table, column in ((index_stamps, index_stamps.c.version), (passages_gone, passages_gone.c.changed)):
        connection.execute(delete(table).where(column <= now - REMEMBERED))
    return now


def stamp(connection: Connection, of: int) -> str | None:
    return connection.execute(select(index_stamps.c.stamp).where(index_stamps.c.version == of)).scalar_one_or_none()


def delete_passages(connection: Connection, serials: Sequence[int], changed: int) -> None:
    """Delete these rows and note that they are gone."""
    for some in slices(serials):
        connection.execute(delete(passages).where(passages.c.serial.in_(some)))
        connection.execute(insert(passages_gone), [{"serial": serial, "changed": changed} for serial in some])


def gone(connection: Connection, since: int) -> list[tuple[int, int]]:
    rows = connection.execute(select(passages_gone).where(passages_gone.c.changed > since))
    return [(row.serial, row.changed) for row in rows]


def added(connection: Connection, encoder: str, since: int) -> Iterator[Shelved]:
    columns = passages.c
    wanted = select(
        columns.serial, columns.id, columns.changed, columns.scope_id, columns.expires_at, columns.vector
    ).where(columns.encoder == encoder)
    if since > 0:
        wanted = wanted.where(columns.changed > since)
    # A portion at a time: there may be a million of them, and their vectors are long.
    last = 0
    wanted = wanted.order_by(columns.serial).limit(_PASSAGES_AT_A_TIME)
    while rows := connection.execute(wanted.where(columns.serial > last)).all():
        last = rows[-1].serial
        yield _shelve(rows)


def _shelve(rows: Sequence[AnyRow]) -> Shelved:
    return Shelved(
        ids=[PassageId(row.id) for row in rows],
        serials=np.array([row.serial for row in rows], np.int64),
        changed=np.array([row.changed for row in rows], np.int64),
        scopes=np.array([row.scope_id for row in rows], np.int32),
        expires=np.array([_seconds(row.expires_at) for row in rows], np.float64),
        vectors=np.frombuffer(b"".join(row.vector for row in rows), FLOAT).reshape(len(rows), -1),
    )


def _seconds(moment: datetime | None) -> float:
    return math.inf if moment is None else moment.timestamp()


# Vectors as PostgreSQL compares them, beside the bytes that both databases keep.


def has_vectors(connection: Connection) -> bool:
    """Whether passages have a column for it: it is made by the migration where the extension is at hand."""
    if connection.dialect.name != "postgresql":
        return False
    column = text(
        "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('passages') AND attname = 'embedding'"
        " AND NOT attisdropped"
    )
    return connection.execute(column).scalar_one_or_none() is not None


def embed(connection: Connection, vectors: Sequence[tuple[PassageId, Vector]]) -> None:
    """Write the vectors of stored passages where PostgreSQL can compare them."""
    if vectors and has_vectors(connection):
        rows = [{"named": name, "vector": vector_text(vector)} for name, vector in vectors]
        connection.execute(text("UPDATE passages SET embedding = CAST(:vector AS halfvec) WHERE id = :named"), rows)


def vector_text(vector: Vector) -> str:
    """A vector in pgvector's own notation."""
    return "[" + ",".join(f"{number:.6g}" for number in np.asarray(vector).tolist()) + "]"


_PORTION = 100  # articles read at a time: they may be long
# Without the vector and what else only searches need: they are longer than the rest.
_READ = select(*(passages.c[name] for name in PASSAGE))


class SqlArticleTable(Repository):
    """`core.ports.ArticleTable`."""

    def save(self, article: Article, passages_: Sequence[Passage], vectors: Vector, encoder: str) -> None:
        """ValueError unless there is one vector for each passage. A passage that stays as it was keeps its row."""
        if len(passages_) != len(vectors):
            raise ValueError(f"{len(passages_)} passages of {article.id} came with {len(vectors)} vectors")
        changed = begin_version(self._connection)
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
            count_concepts(self._connection, added=[(row["concepts"], row["audience"]) for row in rows])
            count_scopes(self._connection, added=[row["scope_id"] for row in rows])

    def remove(self, article_ids: Iterable[str]) -> int:
        removed = 0
        for some in slices(list(article_ids)):
            known = self._connection.execute(select(articles.c.id).where(articles.c.id.in_(some))).scalars().all()
            if not known:
                continue
            changed = begin_version(self._connection)
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

    def concepts_of(self, ids: Sequence[PassageId]) -> Mapping[ArticleId, frozenset[str]]:
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

    def list_added(self, encoder: str, since: int) -> Iterator[Shelved]:
        return added(self._connection, encoder, since)

    def gone(self, since: int) -> Sequence[tuple[int, int]]:
        return gone(self._connection, since)

    def _forget(self, rows: Sequence[AnyRow], changed: int) -> None:
        delete_passages(self._connection, [row.serial for row in rows], changed)
        count_concepts(self._connection, gone=[(row.concepts, row.audience) for row in rows])
        count_scopes(self._connection, gone=[row.scope_id for row in rows])


def _alike(row: AnyRow, fresh: Mapping[str, Any]) -> bool:
    stored = row._mapping
    return all(stored[name] == value for name, value in fresh.items())
