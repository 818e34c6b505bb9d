"""One writer at a time for what must not branch: the ledger's chain and the decision log's serials."""

from sqlalchemy import Connection, text

_TURN = 7_305_102


def take_turn(connection: Connection) -> None:
    """Wait until no other transaction holds the turn; it is given back when this one ends.

    SQLite has one writer at a time anyway. One lock serves both users, so that two cannot wait for each other."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
