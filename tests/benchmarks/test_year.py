"""On a simulated year the report finds what was planted in it, and nothing else."""

from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.year import BETTER_MONTH, DAY, NOW, WAVE, WAVE_DAYS, WAVE_FROM, WORSE, Year, fill
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.measure.report.report import Report, report_of
from core.model.matter import By, Span

CUTS = (By.INTENT, By.CHANNEL, By.TIER, By.LANGUAGE, By.BRAND, By.MONTH, By.GROUP, By.AGENT)
OF_COMING_BACK = {"recontacted", "contained_recontacted", "resolved_first"}
SPAN = Span(since=NOW - 365 * DAY, until=NOW, now=NOW)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("year")


def told(path: Path, year: Year) -> Report:
    upgrade(f"sqlite:///{path}")
    store = SqlStore(f"sqlite:///{path}")
    fill(store, year)
    with store.read() as unit:
        report = report_of(unit, SPAN, CUTS)
    store.close()
    return report


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    return told(folder / "planted.db", Year(matters=18_000))


def test_the_worse_intent_and_the_better_month_are_marked_and_nothing_else(report: Report) -> None:
    marked = {(mark.by, mark.key, mark.measure.name, mark.worse) for mark in report.marks}
    assert marked == {
        *((By.INTENT, WORSE, name, True) for name in OF_COMING_BACK),
        (By.MONTH, BETTER_MONTH, "satisfied", False),
    }


def test_the_wave_is_found_on_its_days_and_there_is_no_other(report: Report) -> None:
    (wave,) = report.waves
    assert (wave.key, wave.since, wave.until) == (WAVE, WAVE_FROM, WAVE_FROM + (WAVE_DAYS - 1) * timedelta(days=1))


def test_where_nothing_was_planted_nothing_stands_out(folder: Path) -> None:
    quiet = told(folder / "quiet.db", Year(matters=9_000, seed=3, planted=False))
    assert (list(quiet.marks), list(quiet.waves)) == ([], [])
