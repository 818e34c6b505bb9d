"""The outbox: everything that leaves, under whose authority, and how it went."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from connectors.measures import EFFECTS
from connectors.sql import codec
from connectors.sql.private import add_once, sealed_all, told
from connectors.sql.statements import insert_all_once, may_publish_again, slices, take_turn
from connectors.sql.tables import outbox
from core.model.effect_payloads import EFFECT_PAYLOADS
from core.model.ids import ApprovalId, ConversationId, EffectId
from core.model.outbound import Authority, Effect, EffectKind, EffectState, OutboxRow

Moment = datetime | BindParameter[datetime]
# Named besides the conditions, which SQLite cannot follow, so that it looks at these rows alone.
TRIED = (EffectState.PENDING, EffectState.HELD)
ASKED = (EffectState.SENDING, EffectState.UNKNOWN)
OPEN = (*TRIED, *ASKED)
FAILED = ("failed", "undelivered")  # as a vendor says it of a delivery
# What failed and was sent once more has a key made of the first one's: `core.model.outbound.as_first`.
again = outbox.alias("again")
IS_AGAIN = again.c.key == outbox.c.key + ":again"


def ready_to_send(now: Moment, to_come: Moment) -> ColumnElement[bool]:
    waited = _waited(now, to_come)
    # A gate may hold a row again (quiet hours moved): then `retry_at` says until when.
    held_until = func.coalesce(outbox.c.retry_at, outbox.c.not_before, outbox.c.created_at)
    return or_(
        and_(outbox.c.state == EffectState.PENDING, waited),
        and_(outbox.c.state == EffectState.HELD, held_until <= now),
    )


def ready_to_ask(now: datetime, lease: timedelta) -> ColumnElement[bool]:
    """`lease` is how long a claim is believed."""
    lapsed = or_(outbox.c.claimed_at <= now - lease, outbox.c.claimed_at > now + lease)
    return or_(
        and_(outbox.c.state == EffectState.SENDING, lapsed),
        and_(outbox.c.state == EffectState.UNKNOWN, _waited(now, now + lease)),
    )


def _waited(now: Moment, to_come: Moment) -> ColumnElement[bool]:
    """A claim that is still to come was made before the clock went back: nobody waits until then."""
    return or_(outbox.c.retry_at.is_(None), outbox.c.retry_at <= now, outbox.c.claimed_at > to_come)


# Built once: a campaign takes a few of these for each of its messages, and building one takes longer than carrying it
# out.
_MINE = outbox.c.id == bindparam("id_")
_NOW: BindParameter[datetime] = bindparam("now", type_=outbox.c.changed_at.type)
_TO_COME: BindParameter[datetime] = bindparam("to_come", type_=outbox.c.changed_at.type)
GET = select(outbox).where(_MINE)
MANY, BY_REFS = (
    select(outbox).where(column.in_(bindparam("names", expanding=True)))
    for column in (outbox.c.id, outbox.c.vendor_ref)
)
CLAIM = (
    update(outbox)
    .where(_MINE, ready_to_send(_NOW, _TO_COME))
    .values(
        state=EffectState.SENDING,
        attempts=outbox.c.attempts + 1,
        claimed_at=_NOW,
        changed_at=_NOW,
        published_at=None,
        publishes=0,
        first_sent_at=func.coalesce(outbox.c.first_sent_at, _NOW),
    )
    .returning(outbox)
)
_KEPT = case((outbox.c.delivery.in_(FAILED), outbox.c.error), else_=None)
SENT = (
    update(outbox)
    .where(_MINE, outbox.c.state != EffectState.SENT)
    .values(
        state=EffectState.SENT,
        changed_at=_NOW,
        vendor_ref=func.coalesce(bindparam("ref"), outbox.c.vendor_ref),
        error=_KEPT,
        retry_at=None,
        published_at=None,
        publishes=0,
    )
    .returning(outbox.c.kind)
)
TRACE = select(outbox.c.trace).where(_MINE)
DELIVERY = update(outbox).where(_MINE).values(delivery=bindparam("told"), error=bindparam("code"))


class SqlOutbox:
    """`core.ports.OutboxTable`. `lease` is how long who asks after an effect has it, `lapses` how long a claim is
    believed."""

    def __init__(
        self, connection: Connection, *, lease: timedelta, lapses: timedelta, republish_after: timedelta
    ) -> None:
        self._connection = connection
        self._lease, self._lapses = lease, lapses
        self._republish_after = republish_after
        self._has_turn = False

    def add(self, effect: Effect) -> bool:
        return add_once(self._connection, outbox, _row_of(effect))

    def add_all(self, effects: Sequence[Effect]) -> None:
        insert_all_once(
            self._connection, outbox, sealed_all(self._connection, outbox, [_row_of(effect) for effect in effects])
        )

    def trace(self, effect_id: EffectId) -> str:
        return str(self._connection.execute(TRACE, {"id_": effect_id}).scalar_one_or_none() or "")

    def get(self, effect_id: EffectId) -> OutboxRow | None:
        return self._one(GET, {"id_": effect_id})

    def claim(self, effect_id: EffectId, now: datetime) -> OutboxRow | None:
        """As the port says; an UNKNOWN row whose time has come is handed out too, to one worker for a lease."""
        self.take_turn()
        sending = self._connection.execute(CLAIM, {"id_": effect_id, "now": now, "to_come": now + self._lapses})
        row = sending.one_or_none() or self._claim_unknown(effect_id, now)
        return None if row is None else _row_from(row)

    def _claim_unknown(self, effect_id: EffectId, now: datetime) -> Row[Any] | None:
        unknown = (
            update(outbox)
            .where(outbox.c.id == effect_id, ready_to_ask(now, self._lapses))
            .values(state=EffectState.UNKNOWN, claimed_at=now, changed_at=now, retry_at=now + self._lease)
            .returning(outbox)
        )
        return self._connection.execute(unknown).one_or_none()

    def mark(
        self,
        effect_id: EffectId,
        state: EffectState,
        now: datetime,
        *,
        vendor_ref: str | None = None,
        error: str | None = None,
        retry_at: datetime | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> bool:
        """The code of a failure that the vendor told of before its own answer came is kept."""
        self.take_turn()
        if state is EffectState.SENT and error is None and facts is None:
            sent = self._connection.execute(SENT, {"id_": effect_id, "now": now, "ref": vendor_ref})
            return _moved(sent.scalar_one_or_none(), state)
        values: dict[str, Any] = {
            "state": state,
            "changed_at": now,
            "error": _KEPT if error is None and state is EffectState.SENT else error,
            "retry_at": retry_at,
            "published_at": None,
            "publishes": 0,
        }
        if vendor_ref is not None:
            values["vendor_ref"] = vendor_ref
        if facts is not None:
            values["facts"] = dict(facts)
        if state is EffectState.HELD:
            # A gate held it, so nothing was tried.
            values["attempts"] = outbox.c.attempts - 1
            values["first_sent_at"] = case((outbox.c.attempts > 1, outbox.c.first_sent_at), else_=None)
        statement = update(outbox).where(outbox.c.id == effect_id, outbox.c.state != EffectState.SENT)
        found = self._connection.execute(statement.values(**values).returning(outbox.c.kind))
        return _moved(found.scalar_one_or_none(), state)

    def by_ref(self, vendor_ref: str) -> OutboxRow | None:
        found = self.by_refs([vendor_ref])
        return found[0] if found else None

    def by_refs(self, vendor_refs: Sequence[str]) -> list[OutboxRow]:
        newest = {row.vendor_ref: row for row in self._all(BY_REFS, vendor_refs)}
        return list(newest.values())

    def many(self, effect_ids: Sequence[EffectId]) -> list[OutboxRow]:
        return self._all(MANY, effect_ids)

    def _all(self, statement: Select[Any], names: Sequence[str]) -> list[OutboxRow]:
        rows = [row for some in slices(names) for row in self._connection.execute(statement, {"names": some})]
        return [_row_from(row) for row in sorted(rows, key=lambda row: int(row.serial))]

    def set_delivery(self, effect_id: EffectId, delivery: str, error: str | None) -> None:
        self.take_turn()
        self._connection.execute(DELIVERY, {"id_": effect_id, "told": delivery, "code": error})

    def due(self, now: datetime, limit: int) -> list[EffectId]:
        """Each id returned counts as published at `now`, so this needs a transaction that may write."""
        found = (
            select(outbox.c.id)
            .where(
                outbox.c.state.in_(OPEN),
                # What leaves under a campaign has a way of its own: `SqlCampaignTable.waiting`.
                outbox.c.approval_id.is_(None),
                or_(ready_to_send(now, now + self._lapses), ready_to_ask(now, self._lapses)),
                may_publish_again(outbox, now, self._republish_after),
            )
            .order_by(outbox.c.serial)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        ids = [EffectId(name) for name in self._connection.execute(found).scalars()]
        if ids:
            published = update(outbox).where(outbox.c.id.in_(ids))
            self._connection.execute(published.values(published_at=now, publishes=outbox.c.publishes + 1))
        return ids

    def of_conversation(self, conversation_id: ConversationId) -> list[OutboxRow]:
        """Oldest first."""
        statement = select(outbox).where(outbox.c.conversation_id == conversation_id).order_by(outbox.c.serial)
        return [_row_from(row) for row in self._connection.execute(statement)]

    def listed(self, kind: EffectKind, state: EffectState, since: datetime, limit: int) -> list[OutboxRow]:
        those = (outbox.c.kind == kind, outbox.c.state == state, outbox.c.created_at >= since)
        rows = self._connection.execute(select(outbox).where(*those).order_by(outbox.c.serial.desc()).limit(limit))
        return [row for row in map(_readable, rows) if row is not None]

    def parked(self, kinds: Collection[EffectKind], limit: int) -> list[OutboxRow]:
        those = (outbox.c.state == EffectState.PARKED, outbox.c.kind.in_(sorted(kinds)))
        rows = self._connection.execute(select(outbox).where(*those).order_by(outbox.c.serial.desc()).limit(limit))
        return [row for row in map(_readable, rows) if row is not None]

    def cancel(
        self,
        conversation_id: ConversationId,
        rule: str,
        reason: str,
        now: datetime,
        kinds: Collection[EffectKind] = frozenset(EffectKind),
    ) -> int:
        self.take_turn()
        statement = update(outbox).where(
            outbox.c.conversation_id == conversation_id,
            outbox.c.state.in_((EffectState.PENDING, EffectState.HELD)),
            outbox.c.rule == rule,
            outbox.c.kind.in_(sorted(kinds)),
        )
        values = {"state": EffectState.REFUSED, "error": reason, "changed_at": now}
        return self._connection.execute(statement.values(**values)).rowcount

    def hurry(self, reason: str, now: datetime) -> int:
        self.take_turn()
        waiting = update(outbox).where(outbox.c.state == EffectState.HELD, outbox.c.error == reason)
        # As if it had never been published: the next sweep takes it.
        values = {"retry_at": now, "changed_at": now, "published_at": None, "publishes": 0}
        return self._connection.execute(waiting.values(**values)).rowcount

    def doubt(
        self, kinds: Collection[EffectKind], facts: Mapping[str, str], retry_at: datetime, error: str, now: datetime
    ) -> int:
        self.take_turn()
        under_way = update(outbox).where(outbox.c.state.in_(OPEN), outbox.c.kind.in_(sorted(kinds)))
        values = {"state": EffectState.UNKNOWN, "error": error, "retry_at": retry_at, "changed_at": now}
        values |= {"facts": dict(facts), "published_at": None, "publishes": 0}
        return self._connection.execute(under_way.values(**values)).rowcount

    def counts(self) -> Mapping[str, int]:
        statement = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        counts = {str(state): int(count) for state, count in self._connection.execute(statement)}
        return {state.value: counts.get(state.value, 0) for state in EffectState}

    def take_turn(self) -> None:
        """As the port says, and before the first row is locked: whoever changes a row writes into the ledger, too. Were
        it first the row and then the ledger for one and the other way round for another, the two would wait for each
        other."""
        if not self._has_turn:
            take_turn(self._connection)
            self._has_turn = True

    def _one(self, statement: Select[Any], wanted: Mapping[str, str]) -> OutboxRow | None:
        row = self._connection.execute(statement, wanted).one_or_none()
        return None if row is None else _row_from(row)


def _moved(kind: str | None, state: EffectState) -> bool:
    """Whether an effect of this kind came to the state; it is counted then."""
    if kind is None:
        return False
    EFFECTS.labels(kind, state.value).inc()
    return True


def _row_of(effect: Effect) -> dict[str, Any]:
    held = effect.not_before is not None and effect.not_before > effect.created_at
    return {
        "id": effect.id,
        "key": effect.key,
        "kind": effect.kind.value,
        "target": effect.target,
        "payload": codec.payload_row(effect.payload),
        "digest": effect.digest,
        "rule": effect.authority.rule,
        "policy_version": effect.authority.policy_version,
        "approval_id": effect.authority.approval_id,
        "conversation_id": effect.conversation_id,
        "created_at": effect.created_at,
        "not_before": effect.not_before,
        "changed_at": effect.created_at,
        "state": EffectState.HELD if held else EffectState.PENDING,
        # Whoever adds it publishes it next; a held one is published when its time comes.
        "published_at": None if held else effect.created_at,
        "facts": {},
    }


def _readable(row: Row[Any]) -> OutboxRow | None:
    try:
        return _row_from(row)
    except ValueError:
        return None


def _row_from(row: Row[Any]) -> OutboxRow:
    kind = EffectKind(row.kind)
    effect = Effect(
        kind=kind,
        key=told(row, "key"),
        target=told(row, "target"),
        payload=codec.read_payload_row(EFFECT_PAYLOADS[kind], row.payload),
        authority=Authority(
            rule=row.rule,
            policy_version=row.policy_version,
            approval_id=None if row.approval_id is None else ApprovalId(row.approval_id),
        ),
        created_at=row.created_at,
        conversation_id=None if row.conversation_id is None else ConversationId(row.conversation_id),
        not_before=row.not_before,
    )
    return OutboxRow(
        effect=effect,
        state=EffectState(row.state),
        attempts=row.attempts,
        vendor_ref=row.vendor_ref,
        delivery=row.delivery,
        error=row.error,
        first_sent_at=row.first_sent_at,
        facts=row.facts,
        verbatim=codec.is_verbatim(effect.payload, row.payload),
    )
