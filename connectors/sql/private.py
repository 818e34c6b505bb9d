"""Whose what is in a row is: on its way into a table, it is encrypted under the key of the person it is about."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select

from connectors.sql.columns import Private, Sealed, Token
from connectors.sql.keys import KeyRing, of_address, of_conversation, of_customer
from connectors.sql.statements import insert_once, upsert
from connectors.sql.tables import (
    action_runs,
    alert_hits,
    alerts,
    asked_sources,
    call_lines,
    calls,
    campaign_recipients,
    campaigns,
    claims,
    conversations,
    customer_attributes,
    customers,
    decisions,
    draft_sentences,
    drafts,
    events,
    feedback,
    gaps,
    identities,
    insertions,
    intent_corrections,
    joins,
    merges,
    messages,
    outbox,
    profile_facts,
    proposal_evidence,
    requests,
    verifications,
)

Row = Mapping[str, Any]
# Whose key a row is under: None for the installation's own.
Whose = Callable[[Connection, Row], str | None]
SEALED_BESIDE = "_sealed"  # ends the name of the column that holds what a Token is of

_OF_DRAFT = select(drafts.c.conversation_id).where(drafts.c.id == bindparam("draft"))
_OF_CALL = select(calls.c.number).where(calls.c.sid == bindparam("sid"))


def _conversation(name: str = "conversation_id") -> Whose:
    return lambda connection, row: of_conversation(row[name]) if row.get(name) else None


def _customer(name: str = "customer_id") -> Whose:
    return lambda connection, row: of_customer(row[name])


def _draft(connection: Connection, row: Row) -> str | None:
    found = connection.execute(_OF_DRAFT, {"draft": row["draft_id"]}).scalar_one_or_none()
    return None if found is None else of_conversation(found)


def _address(connection: Connection, value: str | None) -> str | None:
    return of_address(str(hashed(connection, value))) if value else None


def _call(connection: Connection, row: Row) -> str | None:
    return _address(connection, connection.execute(_OF_CALL, {"sid": row["sid"]}).scalar_one_or_none())


def _effect(connection: Connection, row: Row) -> str | None:
    """A message of a campaign is of no conversation, and goes to an address."""
    name = row.get("conversation_id")
    return of_conversation(name) if name else _address(connection, row["target"])


WHOSE: Mapping[Table, Whose] = {
    action_runs: _customer(),
    alert_hits: lambda connection, row: None,
    alerts: _conversation(),
    asked_sources: _customer(),
    call_lines: _call,
    calls: lambda connection, row: _address(connection, row["number"]),
    # One to a single person may tell of them; it is nobody's all the same.
    campaigns: lambda connection, row: None,
    campaign_recipients: _customer(),
    claims: _customer(),
    conversations: _conversation("id"),
    customer_attributes: _customer(),
    customers: _customer("id"),
    decisions: _conversation(),
    draft_sentences: _draft,
    drafts: _conversation(),
    # Who sent it stands in the payload: `connectors.sql.events` says whose it is.
    events: lambda connection, row: None,
    feedback: _draft,
    gaps: _conversation(),
    identities: _customer(),
    insertions: _conversation(),
    intent_corrections: _conversation(),
    joins: _conversation(),
    merges: _customer("kept_id"),
    messages: _conversation(),
    outbox: _effect,
    profile_facts: _customer(),
    proposal_evidence: _conversation(),
    requests: _conversation(),
    verifications: _conversation(),
}


def hashed(connection: Connection, value: str | None) -> str | None:
    """The keyed hash of an address as it stands in the columns."""
    return Token().process_bind_param(value, connection.dialect)


LONGEST_BEGINNING = 8  # letters of a word of a name by which it is found


def name_token(connection: Connection, text: str, *, beginning: bool = False) -> str:
    """The keyed hash of a whole name, or of how a word of it begins."""
    whole = text.lower() if beginning else "=" + " ".join(text.lower().split())
    ring: KeyRing | None = getattr(connection.dialect, "ring", None)
    return whole if ring is None else ring.token("name", whole)


def name_tokens_of(connection: Connection, name: str) -> set[str]:
    """By which this name is found."""
    beginnings = {word[:size] for word in name.lower().split() for size in range(1, LONGEST_BEGINNING + 1)}
    found = {name_token(connection, each, beginning=True) for each in beginnings}
    return found | {name_token(connection, name)}


@cache
def private_columns(table: Table) -> tuple[str, ...]:
    """Those that are encrypted, without those that stand beside a Token."""
    return tuple(c.name for c in table.c if isinstance(c.type, Private) and not c.name.endswith(SEALED_BESIDE))


@cache
def tokens(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.c if isinstance(column.type, Token))


def told(row: Any, name: str) -> str:
    """The address whose keyed hash a column of the row holds; the column itself where it was not encrypted yet."""
    found: str | None = row._mapping[name + SEALED_BESIDE]
    return row._mapping[name] if found is None else found


def sealed(connection: Connection, table: Table, row: Row) -> dict[str, Any]:
    """The row as it is to be written: what is private in it under the key of its person, and beside each address that
    is hashed the address itself."""
    written = dict(row)
    whose = WHOSE.get(table)
    if whose is None:
        return written
    for name in tokens(table):
        if name in row:
            written[name + SEALED_BESIDE] = row[name]
    wanted = [*private_columns(table), *(name + SEALED_BESIDE for name in tokens(table))]
    present = [name for name in wanted if written.get(name) is not None]
    ring: KeyRing | None = getattr(connection.dialect, "ring", None)
    if ring is None or not present or isinstance(written[present[0]], Sealed):
        return written
    subject = whose(connection, row)
    if subject is not None:
        key = ring.of(connection, subject)
        written.update({name: Sealed(key, written[name]) for name in present})
    return written


def add_once(connection: Connection, table: Table, row: Row) -> bool:
    """`insert_once` of what is private."""
    return insert_once(connection, table, sealed(connection, table, row))


def put(connection: Connection, table: Table, row: Row, *, key: Sequence[str]) -> None:
    """`upsert` of what is private."""
    upsert(connection, table, sealed(connection, table, row), key=key)


def sealed_all(connection: Connection, table: Table, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """As `sealed`, for rows that have their person's id in them: their keys are looked up together."""
    ring: KeyRing | None = getattr(connection.dialect, "ring", None)
    whose = WHOSE.get(table)
    if ring is not None and whose is not None and len(rows) > 1:
        ring.prepare(connection, [each for row in rows if (each := whose(connection, row)) is not None])
    return [sealed(connection, table, row) for row in rows]
