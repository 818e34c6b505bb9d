import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from apps.cli import main
from connectors.sql.store import SqlStore
from core.measure.pulse import week_of
from core.model.agent import Asked
from tests.apps.policy.conftest import Installation


def run(*words: str) -> str:
    outcome = CliRunner().invoke(main, ["agent-survey", *words])
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


@pytest.fixture
def weeks(installation: Installation) -> tuple[str, str]:
    """Last week with six answers of seven people, a year ago with one of one."""
    now = datetime.now(UTC) - timedelta(days=7)
    this, old = week_of(now), week_of(now - timedelta(days=364))
    store = SqlStore(f"sqlite:///{installation.folder / 'handrail.db'}")
    with store.begin() as unit:
        for number, helps in enumerate((5, 5, 4, 4, 2, 1, None)):
            unit.pulse.save(Asked(week=this, person=str(number), shown=1, helps=helps))
        unit.pulse.save(Asked(week=old, person="1", shown=1, helps=5))
    store.close()
    return this, old


def test_a_week_is_told_with_its_interval_its_rate_and_its_counts(weeks: tuple[str, str]) -> None:
    line = next(line for line in run().splitlines() if line.startswith(weeks[0]))
    assert line.split() == [weeks[0], "67%", "(4", "of", "6;", "30%", "to", "90%)", "6", "of", "7", *"11022"]


def test_only_the_weeks_that_are_asked_for_are_told(weeks: tuple[str, str]) -> None:
    assert weeks[1] not in run()
    assert f"{weeks[1]}  not told under 5 answers" in run("--weeks", "60")


def test_as_json_a_week_with_few_answers_has_no_figures(weeks: tuple[str, str]) -> None:
    new, old = json.loads(run("--weeks", "60", "--json"))["weeks"]
    assert (new["answered"], new["asked"], new["counts"]["4"]) == (6, 7, 2)
    assert (old["answered"], old["helps"], old["counts"]) == (1, None, None)


def test_a_week_that_runs_is_told_once_it_is_over(weeks: tuple[str, str], installation: Installation) -> None:
    store, this = SqlStore(f"sqlite:///{installation.folder / 'handrail.db'}"), week_of(datetime.now(UTC))
    with store.begin() as unit:
        for number in range(6):
            unit.pulse.save(Asked(week=this, person=str(number), shown=1, helps=5))
    store.close()
    assert f"{this}  not told before the week is over" in run()


@pytest.mark.usefixtures("installation")
def test_before_anybody_was_asked_it_says_when_they_are() -> None:
    assert "Nobody was asked yet" in run()
