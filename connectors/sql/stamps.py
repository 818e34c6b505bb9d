"""One text for all that is known of a ticket: another one after every write, read in one statement over indexes."""

from hashlib import blake2b

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, select

from connectors.sql.tables import (
    consents,
    conversations,
    customer_attributes,
    customers,
    decisions,
    drafts,
    feedback,
    identities,
    insertions,
    intent_corrections,
    messages,
    outbox,
    requests,
)
from core.model.ids import TicketId

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
    words = customer_attributes.c.name + "=" + customer_attributes.c.value
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
    return select(*columns).select_from(joined).where(MINE.c.ticket_id == bindparam("ticket"))


STATEMENT = _statement()
