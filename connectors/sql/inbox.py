"""Accepting a delivery: stored durably, then the workers are told."""

import sqlite3
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.sqlite import insert

from connectors.sql.engine import begin_immediate
from connectors.sql.events import INSERTED, row_of
from connectors.sql.store import SqlStore
from connectors.sql.tables import events
from core.errors import TransientError
from core.model.event import Event, EventKind
from core.model.ids import EventId
from core.ports import Publisher

_MOST_IN_ONE_COMMIT = 64


@dataclass(slots=True)
class _Delivery:
    """One row on its way into the table. `kept` only after the commit; `added` unless it was here before."""

    row: tuple[Any, ...]
    settled: bool = False
    kept: bool = False
    added: bool = False


class SqlInbox:
    """`core.ports.Inbox`. Threads may share it.

    On SQLite, deliveries that arrive while another is being written wait and then go into one transaction together,
    so that the disk confirms them all at once; a lone delivery is written at once. PostgreSQL groups commits itself."""

    def __init__(self, store: SqlStore, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher
        self._group = _GroupCommit(store) if store.writer.dialect.name == "sqlite" else None

    def accept(self, event: Event) -> bool:
        """As the port says. TransientError when the store cannot keep it now: the vendor will send it again."""
        added = self._add(event) if self._group is None else self._group.add(event)
        if added and event.kind is EventKind.MESSAGE_STATUS:
            self._publisher.statuses()
        elif added:
            self._publisher.event(event.id)
        return added

    def get_accepted(self, event_id: EventId) -> Event | None:
        with self._store.read() as unit:
            return unit.events.get(event_id)

    def _add(self, event: Event) -> bool:
        with self._store.at_once() as unit:
            return unit.events.add(event)


class _GroupCommit:
    """Inserts past SQLAlchemy's statement layer, which takes longer than the insert itself."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        dialect = store.writer.dialect
        self._binders = [events.c[name].type.bind_processor(dialect) for name in INSERTED]
        statement = insert(events).on_conflict_do_nothing()
        self._sql = str(statement.compile(dialect=dialect, column_keys=INSERTED))
        self._waiting: deque[_Delivery] = deque()

    def add(self, event: Event) -> bool:
        delivery = _Delivery(self._row(event))
        self._waiting.append(delivery)
        with self._store.writing():
            # Whoever had the turn before may have written this one too.
            while not delivery.settled:
                self._write(self._next_batch())
        if not delivery.kept:
            raise TransientError("the transaction that carried this delivery failed")
        return delivery.added

    def _row(self, event: Event) -> tuple[Any, ...]:
        row = self._store.own_event(event, row_of(event))
        return tuple(
            binder(row[name]) if binder else row[name] for name, binder in zip(INSERTED, self._binders, strict=True)
        )

    def _next_batch(self) -> list[_Delivery]:
        size = min(len(self._waiting), _MOST_IN_ONE_COMMIT)
        return [self._waiting.popleft() for _ in range(size)]

    def _write(self, batch: Sequence[_Delivery]) -> None:
        pooled = self._store.writer.raw_connection()
        try:
            raw = pooled.driver_connection
            assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - for the type checker
            begin_immediate(raw, self._store.patience.left())
            for delivery in batch:
                delivery.added = raw.execute(self._sql, delivery.row).rowcount == 1
            raw.commit()
            for delivery in batch:
                delivery.kept = True
        finally:
            # Also after a failure: those who wait must wake and tell their vendor to try again.
            for delivery in batch:
                delivery.settled = True
            pooled.close()
