from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from apps.policy_file import read_policy
from apps.train.exercises import Exercise, read_exercises
from apps.train.grade import Evidence, grade
from core.errors import ConfigurationError

BEGAN = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
EXERCISES = read_exercises()


def named(exercise: Exercise) -> str:
    return exercise.id


def test_each_exercise_has_a_name_of_its_own() -> None:
    assert len({exercise.id for exercise in EXERCISES}) == len(EXERCISES) >= 6


@pytest.mark.parametrize("exercise", EXERCISES, ids=named)
def test_the_good_answer_passes_every_check(exercise: Exercise) -> None:
    """Given that its writer opened, took, rated and passed on what the exercise asks for."""
    passing_on = any(check.kind == "escalated" for check in exercise.checks)
    evidence = Evidence(
        replies=() if passing_on else (exercise.good,),
        notes=(exercise.good,),
        group=next((check.group for check in exercise.checks if check.group), ""),
        escalated=passing_on,
        feedback=(("opened", {}), ("inserted", {}), ("thumb_down", {})),
        acted_at=BEGAN + timedelta(minutes=1),
    )
    missed = [each.check.says for each in grade(exercise.checks, evidence, BEGAN).graded if not each.passed]
    assert missed == []


@pytest.mark.parametrize("exercise", EXERCISES, ids=named)
def test_who_answers_with_nothing_but_a_greeting_does_not_pass(exercise: Exercise) -> None:
    evidence = Evidence(replies=("Hello,",), acted_at=BEGAN)
    assert not grade(exercise.checks, evidence, BEGAN).whole


def test_the_groups_to_pass_on_to_are_those_of_the_demos_policy() -> None:
    teams = read_policy(Path("apps/demo/policy.yaml")).teams
    named = {check.group for exercise in EXERCISES for check in exercise.checks if check.group}
    assert named <= set(teams)


def test_a_file_with_an_unknown_check_is_refused_with_its_place(tmp_path: Path) -> None:
    text = Path("apps/train/exercises.yaml").read_text(encoding="utf-8").replace("kind: opened", "kind: guessed", 1)
    path = tmp_path / "exercises.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"exercises\.0\.checks\.0\.kind"):
        read_exercises(path)
