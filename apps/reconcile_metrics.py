"""What reconciliation found, for Prometheus: from the store, where whichever worker has written it."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from core.errors import HandrailError
from core.ports import Now, Store
from core.reconcile import states


@dataclass(slots=True, eq=False)
class Gaps:
    """A collector of prometheus_client. `handrail_reconciled_total` counts by source what a vendor had accepted and no
    webhook had brought; `handrail_reconcile_age_seconds` is how long ago that source was last read to its end. Neither
    is there for a source that was never begun, or while the store does not answer."""

    store: Store
    now: Now

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        found = CounterMetricFamily(
            "handrail_reconciled", "Deliveries that only the vendor's own list brought", labels=["source"]
        )
        age = GaugeMetricFamily(
            "handrail_reconcile_age_seconds",
            "Seconds since the vendor's list was last read to its end",
            labels=["source"],
        )
        try:
            with self.store.read() as unit:
                known = states(unit)
        except HandrailError:
            return
        for name, state in known.items():
            found.add_metric([name], state.found)
            age.add_metric([name], (self.now() - state.read_at).total_seconds())
        yield found
        yield age
