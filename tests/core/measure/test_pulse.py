from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.measure.pulse import FEWEST, MOST_SHOWN, due, person_in, summary, week_of
from core.measure.statistics import Share
from core.model.agent import Asked

NEXT = "2026-W48"


def asked(person: int, helps: int | None = None, week: str = "2026-W47", **more: object) -> Asked:
    return Asked(week=week, person=f"p{person}", shown=1, helps=helps, **more)  # type: ignore[arg-type]


def test_a_week_is_the_one_of_the_calendar() -> None:
    assert week_of(datetime(2026, 11, 21, tzinfo=UTC)) == "2026-W47"
    assert week_of(datetime(2027, 1, 1, tzinfo=UTC)) == "2026-W53"


def test_a_week_begins_at_the_same_moment_everywhere() -> None:
    auckland = timezone(timedelta(hours=13))
    assert week_of(datetime(2026, 11, 23, 8, tzinfo=auckland)) == "2026-W47"


def test_a_person_has_another_name_each_week_and_under_each_secret() -> None:
    names = {person_in(week, "501", secret) for week in ("2026-W46", "2026-W47") for secret in ("a", "b")}
    assert len(names) == 4
    assert person_in("2026-W47", "501", "a") == person_in("2026-W47", "501", "a")


def test_the_question_is_put_until_it_is_settled_or_was_passed_over_often() -> None:
    assert due(None)
    assert due(asked(1))
    assert not due(asked(1, helps=4))
    assert not due(asked(1, later=True))
    assert not due(Asked(week="2026-W47", person="p1", shown=MOST_SHOWN))


def test_a_week_with_few_answers_tells_only_how_many() -> None:
    (week,) = summary([asked(n, helps=5) for n in range(FEWEST - 1)], NEXT)
    assert (week.answered, week.counts, week.helps) == (FEWEST - 1, None, None)


def test_while_a_week_runs_nobody_sees_an_answer_in_the_difference() -> None:
    rows = [asked(n, helps=5) for n in range(FEWEST)]
    before, after = (summary(each, "2026-W47")[0] for each in (rows, [*rows, asked(9, helps=1)]))
    assert (before.counts, before.helps, after.counts, after.helps) == (None, None, None, None)
    assert (before.answered, after.answered) == (FEWEST, FEWEST + 1)


def test_who_was_asked_and_did_not_answer_counts_for_the_rate_alone() -> None:
    rows = [asked(n, helps=helps) for n, helps in enumerate((5, 4, 4, 3, 1))]
    (week,) = summary([*rows, asked(8), asked(9, later=True)], NEXT)
    assert week.rate == Share(hits=5, cases=7)
    assert week.helps == Share(hits=3, cases=5)
    assert week.counts == {1: 1, 2: 0, 3: 1, 4: 2, 5: 1}


def test_the_newest_week_comes_first() -> None:
    assert [each.week for each in summary([asked(1, week="2026-W46"), asked(1)], NEXT)] == ["2026-W47", "2026-W46"]


@pytest.mark.parametrize("helps", [0, 6])
def test_an_answer_off_the_scale_is_refused(helps: int) -> None:
    with pytest.raises(ValueError, match="scale"):
        asked(1, helps=helps)
