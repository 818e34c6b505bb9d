"""What a customer is told of the wait: never shorter than people really take."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar.moments import by_when, from_when
from core.handoff.notice import NOTICES, handoff_notice, when_told
from core.handoff.package import TOLD, expect_answer, usual_minutes
from core.model.decision import Answered, Expected
from core.policy import Policy
from tests.core import rules

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)  # a Tuesday in London
LATE = NOON.replace(hour=21)
FRIDAY_NIGHT = datetime(2026, 3, 13, 21, 0, tzinfo=UTC)
HOURS = {"zone": "Europe/London", "weekdays": ["09:00-17:30"]}
LONDON = "Europe/London"


def policy(promise: str = "30 minutes", *, hours: bool = False) -> Policy:
    row = ({"reply_within": promise} if promise else {}) | ({"hours": HOURS} if hours else {})
    return rules.policy(groups={"Billing": row})


def waits(*minutes: float | None, before: datetime = NOON) -> list[Answered]:
    """Handed over a day ago and answered so many minutes later; None: still waiting."""
    handed = before - timedelta(days=1)
    return [
        Answered(handed_at=handed, answered_at=None if each is None else handed + timedelta(minutes=each))
        for each in minutes
    ]


def test_the_promise_is_told_where_nothing_else_is_known() -> None:
    told = expect_answer(policy(), "Billing", [], NOON)
    assert (told.minutes, told.promise, told.closed) == (30, "30 minutes", False)


def test_a_team_that_takes_longer_than_it_promises_is_told_as_it_is() -> None:
    told = expect_answer(policy(), "Billing", waits(70, 80, 85, 88, 89), NOON)
    assert (told.minutes, told.promise) == (90, "")
    assert "promised: 30 minutes" in told.grounds
    assert "90 working minutes" in told.grounds


def test_a_team_that_is_quicker_is_not_held_to_its_best_days() -> None:
    assert expect_answer(policy("2 hours"), "Billing", waits(5, 6, 7, 8, 9), NOON).minutes == 120


def test_few_cases_are_no_experience() -> None:
    assert expect_answer(policy(), "Billing", waits(500, 500, 500, 500), NOON).minutes == 30


def test_without_a_promise_experience_alone_is_told_and_without_both_nothing() -> None:
    assert expect_answer(policy(""), "Nobody", waits(11, 12, 13, 14, 15), NOON).minutes == 15
    assert expect_answer(policy(), "Nobody", [], NOON) == Expected()


def test_who_still_waits_counts_as_having_waited() -> None:
    """Five who were answered at once do not make up for five who never were."""
    assert usual_minutes(waits(1, 1, 1, 1, 1), None, NOON) == 5
    assert usual_minutes(waits(1, 1, 1, 1, 1, None, None, None, None, None), None, NOON) == 1440


def test_the_night_is_nobodys_wait() -> None:
    evening = datetime(2026, 3, 9, 17, 0, tzinfo=UTC)
    overnight = [Answered(handed_at=evening, answered_at=evening + timedelta(hours=16, minutes=15))] * 5
    assert expect_answer(policy(hours=True), "Billing", overnight, NOON).minutes == 45
    assert expect_answer(policy(), "Billing", overnight, NOON).minutes == 1440


def test_a_promise_of_a_day_stays_one() -> None:
    told = expect_answer(policy("next working day"), "Billing", waits(50, 60, 70, 80, 90), NOON)
    assert (told.minutes, told.promise) == (None, "next working day")


def took(*days: float) -> list[Answered]:
    """Each answered after so many working days of eight and a half hours, counted from a Monday morning."""
    monday = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    return [
        Answered(handed_at=monday, answered_at=monday + timedelta(days=each // 1, hours=each % 1 * 8.5))
        for each in days
    ]


@pytest.mark.parametrize(
    ("promise", "days", "holds"),
    [
        ("next working day", 1.2, True),
        ("next working day", 2.5, False),
        ("same working day", 0.3, True),
        ("same working day", 1.2, False),
        ("3 working days", 2.5, True),
        ("2 business days", 2.9, False),
        ("1 day", 1.9, False),
        ("1 week", 4.0, True),
        ("as soon as we can", 0.9, True),
        ("as soon as we can", 2.5, False),
    ],
)
def test_a_promise_in_days_is_told_only_while_people_keep_it(promise: str, days: float, holds: bool) -> None:
    """It is Tuesday noon: five and a half hours of today are left."""
    told = expect_answer(policy(promise, hours=True), "Billing", took(days, days, days, days, days), NOON)
    assert (told.promise == promise) is holds
    assert (told.minutes is None) is holds


def test_without_hours_a_day_of_the_promise_is_a_day_long() -> None:
    slow = waits(2000, 2000, 2000, 2000, 2000, before=NOON - timedelta(days=2))
    assert expect_answer(policy("next working day"), "Billing", slow, NOON).minutes == 2880
    assert expect_answer(policy("3 days"), "Billing", slow, NOON).promise == "3 days"


@given(
    minutes=st.lists(st.floats(0, 2_000), max_size=40),
    promised=st.sampled_from([None, 30, 120]),
)
def test_what_is_told_is_no_shorter_than_the_promise_nor_than_three_of_four_took(
    minutes: list[float], promised: int | None
) -> None:
    told = expect_answer(policy(f"{promised} minutes" if promised else ""), "Billing", waits(*minutes), NOON)
    if promised is not None:
        assert told.minutes is not None
        assert told.minutes >= promised
    if len(minutes) >= 5:
        assert told.minutes is not None
        assert sum(each <= told.minutes for each in minutes) >= 0.75 * len(minutes)
        assert told.minutes in (*TOLD, promised)


# ---------------------------------------------------------------- in words


def said(at: datetime, language: str = "en", zone: str | None = LONDON, promise: str = "30 minutes") -> str:
    return when_told(expect_answer(policy(promise, hours=True), "Billing", [], at), at, language, zone, LONDON)


def test_while_they_are_there_it_is_a_span() -> None:
    assert said(NOON) == "They usually reply within 30 minutes."


def test_before_they_go_home_it_is_the_moment_and_not_a_span_that_ends_at_night() -> None:
    at = NOON.replace(hour=17, minute=15)
    assert said(at, promise="2 hours") == "You can expect their reply tomorrow by 10:45."


def test_after_hours_the_customer_is_told_from_when() -> None:
    assert said(LATE) == "Nobody of them is in right now; they are back tomorrow from 9:00."
    assert said(FRIDAY_NIGHT) == "Nobody of them is in right now; they are back on Monday from 9:00."
    assert said(FRIDAY_NIGHT, promise="2 hours").endswith("You can expect their reply on Monday by 11:00.")


def test_the_hour_is_told_by_the_customers_own_clock_and_else_it_is_said_whose_it_is() -> None:
    assert "today from 18:00" in said(LATE, zone="Asia/Tokyo")
    assert "from 9:00 (London time)" in said(LATE, zone=None)


@pytest.mark.parametrize("language", sorted(NOTICES))
def test_every_language_says_when_they_are_back(language: str) -> None:
    words = said(FRIDAY_NIGHT, language)
    monday = {"en": "Monday", "de": "Montag", "es": "lunes", "fr": "lundi", "pt": "segunda-feira", "ja": "月曜日"}
    assert monday[language] in words
    assert "9" in words
    notice = handoff_notice(language, "Billing", None, when=words, later=True)
    assert words in notice
    assert "{" not in notice


def test_after_hours_nobody_takes_over_now() -> None:
    assert "now" not in handoff_notice("en", "Billing", None, later=True)


def test_a_far_day_is_a_date_and_an_estimate_is_rounded_up() -> None:
    zone = ZoneInfo(LONDON)
    assert from_when(NOON + timedelta(days=20), NOON, zone, "en") == "on 30 March from 13:00"
    assert from_when(NOON + timedelta(days=7), NOON, zone, "de") == "am 17. März ab 12:00 Uhr"
    assert by_when(NOON + timedelta(minutes=1), NOON, zone, "en") == "today by 12:15"
