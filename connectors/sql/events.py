"""The inbox: every accepted delivery and what became of it."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Row, and_, bindparam, func, or_, select, update

from connectors.sql.event_codec import decode_event, encode_event
from connectors.sql.keys import of_address, own
from connectors.sql.private import hashed
from connectors.sql.statements import insert_once, may_publish_again, slices
from connectors.sql.tables import OPEN_EVENT, events
from connectors.traces import carried
from core.model.event import Event, EventKind
from core.model.event_payloads import AgentSaid, CallStarted, EventPayload, MessageReceived
from core.model.ids import EventId

Moment = datetime | BindParameter[datetime]
INSERTED = [
    "id",
    "source",
    "delivery_id",
    "kind",
    "subject",
    "occurred_at",
    "received_at",
    "payload",
    "published_at",
    "trace",
]


# Built once: an event takes a few of these, and building one takes longer than carrying it out.
_MINE = events.c.id == bindparam("id_")
_NOW: BindParameter[datetime] = bindparam("now", type_=events.c.claimed_at.type)
# A claim that is still to come was made before the clock went back: nobody waits until then.
_SINCE, _TO_COME = (bindparam(name, type_=events.c.claimed_at.type) for name in ("since", "to_come"))


def _free(now: Moment, since: Moment, to_come: Moment) -> ColumnElement[bool]:
    waited = or_(events.c.retry_at.is_(None), events.c.retry_at <= now, events.c.claimed_at > to_come)
    lapsed = or_(events.c.claimed_at <= since, events.c.claimed_at > to_come)
    return or_(and_(events.c.state == "pending", waited), and_(events.c.state == "claimed", lapsed))


CLAIM = (
    update(events)
    .where(_MINE, _free(_NOW, _SINCE, _TO_COME))
    # Its hint has come through: should the claim lapse, the next one need not wait for what many lost ones would.
    .values(state="claimed", claimed_at=_NOW, attempts=events.c.attempts + 1, published_at=None, publishes=0)
    .returning(events)
)
SET = update(events).where(_MINE)
TRACE = select(events.c.trace).where(_MINE)
FINISH = SET.values(state="done", finished_at=_NOW, result=bindparam("said"), error=None)
PENDING = (
    select(events)
    .where(
        OPEN_EVENT,
        events.c.state == "pending",
        events.c.kind == bindparam("of_kind"),
        or_(events.c.retry_at.is_(None), events.c.retry_at <= _NOW),
    )
    .order_by(events.c.received_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
UNHEARD = (
    select(events)
    .where(
        OPEN_EVENT,
        events.c.state.in_(("pending", "claimed")),
        or_(
            and_(events.c.state == "pending", events.c.attempts == 0),
            and_(events.c.state == "claimed", events.c.claimed_at > bindparam("since", type_=events.c.claimed_at.type)),
        ),
        events.c.received_at >= bindparam("begun", type_=events.c.received_at.type),
        # Those of one delivery were received at one moment.
        or_(
            events.c.received_at > bindparam("begun", type_=events.c.received_at.type),
            events.c.occurred_at > bindparam("happened", type_=events.c.occurred_at.type),
        ),
        events.c.received_at <= bindparam("ended", type_=events.c.received_at.type),
        events.c.kind == bindparam("of_kind"),
        events.c.id != bindparam("id_"),
    )
    .order_by(events.c.received_at)
)


class SqlEventLog:
    """`core.ports.EventLog`. A claim is believed for `lease`; `republish_after` is the first wait between hints."""

    def __init__(self, connection: Connection, *, lease: timedelta, republish_after: timedelta) -> None:
        self._connection = connection
        self._lease = lease
        self._republish_after = republish_after

    def add(self, event: Event) -> bool:
        row, address = row_of(event), address_of(event.payload)
        if address:
            row = own(self._connection, of_address(str(hashed(self._connection, address))), row, "payload")
        return insert_once(self._connection, events, row)

    def get(self, event_id: EventId) -> Event | None:
        row = self._connection.execute(select(events).where(events.c.id == event_id)).one_or_none()
        return event_of(row) if row is not None else None

    def claim(self, event_id: EventId, now: datetime) -> Event | None:
        wanted = {"id_": event_id, "now": now, "since": now - self._lease, "to_come": now + self._lease}
        row = self._connection.execute(CLAIM, wanted).one_or_none()
        return None if row is None else event_of(row)

    def trace(self, event_id: EventId) -> str:
        return str(self._connection.execute(TRACE, {"id_": event_id}).scalar_one_or_none() or "")

    def attempts(self, event_id: EventId) -> int:
        """How often the event has been claimed."""
        statement = select(events.c.attempts).where(events.c.id == event_id)
        return self._connection.execute(statement).scalar_one_or_none() or 0

    def finish(self, event_id: EventId, now: datetime, result: str) -> None:
        self._set(event_id, state="done", finished_at=now, result=result, error=None)

    def pending(self, kind: EventKind, now: datetime, limit: int) -> list[Event]:
        wanted = {"of_kind": kind.value, "now": now, "limit": limit}
        return [event_of(row) for row in self._connection.execute(PENDING, wanted)]

    def finish_all(self, results: Mapping[EventId, str], now: datetime) -> None:
        rows = [{"id_": event_id, "now": now, "said": result} for event_id, result in results.items()]
        self._connection.execute(FINISH, rows)

    def release(self, event_id: EventId, now: datetime, error: str, *, retry_at: datetime) -> None:
        # Never published for this attempt: the sweeper may do so as soon as its time has come.
        self._set(event_id, state="pending", error=error, retry_at=retry_at, published_at=None, publishes=0)

    def wait(self, event_id: EventId, now: datetime, until: datetime) -> None:
        # Counts as published, for its hint is on its way: the sweeper looks after it only if that was lost.
        self._set(event_id, state="pending", retry_at=until, published_at=now, publishes=0)

    def park(self, event_id: EventId, now: datetime, error: str) -> None:
        self._set(event_id, state="parked", finished_at=now, error=error)

    def redact(self, event_id: EventId, payload: EventPayload) -> None:
        row, address = {"payload": encode_event(payload)}, address_of(payload)
        if address:
            row = own(self._connection, of_address(str(hashed(self._connection, address))), row, "payload")
        self._set(event_id, **row)

    def unheard(self, event: Event, within: timedelta, since: datetime) -> list[Event]:
        begun = event.received_at
        wanted = {
            "begun": begun,
            "ended": begun + within,
            "happened": event.occurred_at,
            "of_kind": event.kind.value,
            "id_": event.id,
            "since": since,
        }
        found = (event_of(row) for row in self._connection.execute(UNHEARD, wanted))
        return [each for each in found if _sender(each) == _sender(event)]

    def heard(self, source: str, kind: EventKind, subjects: Collection[str], since: datetime) -> Mapping[str, datetime]:
        found: dict[str, datetime] = {}
        for some in slices(list(subjects)):
            newest = select(events.c.subject, func.max(events.c.received_at)).where(
                events.c.source == source,
                events.c.received_at >= since,
                events.c.kind == kind.value,
                events.c.subject.in_(some),
            )
            found |= {str(name): at for name, at in self._connection.execute(newest.group_by(events.c.subject))}
        return found

    def due(self, now: datetime, limit: int) -> list[EventId]:
        """Each id returned counts as published at `now`, so this needs a transaction that may write."""
        free = _free(now, now - self._lease, now + self._lease)
        found = (
            select(events.c.id)
            .where(OPEN_EVENT, free, may_publish_again(events, now, self._republish_after))
            .order_by(events.c.received_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        ids = [EventId(name) for name in self._connection.execute(found).scalars()]
        if ids:
            published = update(events).where(events.c.id.in_(ids))
            self._connection.execute(published.values(published_at=now, publishes=events.c.publishes + 1))
        return ids

    def counts(self) -> Mapping[str, int]:
        # Two looks, because almost every row is done and the index over the others is small.
        unfinished = select(events.c.state, func.count()).where(OPEN_EVENT).group_by(events.c.state)
        counts = {str(state): int(count) for state, count in self._connection.execute(unfinished)}
        everything = self._connection.execute(select(func.count()).select_from(events)).scalar_one()
        empty = dict.fromkeys(("pending", "claimed", "parked"), 0)
        return {**empty, **counts, "done": everything - sum(counts.values())}

    def _set(self, event_id: EventId, **values: Any) -> None:
        self._connection.execute(SET, {**values, "id_": event_id})


def row_of(event: Event) -> dict[str, Any]:
    """The columns INSERTED of a new event. Whoever adds it publishes it next, so it counts as published."""
    values = (
        event.id,
        event.source,
        event.delivery_id,
        event.kind.value,
        event.subject,
        event.occurred_at,
        event.received_at,
        encode_event(event.payload),
        event.received_at,
        carried(),
    )
    return dict(zip(INSERTED, values, strict=True))


def address_of(payload: EventPayload) -> str:
    """Whose words are in it, by their address: who it is, is found out later."""
    match payload:
        case MessageReceived():
            return payload.phone or payload.sender
        case CallStarted():
            return payload.number
        case AgentSaid():
            return payload.address
    return ""


def _sender(event: Event) -> str | None:
    return event.payload.sender if isinstance(event.payload, MessageReceived) else None


def event_of(row: Row[Any]) -> Event:
    kind = EventKind(row.kind)
    return Event(
        source=row.source,
        delivery_id=row.delivery_id,
        kind=kind,
        subject=row.subject,
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        payload=decode_event(kind, row.payload),
    )
