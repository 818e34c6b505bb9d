"""What the report, its fairness page and the experiments find in a simulated year of rows, against what was planted."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.year import BETTER_MONTH, DAY, NOW, SLOW, WAVE, WAVE_DAYS, WAVE_FROM, WORSE, Year, fill
from benchmarks.year_experiments import LIFTS, fill_experiments, read_experiments
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.measure.experiments import Verdict
from core.measure.fairness import fairness_of
from core.measure.report.report import report_of
from core.model.matter import By, Span

GROUP = "a year of rows"
CUTS = (By.INTENT, By.CHANNEL, By.TIER, By.LANGUAGE, By.BRAND, By.MONTH, By.GROUP, By.AGENT)
OF_COMING_BACK = ("recontacted", "contained_recontacted", "resolved_first")
SPAN = Span(since=NOW - 365 * DAY, until=NOW, now=NOW)
PLANTED = frozenset(
    {
        *(("intent", WORSE, name) for name in OF_COMING_BACK),
        ("month", BETTER_MONTH, "satisfied"),
        ("wave", WAVE, f"{WAVE_FROM} to {WAVE_FROM + (WAVE_DAYS - 1) * timedelta(days=1)}"),
        ("language", SLOW, "waited"),
        ("experiment", LIFTS, Verdict.BETTER.value),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    matters: int = 100_000
    people: int = 20_000


QUICK = Size(matters=4_000, people=2_000)


def measure(folder: Path, size: Size) -> list[Figure]:
    url = f"sqlite:///{folder / 'year.db'}"
    upgrade(url)
    store = SqlStore(url)
    year = Year(matters=size.matters, people=size.people, slow=True)
    matters, people = fill(store, year), fill_experiments(store, year)
    found = find(store)
    store.close()
    return [
        Figure(group=GROUP, name="matters", value=matters),
        Figure(group=GROUP, name="people of the experiments", value=people),
        Figure(group=GROUP, name="planted truths", value=len(PLANTED)),
        Figure(group=GROUP, name="planted truths found", value=len(PLANTED & found)),
        Figure(group=GROUP, name="found and not planted", value=len(found - PLANTED)),
    ]


def find(store: SqlStore) -> frozenset[tuple[str, str, str]]:
    """All that is said to stand out, as (cut, group, what)."""
    with store.read() as unit:
        report, fair = report_of(unit, SPAN, CUTS), fairness_of(unit, SPAN, ())
        tried = read_experiments(unit, NOW)
    sure = (Verdict.BETTER, Verdict.HARMFUL)
    return frozenset(
        {
            *((mark.by.value, mark.key, mark.measure.name) for mark in report.marks),
            *(("wave", wave.key, f"{wave.since} to {wave.until}") for wave in report.waves),
            *((field, group.key, each.aspect.name) for field, group, each in fair.found),
            *(("experiment", name, each.verdict.value) for name, each in tried.items() if each.verdict in sure),
        }
    )
