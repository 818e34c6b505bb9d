"""Many ask the same within an hour: a signal for the play that gives those who wait for a person the article first.

The alert of a spike is `core.alerts`'; this is the same spike as the beginning of a play, where the policy has one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from core.measure.spike import Spiking, spiking
from core.model.alert import Waiter
from core.model.event import Event, EventKind
from core.model.event_payloads import SignalStated
from core.model.ids import EventId
from core.outreach.audience.rule import name_of
from core.outreach.signals.needs import plays_of
from core.outreach.spoken import language_for
from core.policy import Play, Policy
from core.ports import Publisher, Store, Unit

SOURCE = "spike"
KIND = "spike_of_"  # with the intent: a play for that one …
ANY = "intent_spike"  # … or for any
MOST = 500  # people who wait
HOURS = 6  # of the day in which a spike is one


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeWatch:
    store: Store
    publisher: Publisher
    policy: Policy

    def look(self, now: datetime) -> list[EventId]:
        """Keep a signal for each spike that a play is for and in which somebody waits; the new ones."""
        if not any(kind == ANY or kind.startswith(KIND) for kind in self._kinds()):
            return []
        with self.store.read() as unit:
            events = list(self._events(unit, now))
        if not events:
            return []
        with self.store.begin() as unit:
            fresh = [event.id for event in events if unit.events.add(event)]
        for event_id in fresh:
            self.publisher.event(event_id)
        return fresh

    def _kinds(self) -> Iterator[str]:
        return ((play.signal or name) for name, play in self.policy.outreach.plays.items())

    def _events(self, unit: Unit, now: datetime) -> Iterator[Event]:
        waiters = unit.watch.waits(MOST)
        for spike in spiking(unit, self.policy, now):
            kind = next((k for k in (f"{KIND}{spike.intent}", ANY) if plays_of(self.policy, k)), None)
            waiting = [each for each in waiters if each.intent == spike.intent]
            if kind is not None and waiting:
                play = next(iter(plays_of(self.policy, kind).values()))
                yield self._event(unit, kind, spike, play, waiting, now)

    def _event(self, unit: Unit, kind: str, spike: Spiking, play: Play, waiting: list[Waiter], now: datetime) -> Event:
        people: dict[str, dict[str, str]] = {}
        for each in waiting:
            conversation = unit.conversations.get(each.conversation_id)
            customer = unit.customers.get(conversation.customer_id) if conversation else None
            if customer is not None:
                language = language_for(customer, play, self.policy)
                topic = self.policy.self_service.matter(spike.intent, language) or spike.intent.replace("_", " ")
                people[customer.id] = {"customer": name_of(customer), "topic": topic}
        facts = {
            "intent": spike.intent,
            "count": spike.count,
            "usual": round(spike.usual, 1),
            "people": list(people.values()),
        }
        return Event(
            source=SOURCE,
            delivery_id=f"{spike.intent}:{now:%Y-%m-%d}:{now.hour // HOURS}",
            kind=EventKind.BUSINESS_SIGNAL,
            subject=kind,
            occurred_at=now,
            received_at=now,
            payload=SignalStated(kind=kind, facts=facts),
        )
