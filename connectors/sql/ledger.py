"""The ledger: a chain in which each record's hash covers the one before."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    Text,
    bindparam,
    case,
    func,
    insert,
    literal,
    select,
    union_all,
)

from connectors.sql.columns import utc
from connectors.sql.statements import take_turn
from connectors.sql.tables import ledger, outbox
from core.model.ids import EffectId
from core.model.outbound import EffectState
from core.model.seal import GENESIS, Record, hash_of

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
        self._unwritten: list[tuple[str, str, str]] = []  # kind, time and facts of each

    def append(self, kind: str, facts: Mapping[str, Any], at: datetime) -> None:
        """It stands in the chain when the transaction ends, or is asked for it."""
        told = json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str)
        self._unwritten.append((kind, utc(at).isoformat(), told))

    def write(self) -> None:
        """Put what was appended into the chain.

        The newest record is read and the next are written in one turn, which lasts until the transaction ends: so the
        chain never forks. All at once and last of all, for nobody else can write while one has the turn."""
        if not self._unwritten:
            return
        take_turn(self._connection)
        newest = self._connection.execute(_HEAD).one_or_none()
        serial, previous = (0, GENESIS) if newest is None else (newest.serial, newest.hash)
        rows = []
        for kind, at, facts in self._unwritten:
            serial += 1
            row: dict[str, Any] = {"serial": serial, "kind": kind, "at": at, "facts": facts, "previous": previous}
            previous = row["hash"] = hash_of(**row)
            rows.append(row)
        self._connection.execute(_INSERT, rows)
        self._unwritten.clear()

    def verify(self) -> int | None:
        self.write()
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
        self.write()
        return [_record(row) for row in self._connection.execute(_AFTER, {"after": after, "most": limit})]

    def last(self) -> Record | None:
        self.write()
        row = self._connection.execute(_NEWEST).one_or_none()
        return None if row is None else _record(row)

    def find(self, hash: str) -> Record | None:
        if len(hash) < SHORTEST:
            return None
        self.write()
        found = select(ledger).where(ledger.c.hash.startswith(hash.lower(), autoescape=True)).limit(2)
        rows = self._connection.execute(found).all()
        return _record(rows[0]) if len(rows) == 1 else None

    def not_once(self) -> Iterator[tuple[EffectId, int]]:
        self.write()
        return not_once(self._connection)


def _record(row: Row[Any]) -> Record:
    return Record(
        serial=int(row.serial),
        kind=str(row.kind),
        at=str(row.at),
        facts=str(row.facts),
        previous=str(row.previous),
        hash=str(row.hash),
    )


# What left, counted in the ledger: each effect that is SENT has one record that says so.

SENT = "sent"
_RECORDS_AT_A_TIME = 1000
_BEFORE = '"effect":"'


def not_once(connection: Connection) -> Iterator[tuple[EffectId, int]]:
    """`core.ports.Ledger.not_once`, in one statement: the database sorts both by effect and gives out what differs."""
    counted = _count(_of_record if connection.dialect.name == "postgresql" else _of_record_here)
    for row in connection.execute(counted.execution_options(yield_per=_RECORDS_AT_A_TIME)):
        yield EffectId(row.effect), int(row.records)


def _count(effect: ColumnElement[str]) -> Select[Any]:
    recorded = select(effect.label("effect"), _number(1).label("records"), _number(0).label("sent"))
    left = select(outbox.c.id, _number(0), _number(1)).where(outbox.c.state == EffectState.SENT)
    each = union_all(recorded.where(ledger.c.kind == SENT), left).subquery()
    records, sent = func.sum(each.c.records), func.sum(each.c.sent)
    return (
        select(each.c.effect, records.label("records"))
        .where(each.c.effect.is_not(None), each.c.effect != "")
        .group_by(each.c.effect)
        .having((records > 1) | ((records == 0) & (sent > 0)))
        .order_by(each.c.effect)
    )


def _number(value: int) -> ColumnElement[int]:
    return literal(value, Integer)


# Of a record that cannot be read any more there is none: that it cannot is told elsewhere.
_of_record: ColumnElement[str] = func.split_part(func.split_part(ledger.c.facts, _BEFORE, 2), '"', 1, type_=Text)
_of_record_here: ColumnElement[str] = case(
    (func.json_valid(ledger.c.facts) == 1, func.json_extract(ledger.c.facts, "$.effect", type_=Text))
)
