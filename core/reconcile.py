"""What a vendor accepted and its webhook never brought is taken from the vendor's own list; called by a schedule."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from core.alerts.raising import add_or_count, alert_effect
from core.errors import HandrailError, RejectedError, TransientError
from core.model.alert import AlertKind, Raised
from core.model.event import Event, EventKind
from core.model.outbound import Effect
from core.policy import Policy
from core.ports import LogName, LogPage, Now, Publisher, Store, Unit, VendorLog
from core.supervision.alert_cards import resolve_alert

CURSOR = "reconcile:"  # and the log's name: how far it was read
EVERY = timedelta(minutes=1)
LONGEST = timedelta(seconds=40)  # of one reading; what is left, the next one goes on with
ALERT_AFTER = timedelta(minutes=10)  # of readings that fail
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """How far one log was read. `read_at` is when it was last read to its end, `found` how many records only it has
    brought, `found_at` when the last. `failing_since` is when its readings began to fail, for `error`; None: they do
    not. `not_before` is the vendor's own wish. What is older than `begun_at` is not ours; None: that was not kept yet
    when the log was begun."""

    cursor: str
    read_at: datetime
    found: int = 0
    found_at: datetime | None = None
    failing_since: datetime | None = None
    error: str = ""
    not_before: datetime | None = None
    begun_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciler:
    store: Store
    publisher: Publisher
    policy: Policy
    now: Now
    logs: Sequence[VendorLog]

    def run(self) -> Mapping[LogName, int]:
        """How many records each log brought. What is wrong with one keeps no other from being read."""
        return {each.name: found for each in self.logs if (found := self._read(each))}

    def _read(self, source: VendorLog) -> int:
        began, found = self.now(), 0
        with self.store.read() as unit:
            state = states(unit).get(source.name)
        if state is None:
            with self.store.begin() as unit:
                # Nothing older is ours: a first start answers nobody's messages of last year.
                _keep(unit, source.name, LogState(cursor=source.begin(began), read_at=began, begun_at=began))
            return 0
        if state.not_before is not None and began < state.not_before:
            return 0
        try:
            for page in source.pages(state.cursor, began):
                found += self._take(source.name, page)
                if self.now() - began > LONGEST:
                    return found
        except HandrailError as error:
            self._failed(source.name, error)
            return found
        except Exception as error:
            # A fault of our own, or an answer that nobody has thought of: the other lists are read all the same.
            log.exception("%s cannot be read", source.name)
            # Its words may have a customer's in them.
            self._failed(source.name, RejectedError(f"an unexpected {type(error).__name__}; the worker's log has it"))
            return found
        self._done(source.name)
        return found

    def _take(self, name: LogName, page: LogPage) -> int:
        """The page's news and the cursor behind it, in one transaction; then the workers are told."""
        now = self.now()
        with self.store.begin() as unit:
            state = states(unit).get(name)
            if state is None:  # somebody has taken it out of the store: it is begun anew
                return 0
            fresh = [event for event in _unheard(unit, _ours(state, page.events)) if unit.events.add(event)]
            missed = {event.subject for event in fresh}
            found_at = now if fresh else state.found_at
            _keep(unit, name, replace(state, cursor=page.cursor, found=state.found + len(missed), found_at=found_at))
            raised = [_unreadable(name, problem) for problem in page.problems] + (
                [_missed(name, fresh)] if fresh else []
            )
            alerts = [made for each in raised for made in add_or_count(unit, alert_effect(each, self.policy, now))]
        for event in fresh:
            self.publisher.event(event.id)
        self._publish(alerts)
        return len(missed)

    def _done(self, name: LogName) -> None:
        now = self.now()
        with self.store.begin() as unit:
            state = states(unit).get(name)
            if state is None:
                return
            _keep(unit, name, replace(state, read_at=now, failing_since=None, error="", not_before=None))
            over = [each for each in unit.alerts.open(AlertKind.MISSED) if each.said.key == _unread_key(name)]
            shown = [
                effect for each in over for effect in resolve_alert(unit, each, "It is read again.", self.policy, now)
            ]
        self._publish(shown)

    def _failed(self, name: LogName, error: HandrailError) -> None:
        """The cursor stays where the last page has left it."""
        now = self.now()
        wait = error.retry_after if isinstance(error, TransientError) else None
        with self.store.begin() as unit:
            state = states(unit).get(name)
            if state is None:
                return
            since = state.failing_since or now
            after = replace(state, failing_since=since, error=str(error), not_before=now + wait if wait else None)
            _keep(unit, name, after)
            late = now - since >= ALERT_AFTER
            alerts = add_or_count(unit, alert_effect(_unread(name, after), self.policy, now)) if late else []
        self._publish(alerts)

    def _publish(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            self.publisher.effect(effect.id)


def _ours(state: LogState, events: Sequence[Event]) -> Sequence[Event]:
    """Without what is older than the beginning: lists are read from a little before their cursor."""
    # Vendors tell whole seconds.
    first = state.begun_at and state.begun_at.replace(microsecond=0)
    return [event for event in events if event.occurred_at >= first] if first else events


def _unheard(unit: Unit, events: Sequence[Event]) -> list[Event]:
    """Without changes of tickets that were told of later: a ticket is read again and whole, so that says it all."""
    changes = [event for event in events if event.kind is EventKind.TICKET_CHANGED]
    if not changes:
        return list(events)
    since = min(event.occurred_at for event in changes)
    heard = unit.events.heard(changes[0].source, EventKind.TICKET_CHANGED, {event.subject for event in changes}, since)
    known = {event.id for event in changes if (at := heard.get(event.subject)) is not None and at >= event.occurred_at}
    return [event for event in events if event.id not in known]


# ------------------------------------------------------------------
# What is kept of a log, and what supervisors are told.


def states(unit: Unit) -> Mapping[LogName, LogState]:
    """Of those logs that were begun."""
    kept = unit.cursors.many([f"{CURSOR}{name}" for name in LogName])
    return {LogName(key.removeprefix(CURSOR)): _decoded(value) for key, value in kept.items()}


MOMENTS = ("read_at", "found_at", "failing_since", "not_before", "begun_at")


def _keep(unit: Unit, name: LogName, state: LogState) -> None:
    plain = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(state).items()}
    unit.cursors.set(f"{CURSOR}{name}", json.dumps(plain))


