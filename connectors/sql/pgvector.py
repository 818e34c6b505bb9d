"""The nearest passages by PostgreSQL itself, where its extension pgvector is installed.

Up to some thousands of passages are compared one by one; more through an HNSW index that `tend` makes. A narrow scope
is always compared one by one: an index walks past what a filter does not let through, and might give up on the way.
"""

import hashlib

import numpy as np
from sqlalchemy import Connection, Table, literal, select, text

from connectors.sql.article_search import in_scope, size
from connectors.sql.articles import has_vectors, vector_text
from connectors.sql.store import SqlStore
from connectors.sql.tables import passages
from core.model.ids import PassageId
from core.model.knowledge import EVERYWHERE, Scope
from core.ports import Vector

EXACT = 20_000  # passages compared one by one
_MOST_WALKED = 200_000  # rows of the index looked at when a filter lets few through
_LEAST_KEPT, _MOST_KEPT = 100, 1000  # candidates that a walk keeps; pgvector allows no more
_BUILD_LOCK = 7_305_102


class PgVectorIndex:
    """`core.ports.VectorIndex`. The index is part of the database: nothing is opened, nothing can be out of step."""

    def __init__(self, store: SqlStore, encoder: str, *, exact: int = EXACT) -> None:
        self._store = store
        self._encoder = encoder
        self._exact = exact

    @staticmethod
    def available(store: SqlStore) -> bool:
        """Whether this store is a PostgreSQL with pgvector."""
        with store.read() as unit:
            return has_vectors(unit.connection)

    def nearest(self, query: Vector, limit: int, scope: Scope = EVERYWHERE) -> list[tuple[PassageId, float]]:
        """(passage, cosine) of the nearest in the scope, best first; empty while there are no articles."""
        if limit < 1:
            return []
        with self._store.read() as unit:
            connection = unit.connection
            if size(connection, scope) > self._exact and self._indexed(connection):
                found = self._walk(connection, query, limit, scope)
                if len(found) >= limit:
                    return found
            return self._find(connection, "embedding", query, limit, scope)

    def tend(self) -> None:
        """Make the index where there are enough passages for one. The store can be written meanwhile."""
        with self._store.read() as unit:
            if size(unit.connection, EVERYWHERE) <= self._exact or self._indexed(unit.connection):
                return
            first = select(passages.c.vector).where(passages.c.encoder == self._encoder).limit(1)
            vector = unit.connection.execute(first).scalar_one_or_none()
        if vector is None:
            return
        dimensions = len(np.frombuffer(vector, np.float32))
        engine = self._store.writer.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            lock = {"lock": _BUILD_LOCK}
            if not connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), lock).scalar_one():
                return
            try:
                # One that broke off is there, but not valid.
                connection.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {self._name}"))
                expression = f"(embedding::halfvec({dimensions})) halfvec_cosine_ops"
                encoder = str(literal(self._encoder).compile(engine, compile_kwargs={"literal_binds": True}))
                connection.exec_driver_sql(
                    f"CREATE INDEX CONCURRENTLY {self._name} ON passages USING hnsw ({expression})"
                    f" WHERE encoder = {encoder}"
                )
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), lock)

    @property
    def _name(self) -> str:
        return f"ix_passages_embedding_{hashlib.sha256(self._encoder.encode()).hexdigest()[:12]}"

    def _indexed(self, connection: Connection) -> bool:
        valid = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
        return bool(connection.execute(valid, {"name": self._name}).scalar_one_or_none())

    def _walk(self, connection: Connection, query: Vector, limit: int, scope: Scope) -> list[tuple[PassageId, float]]:
        kept = min(max(_LEAST_KEPT, 2 * limit), _MOST_KEPT)
        for name, value in (
            ("ef_search", kept),
            ("iterative_scan", "strict_order"),
            ("max_scan_tuples", _MOST_WALKED),
        ):
            connection.execute(
                text("SELECT set_config(:name, :value, true)"), {"name": f"hnsw.{name}", "value": str(value)}
            )
        return self._find(connection, f"embedding::halfvec({len(query)})", query, limit, scope)

    def _find(
        self, connection: Connection, expression: str, query: Vector, limit: int, scope: Scope
    ) -> list[tuple[PassageId, float]]:
        table: Table = passages
        distance = text(f"({expression}) <=> CAST(:query AS halfvec)")
        statement = (
            select(table.c.id, text(f"({expression}) <=> CAST(:query AS halfvec) AS distance"))
            # As a literal, so that the planner sees that the index is of this encoder.
            .where(table.c.encoder == literal(self._encoder, literal_execute=True), *in_scope(scope))
            .order_by(distance)
            .limit(limit)
        )
        rows = connection.execute(statement, {"query": vector_text(query)})
        return [(PassageId(row.id), 1 - row.distance) for row in rows]
