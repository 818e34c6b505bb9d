"""What is older than its time: found, counted and removed, by kind."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    null,
    or_,
    select,
    update,
)

from connectors.sql import tables as t
from connectors.sql.keys import KeyRing, of_conversation
from connectors.sql.merges import find_kept, profiles
from connectors.sql.private import told
from connectors.sql.statements import insert_once, slices
from core.model.campaign import ENDED
from core.model.outbound import EffectState

LEGAL_HOLD = "legal_hold"  # the fact of a profile that forbids an erasure and stops retention
OVER = (EffectState.SENT, EffectState.REFUSED, EffectState.PARKED)

NOT_HELD = ("", "false", "no", "off", "0")  # a field's way to say that there is none

# Of whom nothing is removed: `held`, as these statements are given it.
_HELD: BindParameter[Any] = bindparam("held", expanding=True)
_FREE = t.conversations.c.customer_id.not_in(_HELD)
_FREE_CONVERSATIONS = select(t.conversations.c.id).where(_FREE)
_HELD_CONVERSATIONS = select(t.conversations.c.id).where(t.conversations.c.customer_id.in_(_HELD))
# What went to an address of theirs, or to one that was theirs when a campaign wrote to it.
_TO_NOBODY_HELD = and_(
    t.outbox.c.target.not_in(select(t.identities.c.value).where(t.identities.c.customer_id.in_(_HELD))),
    t.outbox.c.id.not_in(
        select(t.campaign_recipients.c.effect_id).where(
            t.campaign_recipients.c.customer_id.in_(_HELD), t.campaign_recipients.c.effect_id.is_not(None)
        )
    ),
)
Spares = Callable[[Row[Any]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiring:
    """The rows of one kind: `key` names them, `old` says which are older than a moment. `values` take the place of what
    a row said; without any it is deleted, with all that hangs on it."""

    key: Column[Any]
    old: Callable[[datetime], ColumnElement[bool]]
    values: Mapping[str, Any] | None = None


def _since(column: Column[Any], *where: ColumnElement[bool]) -> Callable[[datetime], ColumnElement[bool]]:
    return lambda before: and_(column < before, *where)


def _free(conversation_id: Column[Any]) -> ColumnElement[bool]:
    """Where there need be no conversation, or it may be gone."""
    return or_(conversation_id.is_(None), conversation_id.not_in(_HELD_CONVERSATIONS))


KINDS: Mapping[str, Expiring] = {
    "conversations": Expiring(
        key=t.conversations.c.id, old=_since(t.conversations.c.updated_at, ~t.conversations.c.open, _FREE)
    ),
    "attachments": Expiring(
        key=t.messages.c.id,
        old=_since(
            t.messages.c.at,
            t.messages.c.attachments.is_not(None),
            t.messages.c.conversation_id.in_(_FREE_CONVERSATIONS),
        ),
        values={"attachments": null()},
    ),
    "drafts": Expiring(
        key=t.drafts.c.id,
        old=lambda before: and_(
            t.drafts.c.decision_id.in_(select(t.decisions.c.id).where(t.decisions.c.at < before)),
            t.drafts.c.conversation_id.in_(_FREE_CONVERSATIONS),
        ),
    ),
    "calls": Expiring(
        key=t.calls.c.sid,
        old=_since(
            t.calls.c.started_at,
            t.calls.c.ended_at.is_not(None),
            t.calls.c.conversation_id.is_(None) | t.calls.c.conversation_id.in_(_FREE_CONVERSATIONS),
        ),
    ),
    "questions": Expiring(
        key=t.gaps.c.serial, old=_since(t.gaps.c.at, t.gaps.c.conversation_id.in_(_FREE_CONVERSATIONS))
    ),
    "answers": Expiring(
        key=t.asked_sources.c.customer_id, old=_since(t.asked_sources.c.at, t.asked_sources.c.customer_id.not_in(_HELD))
    ),
    "codes": Expiring(
        key=t.verifications.c.serial, old=_since(t.verifications.c.sent_at, t.verifications.c.customer_id.not_in(_HELD))
    ),
    "alerts": Expiring(
        key=t.alerts.c.id,
        old=_since(t.alerts.c.last_at, t.alerts.c.open_key.is_(None), _free(t.alerts.c.conversation_id)),
    ),
    "events": Expiring(key=t.events.c.id, old=_since(t.events.c.received_at, t.events.c.state == "done")),
    "sent": Expiring(
        key=t.outbox.c.id,
        old=_since(
            t.outbox.c.changed_at,
            t.outbox.c.state.in_(OVER),
            t.outbox.c.approval_id.is_(None),
            _free(t.outbox.c.conversation_id),
            _TO_NOBODY_HELD,
        ),
    ),
    "campaigns": Expiring(
        key=t.outbox.c.id,
        old=lambda before: and_(
            t.outbox.c.changed_at < before,
            t.outbox.c.state.in_(OVER),
            _TO_NOBODY_HELD,
            t.outbox.c.approval_id.in_(
                select(t.campaigns.c.id).where(t.campaigns.c.state.in_(ENDED), t.campaigns.c.changed_at < before)
            ),
        ),
    ),
    "accesses": Expiring(key=t.accesses.c.serial, old=_since(t.accesses.c.at)),
}


def held(connection: Connection) -> frozenset[str]:
    """Every profile of whoever is under a legal hold: it may have been set in one that went into another since."""
    facts, fields = t.profile_facts.c, t.customer_attributes.c
    said = connection.execute(select(facts.customer_id, facts.value).where(facts.name == LEGAL_HOLD)).all()
    # Most of a helpdesk's check boxes say no: these are passed over by their hashes.
    wanted = select(t.customer_attributes).where(fields.name == LEGAL_HOLD, fields.value.not_in(NOT_HELD))
    kept = [(row.customer_id, told(row, "value")) for row in connection.execute(wanted)]
    found = {name for name, value in (*said, *kept) if (value or "").strip().casefold() not in NOT_HELD}
    now = find_kept(connection, found)
    people = list({now.get(each, each) for each in found})
    return frozenset(
        each for some in slices(people) for each in connection.execute(select(profiles(some).c.profile)).scalars()
    )


def count_older(connection: Connection, kind: str, before: datetime, spares: Spares | None = None) -> int:
    """Without those that `spares` says are kept: for events no column says whose they are."""
    rows = KINDS[kind]
    free = {"held": list(held(connection))}
    if spares is not None:
        return sum(not spares(row) for row in _each_old(connection, rows, before, free))
    counted = select(func.count()).select_from(rows.key.table).where(rows.old(before))
    return int(connection.execute(counted, free).scalar_one())


def expire(
    connection: Connection, kind: str, before: datetime, limit: int, purge_id: str, spares: Spares | None = None
) -> int:
    """Remove the first `limit` of them; how many went."""
    rows = KINDS[kind]
    free = {"held": list(held(connection))}
    if spares is not None:
        old = _each_old(connection, rows, before, free)
        keys = list(islice((row._mapping[rows.key] for row in old if not spares(row)), limit))
    else:
        wanted: Select[Any] = select(rows.key).where(rows.old(before)).limit(limit)
        keys = list(connection.execute(wanted, free).scalars())
    if not keys:
        return 0
    table = rows.key.table
    told_of = (
        []
        if (of := _CONVERSATION.get(table)) is None
        else connection.execute(select(of).distinct().where(rows.key.in_(keys), of.is_not(None))).scalars().all()
    )
    if table is t.outbox:
        _keep_digests(connection, keys, purge_id)
    if table is t.conversations:
        # What names a conversation without a foreign key.
        for column in (t.assignments.c.conversation_id, t.drafts.c.conversation_id):
            connection.execute(delete(column.table).where(column.in_(keys)))
    if rows.values is not None:
        return connection.execute(update(table).where(rows.key.in_(keys)).values(**rows.values)).rowcount
    gone = connection.execute(delete(table).where(rows.key.in_(keys), rows.old(before)), free).rowcount
    _forget_keys(connection, told_of)
    return gone


def _each_old(connection: Connection, rows: Expiring, before: datetime, free: Mapping[str, Any]) -> Iterator[Row[Any]]:
    """A portion of them in memory."""
    wanted = select(rows.key.table).where(rows.old(before))
    with connection.execute(wanted, free, execution_options={"yield_per": 1000}) as found:
        yield from found


# Tables whose rows are under a conversation's key and may outlive it, and the column that names it.
_CONVERSATION = {
    t.conversations: t.conversations.c.id,
    t.outbox: t.outbox.c.conversation_id,
    t.alerts: t.alerts.c.conversation_id,
}


def _forget_keys(connection: Connection, conversations: Sequence[str]) -> None:
    """Destroy those of which nothing is left: what a backup holds of them cannot be read any more."""
    ring: KeyRing | None = getattr(connection.dialect, "ring", None)
    if ring is None or not conversations:
        return
    left = {
        name
        for column in _CONVERSATION.values()
        for name in connection.execute(select(column).where(column.in_(conversations))).scalars()
    }
    ring.forget(connection, [of_conversation(each) for each in conversations if each not in left], datetime.now(UTC))


def _keep_digests(connection: Connection, keys: Sequence[str], purge_id: str) -> None:
    """By which the ledger's records of them are still proved."""
    for row in connection.execute(select(t.outbox.c.id, t.outbox.c.digest).where(t.outbox.c.id.in_(keys))).all():
        insert_once(connection, t.erased_effects, {"effect_id": row.id, "digest": row.digest, "erasure_id": purge_id})
