"""Alerts of the supervisors: grouped by one statement, so that of two workers neither loses a count."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Row,
    ScalarSelect,
    Select,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from connectors.sql import codec
from connectors.sql.conversations import answered_at, waiting
from connectors.sql.keys import of_conversation, own
from connectors.sql.outbox import FAILED
from connectors.sql.private import sealed
from connectors.sql.statements import Repository, insert_into, insert_once, slices
from connectors.sql.tables import (
    NOT_OF_CAMPAIGN,
    alert_hits,
    alerts,
    conversations,
    customers,
    decision_figures,
    decisions,
    messages,
    outbox,
)
from core.model.alert import Alert, AlertKind, AlertState, Contact, Failing, Hit, Raised, Waiter
from core.model.conversation import HUMAN, OwnerKind, Role
from core.model.ids import AlertId, ConversationId, MessageId, derive_id
from core.model.outbound import EffectState
from core.model.signals import NO_INTENT

NOTES_KEPT = 6
MOST_READ = 1000  # messages of one hour whose words are looked at
_LIVE = (AlertState.OPEN, AlertState.SNOOZED)
_columns = alerts.c


class SqlAlertTable(Repository):
    """`core.ports.AlertTable`."""

    def count(self, raised: Raised, at: datetime) -> Alert | None:
        hit = {"source": raised.source, "alert_id": "", "at": at, "text": raised.text, "ticket": raised.ticket}
        if raised.conversation_id:
            hit = own(self._connection, of_conversation(raised.conversation_id), hit, "text")
        # Whoever tells the same again at this moment waits here, and then finds it told.
        if not insert_once(self._connection, alert_hits, hit):
            return None
        alert = _alert(self._connection.execute(self._count(raised, at)).one())
        mine = update(alert_hits).where(alert_hits.c.source == raised.source)
        self._connection.execute(mine.values(alert_id=alert.id))
        return alert

    def get(self, alert_id: AlertId) -> Alert | None:
        row = self._connection.execute(select(alerts).where(_columns.id == alert_id)).one_or_none()
        return None if row is None else _alert(row)

    def known_sources(self, sources: Sequence[str]) -> frozenset[str]:
        found = set[str]()
        for some in slices(sources):
            rows = self._connection.execute(select(alert_hits.c.source).where(alert_hits.c.source.in_(some)))
            found.update(rows.scalars())
        return frozenset(found)

    def hits(self, alert_id: AlertId, limit: int) -> list[Hit]:
        rows = self._connection.execute(
            select(alert_hits.c.at, alert_hits.c.text, alert_hits.c.ticket)
            .where(alert_hits.c.alert_id == alert_id)
            .order_by(alert_hits.c.at.desc(), alert_hits.c.serial.desc())
            .limit(limit)
        )
        return [Hit(at=at, text=text, ticket=ticket) for at, text, ticket in rows]

    def settle(
        self, alert_id: AlertId, state: AlertState | None, note: str, now: datetime, until: datetime | None = None
    ) -> Alert | None:
        row = self._connection.execute(
            # Of two at once the second waits for the first, and sees what it did.
            select(alerts).where(_columns.id == alert_id, _columns.state.in_(_LIVE)).with_for_update()
        ).one_or_none()
        if row is None:
            return None
        before = _alert(row)
        notes = (*before.notes, note)[-NOTES_KEPT:] if note else before.notes
        if state is None:
            state, until = before.state, before.until
        changes = {"state": state, "until": until, "revision": before.revision + 1}
        noted = {"notes": list(notes), "conversation_id": before.said.conversation_id}
        changes |= {"notes": sealed(self._connection, alerts, noted)["notes"]}
        # A note more is no occurrence; the end is news of it.
        changes |= {"open_key": None, "last_at": now} if state is AlertState.RESOLVED else {}
        self._connection.execute(update(alerts).where(_columns.id == alert_id).values(**changes))
        return replace(before, state=state, until=until, notes=notes, revision=before.revision + 1)

    def lead(self, alert_id: AlertId, said: Raised) -> bool:
        another = alerts.alias("another")
        taken = select(another.c.id).where(another.c.open_key == said.key, another.c.id != alert_id).exists()
        row = {"said": codec.encode(said), "conversation_id": said.conversation_id, "open_key": said.key}
        changes = sealed(self._connection, alerts, row)
        statement = update(alerts).where(_columns.id == alert_id, _columns.state.in_(_LIVE), ~taken)
        return self._connection.execute(statement.values(**changes, revision=_columns.revision + 1)).rowcount == 1

    def list_snoozed(self) -> list[Alert]:
        return self._some(_columns.state == AlertState.SNOOZED, order=_columns.until, limit=200)

    def woken(self, now: datetime) -> list[Alert]:
        over = (_columns.state == AlertState.SNOOZED, _columns.until <= now)
        changes = {"state": AlertState.OPEN, "until": None, "revision": _columns.revision + 1}
        rows = self._connection.execute(update(alerts).where(*over).values(**changes).returning(alerts)).all()
        return [_alert(row) for row in rows]

    def note_post(self, alert_id: AlertId, channel: str, ts: str) -> None:
        statement = update(alerts).where(_columns.id == alert_id)
        self._connection.execute(statement.values(slack_channel=channel, slack_ts=ts))

    def list_unposted(self, before: datetime, limit: int) -> list[Alert]:
        nowhere = (_columns.state == AlertState.OPEN, _columns.slack_ts == "", _columns.shown_at <= before)
        return self._some(*nowhere, order=_columns.shown_at, limit=limit)

    def note_shown(self, alert_id: AlertId, revision: int, now: datetime) -> None:
        statement = update(alerts).where(_columns.id == alert_id)
        self._connection.execute(statement.values(shown=revision, shown_at=now))

    def to_show(self, before: datetime, limit: int) -> list[Alert]:
        late = (_columns.revision > _columns.shown, _columns.slack_ts != "", _columns.shown_at <= before)
        return self._some(*late, order=_columns.last_at, limit=limit)

    def open(self, kind: AlertKind | None = None, limit: int = 200) -> list[Alert]:
        ours = [_columns.kind == kind] if kind is not None else []
        return self._some(_columns.state.in_(_LIVE), *ours, order=_columns.last_at.desc(), limit=limit)

    def of_conversation(self, conversation_id: ConversationId) -> list[Alert]:
        ours = (_columns.conversation_id == conversation_id, _columns.state.in_(_LIVE))
        return self._some(*ours, order=_columns.first_at, limit=50)

    def quiet(self, since: datetime, limit: int) -> list[Alert]:
        still = (_columns.state == AlertState.OPEN, _columns.last_at < since, _columns.kind != AlertKind.SLA)
        return self._some(*still, order=_columns.last_at, limit=limit)

    def forget(self, before: datetime) -> int:
        gone = (_columns.state == AlertState.RESOLVED, _columns.last_at < before)
        ids = select(_columns.id).where(*gone)
        self._connection.execute(delete(alert_hits).where(alert_hits.c.alert_id.in_(ids)))
        return self._connection.execute(delete(alerts).where(*gone)).rowcount

    def _some(self, *where: ColumnElement[bool], order: ColumnElement[Any], limit: int) -> list[Alert]:
        rows: Sequence[Row[Any]] = self._connection.execute(
            select(alerts).where(*where).order_by(order, _columns.id).limit(limit)
        ).all()
        return [_alert(row) for row in rows]

    def _count(self, raised: Raised, at: datetime) -> Executable:
        """A new row, or one more of the open row with this key; what is snoozed has nothing new to tell on its card."""
        statement = insert_into(alerts, self._connection.dialect.name)
        told = case((_columns.state == AlertState.OPEN, 1), else_=0)
        last = case((statement.excluded.last_at > _columns.last_at, statement.excluded.last_at), else_=_columns.last_at)
        return (
            statement.values(sealed(self._connection, alerts, _row(raised, at)))
            .on_conflict_do_update(
                index_elements=["open_key"],
                set_={
                    "times": _columns.times + 1,
                    "said": statement.excluded.said,
                    "conversation_id": statement.excluded.conversation_id,
                    "last_at": last,
                    "revision": _columns.revision + told,
                },
            )
            .returning(alerts)
        )


def _row(raised: Raised, at: datetime) -> dict[str, Any]:
    return {
        "id": derive_id("al", raised.key, raised.source),
        "kind": raised.kind,
        "open_key": raised.key,
        "state": AlertState.OPEN,
        "times": 1,
        "said": codec.encode(raised),
        "conversation_id": raised.conversation_id,
        "first_at": at,
        "last_at": at,
        "notes": [],
        "slack_channel": "",
        "slack_ts": "",
        "revision": 1,
        "shown": 1,
        "shown_at": at,
    }


def _alert(row: Row[Any]) -> Alert:
    return codec.of_row(Alert, row, said=codec.decode(Raised, row.said), count=row.times)


# What is watched for alerts: waits, contacts by intent, failures; each by an index, since it is asked often.

_figures = decision_figures.c


class SqlWatchTable(Repository):
    """`core.ports.WatchTable`."""

    def waits(self, limit: int) -> list[Waiter]:
        """By the last word of a person: after it, or from the handover on, the customer waits."""
        who = _who_waits().subquery()
        waiting = select(who).where(who.c.since.is_not(None)).order_by(who.c.since, who.c.id).limit(limit)
        return [_waiter(row) for row in self._connection.execute(waiting)]

    def hands(self, since: datetime) -> Mapping[str, int]:
        team = case(
            (conversations.c.owner_kind == OwnerKind.TEAM, conversations.c.owner_name),
            else_=conversations.c.owner_group,
        ).label("team")
        rows = self._connection.execute(
            select(team, func.count(messages.c.author.distinct()))
            .select_from(conversations.join(messages, messages.c.conversation_id == conversations.c.id))
            .where(
                conversations.c.owner_kind.in_(HUMAN),
                conversations.c.updated_at >= since,
                messages.c.role == Role.AGENT,
                messages.c.public,
                messages.c.at >= since,
            )
            .group_by(team)
        )
        return {str(name): int(count) for name, count in rows}

    def intents(self, windows: Sequence[tuple[datetime, datetime]]) -> list[Mapping[str, int]]:
        return [self._intents(*window) for window in windows]

    def _intents(self, since: datetime, until: datetime) -> Mapping[str, int]:
        rows = self._connection.execute(
            select(_figures.intent, func.count())
            .where(_figures.at >= since, _figures.at < until)
            .group_by(_figures.intent)
        )
        return {str(intent): int(count) for intent, count in rows}

    def contacts(self, intent: str, since: datetime, until: datetime) -> list[Contact]:
        some = (
            select(decisions.c.conversation_id, decisions.c.message_id, _figures.at)
            .select_from(decision_figures)
            .join(decisions, decisions.c.id == _figures.decision_id)
            .where(_figures.at >= since, _figures.at < until, _figures.intent == intent)
            .order_by(_figures.at, decisions.c.serial)
        )
        return [_contact(row) for row in self._connection.execute(some)]

    def unrecognised(self, windows: Sequence[tuple[datetime, datetime]]) -> list[Sequence[Contact]]:
        return [self._unrecognised(*window) for window in windows]

    def _unrecognised(self, since: datetime, until: datetime) -> list[Contact]:
        newest = (
            select(decisions.c.conversation_id, decisions.c.message_id, _figures.at, messages.c.text)
            .select_from(decision_figures)
            .join(decisions, decisions.c.id == _figures.decision_id)
            .join(messages, messages.c.id == decisions.c.message_id)
            .where(_figures.at >= since, _figures.at < until, _figures.intent.in_(("", NO_INTENT.value)))
            .order_by(_figures.at.desc(), decisions.c.serial.desc())
            .limit(MOST_READ)
        )
        return [_contact(row, row.text) for row in self._connection.execute(newest)][::-1]

    def first_decided(self) -> datetime | None:
        moment: datetime | None = self._connection.execute(select(func.min(_figures.at))).scalar_one()
        return moment

    def failing(self, since: datetime) -> list[Failing]:
        tried = outbox.c
        lost = or_(
            tried.state.in_((EffectState.PARKED, EffectState.UNKNOWN)),
            and_(tried.state == EffectState.PENDING, tried.error.is_not(None)),
            tried.delivery.in_(FAILED),
        )
        rows = self._connection.execute(
            select(tried.kind, func.count(), func.sum(case((lost, 1), else_=0)))
            .where(NOT_OF_CAMPAIGN, tried.changed_at >= since, or_(lost, tried.state == EffectState.SENT))
            .group_by(tried.kind)
            .order_by(tried.kind)
        )
        return [Failing(kind=kind, total=int(total), failed=int(failed)) for kind, total, failed in rows]


def _contact(row: Any, text: str = "") -> Contact:
    return Contact(
        conversation_id=ConversationId(row.conversation_id),
        message_id=MessageId(row.message_id),
        at=row.at,
        text=text,
    )


def _who_waits() -> Select[Any]:
    further = (
        conversations.c.id,
        conversations.c.ticket_id,
        customers.c.name,
        customers.c.tier,
        answered_at().is_not(None).label("answered"),
        _about().label("intent"),
    )
    return waiting().add_columns(*further).join(customers, customers.c.id == conversations.c.customer_id)


def _about() -> ScalarSelect[Any]:
    """The intent of the newest decision in a conversation."""
    return (
        select(_figures.intent)
        .join(decisions, decisions.c.id == _figures.decision_id)
        .where(decisions.c.conversation_id == conversations.c.id)
        .order_by(decisions.c.serial.desc())
        .limit(1)
        .correlate(conversations)
        .scalar_subquery()
    )


def _waiter(row: Row[Any]) -> Waiter:
    return Waiter(
        conversation_id=ConversationId(row.id),
        ticket=row.ticket_id or "",
        name=row.name,
        tier=row.tier,
        team=row.team,
        agent=row.agent,
        since=row.since,
        intent=row.intent or "",
        answered=bool(row.answered),
    )
