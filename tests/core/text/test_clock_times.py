from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.clock_times import passed_moment, passed_time

WRITTEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
SENT = datetime(2026, 11, 24, 12, 47, tzinfo=UTC)
LONDON = "Europe/London"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We expect it to be fixed by 12:00.", "12:00"),
        ("Fixed by 12:00 UTC. Thank you.", "12:00 UTC"),
        ("It works again at 12pm.", "12pm"),
        ("Back at 11:30 a.m. today.", "11:30 a.m."),
        ("Wir rechnen damit, dass es bis 12.00 Uhr behoben ist.", "12.00 Uhr"),
        ("Rétabli avant 12h30.", "12h30"),
        ("Estará resuelto antes de las 12:15.", "12:15"),
        ("{service} has a fault since 09:10. Fixed by 12:00.", "12:00"),
        # not yet over, or over when it was written
        ("Fixed by 15:00.", ""),
        ("We stopped a sign-in at 09:58.", ""),
        ("In der Region gestört seit 09:10 UTC.", ""),
        # no time of day, or one of another day
        ("It costs 12.00 GBP, version 11.30.", ""),
        ("Your order 11:305 is here.", ""),
        ("Ratio 1:10:30 of 10,11:12.", ""),
        ("The van comes tomorrow by 12:00.", ""),
        ("The van comes on Friday by 12:00.", ""),
        ("Am 3. Dezember um 12:00 Uhr.", ""),
        ("Fixed by 09:00.", ""),  # tomorrow's, for today's was over
        ("", ""),
    ],
)
def test_a_time_that_was_ahead_and_is_over(text: str, found: str) -> None:
    assert passed_time(text, WRITTEN, SENT, LONDON) == found


def test_a_time_counts_on_the_companys_clock_unless_utc_is_written() -> None:
    assert passed_time("Fixed by 13:30.", WRITTEN, SENT, "Europe/Berlin") == "13:30"
    assert passed_time("Fixed by 13:30.", WRITTEN, SENT, LONDON) == ""
    assert passed_time("Fixed by 13:30 UTC.", WRITTEN, SENT, "Europe/Berlin") == ""


def test_until_a_time_of_the_next_morning() -> None:
    late, morning = datetime(2026, 11, 24, 23, 0, tzinfo=UTC), datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
    assert passed_time("Fixed by 06:00.", late, morning, LONDON) == "06:00"
    assert passed_time("Fixed by 07:00.", late, morning, LONDON) == ""


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2026-11-24T12:00:00+00:00", "2026-11-24T12:00:00+00:00"),
        ("2026-11-24T13:00:00+00:00", ""),
        ("2026-11-24T09:00:00Z", ""),
        ("2026-11-24", ""),
        ("2026-99-99", ""),
        ("11:00", ""),
        (7, ""),
    ],
)
def test_a_fact_in_iso_8601(value: object, found: str) -> None:
    assert passed_moment(value, WRITTEN, SENT, LONDON) == found


def test_a_day_is_over_when_it_is() -> None:
    assert passed_moment("2026-11-24", WRITTEN, SENT + timedelta(hours=12), LONDON) == "2026-11-24"


@given(st.text(), st.integers(0, 3000))
def test_no_text_is_too_odd(text: str, minutes: int) -> None:
    found = passed_time(text, WRITTEN, WRITTEN + timedelta(minutes=minutes), LONDON)
    assert found in text


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 720))
def test_nothing_has_passed_at_the_moment_of_writing_and_what_has_stays_so(hour: int, minute: int, later: int) -> None:
    text = f"Fixed by {hour}:{minute:02d}."
    assert passed_time(text, WRITTEN, WRITTEN, LONDON) == ""
    first = passed_time(text, WRITTEN, WRITTEN + timedelta(minutes=later), LONDON)
    assert not first or passed_time(text, WRITTEN, WRITTEN + timedelta(minutes=later + 1), LONDON) == first
