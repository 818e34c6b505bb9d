"""Conversations and their messages."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    ScalarSelect,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError

from connectors.sql.conversation_rows import conversation_of, conversation_row, message_of, message_row
from connectors.sql.stamps import stamp
from connectors.sql.statements import insert_once
from connectors.sql.tables import conversations, decisions, linked_tickets, messages
from core.context.ownership import SPEAKERS
from core.errors import ConflictError
from core.model.conversation import TOO_LATE, Conversation, Earlier, Message, OwnerKind, Quiet, Role
from core.model.decision import Action
from core.model.ids import ConversationId, CustomerId, MessageId, TicketId

FIRST = 3  # of the customer's messages of an earlier conversation that are read again
# Built once: these are asked whenever somebody opens a ticket.
_FURTHER = select(linked_tickets.c.conversation_id).where(linked_tickets.c.ticket_id == bindparam("ticket"))
BY_TICKET = select(conversations).where(
    or_(conversations.c.ticket_id == bindparam("ticket"), conversations.c.id == _FURTHER.scalar_subquery())
)
AT_ADDRESS = (
    select(messages.c.conversation_id)
    .where(messages.c.address == bindparam("address"))
    .order_by(messages.c.serial.desc())
    .limit(1)
)
RECENT = (
    select(conversations)
    .where(
        conversations.c.customer_id == bindparam("customer"),
        conversations.c.updated_at >= bindparam("since", type_=conversations.c.updated_at.type),
    )
    .order_by(conversations.c.updated_at.desc(), conversations.c.id)
)
TIMELINE = (
    select(messages)
    .where(messages.c.conversation_id == bindparam("conversation"))
    .order_by(messages.c.at.desc(), messages.c.serial.desc())
    .limit(bindparam("limit", type_=Integer))
)
NEWEST_FIRST = func.row_number().over(
    partition_by=messages.c.conversation_id, order_by=(messages.c.at.desc(), messages.c.serial.desc())
)
NUMBERED = (
    select(messages, NEWEST_FIRST.label("place"))
    .where(messages.c.conversation_id.in_(bindparam("ids", expanding=True)))
    .subquery()
)
LAST_WORDS = (
    select(NUMBERED)
    .where(NUMBERED.c.place <= bindparam("limit", type_=Integer))
    .order_by(NUMBERED.c.at, NUMBERED.c.serial)
)
LONGEST_WORDS = 1_000  # characters of each

SOLVED = (
    select(conversations)
    .where(
        conversations.c.solved_at > bindparam("since", type_=conversations.c.solved_at.type),
        conversations.c.solved_at <= bindparam("until", type_=conversations.c.solved_at.type),
        conversations.c.open.is_(False),
    )
    .order_by(conversations.c.solved_at, conversations.c.id)
    .limit(bindparam("limit", type_=Integer))
)
BY_ID = select(conversations).where(conversations.c.id == bindparam("id"))
MESSAGE = select(messages).where(messages.c.id == bindparam("id"))
SAVE = update(conversations).where(
    conversations.c.id == bindparam("of"), conversations.c.version == bindparam("read", type_=Integer)
)
_PLACE = func.row_number().over(partition_by=messages.c.conversation_id, order_by=messages.c.serial)
_THEIRS = (
    select(
        messages.c.conversation_id, func.substr(messages.c.text, 1, LONGEST_WORDS).label("text"), _PLACE.label("place")
    )
    .where(
        messages.c.conversation_id.in_(bindparam("ids", expanding=True)),
        messages.c.role == Role.CUSTOMER.value,
    )
    .subquery()
)
FIRST_WORDS = select(_THEIRS).where(_THEIRS.c.place <= FIRST).order_by(_THEIRS.c.place)
ESCALATED = (
    select(decisions.c.conversation_id)
    .where(
        decisions.c.conversation_id.in_(bindparam("ids", expanding=True)),
        decisions.c.action == Action.HANDOFF.value,
    )
    .distinct()
)


class SqlConversationTable:
    """`core.ports.ConversationTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, conversation_id: ConversationId) -> Conversation | None:
        row = self._connection.execute(BY_ID, {"id": conversation_id}).one_or_none()
        return None if row is None else conversation_of(row)

    def by_ticket(self, ticket_id: TicketId) -> Conversation | None:
        row = self._connection.execute(BY_TICKET, {"ticket": ticket_id}).one_or_none()
        return None if row is None else conversation_of(row)

    def at_address(self, address: str) -> Conversation | None:
        name = self._connection.execute(AT_ADDRESS, {"address": address}).scalar_one_or_none()
        return None if name is None else self.get(ConversationId(name))

    def recent(self, customer_id: CustomerId, since: datetime) -> list[Conversation]:
        wanted = {"customer": customer_id, "since": since}
        return [conversation_of(row) for row in self._connection.execute(RECENT, wanted)]

    def solved_between(self, since: datetime, until: datetime, limit: int) -> list[Conversation]:
        wanted = {"since": since, "until": until, "limit": limit}
        return [conversation_of(row) for row in self._connection.execute(SOLVED, wanted)]

    def add(self, conversation: Conversation) -> None:
        """ConflictError when somebody else opened it (or one for its ticket), or its customer is not stored."""
        try:
            self._connection.execute(insert(conversations).values(conversation_row(conversation)))
        except IntegrityError as error:
            raise ConflictError(f"conversation {conversation.id} cannot be added: {error.orig}") from error

    def save(self, conversation: Conversation) -> Conversation:
        written = replace(conversation, version=conversation.version + 1)
        row = {**conversation_row(written), "of": conversation.id, "read": conversation.version}
        if self._connection.execute(SAVE, row).rowcount != 1:
            raise ConflictError(f"conversation {conversation.id} is no longer at version {conversation.version}")
        return written

    def quiet(self, wanted: Quiet, since: datetime, limit: int) -> list[ConversationId]:
        asked = conversations.c.followed_up_at
        waited = {
            None: messages.c.at <= since,
            False: and_(messages.c.at <= since, or_(asked.is_(None), asked < messages.c.at)),
            True: and_(asked <= since, asked == messages.c.at),
        }
        statement = (
            select(conversations.c.id)
            .select_from(conversations.join(messages, messages.c.conversation_id == conversations.c.id))
            .where(
                messages.c.serial == _last_word(),
                conversations.c.owner_kind == wanted.owner.value,
                conversations.c.updated_at <= since,
                conversations.c.open,
                messages.c.role == wanted.said_by.value,
                waited[wanted.asked],
                true() if wanted.owner is not OwnerKind.ASSISTANT else messages.c.at >= since - TOO_LATE,
            )
            .order_by(conversations.c.updated_at, conversations.c.id)
            .limit(limit)
        )
        return [ConversationId(name) for name in self._connection.execute(statement).scalars()]

    def add_message(self, message: Message) -> bool:
        return insert_once(self._connection, messages, message_row(message))

    def message(self, message_id: MessageId) -> Message | None:
        row = self._connection.execute(MESSAGE, {"id": message_id}).one_or_none()
        return None if row is None else message_of(row)

    def past(self, earlier: Sequence[Conversation]) -> list[Earlier]:
        """In three statements, however many they are."""
        ids = [each.id for each in earlier]
        words, escalated = self._first_words(ids), self._escalated(ids)
        return [
            Earlier(
                id=each.id,
                subject=each.subject,
                words="\n".join(words.get(each.id, ())),
                at=each.updated_at,
                solved=not each.open,
                escalated=each.id in escalated or each.owner.is_human,
                satisfaction=each.satisfaction,
                ticket_id=each.ticket_id,
            )
            for each in earlier
        ]

    def _first_words(self, ids: Sequence[ConversationId]) -> dict[str, list[str]]:
        """The first of the customer's messages in each conversation, each cut."""
        found: dict[str, list[str]] = {}
        for row in self._connection.execute(FIRST_WORDS, {"ids": list(ids)}):
            found.setdefault(row.conversation_id, []).append(row.text)
        return found

    def _escalated(self, ids: Sequence[ConversationId]) -> set[str]:
        return set(self._connection.execute(ESCALATED, {"ids": list(ids)}).scalars())

    def stamp(self, ticket_id: TicketId) -> str | None:
        return stamp(self._connection, ticket_id)

    def messages(self, conversation_id: ConversationId, limit: int = 200) -> list[Message]:
        wanted = {"conversation": conversation_id, "limit": limit}
        return [message_of(row) for row in reversed(self._connection.execute(TIMELINE, wanted).all())]

    def last_words(
        self, conversations: Sequence[ConversationId], limit: int
    ) -> Mapping[ConversationId, Sequence[Message]]:
        found: dict[ConversationId, list[Message]] = {}
        if conversations:
            for row in self._connection.execute(LAST_WORDS, {"ids": list(conversations), "limit": limit}):
                found.setdefault(ConversationId(row.conversation_id), []).append(message_of(row))
        return found

    def set_delivery(self, vendor_ref: str, delivery: str) -> None:
        statement = update(messages).where(messages.c.vendor_ref == vendor_ref)
        self._connection.execute(statement.values(delivery=delivery))


def _last_word() -> ScalarSelect[Any]:
    """The serial of the newest public message of a conversation, whoever wrote it; but none that was decided to need
    no answer."""
    said = messages.alias("said")
    spoken = said.c.role.in_([role.value for role in SPEAKERS])
    silent = select(decisions.c.id).where(
        decisions.c.message_id == said.c.id, decisions.c.action == Action.SILENT.value
    )
    newest = select(said.c.serial).where(
        said.c.conversation_id == conversations.c.id, said.c.public, spoken, ~silent.exists()
    )
    return newest.order_by(said.c.at.desc(), said.c.serial.desc()).limit(1).correlate(conversations).scalar_subquery()
