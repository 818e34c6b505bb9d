"""What the tests of everything that starts plays by itself share."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.sql.store import SqlStore
from core.model.event import Event
from core.model.event_payloads import SignalStated
from core.model.ids import EffectId, EventId
from tests.core.samples import payload_of


@dataclass
class Told:
    """A publisher that notes what it was told."""

    events: list[EventId] = field(default_factory=list)
    effects: list[EffectId] = field(default_factory=list)

    def event(self, event_id: EventId, *, at: datetime | None = None) -> None:
        self.events.append(event_id)

    def effect(self, effect_id: EffectId, *, at: datetime | None = None) -> None:
        self.effects.append(effect_id)


def kept(store: SqlStore, told: Told) -> list[Event]:
    with store.read() as unit:
        found = [unit.events.get(event_id) for event_id in told.events]
    return [event for event in found if event is not None]


def payloads(store: SqlStore, told: Told) -> list[dict[str, Any]]:
    stated = [event.payload_as(SignalStated) for event in kept(store, told)]
    return [{"kind": each.kind, **each.facts} for each in stated]


def warnings(store: SqlStore, told: Told) -> list[str]:
    with store.read() as unit:
        rows = [unit.outbox.get(effect_id) for effect_id in told.effects]
    return [str(payload_of(row.effect).text) for row in rows if row is not None]
