"""The ledger: a chain in which each record's hash covers the one before."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from connectors.sql.columns import utc
from connectors.sql.tables import ledger
from connectors.sql.turns import take_turn
from core.model.chain import GENESIS, Record, hash_of

# Built once: every message that leaves is recorded.
_INSERT = insert(ledger)
_NEWEST = select(ledger).order_by(ledger.c.serial.desc()).limit(1)
_HEAD = select(ledger.c.serial, ledger.c.hash).order_by(ledger.c.serial.desc()).limit(1)
_AFTER = select(ledger).where(ledger.c.serial > bindparam("after")).order_by(ledger.c.serial).limit(bindparam("most"))
SHORTEST = 8  # letters of a hash by which a record is found


class SqlLedger:
    """`core.ports.Ledger`. The chain shows a changed, missing or inserted record; it cannot show that the newest
    ones were cut off, for which somebody outside must have noted the last hash."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._head: tuple[int, str] | None = None  # of the chain, once this transaction has the turn

    def append(self, kind: str, facts: Mapping[str, Any], at: datetime) -> str:
        serial, previous = self._head or self._newest()
        row: dict[str, Any] = {
            "serial": serial + 1,
            "kind": kind,
            "at": utc(at).isoformat(),
            "facts": json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str),
            "previous": previous,
        }
        row["hash"] = hash_of(**row)
        self._connection.execute(_INSERT, row)
        self._head = serial + 1, str(row["hash"])
        return str(row["hash"])

    def _newest(self) -> tuple[int, str]:
        """Read and written after in one turn, which lasts until the transaction ends: so the chain never forks, and
        what a transaction writes next follows on what it wrote before."""
        take_turn(self._connection)
        newest = self._connection.execute(_HEAD).one_or_none()
        return (0, GENESIS) if newest is None else (newest.serial, newest.hash)

    def verify(self) -> int | None:
        last, previous = 0, GENESIS
        rows = self._connection.execution_options(yield_per=1000).execute(select(ledger).order_by(ledger.c.serial))
        for row in rows:
            record = _record(row)
            if not record.follows(last, previous):
                rows.close()
                return record.serial
            last, previous = record.serial, record.hash
        return None

    def records(self, after: int, limit: int) -> list[Record]:
        return [_record(row) for row in self._connection.execute(_AFTER, {"after": after, "most": limit})]

    def last(self) -> Record | None:
        row = self._connection.execute(_NEWEST).one_or_none()
        return None if row is None else _record(row)

    def find(self, hash: str) -> Record | None:
        if len(hash) < SHORTEST:
            return None
        found = select(ledger).where(ledger.c.hash.startswith(hash.lower(), autoescape=True)).limit(2)
        rows = self._connection.execute(found).all()
        return _record(rows[0]) if len(rows) == 1 else None


def _record(row: Row[Any]) -> Record:
    return Record(
        serial=int(row.serial),
        kind=str(row.kind),
        at=str(row.at),
        facts=str(row.facts),
        previous=str(row.previous),
        hash=str(row.hash),
    )
