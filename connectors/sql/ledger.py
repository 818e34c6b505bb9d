"""The ledger: a chain in which each record's hash covers the one before."""

import json
from collections.abc import Collection, Iterator, Mapping
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
    update,
)

from connectors.sql.columns import ADDRESS, KEYED, keyed_digest, utc
from connectors.sql.keys import KeyRing
from connectors.sql.statements import take_turn
from connectors.sql.tables import ledger, outbox
from core.govern.audit import RECHAINED, SENT
from core.model.ids import EffectId
from core.model.outbound import EffectState
from core.model.seal import GENESIS, Record, hash_of

# Built once: every message that leaves is recorded.
_INSERT = insert(ledger)
_ALL = select(ledger).order_by(ledger.c.serial).execution_options(yield_per=1000)
_NEWEST = select(ledger).order_by(ledger.c.serial.desc()).limit(1)
_HEAD = select(ledger.c.serial, ledger.c.hash).order_by(ledger.c.serial.desc()).limit(1)
_AFTER = select(ledger).where(ledger.c.serial > bindparam("after")).order_by(ledger.c.serial).limit(bindparam("most"))
SHORTEST = 8  # letters of a hash by which a record is found

# Who of the company gave a command or approved something is what the ledger is for; commands are signed as they stand.
_STAFF = frozenset({"by", "person", "sealers", "approvers", "email", "agent"})
_SIGNED = frozenset({"identity_proved", "person_added", "person_removed", "policy_refused"})
_REWRITE = update(ledger).where(ledger.c.serial == bindparam("of"))


class SqlLedger:
    """`core.ports.Ledger`. The chain shows a changed, missing or inserted record; it cannot show that the newest
    ones were cut off, for which somebody outside must have noted the last hash."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._unwritten: list[tuple[str, str, str]] = []  # kind, time and facts of each

    def append(self, kind: str, facts: Mapping[str, Any], at: datetime) -> None:
        """It stands in the chain when the transaction ends, or is asked for it."""
        told = json.dumps(self.as_written(kind, facts), sort_keys=True, separators=(",", ":"), default=str)
        self._unwritten.append((kind, utc(at).isoformat(), told))

    def as_written(self, kind: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        if kind in _SIGNED:
            return facts
        told = {name: self._hidden(name, value) for name, value in facts.items()}
        if kind == SENT and isinstance(told.get("digest"), str):
            told["digest"] = keyed_digest(getattr(self._connection.dialect, "ring", None), told["digest"])
        return told

    def _hidden(self, name: str, value: Any) -> Any:
        if isinstance(value, str):
            ring: KeyRing | None = getattr(self._connection.dialect, "ring", None)
            if ring is None or name in _STAFF or ("+" not in value and "@" not in value):
                return value
            return ADDRESS.sub(lambda found: f"{KEYED}{ring.token('ledger', found[0])}", value)
        if isinstance(value, Mapping):
            return {inner: self._hidden(inner, each) for inner, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._hidden(name, each) for each in value]
        return value

    def rechain(self, now: datetime) -> str:
        """What was written before there were hashes: the same records with hashes in the place of addresses, chained
        anew, and one more that has both heads. What is wrong with the chain, if anything is: then it stays as it is,
        for anew it would fit."""
        take_turn(self._connection)
        wrong = self.verify()
        if wrong is not None:
            return f"record {wrong} does not fit the chain"
        before, changed, previous, last = self.last(), 0, GENESIS, 0
        while page := self.records(last, _RECORDS_AT_A_TIME):
            rows = []
            for record in page:
                facts = self._facts_as_written(record)
                changed += facts != record.facts
                hash = hash_of(record.serial, record.kind, record.at, facts, previous)
                if hash != record.hash:
                    rows.append({"of": record.serial, "facts": facts, "previous": previous, "hash": hash})
                last, previous = record.serial, hash
            if rows:
                self._connection.execute(_REWRITE, rows)
        if changed and before is not None:
            told = {"records": last, "changed": changed, "old_head": before.hash, "new_head": previous}
            self.append(RECHAINED, told, now)
            self.write()
        return ""

    def _facts_as_written(self, record: Record) -> str:
        try:
            told = self.as_written(record.kind, record.said)
        except ValueError:  # it cannot be read: it stays as it was hashed
            return record.facts
        same = told == record.said
        return record.facts if same else json.dumps(told, sort_keys=True, separators=(",", ":"), default=str)

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
        rows = self._connection.execute(_ALL)
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

    def of_kinds(self, kinds: Collection[str], since: datetime) -> list[Record]:
        self.write()
        # Times are texts that sort as they follow one another: all in UTC.
        chosen = select(ledger).where(ledger.c.kind.in_(kinds), ledger.c.at >= utc(since).isoformat())
        return [_record(row) for row in self._connection.execute(chosen.order_by(ledger.c.serial))]

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
