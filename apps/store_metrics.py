"""What waits, for Prometheus: in the store, in the queue, and which process has not been heard of."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily

from core.errors import HandrailError
from core.model.cost import MICRO
from core.model.figures import Backlog, Work
from core.policy import Models
from core.ports import Now, Store

EVENT_STATES = ("pending", "claimed", "parked")
APPROVALS = ("reply", "campaign", "action")
RUN_STATES = ("awaiting", "ready", "unclear")
EFFECT_STATES = ("pending", "held", "sending", "unknown", "parked")


@dataclass(slots=True, eq=False)
class Waiting:
    """A collector of prometheus_client. Nothing is there while the store does not answer, but `handrail_store_up`."""

    store: Store
    now: Now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found: list[Backlog] | None = None
        try:
            with self.store.read() as unit:
                found = unit.figures.backlog()
        except HandrailError:
            pass
        yield GaugeMetricFamily("handrail_store_up", "Whether the store can be read", value=float(found is not None))
        if found is None:
            return
        yield from self._events([each for each in found if each.work is Work.EVENT])
        effects = GaugeMetricFamily("handrail_effects_waiting", "Effects that have not left", labels=["kind", "state"])
        actions = GaugeMetricFamily("handrail_action_runs", "Runs of actions that are not ended", labels=["state"])
        approvals = GaugeMetricFamily("handrail_approvals_pending", "What waits for a supervisor", labels=["kind"])
        oldest = GaugeMetricFamily(
            "handrail_oldest_approval_age_seconds", "How long the oldest of it waits", labels=["kind"]
        )
        asked = {each.kind: each for each in found if each.work is Work.APPROVAL}
        runs = {each.state: each.count for each in found if each.work is Work.ACTION}
        for kind in APPROVALS:
            waiting = asked.get(kind)
            approvals.add_metric([kind], waiting.count if waiting else 0)
            oldest.add_metric([kind], self._age(waiting.oldest) if waiting else 0.0)
        for state in RUN_STATES:
            actions.add_metric([state], runs.get(state, 0))
        overdue = GaugeMetricFamily(
            "handrail_oldest_effect_age_seconds", "How long ago the oldest of them might have left", labels=["state"]
        )
        of_state = dict.fromkeys(EFFECT_STATES, 0.0)
        for each in found:
            if each.work is Work.EFFECT:
                effects.add_metric([each.kind, each.state], each.count)
                of_state[each.state] = max(of_state[each.state], self._age(each.oldest))
        for state, age in of_state.items():
            overdue.add_metric([state], age)
        yield from (effects, overdue, actions, approvals, oldest)

    def _events(self, found: list[Backlog]) -> Iterator[GaugeMetricFamily]:
        events = GaugeMetricFamily("handrail_events", "Events that are not done", labels=["state"])
        ages = GaugeMetricFamily(
            "handrail_oldest_event_age_seconds", "How long ago the oldest of them was received", labels=["state"]
        )
        by_state = {each.state: each for each in found}
        for state in EVENT_STATES:
            each = by_state.get(state)
            events.add_metric([state], each.count if each else 0)
            ages.add_metric([state], self._age(each.oldest) if each else 0.0)
        yield from (events, ages)

    def _age(self, since: datetime | None) -> float:
        return 0.0 if since is None else max(0.0, (self.now() - since).total_seconds())


@dataclass(slots=True, eq=False)
class ModelSpending:
    """A collector of prometheus_client: what models may cost and have cost today, a day being one of UTC."""

    store: Store
    models: Callable[[], Models]
    now: Now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        models = self.models()
        try:
            with self.store.read() as unit:
                micro = unit.spend.spent(f"day:{self.now().date().isoformat()}")
        except HandrailError:
            return
        for name, text, value in (
            ("handrail_model_spent_today", "What models have cost today, reservations included", micro / MICRO),
            ("handrail_model_limit_today", "What they may cost in a day; absent without a limit", models.per_day),
        ):
            if value is not None:
                gauge = GaugeMetricFamily(name, text, labels=["currency"])
                gauge.add_metric([models.currency], value)
                yield gauge


@dataclass(slots=True, eq=False)
class QueueLength:
    """A collector of prometheus_client. `lengths` gives nothing where the queue does not answer."""

    lengths: Callable[[], Mapping[str, int]]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = self.lengths()
        yield GaugeMetricFamily("handrail_queue_up", "Whether the queue answers", value=float(bool(found)))
        length = GaugeMetricFamily("handrail_queue_length", "Hints that no worker has taken", labels=["queue"])
        for queue, count in found.items():
            length.add_metric([queue], count)
        yield length


@dataclass(slots=True, eq=False)
class Heartbeats:
    """A collector of prometheus_client: of the workers that use this data folder, those of other hosts included."""

    folder: Path
    clock: Callable[[], float] = time.time

    def collect(self) -> Iterator[GaugeMetricFamily]:
        age = GaugeMetricFamily(
            "handrail_heartbeat_age_seconds", "How long ago a worker was last heard of", labels=["process"]
        )
        for each in sorted((self.folder / "alive").glob("*")):
            try:
                age.add_metric([each.name], max(0.0, self.clock() - each.stat().st_mtime))
            except OSError:
                continue
        yield age
