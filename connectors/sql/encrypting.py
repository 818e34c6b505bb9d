"""What was stored before there were keys: encrypted in portions, each a transaction, so that it may be broken off."""

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Text, and_, literal, or_, select, tuple_, type_coerce, update

from connectors.sql.columns import KEYED, SEALED, Private, Token
from connectors.sql.event_codec import decode_event
from connectors.sql.events import address_of
from connectors.sql.keys import KeyRing, of_address
from connectors.sql.private import (
    SEALED_BESIDE,
    WHOSE,
    hashed,
    name_tokens_of,
    private_columns,
    tokens,
)
from connectors.sql.statements import insert_all_once
from connectors.sql.store import SqlStore
from connectors.sql.tables import customers, events, name_tokens, outbox
from core.model.event import EventKind

log = logging.getLogger("handrail.keys")
PORTION = 500
DONE = "encrypted"  # the cursor that says that nothing is left
DIGESTS = "digests_keyed"
CHAINED = "ledger_chained_anew_2"  # the second time for the digests of what was sent


def encrypt_old_rows(store: SqlStore, portion: int = PORTION) -> Iterator[tuple[str, int]]:
    """After each portion the table and how many rows it was. What is encrypted is passed by, so it may be begun anew at
    any time; once it came to its end nothing is looked at again."""
    if store.ring is None:
        return
    with store.read() as unit:
        encrypted, digests, chained = (unit.cursors.get(name) for name in (DONE, DIGESTS, CHAINED))
    if not encrypted:
        yield from _all_tables(store, portion)
    if not digests:
        yield from _all_digests(store, portion)
    if not chained:
        with store.begin() as unit:
            wrong = unit.ledger.rechain(datetime.now(UTC))
            if wrong:  # somebody has to look at it; each start tries again
                log.error("the ledger was not freed of addresses: %s. See `handrail ledger verify`", wrong)
            else:
                unit.cursors.set(CHAINED, "1")


def _all_tables(store: SqlStore, portion: int) -> Iterator[tuple[str, int]]:
    # Whose a row is may stand in a column of another that is hashed: those come last.
    for table in sorted(WHOSE, key=lambda table: (bool(tokens(table)), table.name)):
        after: Sequence[Any] = ()
        while True:
            with store.begin() as unit:
                count, after = _encrypt(unit.connection, table, after, portion)
            if not count:
                break
            yield table.name, count
    with store.begin() as unit:
        unit.cursors.set(DONE, "1")


def _all_digests(store: SqlStore, portion: int) -> Iterator[tuple[str, int]]:
    last = 0
    while True:
        with store.begin() as unit:
            plain = select(outbox.c.serial, outbox.c.digest).where(
                outbox.c.serial > last, outbox.c.digest != "", outbox.c.digest.not_like(f"{KEYED}%")
            )
            rows = unit.connection.execute(plain.order_by(outbox.c.serial).limit(portion).with_for_update()).all()
            for row in rows:
                last = row.serial
                unit.connection.execute(update(outbox).where(outbox.c.serial == last).values(digest=row.digest))
            if not rows:
                unit.cursors.set(DIGESTS, "1")
                return
        yield outbox.name, len(rows)


def _encrypt(connection: Connection, table: Table, after: Sequence[Any], most: int) -> tuple[int, Sequence[Any]]:
    """How many rows it was, and the key of the last."""
    # As they are stored: what is damaged is encrypted as it is, for whoever looks at it to say so.
    plain = {*private_columns(table), *tokens(table), *(name + SEALED_BESIDE for name in tokens(table))}
    columns = [type_coerce(c, Text).label(c.name) if c.name in plain else c for c in table.c]
    key = [type_coerce(c, Text) if c.name in plain else c for c in table.primary_key]
    statement = select(*columns).where(_in_clear(table)).order_by(*key).limit(most).with_for_update()
    if after:
        statement = statement.where(tuple_(*key) > tuple_(*after))
    rows = [dict(row._mapping) for row in connection.execute(statement)]
    for row in rows:
        same = (column == row[c.name] for column, c in zip(key, table.primary_key, strict=True))
        connection.execute(update(table).where(*same).values(_written(connection, table, row)))
    if table is customers:
        # A name that was sealed before this is found by its hashes already.
        named = {row["id"]: row["name"] for row in rows if not row["name"].startswith(SEALED)}
        found = [
            {"customer_id": name, "token": token}
            for name, text in named.items()
            for token in name_tokens_of(connection, text)
        ]
        insert_all_once(connection, name_tokens, found)
    return len(rows), [rows[-1][c.name] for c in table.primary_key] if rows else after


def _written(connection: Connection, table: Table, row: dict[str, Any]) -> dict[str, Any]:
    ring: KeyRing = connection.dialect.ring  # type: ignore[attr-defined]
    subject = _sender(connection, row) if table is events else WHOSE[table](connection, row)
    key = ring.common if subject is None else ring.of(connection, subject)

    def encrypted(column: str, value: str) -> Any:
        kind = table.c[column].type
        assert isinstance(kind, Private)  # noqa: S101 - for the type checker
        # Past the column's type, which would make JSON of it once more.
        return literal(key.seal(value, kind.place), Text())

    written = {}
    for name in private_columns(table):
        if row[name] is not None and not row[name].startswith(SEALED):
            written[name] = encrypted(name, row[name])
    for name in tokens(table):
        if row[name] and not (row[name + SEALED_BESIDE] or "").startswith(SEALED):
            hiding = table.c[name].type
            assert isinstance(hiding, Token)  # noqa: S101 - for the type checker
            written[name] = literal(hiding.process_bind_param(row[name], connection.dialect), Text())
            written[name + SEALED_BESIDE] = encrypted(name + SEALED_BESIDE, row[name + SEALED_BESIDE] or row[name])
    return written


def _sender(connection: Connection, row: dict[str, Any]) -> str | None:
    address = address_of(decode_event(EventKind(row["kind"]), row["payload"]))
    return of_address(str(hashed(connection, address))) if address else None


def _in_clear(table: Table) -> ColumnElement[bool]:
    plain = [
        and_(table.c[name].is_not(None), type_coerce(table.c[name], Text).not_like(f"{SEALED}%"))
        for name in private_columns(table)
    ]
    alone = [
        and_(
            type_coerce(table.c[name], Text) != "",
            or_(beside.is_(None), type_coerce(beside, Text).not_like(f"{SEALED}%")),
        )
        for name in tokens(table)
        for beside in [table.c[name + SEALED_BESIDE]]
    ]
    return or_(*plain, *alone)
