"""How much only the vendors' lists brought, and how long ago they were read, is told to Prometheus."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest

from apps.reconcile_metrics import Gaps
from connectors.sql.store import SqlStore
from core.model.event import EventKind
from core.ports import LogName, LogPage
from core.reconcile import Reconciler
from tests.clock import Clock
from tests.core import samples
from tests.core.fakes import FakePublisher
from tests.core.rules import policy


class Told:
    name = LogName.CALLS

    def begin(self, now: datetime) -> str:
        return ""

    def pages(self, cursor: str, now: datetime) -> Iterator[LogPage]:
        yield LogPage(events=(samples.event(EventKind.ARTICLE_CHANGED, "one", occurred_at=now),), cursor="1")


def test_what_was_found_is_counted_by_source_and_the_age_of_the_last_reading_told(store: SqlStore) -> None:
    clock, registry = Clock(), CollectorRegistry()
    registry.register(Gaps(store, clock))
    assert "{" not in generate_latest(registry).decode()
    reading = Reconciler(store=store, publisher=FakePublisher(), policy=policy(), now=clock, logs=[Told()])
    reading.run()
    reading.run()
    clock.forward(timedelta(seconds=90))
    told = generate_latest(registry).decode()
    assert 'handrail_reconciled_total{source="Twilio calls"} 1.0' in told
    assert 'handrail_reconcile_age_seconds{source="Twilio calls"} 90.0' in told
