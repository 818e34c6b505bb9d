"""The triggers read from words, on cases by authors who had not seen the detectors.

The issue asks for recall of 0.97 and false alarms of 0.03. What is reached stands in REACHED, a little below the
figures measured, so that a change that loses something is seen; docs/sense.md has the figures themselves."""

from dataclasses import replace
from pathlib import Path

import pytest

from apps.evaluate.triggers import DEMO, ENGLISH, LARKFIELD, Case, Figures, Watcher, cases_of
from core.policy import FROM_WORDS

FOLDER = Path(__file__).parent / "triggers"
# Recall at least, false alarms at most: the figures measured, 0.03 worse. None reaches the goal yet: ordinary words and
# near misses that differ in one small word are what the encoder tells apart least.
REACHED: dict[str, tuple[float, float]] = {
    "abuse": (0.92, 0.08),
    "account_lockout": (0.94, 0.15),
    "churn": (0.83, 0.14),
    "exception": (0.95, 0.03),
    "formal_complaint": (0.93, 0.15),
    "fraud": (0.92, 0.11),
    "health_urgency": (0.91, 0.08),
    "high_risk_transaction": (0.93, 0.08),
    "human_request": (0.79, 0.07),
    "legal_threat": (0.82, 0.07),
    "negotiation": (0.81, 0.11),
    "prior_dissatisfaction": (0.44, 0.07),
    "special_request": (0.89, 0.07),
    "upsell": (0.70, 0.08),
    "vulnerable_customer": (0.93, 0.07),
}

SAMPLED = 4  # every so many-th case without `make test-all`
EVEN = {"upsell": 0.6}  # the threshold that the figure was measured at, where it is not a half


@pytest.fixture(scope="module")
def watcher() -> Watcher:
    """At the detectors' own even point; a policy may ask for more, as the demo's does of the softer ones."""
    reader = Watcher.of(policy=DEMO, intents=LARKFIELD, cache=FOLDER.parents[2] / "var" / "cache")
    even = {
        name: replace(trigger, threshold=EVEN.get(name, 0.5)) if name in FROM_WORDS else trigger
        for name, trigger in reader.policy.triggers.items()
    }
    return replace(reader, policy=replace(reader.policy, triggers=even))


def english(name: str) -> list[Case]:
    return [case for case in cases_of(FOLDER / f"{name}.yaml") if case.language == ENGLISH]


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", sorted(REACHED))
@pytest.mark.timeout(300)
def test_a_trigger_is_heard_and_near_misses_are_not(watcher: Watcher, name: str) -> None:
    figures = Figures([watcher.judged(case) for case in english(name)])
    least, most = REACHED[name]
    assert (figures.recall.value or 0) >= least
    assert (figures.alarms.value or 0) <= most


@pytest.mark.timeout(300)
def test_over_a_sample_of_each_they_are_heard_and_near_misses_are_not(watcher: Watcher) -> None:
    """Of a few cases of one trigger the share says little: they are counted together."""
    figures = Figures([watcher.judged(case) for name in REACHED for case in english(name)[::SAMPLED]])
    assert (figures.recall.value or 0) >= 0.87  # 0.90 and 0.04 measured
    assert (figures.alarms.value or 0) <= 0.07


def test_there_are_enough_cases_of_each() -> None:
    for name in REACHED:
        cases = english(name)
        assert min(sum(case.positive for case in cases), sum(not case.positive for case in cases)) >= 40
