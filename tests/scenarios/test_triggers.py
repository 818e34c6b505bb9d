"""The triggers read from words, on cases by authors who had not seen the detectors.

The issue asks for recall of 0.97 and false alarms of 0.03. What is reached stands in REACHED, a little below the
figures measured, so that a change that loses something is seen; docs/sense.md has the figures themselves."""

from pathlib import Path

import pytest

from apps.evaluate.trigger_cases import ENGLISH, cases_of
from apps.evaluate.trigger_readings import Watcher
from apps.evaluate.triggers import DEMO, LARKFIELD, Figures

FOLDER = Path(__file__).parent / "triggers"
# Recall at least, false alarms at most: the figures measured, 0.03 worse. None reaches the goal yet: ordinary words and
# near misses that differ in one small word are what the encoder tells apart least.
REACHED: dict[str, tuple[float, float]] = {
    "abuse": (0.94, 0.13),
    "account_lockout": (0.95, 0.14),
    "churn": (0.89, 0.25),
    "exception": (0.94, 0.09),
    "formal_complaint": (0.92, 0.12),
    "fraud": (0.95, 0.18),
    "health_urgency": (0.93, 0.08),
    "high_risk_transaction": (0.93, 0.14),
    "human_request": (0.87, 0.12),
    "legal_threat": (0.88, 0.07),
    "negotiation": (0.87, 0.15),
    "prior_dissatisfaction": (0.89, 0.30),
    "special_request": (0.94, 0.20),
    "upsell": (0.88, 0.17),
    "vulnerable_customer": (0.92, 0.07),
}


@pytest.fixture(scope="module")
def watcher(tmp_path_factory: pytest.TempPathFactory) -> Watcher:
    return Watcher.of(policy=DEMO, intents=LARKFIELD, cache=tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize("name", sorted(REACHED))
@pytest.mark.timeout(300)
def test_a_trigger_is_heard_and_near_misses_are_not(watcher: Watcher, name: str) -> None:
    cases = [case for case in cases_of(FOLDER / f"{name}.yaml") if case.language == ENGLISH]
    figures = Figures([watcher.judged(case) for case in cases])
    least, most = REACHED[name]
    assert (figures.recall.value or 0) >= least
    assert (figures.alarms.value or 0) <= most


def test_there_are_enough_cases_of_each() -> None:
    for name in REACHED:
        cases = [case for case in cases_of(FOLDER / f"{name}.yaml") if case.language == ENGLISH]
        assert min(sum(case.positive for case in cases), sum(not case.positive for case in cases)) >= 40
