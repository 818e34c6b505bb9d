"""Conversations and their messages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    ScalarSelect,
    Select,
    Text,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    type_coerce,
    update,
)
from sqlalchemy.exc import IntegrityError

from connectors.sql import codec
from connectors.sql.private import add_once, put, sealed, told
from connectors.sql.statements import Repository, insert_once, upsert
from connectors.sql.tables import (
    consents,
    conversations,
    customer_attributes,
    customers,
    decisions,
    drafts,
    feedback,
    gaps,
    identities,
    insertions,
    intent_corrections,
    joins,
    linked_tickets,
    merge_suggestions,
    messages,
    moves,
    outbox,
    requests,
)
from core.context.ownership import SPEAKERS
from core.errors import ConflictError
from core.model.conversation import (
    HUMAN,
    TOO_LATE,
    Attachment,
    Conversation,
    Earlier,
    Join,
    Linked,
    MergeSuggestion,
    Message,
    MessageKind,
    Move,
    Owner,
    OwnerKind,
    Quiet,
    Role,
)
from core.model.customer import Channel, Identity, IdentityKind
from core.model.decision import Action
from core.model.ids import ConversationId, CustomerId, MessageId, TicketId


def conversation_row(conversation: Conversation) -> dict[str, Any]:
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
        "owner_since": conversation.owner_since,
        "owner_group": conversation.owner_group,
        "solved_at": conversation.solved_at,
        "followed_up_at": conversation.followed_up_at,
        "satisfaction": conversation.satisfaction,
        "rating": conversation.rating,
        "recommends": conversation.recommends,
    }


def conversation_of(row: Row[Any]) -> Conversation:
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
        owner_since=row.owner_since,
        owner_group=row.owner_group,
        solved_at=row.solved_at,
        followed_up_at=row.followed_up_at,
        satisfaction=row.satisfaction,
        rating=row.rating,
        recommends=row.recommends,
    )


def message_row(message: Message) -> dict[str, Any]:
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
        "attachments": [asdict(each) for each in message.attachments] or None,
        "automatic": message.automatic,
        "address": message.address,
        "quotes": message.quotes,
        "kind": message.kind.value,
        "proved": [[each.kind.value, each.value] for each in message.proved] or None,
        "ticket_id": message.ticket_id,
    }


def message_of(row: Row[Any]) -> Message:
    return Message(
        id=MessageId(row.id),
        conversation_id=ConversationId(row.conversation_id),
        channel=Channel(row.channel),
        role=Role(row.role),
        author=told(row, "author"),
        text=row.text,
        at=row.at,
        vendor_ref=row.vendor_ref,
        public=row.public,
        delivery=row.delivery,
        attachments=tuple(Attachment(**each) for each in row.attachments or ()),
        automatic=row.automatic,
        address=told(row, "address"),
        quotes=row.quotes,
        kind=MessageKind(row.kind),
        proved=tuple(Identity(kind=IdentityKind(kind), value=value, verified=True) for kind, value in row.proved or ()),
        ticket_id=TicketId(row.ticket_id) if row.ticket_id else None,
    )


# One text for all that is known of a ticket: another one after every write, read in one statement over indexes.

MINE = conversations.alias("mine")


def stamp(connection: Connection, ticket_id: TicketId) -> str | None:
    """None for a ticket that nobody has stored."""
    row = connection.execute(STATEMENT, {"ticket": ticket_id}).one_or_none()
    return None if row is None else blake2b(repr(tuple(row)).encode(), digest_size=12).hexdigest()


def _of_conversation() -> list[ColumnElement[object]]:
    """What grows, by its highest number; what changes in place, by its words."""

    def highest(column: ColumnElement[object], where: ColumnElement[bool]) -> ColumnElement[object]:
        return select(func.max(column)).where(where).scalar_subquery()

    delivered = select(func.aggregate_strings(messages.c.delivery, ",")).where(messages.c.conversation_id == MINE.c.id)
    offered = select(func.aggregate_strings(drafts.c.state, ",")).where(drafts.c.conversation_id == MINE.c.id)
    ruled = select(func.aggregate_strings(requests.c.state, ",")).where(requests.c.conversation_id == MINE.c.id)
    compared = select(func.count(insertions.c.kept)).where(insertions.c.conversation_id == MINE.c.id)
    said = select(func.max(feedback.c.serial)).join(drafts, drafts.c.id == feedback.c.draft_id)
    return [
        highest(messages.c.serial, messages.c.conversation_id == MINE.c.id),
        delivered.scalar_subquery(),
        highest(decisions.c.serial, decisions.c.conversation_id == MINE.c.id),
        offered.scalar_subquery(),
        ruled.scalar_subquery(),
        highest(requests.c.decided_at, requests.c.conversation_id == MINE.c.id),
        highest(insertions.c.serial, insertions.c.conversation_id == MINE.c.id),
        compared.scalar_subquery(),
        said.where(drafts.c.conversation_id == MINE.c.id).scalar_subquery(),
        highest(intent_corrections.c.serial, intent_corrections.c.conversation_id == MINE.c.id),
        highest(outbox.c.changed_at, outbox.c.conversation_id == MINE.c.id),
    ]


def _of_customer() -> list[ColumnElement[object]]:
    """The profile, and how far their other conversations have come: each of them counts its own writes."""
    mine = customer_attributes.c.customer_id == MINE.c.customer_id
    # The hash of the value: another one whenever the value is.
    words = customer_attributes.c.name + "=" + type_coerce(customer_attributes.c.value, Text)
    facts = select(func.aggregate_strings(words, ",")).where(mine)
    known = select(func.max(identities.c.serial) + 1_000_000_000 * func.sum(case((identities.c.verified, 1), else_=0)))
    agreed = select(func.max(consents.c.serial)).where(consents.c.customer_id == MINE.c.customer_id)
    others = select(func.sum(conversations.c.version + 1)).where(conversations.c.customer_id == MINE.c.customer_id)
    return [
        *(customers.c[name] for name in ("name", "tier", "locale", "time_zone", "organization")),
        facts.scalar_subquery(),
        known.where(identities.c.customer_id == MINE.c.customer_id).scalar_subquery(),
        agreed.scalar_subquery(),
        others.scalar_subquery(),
    ]


def _statement() -> Select[tuple[object, ...]]:
    columns = [MINE.c.id, MINE.c.version, MINE.c.updated_at, *_of_conversation(), *_of_customer()]
    joined = MINE.outerjoin(customers, customers.c.id == MINE.c.customer_id)
    of_further = select(linked_tickets.c.conversation_id).where(linked_tickets.c.ticket_id == bindparam("ticket"))
    mine = or_(MINE.c.ticket_id == bindparam("ticket"), MINE.c.id == of_further.scalar_subquery())
    return select(*columns).select_from(joined).where(mine)


STATEMENT = _statement()


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
    select(messages.c.conversation_id, messages.c.text, _PLACE.label("place"))
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


class SqlConversationTable(Repository):
    """`core.ports.ConversationTable`."""

    def get(self, conversation_id: ConversationId) -> Conversation | None:
        row = self._connection.execute(BY_ID, {"id": conversation_id}).one_or_none()
        return None if row is None else conversation_of(row)

    def by_ticket(self, ticket_id: TicketId) -> Conversation | None:
        row = self._connection.execute(BY_TICKET, {"ticket": ticket_id}).one_or_none()
        return None if row is None else conversation_of(row)

    def at_address(self, address: str) -> Conversation | None:
        name = self._connection.execute(AT_ADDRESS, {"address": address}).scalar_one_or_none()
        return None if name is None else self.get(ConversationId(name))

    def addresses(
        self, channels: Collection[Channel], since: datetime, after: str, limit: int
    ) -> list[tuple[str, str]]:
        spoken = (
            # Any of the encrypted ones: they are all the same address.
            select(messages.c.address, func.max(messages.c.address_sealed))
            .join(conversations, conversations.c.id == messages.c.conversation_id)
            .where(
                conversations.c.owner_kind.in_([kind.value for kind in OwnerKind]),  # as the index begins
                conversations.c.updated_at >= since,
                messages.c.at >= since,
                messages.c.channel.in_([channel.value for channel in channels]),
                messages.c.address > after,
                messages.c.address_sealed.is_not(None),
            )
            .group_by(messages.c.address)
            .order_by(messages.c.address)
            .limit(limit)
        )
        return [(place, address or "") for place, address in self._connection.execute(spoken)]

    def recent(self, customer_id: CustomerId, since: datetime) -> list[Conversation]:
        wanted = {"customer": customer_id, "since": since}
        return [conversation_of(row) for row in self._connection.execute(RECENT, wanted)]

    def solved_between(self, since: datetime, until: datetime, limit: int) -> list[Conversation]:
        wanted = {"since": since, "until": until, "limit": limit}
        return [conversation_of(row) for row in self._connection.execute(SOLVED, wanted)]

    def add(self, conversation: Conversation) -> None:
        """ConflictError when somebody else opened it (or one for its ticket), or its customer is not stored."""
        try:
            row = sealed(self._connection, conversations, conversation_row(conversation))
            self._connection.execute(insert(conversations).values(row))
        except IntegrityError as error:
            raise ConflictError(f"conversation {conversation.id} cannot be added: {error.orig}") from error

    def save(self, conversation: Conversation) -> Conversation:
        written = replace(conversation, version=conversation.version + 1)
        row = sealed(self._connection, conversations, conversation_row(written))
        row |= {"of": conversation.id, "read": conversation.version}
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
        return add_once(self._connection, messages, message_row(message))

    def message(self, message_id: MessageId) -> Message | None:
        row = self._connection.execute(MESSAGE, {"id": message_id}).one_or_none()
        return None if row is None else message_of(row)

    def past(self, earlier: Sequence[Conversation]) -> list[Earlier]:
        """In three statements, however many they are."""
        ids = [each.id for each in earlier]
        words, escalated = self._first_words(ids), self._find_escalated(ids)
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
            found.setdefault(row.conversation_id, []).append(row.text[:LONGEST_WORDS])
        return found

    def _find_escalated(self, ids: Sequence[ConversationId]) -> set[str]:
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


# How messages and tickets hang together.


class SqlThreadTable(Repository):
    """`core.ports.ThreadTable`."""

    def join(self, join: Join) -> None:
        put(self._connection, joins, codec.to_row(join), key=["message_id"])

    def unjoin(self, names: Sequence[MessageId]) -> None:
        self._connection.execute(delete(joins).where(joins.c.message_id.in_(names)))

    def joins(self, conversation_id: ConversationId) -> list[Join]:
        statement = select(joins).where(joins.c.conversation_id == conversation_id).order_by(joins.c.at, joins.c.serial)
        return [codec.of_row(Join, row) for row in self._connection.execute(statement)]

    def link(self, linked: Linked) -> None:
        upsert(self._connection, linked_tickets, codec.to_row(linked), key=["ticket_id"])

    def unlink(self, ticket_id: TicketId) -> None:
        self._connection.execute(delete(linked_tickets).where(linked_tickets.c.ticket_id == ticket_id))

    def links(self, conversation_id: ConversationId) -> list[Linked]:
        there = linked_tickets.c.conversation_id == conversation_id
        statement = select(linked_tickets).where(there).order_by(linked_tickets.c.at, linked_tickets.c.ticket_id)
        return [codec.of_row(Linked, row) for row in self._connection.execute(statement)]

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

    def note_move(self, move: Move) -> None:
        if not insert_once(self._connection, moves, codec.to_row(move)):
            self._connection.execute(update(moves).where(moves.c.id == move.id).values(undone_at=move.undone_at))

    def move(self, move_id: str) -> Move | None:
        row = self._connection.execute(select(moves).where(moves.c.id == move_id)).one_or_none()
        return None if row is None else codec.of_row(Move, row)

    def moves(self, conversation_id: ConversationId) -> list[Move]:
        here = or_(moves.c.origin == conversation_id, moves.c.to == conversation_id)
        statement = select(moves).where(here).order_by(moves.c.serial.desc())
        return [codec.of_row(Move, row) for row in self._connection.execute(statement)]

    def suggest(self, suggestion: MergeSuggestion) -> None:
        upsert(self._connection, merge_suggestions, codec.to_row(suggestion), key=["conversation_id"])

    def suggestion(self, begun: ConversationId) -> MergeSuggestion | None:
        statement = select(merge_suggestions).where(merge_suggestions.c.conversation_id == begun)
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else codec.of_row(MergeSuggestion, row)

    def suggestions(self, conversation_id: ConversationId) -> list[MergeSuggestion]:
        table = merge_suggestions.c
        about = or_(table.conversation_id == conversation_id, table.other_id == conversation_id)
        unsettled = select(merge_suggestions).where(about, table.settled_at.is_(None)).order_by(table.at.desc())
        return [codec.of_row(MergeSuggestion, row) for row in self._connection.execute(unsettled)]


def waiting() -> Select[Any]:
    """The open conversations that people have: whose each is (`team`, `agent`), and `since` when its customer waits
    (NULL where it is the customer's turn)."""
    answered, asking = answered_at(), messages.alias("asking")
    asked = (
        select(func.min(asking.c.at))
        .where(asking.c.conversation_id == conversations.c.id, asking.c.role == Role.CUSTOMER, asking.c.at > answered)
        .correlate(conversations)
        .scalar_subquery()
    )
    handed = func.coalesce(conversations.c.owner_since, conversations.c.updated_at)
    is_team = conversations.c.owner_kind == OwnerKind.TEAM
    return select(
        case((is_team, conversations.c.owner_name), else_=conversations.c.owner_group).label("team"),
        case((is_team, ""), else_=conversations.c.owner_name).label("agent"),
        case((answered.is_(None), handed), else_=asked).label("since"),
    ).where(conversations.c.owner_kind.in_(HUMAN), conversations.c.open)


def answered_at() -> ScalarSelect[Any]:
    """When an agent last wrote to the customer of a conversation; NULL where none did."""
    said = messages.alias("said")
    return (
        select(func.max(said.c.at))
        .where(said.c.conversation_id == conversations.c.id, said.c.role == Role.AGENT, said.c.public)
        .correlate(conversations)
        .scalar_subquery()
    )
