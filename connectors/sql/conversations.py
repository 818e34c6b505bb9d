"""Conversations and their messages."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from connectors.sql.statements import insert_once
from connectors.sql.tables import conversations, messages
from core.errors import ConflictError
from core.model.conversation import Conversation, Message, Owner, OwnerKind, Role
from core.model.customer import Channel
from core.model.ids import ConversationId, CustomerId, MessageId, TicketId


class SqlConversationTable:
    """`core.ports.ConversationTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, conversation_id: ConversationId) -> Conversation | None:
        return self._one(conversations.c.id == conversation_id)

    def by_ticket(self, ticket_id: TicketId) -> Conversation | None:
        return self._one(conversations.c.ticket_id == ticket_id)

    def recent(self, customer_id: CustomerId, since: datetime) -> list[Conversation]:
        statement = (
            select(conversations)
            .where(conversations.c.customer_id == customer_id, conversations.c.updated_at >= since)
            .order_by(conversations.c.updated_at.desc(), conversations.c.id)
        )
        return [_conversation(row) for row in self._connection.execute(statement)]

    def add(self, conversation: Conversation) -> None:
        """ConflictError when somebody else opened it (or one for its ticket), or its customer is not stored."""
        try:
            self._connection.execute(insert(conversations).values(_row_of(conversation)))
        except IntegrityError as error:
            raise ConflictError(f"conversation {conversation.id} cannot be added: {error.orig}") from error

    def save(self, conversation: Conversation) -> Conversation:
        written = replace(conversation, version=conversation.version + 1)
        statement = (
            update(conversations)
            .where(conversations.c.id == conversation.id, conversations.c.version == conversation.version)
            .values(_row_of(written))
        )
        if self._connection.execute(statement).rowcount != 1:
            raise ConflictError(f"conversation {conversation.id} is no longer at version {conversation.version}")
        return written

    def add_message(self, message: Message) -> bool:
        return insert_once(self._connection, messages, _message_row(message))

    def messages(self, conversation_id: ConversationId, limit: int = 200) -> list[Message]:
        newest = (
            select(messages)
            .where(messages.c.conversation_id == conversation_id)
            .order_by(messages.c.at.desc(), messages.c.serial.desc())
            .limit(limit)
        )
        return [_message(row) for row in reversed(self._connection.execute(newest).all())]

    def set_delivery(self, vendor_ref: str, delivery: str) -> None:
        statement = update(messages).where(messages.c.vendor_ref == vendor_ref)
        self._connection.execute(statement.values(delivery=delivery))

    def _one(self, where: ColumnElement[bool]) -> Conversation | None:
        row = self._connection.execute(select(conversations).where(where)).one_or_none()
        return None if row is None else _conversation(row)


def _row_of(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "customer_id": conversation.customer_id,
        "subject": conversation.subject,
        "owner_kind": conversation.owner.kind.value,
        "owner_id": conversation.owner.id,
        "owner_name": conversation.owner.name,
        "ticket_id": conversation.ticket_id,
        "channel": conversation.channel.value,
        "open": conversation.open,
        "updated_at": conversation.updated_at,
        "version": conversation.version,
        "brand": conversation.brand,
    }


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=ConversationId(row.id),
        customer_id=CustomerId(row.customer_id),
        subject=row.subject,
        owner=Owner(kind=OwnerKind(row.owner_kind), id=row.owner_id, name=row.owner_name),
        ticket_id=None if row.ticket_id is None else TicketId(row.ticket_id),
        channel=Channel(row.channel),
        open=row.open,
        updated_at=row.updated_at,
        version=row.version,
        brand=row.brand,
    )


def _message_row(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "channel": message.channel.value,
        "role": message.role.value,
        "author": message.author,
        "text": message.text,
        "at": message.at,
        "vendor_ref": message.vendor_ref,
        "public": message.public,
        "delivery": message.delivery,
    }


def _message(row: Row[Any]) -> Message:
    return Message(
        id=MessageId(row.id),
        conversation_id=ConversationId(row.conversation_id),
        channel=Channel(row.channel),
        role=Role(row.role),
        author=row.author,
        text=row.text,
        at=row.at,
        vendor_ref=row.vendor_ref,
        public=row.public,
        delivery=row.delivery,
    )
