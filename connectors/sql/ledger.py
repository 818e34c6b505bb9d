"""The ledger: a chain in which each record's hash covers the one before."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from connectors.sql.columns import utc
from connectors.sql.tables import ledger
from connectors.sql.turns import take_turn

GENESIS = "0" * 64


class SqlLedger:
    """`core.ports.Ledger`. The chain shows a changed, missing or inserted record; it cannot show that the newest
    ones were cut off, for which somebody outside must have noted the last hash."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, kind: str, facts: Mapping[str, Any], at: datetime) -> str:
        # The last record is read and its successor written in one turn, so the chain never forks.
        take_turn(self._connection)
        serial, previous = self._last()
        row: dict[str, Any] = {
            "serial": serial + 1,
            "kind": kind,
            "at": utc(at).isoformat(),
            "facts": json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str),
            "previous": previous,
        }
        row["hash"] = _hash(**row)
        self._connection.execute(insert(ledger).values(row))
        return str(row["hash"])

    def verify(self) -> int | None:
        last, previous = 0, GENESIS
        rows = self._connection.execution_options(yield_per=1000).execute(select(ledger).order_by(ledger.c.serial))
        for row in rows:
            stands = row.serial == last + 1 and row.previous == previous
            if not stands or row.hash != _hash(row.serial, row.kind, row.at, row.facts, previous):
                rows.close()
                return int(row.serial)
            last, previous = row.serial, row.hash
        return None

    def _last(self) -> tuple[int, str]:
        newest = select(ledger.c.serial, ledger.c.hash).order_by(ledger.c.serial.desc()).limit(1)
        row = self._connection.execute(newest).one_or_none()
        return (0, GENESIS) if row is None else (row.serial, row.hash)


def _hash(serial: int, kind: str, at: str, facts: str, previous: str) -> str:
    return hashlib.sha256(json.dumps([serial, kind, at, facts, previous]).encode()).hexdigest()
