"""What the last purge removed and left, and erasures that wait, for Prometheus."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily

from core.errors import HandrailError
from core.ports import Store
from core.privacy.retention import last_purge


@dataclass(slots=True, eq=False)
class KeptData:
    """A collector of prometheus_client. `handrail_rows_too_old` is the purge's proof: all but zero is wrong. Nothing is
    there while the store does not answer."""

    store: Store

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            with self.store.read() as unit:
                last, begun = last_purge(unit), unit.privacy.open()
        except HandrailError:
            return
        yield GaugeMetricFamily(
            "handrail_erasures_unfinished", "Erasures that were begun and not finished", value=len(begun)
        )
        if last is None:
            return
        yield GaugeMetricFamily(
            "handrail_last_purge_seconds", "When the last whole purge ended, since 1970", value=last.at.timestamp()
        )
        for name, text, counts in (
            ("handrail_rows_purged", "Rows that the last purge removed", last.removed),
            ("handrail_rows_too_old", "Rows that were too old when the last purge had ended", last.older),
        ):
            gauge = GaugeMetricFamily(name, text, labels=["kind"])
            for kind, count in counts.items():
                gauge.add_metric([kind], count)
            yield gauge
