"""How messages and tickets hang together."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update

from connectors.sql.statements import insert_once, upsert
from connectors.sql.tables import decisions, drafts, gaps, joins, linked_tickets, messages, moves
from core.model.conversation import Ground, Join, Linked, Move
from core.model.ids import ConversationId, MessageId, TicketId


class SqlThreadTable:
    """`core.ports.ThreadTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def join(self, join: Join) -> None:
        row = {**asdict(join), "ground": join.ground.value}
        upsert(self._connection, joins, row, key=["message_id"])

    def unjoin(self, names: Sequence[MessageId]) -> None:
        self._connection.execute(delete(joins).where(joins.c.message_id.in_(names)))

    def joins(self, conversation_id: ConversationId) -> list[Join]:
        statement = select(joins).where(joins.c.conversation_id == conversation_id).order_by(joins.c.at, joins.c.serial)
        return [_join_of(row) for row in self._connection.execute(statement)]

    def link(self, linked: Linked) -> None:
        upsert(self._connection, linked_tickets, asdict(linked), key=["ticket_id"])

    def unlink(self, ticket_id: TicketId) -> None:
        self._connection.execute(delete(linked_tickets).where(linked_tickets.c.ticket_id == ticket_id))

    def links(self, conversation_id: ConversationId) -> list[Linked]:
        there = linked_tickets.c.conversation_id == conversation_id
        statement = select(linked_tickets).where(there).order_by(linked_tickets.c.at, linked_tickets.c.ticket_id)
        return [
            Linked(ticket_id=TicketId(row.ticket_id), conversation_id=conversation_id, open=row.open, at=row.at)
            for row in self._connection.execute(statement)
        ]

    def of_ref(self, vendor_ref: str) -> ConversationId | None:
        statement = select(messages.c.conversation_id).where(messages.c.vendor_ref == vendor_ref)
        found = self._connection.execute(statement).scalar_one_or_none()
        return None if found is None else ConversationId(found)

    def shift(self, names: Sequence[MessageId], to: ConversationId) -> None:
        for table, name in (
            (messages, messages.c.id),
            (decisions, decisions.c.message_id),
            (joins, joins.c.message_id),
            (gaps, gaps.c.message_id),
        ):
            self._connection.execute(update(table).where(name.in_(names)).values(conversation_id=to))
        about = select(decisions.c.id).where(decisions.c.message_id.in_(names))
        self._connection.execute(update(drafts).where(drafts.c.decision_id.in_(about)).values(conversation_id=to))

    def moved(self, move: Move) -> None:
        row = {**asdict(move), "messages": list(move.messages), "before": [_plain(join) for join in move.before]}
        if not insert_once(self._connection, moves, row):
            self._connection.execute(update(moves).where(moves.c.id == move.id).values(undone_at=move.undone_at))

    def move(self, move_id: str) -> Move | None:
        row = self._connection.execute(select(moves).where(moves.c.id == move_id)).one_or_none()
        return None if row is None else _move_of(row)

    def moves(self, conversation_id: ConversationId) -> list[Move]:
        here = or_(moves.c.origin == conversation_id, moves.c.to == conversation_id)
        statement = select(moves).where(here).order_by(moves.c.serial.desc())
        return [_move_of(row) for row in self._connection.execute(statement)]


def _join_of(row: Row[Any]) -> Join:
    return Join(
        message_id=MessageId(row.message_id),
        conversation_id=ConversationId(row.conversation_id),
        ground=Ground(row.ground),
        words=row.words,
        score=row.score,
        at=row.at,
        by=row.by,
    )


def _plain(join: Join) -> dict[str, Any]:
    return {**asdict(join), "at": join.at.isoformat()}


def _join_in(plain: Mapping[str, Any]) -> Join:
    return Join(**{**plain, "ground": Ground(plain["ground"]), "at": datetime.fromisoformat(plain["at"])})


def _move_of(row: Row[Any]) -> Move:
    return Move(
        id=row.id,
        origin=ConversationId(row.origin),
        to=ConversationId(row.to),
        messages=tuple(MessageId(name) for name in row.messages),
        by=row.by,
        at=row.at,
        undone_at=row.undone_at,
        before=tuple(_join_in(plain) for plain in row.before),
    )
