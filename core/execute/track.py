"""Status callbacks: they arrive late, twice and out of order, so a status never goes backwards."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.execute.deliver import in_lane
from core.execute.remedy import remedy_failure
from core.execute.settle import settle_sent
from core.model.event import Event, EventKind
from core.model.event_payloads import MessageStatus, Unreadable
from core.model.helpdesk import Receipt
from core.model.ids import EffectId, derive_id
from core.model.outbound import Effect, EffectState, OutboxRow
from core.policy import Policy
from core.ports import Now, Publisher, Store, Unit

RANK = {
    "accepted": 0,
    "scheduled": 0,
    "queued": 1,
    "sending": 2,
    "sent": 3,
    "undelivered": 4,
    "failed": 4,
    "canceled": 4,
    "partially_delivered": 4,
    "delivered": 5,
    "read": 6,
}
FAILED = frozenset({"undelivered", "failed"})
RECEIVED = frozenset({"delivered", "read"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """`result` is the word for the log, `effects` what follows from it, `row` the message as it is now."""

    result: str
    effects: tuple[Effect, ...] = ()
    row: OutboxRow | None = None


def track(unit: Unit, event: Event, policy: Policy, now: datetime) -> Tracked:
    """Note how far a message got. A callback is also the vendor's word that an unanswered send was carried out."""
    return apply_status(unit, event, rows_of(unit, [event]).get(event.subject), policy, now)


def rows_of(unit: Unit, events: Sequence[Event]) -> dict[str, OutboxRow]:
    """The messages that the callbacks are about, by the vendor's name for them, as they are until the transaction ends.

    Where we do not know that name yet, for a callback may be faster than the answer, its address names the effect."""
    unit.outbox.take_turn()
    rows = {row.vendor_ref: row for row in unit.outbox.by_refs([event.subject for event in events]) if row.vendor_ref}
    effects = {event.subject: event.payload_as(MessageStatus).effect for event in events}
    unknown = {subject: effect_id for subject, effect_id in effects.items() if effect_id and subject not in rows}
    named = {row.effect.id: row for row in unit.outbox.many(list(unknown.values()))}
    return rows | {subject: named[effect_id] for subject, effect_id in unknown.items() if effect_id in named}


def apply_status(unit: Unit, event: Event, row: OutboxRow | None, policy: Policy, now: datetime) -> Tracked:
    """As `track`, of a message that has been read."""
    told = event.payload_as(MessageStatus)
    status = told.status
    if row is None:
        return Tracked(result="unknown_message")
    if row.vendor_ref is not None and row.vendor_ref != event.subject:
        return Tracked(result="another_attempt", row=row)
    followed: list[Effect] = []
    if row.state in (EffectState.UNKNOWN, EffectState.PARKED):
        unit.outbox.mark(row.effect.id, EffectState.SENT, now, vendor_ref=event.subject)
        row = replace(row, state=EffectState.SENT, vendor_ref=event.subject)
        followed = settle_sent(unit, row.effect, Receipt(ref=event.subject, at=event.occurred_at), now)
    if RANK.get(status, -1) <= RANK.get(row.delivery or "", -1):
        return Tracked(result="older_status", effects=tuple(followed), row=row)
    error = told.error or None
    unit.outbox.set_delivery(row.effect.id, status, error)
    if row.effect.conversation_id is not None:
        unit.conversations.set_delivery(f"{event.source}:{event.subject}", status)
    said = row.effect.message
    if said is not None and said.comment:
        unit.conversations.set_delivery(said.comment, _of_all_parts(unit, row.effect, said.comment))
    if status in FAILED:
        followed += remedy_failure(unit, row.effect, error or "", policy, now)
    if status in RECEIVED:
        _arrived(unit, row, event.subject, now)
    return Tracked(result=status, effects=tuple(followed), row=replace(row, delivery=status, error=error))


def _rank(event: Event) -> int:
    return RANK.get(event.payload_as(MessageStatus).status, -1)


def _of_all_parts(unit: Unit, part: Effect, comment: str) -> str:
    """How far an agent's reply got, which may have left in parts: as far as its slowest, lost where one was lost for
    good. Of a part that was sent again the second attempt counts."""
    rows = unit.outbox.of_conversation(part.conversation_id) if part.conversation_id else []
    ours = {row.effect.key: row for row in rows if row.effect.message and row.effect.message.comment == comment}
    last = [row.delivery or "sent" for key, row in ours.items() if f"{key}:again" not in ours]
    return next((name for name in last if name in FAILED), min(last, key=lambda name: RANK.get(name, -1)))


def _arrived(unit: Unit, row: OutboxRow, ref: str, now: datetime) -> None:
    if row.delivery not in RECEIVED:
        unit.ledger.append("delivered", {"effect": row.effect.id, "ref": ref}, now)
    _not_again(unit, row, now)


def _not_again(unit: Unit, row: OutboxRow, now: datetime) -> None:
    """A message that was given up and arrived after all is not sent a second time."""
    if row.delivery not in FAILED:
        return
    other = unit.outbox.get(EffectId(derive_id("fx", f"{row.effect.key}:again")))
    if other is not None and other.state in (EffectState.PENDING, EffectState.HELD):
        unit.outbox.mark(other.effect.id, EffectState.REFUSED, now, error="the first attempt arrived after all")


# ------------------------------------------------------------------
# Status callbacks, many at a time: a campaign brings three of them for each of its messages.


AT_ONCE = 40  # in a transaction: some tens of milliseconds, so that webhooks are not kept waiting
LONGEST = 2.0  # seconds that one call goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracker:
    """Does for all pending status callbacks what the loop's step does for one."""

    store: Store
    publisher: Publisher
    policy: Policy
    now: Now
    ticks: Callable[[], float] = time.monotonic

    def work(self) -> int:
        """Take what is pending, until nothing is or the time is up; the number of callbacks.

        What cannot be followed is handed to the loop one by one, which knows how to try again and when to give up."""
        end, done, taken = self.ticks() + LONGEST, 0, AT_ONCE
        while taken == AT_ONCE and self.ticks() < end:
            taken = self._some()
            done += taken
        if taken == AT_ONCE:
            self.publisher.statuses()
        return done

    def _some(self) -> int:
        events: list[Event] = []
        left = events
        try:
            with self.store.begin_lightly() as unit:
                left = events = unit.events.pending(EventKind.MESSAGE_STATUS, self.now(), AT_ONCE)
                unreadable = [event for event in events if isinstance(event.payload, Unreadable)]
                follow = self._followed(unit, [event for event in events if event not in unreadable])
            left = unreadable
        finally:
            for event in left:
                self.publisher.event(event.id)
        for effect in follow:
            if not in_lane(effect):
                self.publisher.effect(effect.id)
        return len(events)

    def _followed(self, unit: Unit, events: list[Event]) -> list[Effect]:
        follow: list[Effect] = []
        results = {}
        rows: dict[str, OutboxRow | None] = {**rows_of(unit, events)}
        # The furthest first: what it has overtaken changes nothing any more.
        for event in sorted(events, key=_rank, reverse=True):
            found = apply_status(unit, event, rows.get(event.subject), self.policy, self.now())
            follow += found.effects
            results[event.id] = found.result
            rows[event.subject] = found.row
        if results:
            unit.events.finish_all(results, self.now())
        due = (each for each in follow if each.not_before is None or each.not_before <= self.now())
        return list(due)
