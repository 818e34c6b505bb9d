"""The inbox around a step: who claims an event first works it off, and writes down what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.errors import HandrailError, RejectedError
from core.model.event import Event
from core.model.event_payloads import Unreadable
from core.model.ids import EventId
from core.ports import Now, Publisher, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A step's word that its hour has not come."""

    at: datetime


Step = Callable[[Event], str | Later]
Failed = Callable[[Event, HandrailError], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Works events off, one at a time, each claimed by one worker."""

    store: Store
    publisher: Publisher
    now: Now

    def work_off(self, event_id: EventId, step: Step, failed: Failed) -> str:
        """Claim the event, take its step, record what came of it; what failed is left to `failed`. One word for the
        log."""
        with self.store.begin_lightly() as unit:
            event = unit.events.claim(event_id, self.now())
        if event is None:
            return "not_ours"
        if isinstance(event.payload, Unreadable):
            return failed(event, RejectedError(event.payload.why))
        try:
            result = step(event)
        except HandrailError as error:
            return failed(event, error)
        if isinstance(result, Later):
            return self._wait(event, result.at)
        with self.store.begin_lightly() as unit:
            unit.events.finish(event.id, self.now(), result)
        return result

    def _wait(self, event: Event, until: datetime) -> str:
        with self.store.begin_lightly() as unit:
            unit.events.wait(event.id, self.now(), until)
        self.publisher.event(event.id, at=until)
        return "waiting"

    def try_again(self, event: Event, error: HandrailError, at: datetime) -> str:
        """With a hint for its hour: without one it would wait for the sweeper, and who asked with it."""
        with self.store.begin() as unit:
            unit.events.release(event.id, self.now(), str(error), retry_at=at)
        self.publisher.event(event.id, at=at)
        return "later"