def _decoded(value: str) -> LogState:
    plain = json.loads(value)
    return LogState(**plain | {key: datetime.fromisoformat(plain[key]) for key in MOMENTS if plain.get(key)})


def _missed(name: LogName, events: Sequence[Event]) -> Raised:
    count = len({event.subject for event in events})
    first, last = min(event.occurred_at for event in events), max(event.occurred_at for event in events)
    when = f"{first:%d %B %H:%M}" if last - first < EVERY else f"{first:%d %B %H:%M} to {last:%H:%M}"
    return Raised(
        kind=AlertKind.MISSED,
        key=f"{AlertKind.MISSED}:{name}",
        source=f"{AlertKind.MISSED}:{events[0].id}",
        text=f"{name}: {count} of {when} UTC had not reached Handrail; they are handled now",
        why="Their webhook was not delivered: the web process, its address or its certificate was away",
    )


def _unreadable(name: LogName, problem: str) -> Raised:
    return Raised(
        kind=AlertKind.MISSED,
        key=f"{AlertKind.MISSED}:unreadable:{name}",
        source=f"{AlertKind.MISSED}:unreadable:{name}:{problem}",
        text=f"{name}: one cannot be read and needs a person: {problem}",
    )


def _unread_key(name: LogName) -> str:
    return f"{AlertKind.MISSED}:unread:{name}"


def _unread(name: LogName, state: LogState) -> Raised:
    since = state.failing_since or state.read_at
    return Raised(
        kind=AlertKind.MISSED,
        key=_unread_key(name),
        source=f"{_unread_key(name)}:{since.isoformat()}",
        text=f"{name} cannot be read since {since:%d %B %H:%M} UTC: what their webhooks do not bring is not found",
        why=state.error,
    )
