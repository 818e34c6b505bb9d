"""When a team is there, on its own clock, whatever the clock does at night."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar.opening_hours import after, is_open, open_between, opens_next
from core.policy.hours import OpeningHours, Shift

DAY = (Shift(opens=time(9), closes=time(17, 30)),)
LONDON = OpeningHours(zone="Europe/London", days=(*[DAY] * 5, (), ()), holidays=frozenset({date(2026, 12, 25)}))
SPLIT = OpeningHours(
    zone="Europe/Madrid",
    days=((Shift(opens=time(9), closes=time(13)), Shift(opens=time(16), closes=time(0))),) * 7,
)
HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-03-10T12:00", "2026-03-10T12:00"),  # a Tuesday at noon: they are there
        ("2026-03-10T17:30", "2026-03-11T09:00"),  # the end does not belong to the day
        ("2026-03-13T20:00", "2026-03-16T09:00"),  # Friday night: Monday
        ("2026-12-24T18:00", "2026-12-28T09:00"),  # Christmas is a Friday
        ("2026-03-27T18:00", "2026-03-30T08:00"),  # the clock goes forward on Sunday: nine o'clock is an hour earlier
    ],
)
def test_they_are_there_again_at_the_next_opening_of_their_own_clock(at: str, opens: str) -> None:
    assert opens_next(LONDON, utc(at)) == utc(opens)


def test_a_shift_until_midnight_ends_at_midnight_of_its_own_zone() -> None:
    assert is_open(SPLIT, utc("2026-01-10T22:59"))
    assert not is_open(SPLIT, utc("2026-01-10T23:00"))


def test_working_time_goes_on_after_the_break_and_on_the_next_day() -> None:
    assert after(LONDON, utc("2026-03-13T17:00"), HOUR) == utc("2026-03-16T09:30")
    assert after(SPLIT, utc("2026-01-10T11:30"), HOUR) == utc("2026-01-10T15:30")


def test_a_team_on_holiday_for_months_is_announced_for_no_day() -> None:
    away = frozenset(date(2026, 3, 1) + timedelta(days=day) for day in range(120))
    closed = OpeningHours(zone="UTC", days=(DAY,) * 7, holidays=away)
    assert opens_next(closed, utc("2026-03-10T12:00")) is None
    assert after(closed, utc("2026-03-10T12:00"), HOUR) is None


MOMENTS = st.integers(0, 330 * 24 * 60).map(lambda minutes: utc("2026-01-01T00:00") + timedelta(minutes=minutes))


@given(at=MOMENTS, hours=st.sampled_from([LONDON, SPLIT]))
def test_at_the_next_opening_somebody_is_there_and_before_it_nobody(at: datetime, hours: OpeningHours) -> None:
    opens = opens_next(hours, at)
    assert opens is not None
    assert opens >= at
    assert is_open(hours, opens)
    assert open_between(hours, at, opens) == timedelta(0)
    local = opens.astimezone(ZoneInfo(hours.zone))
    assert any(shift.opens <= local.time() for shift in hours.on(local.date()))


@given(at=MOMENTS, minutes=st.integers(0, 3_000), hours=st.sampled_from([LONDON, SPLIT]))
def test_what_is_counted_forward_lies_between(at: datetime, minutes: int, hours: OpeningHours) -> None:
    working = timedelta(minutes=minutes)
    ends = after(hours, at, working)
    assert ends is not None
    assert open_between(hours, at, ends) == working


def test_hours_that_end_before_they_begin_or_of_an_unknown_place_are_refused() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        Shift(opens=time(17), closes=time(9))
    with pytest.raises(ValueError, match="no week"):
        OpeningHours(zone="UTC", days=(DAY,))
    with pytest.raises(KeyError):
        OpeningHours(zone="Mars/Olympus", days=(DAY,) * 7)
