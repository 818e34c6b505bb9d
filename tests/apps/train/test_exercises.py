"""The exercises of the file, and how each check of them is graded."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from apps.policy_file import read_policy
from apps.train.exercises import KINDS, Check, Evidence, Exercise, grade, read_exercises
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


#

ACTED = BEGAN + timedelta(minutes=2)


def check(kind: str, **more: Any) -> Check:
    return Check(kind=kind, says="It was done", because="It matters.", **more)


def passes(one: Check, **found: Any) -> bool:
    return grade([one], Evidence(acted_at=ACTED, **found), BEGAN).whole


def test_who_did_nothing_passes_nothing_not_even_what_is_left_out() -> None:
    checks = [check("silent"), check("leaves_out", words=("frost",)), check("nothing_internal")]
    found = grade(checks, Evidence(), BEGAN)
    assert (found.passed, found.took) == (0, None)


def test_the_time_runs_until_the_first_act() -> None:
    assert grade([check("replied")], Evidence(replies=("Hello",), acted_at=ACTED), BEGAN).took == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("one", "done", "left"),
    [
        (check("replied"), {"replies": ("Hello",)}, {}),
        (check("silent"), {}, {"replies": ("Hello",)}),
        (check("opened"), {"feedback": (("opened", {"sentence": 1}),)}, {"feedback": (("inserted", {}),)}),
        (check("taken"), {"feedback": (("inserted", {}),)}, {"feedback": (("opened", {}),)}),
        (check("rated", thumb="down"), {"feedback": (("thumb_down", {}),)}, {"feedback": (("thumb_up", {}),)}),
        (check("says", words=("CR123A", "CR2")), {"replies": ("It takes a cr123a.",)}, {"replies": ("A battery.",)}),
        (check("leaves_out", words=("frost",)), {"replies": ("4 years.",)}, {"replies": ("It warns of Frost.",)}),
        (
            check("escalated", group="Specialists"),
            {"escalated": True, "group": "Specialists"},
            {"escalated": True, "group": "Billing"},
        ),
        (check("noted", least=3), {"notes": ("Not verified yet",)}, {"notes": ("Police",)}),
    ],
    ids=lambda value: value.kind if isinstance(value, Check) else "",
)
def test_a_check_passes_on_what_was_done_and_on_nothing_else(
    one: Check, done: dict[str, Any], left: dict[str, Any]
) -> None:
    assert passes(one, **done)
    assert not passes(one, **left)


def test_a_ticket_that_the_assistant_gave_to_the_group_was_not_passed_on_by_the_agent() -> None:
    assert not passes(check("escalated", group="Specialists"), group="Specialists", replies=("Hello",))


def test_own_words_are_those_that_stand_in_no_draft() -> None:
    drafts = ("Your parcel is late.",)
    own = check("own_words", least=4)
    assert passes(own, drafts=drafts, replies=("I hope your mother is better. Your parcel is late.",))
    assert not passes(own, drafts=drafts, replies=("Your parcel is late. Late is your parcel, sorry.",))


def test_six_words_in_a_row_from_an_internal_article_are_told() -> None:
    internal = ("Tier 1 may give up to ten pounds, seniors up to thirty.",)
    sent = "As a rule tier 1 may give up to ten pounds."
    assert not passes(check("nothing_internal"), internal=internal, replies=(sent,))
    assert passes(check("nothing_internal"), internal=internal, replies=("We may give you a voucher.",))


def test_every_kind_is_tried_here() -> None:
    """A kind without a test above would be judged by nobody."""
    source = Path(__file__).read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f'check("{kind}"' not in source] == []
