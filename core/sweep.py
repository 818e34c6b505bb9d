"""What the broker lost is published again, from the store; what nobody did in time, the timers do."""

from datetime import datetime, timedelta

from core.execute.timers import Timekeeper
from core.measure.calibrate import Calibrator
from core.measure.outcomes.rollup import Rollup
from core.measure.report.digest import Digest
from core.ports import Publisher, Store
from core.privacy.retention import Retention
from core.supervision.watch import Watch

MOST = 200
JOURNEYS_KEPT = timedelta(days=30)
KEPT = timedelta(minutes=5)  # a used sign-in after its end: the clocks of two hosts may differ


def sweep(
    store: Store,
    publisher: Publisher,
    now: datetime,
    timers: Timekeeper | None = None,
    watch: Watch | None = None,
    retention: Retention | None = None,
    rollup: Rollup | None = None,
    digest: Digest | None = None,
    calibrator: Calibrator | None = None,
) -> int:
    """Publish everything that is due; the number published. The claim makes a second publish harmless.

    What was lost comes first: it waits for nothing that the timers do, and survives whatever becomes of them."""
    with store.begin() as unit:
        unit.sign_ins.forget(now - KEPT)
        unit.journey.forget(now - JOURNEYS_KEPT)
        events = unit.events.due(now, MOST)
        effects = unit.outbox.due(now, MOST)
    for event_id in events:
        publisher.event(event_id)
    for effect_id in effects:
        publisher.effect(effect_id)
    made = [*(timers.run(now) if timers is not None else []), *(watch.run(now) if watch is not None else [])]
    made += digest.run(now) if digest is not None else []
    fresh = [effect.id for effect in made if effect.not_before is None or effect.not_before <= now]
    for effect_id in fresh:
        publisher.effect(effect_id)
    if retention is not None:
        retention.run(now)
    if rollup is not None:
        rollup.run()
    if calibrator is not None:
        calibrator.run(now)
    return len(events) + len(effects) + len(fresh)
