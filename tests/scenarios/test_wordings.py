"""Twenty other wordings for each of the story's steps; the passes are printed with `pytest -s` and in the summary."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.bootstrap import OfflineContainer
from apps.policy_file import read_policy
from core.decide.evaluation import TurnEvaluator
from core.model.ids import EventId
from tests.scenarios.wordings import STEPS, Judged, all_of

ROOT = Path(__file__).parents[2]
COMPANY = ROOT / "apps" / "sandbox" / "company"

# What is reached today, of twenty, less one for another processor's rounding. A change that answers fewer must say why.
# Since the message reader hears triggers in nine languages, three of step a and one near miss of step c go to a person
# for a trigger that is not there; on whole conversations of four companies it raises a fifth of the false alarms of
# before (docs/quality.md), which is why it is used in spite of these.
FLOORS = {"a": 10, "b": 10, "c": 19, "c near misses": 17, "d": 16}


@pytest.fixture(scope="module")
def evaluator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TurnEvaluator]:
    container = OfflineContainer(
        folder=tmp_path_factory.mktemp("wordings"),
        cache=ROOT / "var" / "cache",
        policy=read_policy(ROOT / "apps" / "demo" / "policy.yaml"),
        intents_file=str(COMPANY / "intents.yaml"),
    )
    container.library.add(container.articles(COMPANY / "articles").articles)
    yield container.evaluator
    container.store.close()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("step", STEPS)
def test_other_wordings_of_the_story_are_understood(step: str, evaluator: TurnEvaluator) -> None:
    judged: list[Judged] = [
        judge(evaluator.decide(EventId(f"ev:{step}:{place}"), case)) for place, (case, judge) in enumerate(all_of(step))
    ]
    passes = sum(one.passed for one in judged)
    failed = "; ".join(f"{one.id}: {one.why}" for one in judged if not one.passed)
    sys.stdout.write(f"\nstep {step}: {passes} of {len(judged)} wordings pass. {failed}\n")
    assert len(judged) == 20
    assert passes >= FLOORS[step]
