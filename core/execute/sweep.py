"""What the broker lost is published again, from the store."""

from datetime import datetime

from core.ports import Publisher, Store

MOST = 200


def sweep(store: Store, publisher: Publisher, now: datetime) -> int:
    """Publish everything that is due; the number published. The claim makes a second publish harmless."""
    with store.begin() as unit:
        events = unit.events.due(now, MOST)
        effects = unit.outbox.due(now, MOST)
    for event_id in events:
        publisher.event(event_id)
    for effect_id in effects:
        publisher.effect(effect_id)
    return len(events) + len(effects)
