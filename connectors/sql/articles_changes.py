"""What changed when, for those who keep an index: versions, rows that came, rows that went."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import uuid4

import numpy as np
from sqlalchemy import Connection, delete, func, insert, select, update

from connectors.sql.articles_rows import AnyRow
from connectors.sql.statements import slices
from connectors.sql.tables import index_stamps, index_version, passages, passages_gone
from core.model.ids import PassageId
from core.ports import Shelved

FLOAT = np.dtype("<f4")
# Versions whose changes are remembered. An index that is older reads everything again.
REMEMBERED = 100_000
_PORTION = 4096


def version(connection: Connection) -> int:
    return connection.execute(select(func.max(index_version.c.version))).scalar_one() or 0


def raised(connection: Connection) -> int:
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


def forgotten(connection: Connection, serials: Sequence[int], changed: int) -> None:
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
    wanted = wanted.order_by(columns.serial).limit(_PORTION)
    while rows := connection.execute(wanted.where(columns.serial > last)).all():
        last = rows[-1].serial
        yield _shelved(rows)


def _shelved(rows: Sequence[AnyRow]) -> Shelved:
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
