from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.stories.begin import DAYS, begin
from apps.stories.doing import span

SATURDAY = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


def test_a_story_begins_at_the_next_such_hour() -> None:
    assert begin("Tuesday 10:00", SATURDAY) == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    assert begin("Saturday 22:30", SATURDAY) == datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
    assert begin("Saturday 21:00", SATURDAY) == datetime(2026, 11, 28, 21, 0, tzinfo=UTC)


@given(
    st.sampled_from(DAYS),
    st.integers(0, 23),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001
)
def test_it_is_never_in_the_past_nor_more_than_a_week_away(day: str, hour: int, naive: datetime) -> None:
    now = naive.replace(tzinfo=UTC)
    found = begin(f"{day} {hour:02d}:00", now)
    assert now <= found <= now + timedelta(days=8)
    assert found.astimezone(ZoneInfo("Europe/London")).weekday() == DAYS.index(day)


@pytest.mark.parametrize("text", ["10:00", "Noday 10:00", "Tuesday", "Tuesday ten"])
def test_what_is_no_moment_of_a_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        begin(text, SATURDAY)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2 days", 172800), ("1 hour 30 minutes", 5400), ("1 week", 604800), ("0.5 hours", 1800)],
)
def test_a_span_of_time_is_read_as_people_write_it(text: str, seconds: int) -> None:
    assert span(text).total_seconds() == seconds


def test_a_span_without_a_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="no span of time"):
        span("soon")
