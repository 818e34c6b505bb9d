"""The overview over a busy month: what those who lead wait for when they open it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.figures import Figure, median
from benchmarks.made_up_work import Month, fill
from connectors.sql.store import SqlStore
from core.measure.overview import work
from core.ports import Unit

GROUP = "overview"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TIMES = 5


def overview(folder: Path, decisions: int = 100_000, times: int = TIMES) -> list[Figure]:
    """Milliseconds of each section, and of the queries it is made of, over a store on this machine's disk."""
    path = folder / "overview.db"
    fill(path, Month(decisions=decisions, now=NOW))
    store = SqlStore(f"sqlite:///{path}")
    since = NOW - timedelta(days=30)
    asked: dict[str, Callable[[Unit], object]] = {
        "30 days, all of it": lambda unit: work(unit, NOW, 30),
        "7 days, all of it": lambda unit: work(unit, NOW, 7),
        "queues": lambda unit: unit.figures.queues(NOW),
        "who waits": lambda unit: unit.figures.waiting(),
        "sources heard": lambda unit: unit.figures.heard(),
        "of it decided": lambda unit: unit.figures.decided(since),
        "of it drafts": lambda unit: unit.figures.drafts(since),
        "of it edits": lambda unit: unit.figures.edits(since, 5_000),
        "of it ratings": lambda unit: unit.figures.ratings(since),
        "of it waits": lambda unit: unit.figures.waits(since),
        "of it costs": lambda unit: unit.figures.spent(since),
    }
    most = {"30 days, all of it": 1_500.0, "7 days, all of it": 500.0, "queues": 50.0, "who waits": 50.0}
    figures = [
        Figure(group=GROUP, name=f"{name} ({decisions:,} decisions)", value=_milliseconds(store, ask, times), unit="ms")
        for name, ask in asked.items()
    ]
    store.close()
    return [
        Figure(group=one.group, name=one.name, value=one.value, unit=one.unit, most=most.get(name))
        for name, one in zip(asked, figures, strict=True)
    ]


def _milliseconds(store: SqlStore, ask: Callable[[Unit], object], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        with store.read() as unit:
            ask(unit)
        taken.append((time.perf_counter() - began) * 1_000)
    return median(taken)
