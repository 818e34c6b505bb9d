"""What became of the language model's readings, for Prometheus: in the newest decisions, by whichever process."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from prometheus_client.core import GaugeMetricFamily

from core.model.reading import MODEL_READ, READERS_DIFFER
from core.ports import Store

NEWEST = 200  # decisions that are looked through
KEPT = 60.0  # seconds after which they are looked through again
RESULTS = ("read", "unread", "dropped", "differing")


@dataclass(slots=True, eq=False)
class ModelReadings:
    """A collector of prometheus_client: `handrail_model_readings` by result, among the newest `NEWEST` decisions.

    `read` and `unread` (away, refused, not of the agreed form) are all that a model was asked for; of these that were
    read, `dropped` are those of which a finding was not believed, `differing` those that the embedded readers read
    otherwise. `handrail_model_findings_dropped` counts the findings."""

    store: Store
    clock: Callable[[], float] = time.monotonic
    _counts: dict[str, float] = field(default_factory=dict, init=False)
    _until: float = field(default=float("-inf"), init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._lock:
            if self.clock() >= self._until:
                self._counts, self._until = self._count(), self.clock() + KEPT
            counts = dict(self._counts)
        findings = counts.pop("findings")
        readings = GaugeMetricFamily(
            "handrail_model_readings",
            f"Readings of the language model in the newest {NEWEST} decisions",
            labels=["result"],
        )
        for result, count in counts.items():
            readings.add_metric([result], count)
        yield readings
        yield GaugeMetricFamily(
            "handrail_model_findings_dropped", f"Findings not believed in the newest {NEWEST} decisions", value=findings
        )

    def _count(self) -> dict[str, float]:
        counts = {**dict.fromkeys(RESULTS, 0.0), "findings": 0.0}
        with self.store.read() as unit:
            decisions = unit.decisions.since(max(0, unit.decisions.newest() - NEWEST), NEWEST)
        for _, decision in decisions:
            reading = decision.signals.fact(MODEL_READ)
            if reading is None:
                continue
            counts["read" if reading.confidence else "unread"] += 1
            counts["dropped"] += bool(reading.amount)
            counts["differing"] += decision.signals.fact(READERS_DIFFER) is not None
            counts["findings"] += reading.amount or 0.0
        return counts
