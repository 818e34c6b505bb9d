"""Vectors as PostgreSQL compares them, beside the bytes that both databases keep."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, text

from core.model.ids import PassageId
from core.ports import Vector


def installed(connection: Connection) -> bool:
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
    if vectors and installed(connection):
        rows = [{"named": name, "vector": written(vector)} for name, vector in vectors]
        connection.execute(text("UPDATE passages SET embedding = CAST(:vector AS halfvec) WHERE id = :named"), rows)


def written(vector: Vector) -> str:
    """A vector in pgvector's own notation."""
    return "[" + ",".join(f"{number:.6g}" for number in np.asarray(vector).tolist()) + "]"
