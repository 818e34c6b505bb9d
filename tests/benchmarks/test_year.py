"""On a simulated year the report, its fairness page and the experiments find what was planted, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.year import BETTER_MONTH, NOW, SLOW, WAVE, WAVE_DAYS, WAVE_FROM, WORSE, Year, fill
from benchmarks.year_experiments import IDLE, LIFT, LIFTS, fill_experiments, read_experiments
from benchmarks.year_found import CUTS, OF_COMING_BACK, PLANTED, SPAN, find
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.measure.experiments import Verdict
from core.measure.fairness import fairness_of
from core.measure.report.report import Report, report_of
from core.model.matter import By


@contextmanager
def filled(path: Path, year: Year) -> Iterator[SqlStore]:
    upgrade(f"sqlite:///{path}")
    store = SqlStore(f"sqlite:///{path}")
    fill(store, year)
    try:
        yield store
    finally:
        store.close()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    year = Year(matters=18_000, people=18_000, slow=True)
    with filled(tmp_path_factory.mktemp("year") / "planted.db", year) as up:
        fill_experiments(up, year)
        yield up


@pytest.fixture(scope="module")
def report(store: SqlStore) -> Report:
    with store.read() as unit:
        return report_of(unit, SPAN, CUTS)


def test_the_worse_intent_and_the_better_month_are_marked_and_nothing_else(report: Report) -> None:
    marked = {(mark.by, mark.key, mark.measure.name, mark.worse) for mark in report.marks}
    assert marked == {
        *((By.INTENT, WORSE, name, True) for name in OF_COMING_BACK),
        (By.MONTH, BETTER_MONTH, "satisfied", False),
    }


def test_the_wave_is_found_on_its_days_and_there_is_no_other(report: Report) -> None:
    (wave,) = report.waves
    assert (wave.key, wave.since, wave.until) == (WAVE, WAVE_FROM, WAVE_FROM + (WAVE_DAYS - 1) * timedelta(days=1))


def test_the_language_whose_customers_wait_is_the_one_group_that_is_treated_otherwise(store: SqlStore) -> None:
    with store.read() as unit:
        found = fairness_of(unit, SPAN, ()).found
    assert [(field, group.key, each.aspect.name) for field, group, each in found] == [("language", SLOW, "waited")]
    assert (found[0][2].difference.low or 0.0) > 0


def test_the_experiment_with_an_effect_is_found_and_the_one_without_is_not(store: SqlStore) -> None:
    with store.read() as unit:
        tried = read_experiments(unit, NOW)
    assert {name: each.verdict for name, each in tried.items()} == {LIFTS: Verdict.BETTER, IDLE: Verdict.UNSURE}
    effect = tried[LIFTS].effect
    assert effect.low <= -LIFT <= effect.high < 0
    assert not any(each.harms for each in tried.values())


def test_all_that_stands_out_is_what_was_planted(store: SqlStore) -> None:
    assert find(store) == PLANTED


def test_where_nothing_was_planted_nothing_stands_out(tmp_path: Path) -> None:
    with filled(tmp_path / "quiet.db", Year(matters=9_000, seed=3, planted=False)) as quiet:
        assert find(quiet) == frozenset()
