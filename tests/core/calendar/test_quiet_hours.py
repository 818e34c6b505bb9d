from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar.quiet_hours import HORIZON, next_allowed, zones_of
from tests.core.people import EMMA_PHONE
from tests.core.rules import policy

HOURS = policy().outreach  # 08:00 to 20:00
UNKNOWN = "+447"  # too short to say where
LONDON = "+442079460958"


def inside(moment: datetime, zone: ZoneInfo) -> bool:
    return HOURS.opens <= moment.astimezone(zone).time() < HOURS.closes


def allowed(now: str, zone: str | None, phone: str = EMMA_PHONE) -> str:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    return f"{next_allowed(moment, HOURS, zone, phone):%m-%dT%H:%M:%S}"


@pytest.mark.parametrize(
    ("now", "zone", "then"),
    [
        ("2026-03-10T08:00", "Europe/London", "03-10T08:00:00"),
        ("2026-03-10T19:59:59", "Europe/London", "03-10T19:59:59"),
        ("2026-03-10T20:00", "Europe/London", "03-11T08:00:00"),
        ("2026-03-10T07:59:30", "Europe/London", "03-10T08:00:00"),
        ("2026-03-10T12:00", "Europe/Berlin", "03-10T12:00:00"),
        ("2026-03-10T19:30", "Europe/Berlin", "03-11T07:00:00"),
        ("2026-03-10T12:00", "America/Los_Angeles", "03-10T15:00:00"),  # summer time since two days
        ("2026-03-10T12:00", "Australia/Sydney", "03-10T21:00:00"),
        ("2026-03-10T12:00", "Asia/Kolkata", "03-10T12:00:00"),
        ("2026-03-10T15:00", "Asia/Kolkata", "03-11T02:30:00"),  # half an hour off
        ("2026-03-10T15:00", "Asia/Kathmandu", "03-11T02:15:00"),  # three quarters
    ],
)
def test_a_message_waits_for_the_recipients_own_morning(now: str, zone: str, then: str) -> None:
    assert allowed(now, zone) == then


@pytest.mark.parametrize(
    ("now", "zone", "then"),
    [
        # Summer time begins in London on 29 March at 01:00 UTC and ends on 25 October at 01:00 UTC.
        ("2026-03-28T21:00", "Europe/London", "03-29T07:00:00"),
        ("2026-10-24T20:00", "Europe/London", "10-25T08:00:00"),
        # It begins in New York on 8 March at 07:00 UTC.
        ("2026-03-08T05:00", "America/New_York", "03-08T12:00:00"),
        ("2026-03-07T05:00", "America/New_York", "03-07T13:00:00"),
    ],
)
def test_a_night_in_which_the_clocks_change_ends_at_eight_all_the_same(now: str, zone: str, then: str) -> None:
    assert allowed(now, zone) == then


def test_a_number_that_may_be_in_several_zones_waits_until_it_is_day_in_all() -> None:
    anywhere_in_the_us = "+18005550199"
    zones = zones_of(None, anywhere_in_the_us)
    assert len(zones) > 2
    now = datetime(2026, 3, 10, 13, 0, tzinfo=UTC)  # nine in New York, three in Honolulu
    then = next_allowed(now, HOURS, None, anywhere_in_the_us)
    assert then > now
    assert all(inside(then, zone) for zone in zones) or then > now + HORIZON


def test_the_number_tells_the_zone_where_the_profile_does_not() -> None:
    assert zones_of(None, LONDON) == (ZoneInfo("Europe/London"),)
    assert zones_of("Europe/Paris", LONDON) == (ZoneInfo("Europe/Paris"),)


@pytest.mark.parametrize("nonsense", ["Eastern Time (US & Canada)", "Nowhere/Land", "../etc/passwd", ""])
def test_a_zone_that_nobody_knows_is_as_good_as_none(nonsense: str) -> None:
    assert zones_of(nonsense, LONDON) == (ZoneInfo("Europe/London"),)


@pytest.mark.parametrize("phone", [UNKNOWN, "not a number", ""])
def test_where_nothing_is_known_nothing_is_sent_at_a_guess(phone: str) -> None:
    now = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
    assert zones_of(None, phone) == ()
    assert next_allowed(now, HOURS, None, phone) > now + HORIZON


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given one
ZONES = st.sampled_from(["Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Kiritimati", "UTC"])


@settings(max_examples=80, deadline=None)
@given(MOMENTS, ZONES)
def test_the_moment_is_always_inside_the_hours_never_in_the_past_and_the_first(now: datetime, zone: str) -> None:
    place = ZoneInfo(zone)
    then = next_allowed(now, HOURS, zone, UNKNOWN)
    assert now <= then <= now + timedelta(hours=14)
    assert inside(then, place)
    if then > now:
        assert not inside(now, place)
        assert not inside(then - timedelta(minutes=15), place)
