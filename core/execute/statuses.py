"""Status callbacks, many at a time: a campaign brings three of them for each of its messages."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from core.execute.deliver import in_lane
from core.execute.track import RANK, rows_of, tracked
from core.model.event import Event, EventKind
from core.model.outbound import Effect, OutboxRow
from core.policy import Policy
from core.ports import Now, Publisher, Store, Unit

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
        settled = False
        try:
            with self.store.begin_lightly() as unit:
                events = unit.events.pending(EventKind.MESSAGE_STATUS, self.now(), AT_ONCE)
                follow = self._followed(unit, events)
            settled = True
        finally:
            if not settled:
                for event in events:
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
        for event in sorted(events, key=lambda each: RANK.get(str(each.payload["status"]), -1), reverse=True):
            found = tracked(unit, event, rows.get(event.subject), self.policy, self.now())
            follow += found.effects
            results[event.id] = found.result
            rows[event.subject] = found.row
        if results:
            unit.events.finish_all(results, self.now())
        due = (each for each in follow if each.not_before is None or each.not_before <= self.now())
        return list(due)
