"""Quiet hours in every zone that a phone number can point to, also in the nights in which clocks are changed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers.tzdata import TIMEZONE_DATA

from core.calendar.quiet_hours import HORIZON, closes_after, country_of, next_allowed, zones_of
from core.calendar.spans import Rule, spans
from core.model.customer import QuietTime
from core.policy import Outreach
from core.policy.hours import Shift
from core.policy.outreach import CountryHours
from tests.core.rules import policy

HOURS = policy().outreach  # 08:00 to 20:00
NAMES = sorted({name for names in TIMEZONE_DATA.values() for name in names})
NOWHERE = "+447"  # a number that does not say where
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
SECOND, MINUTE, QUARTER = timedelta(seconds=1), timedelta(minutes=1), timedelta(minutes=15)


def allowed(
    moment: datetime, zones: Sequence[str], hours: Outreach = HOURS, quiet: QuietTime | None = None, country: str = ""
) -> bool:
    """The rule as one would say it, for one moment."""
    return all(_in(moment.astimezone(ZoneInfo(zone)), hours, quiet, country) for zone in zones)


def _in(local: datetime, hours: Outreach, quiet: QuietTime | None, country: str) -> bool:
    own = hours.hours_in.get(country)
    clock = local.time()
    usual = hours.opens <= clock < hours.closes and not (quiet is not None and quiet.covers(clock))
    shifts = own.on(local.date()) if own else ()
    return usual and (
        own is None or any(s.opens <= clock and (s.closes == time(0) or clock < s.closes) for s in shifts)
    )


def changes(zone: str) -> list[datetime]:
    """The first minutes of new clocks in a year."""
    place = ZoneInfo(zone)
    days = [YEAR + timedelta(hours=6 * step) for step in range(366 * 4)]
    found = []
    for before, after in pairwise(days):
        if before.astimezone(place).utcoffset() != after.astimezone(place).utcoffset():
            minutes = [before + MINUTE * step for step in range(6 * 60 + 1)]
            old = before.astimezone(place).utcoffset()
            found.append(next(each for each in minutes if each.astimezone(place).utcoffset() != old))
    return found


def test_the_zones_that_a_number_can_point_to_are_all_known() -> None:
    assert len(NAMES) > 250
    assert all(ZoneInfo(name) for name in NAMES)


@pytest.mark.parametrize("zone", NAMES)
def test_the_next_opening_is_the_first_and_its_end_the_end_in_every_zone(zone: str) -> None:
    """On an ordinary day and around each change of the clocks, from the evening before until the day after."""
    ordinary = datetime(2026, 7, 15, 0, 0, tzinfo=UTC)
    around = [timedelta(hours=hours, seconds=7) for hours in (-30, -13, -6, -1, 0, 1, 5, 11, 24)]
    for change in [ordinary, *changes(zone)]:
        for now in [change + shift for shift in around] + [change, change - MINUTE]:
            then = next_allowed(now, HOURS, zone, NOWHERE)
            assert now <= then <= now + timedelta(hours=14)
            assert allowed(then, [zone])
            waiting = [now + QUARTER * step for step in range(int((then - now) / QUARTER) + 1)]
            assert not any(allowed(moment, [zone]) for moment in waiting if moment < then)
            assert then == now or not allowed(then - SECOND, [zone])
            until = closes_after(then, HOURS, zone, NOWHERE)
            assert until > then
            assert not allowed(until, [zone])
            assert all(allowed(then + QUARTER * step, [zone]) for step in range(int((until - SECOND - then) / QUARTER)))
            assert allowed(until - SECOND, [zone])


@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 3, 28), date(2026, 7, 15), date(2026, 10, 31)])
def test_what_is_open_for_a_number_is_open_in_every_zone_that_it_may_be_in(day: date) -> None:
    """For each set of zones that some prefix may mean, up to the forty of +1."""
    rule = Rule(opens=HOURS.opens, closes=HOURS.closes)
    several = {names for names in TIMEZONE_DATA.values() if len(names) > 1}
    assert len(several) > 40
    for names in several:
        for opens, closes in spans(tuple(ZoneInfo(name) for name in names), rule, day):
            assert allowed(opens, names)
            assert allowed(closes - SECOND, names)
            cut = {datetime.combine(day, time(0), UTC) + timedelta(days=days) for days in (0, HORIZON.days + 2)}
            assert opens in cut or not allowed(opens - SECOND, names)
            assert closes in cut or not allowed(closes, names)


@pytest.mark.parametrize(
    ("zone", "now", "then", "until"),
    [
        # Lord Howe moves its clock by half an hour, on 4 April 2026 at 15:00 UTC.
        ("Australia/Lord_Howe", "2026-04-04T12:00", "2026-04-04T21:30", "2026-04-05T09:30"),
        ("Australia/Lord_Howe", "2026-04-03T12:00", "2026-04-03T21:00", "2026-04-04T09:00"),
        ("Pacific/Kiritimati", "2026-06-01T12:00", "2026-06-01T18:00", "2026-06-02T06:00"),  # 14 hours ahead
        ("Pacific/Pago_Pago", "2026-06-01T12:00", "2026-06-01T19:00", "2026-06-02T07:00"),  # 11 hours behind
        ("Pacific/Chatham", "2026-06-01T12:00", "2026-06-01T19:15", "2026-06-02T07:15"),
        ("Asia/Beirut", "2026-03-28T20:00", "2026-03-29T05:00", "2026-03-29T17:00"),  # changed at midnight
    ],
)
def test_odd_clocks_are_kept_to_the_minute(zone: str, now: str, then: str, until: str) -> None:
    moments = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (now, then, until)]
    assert next_allowed(moments[0], HOURS, zone, NOWHERE) == moments[1]
    assert closes_after(moments[1], HOURS, zone, NOWHERE) == moments[2]


def test_an_hour_that_comes_twice_is_allowed_twice_where_it_is_allowed() -> None:
    """In New York the hour from one to two comes twice on 1 November 2026."""
    night = replace(HOURS, opens=time(1), closes=time(2))
    first = datetime(2026, 11, 1, 5, 0, tzinfo=UTC)
    assert next_allowed(first - SECOND, night, "America/New_York", NOWHERE) == first
    assert closes_after(first, night, "America/New_York", NOWHERE) == first + timedelta(hours=2)


def test_an_hour_that_is_left_out_is_waited_for_until_the_next_day() -> None:
    """In New York there is nothing between two and three on 8 March 2026."""
    night = replace(HOURS, opens=time(2), closes=time(3))
    then = next_allowed(datetime(2026, 3, 8, 4, 0, tzinfo=UTC), night, "America/New_York", NOWHERE)
    assert then == datetime(2026, 3, 9, 6, 0, tzinfo=UTC)


def test_nothing_may_be_delivered_while_it_is_quiet_or_nobody_knows() -> None:
    night, day = datetime(2026, 3, 10, 3, 0, tzinfo=UTC), datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
    assert closes_after(night, HOURS, "Europe/London", NOWHERE) == night
    assert closes_after(day, HOURS, None, NOWHERE) == day


def test_a_customers_own_quiet_time_ends_the_hours_early() -> None:
    quiet = QuietTime(starts=time(12, 30), ends=time(14, 10))
    noon = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
    assert closes_after(noon, HOURS, "Europe/London", NOWHERE, quiet) == noon + timedelta(minutes=30)
    later = noon + timedelta(minutes=40)
    assert next_allowed(later, HOURS, "Europe/London", NOWHERE, quiet) == datetime(2026, 3, 10, 14, 10, tzinfo=UTC)


# ---------------------------------------------------------------- a country's own hours

WEEK = ((Shift(opens=time(10), closes=time(13)), Shift(opens=time(14), closes=time(22))),) * 5
FRANCE = CountryHours(days=(*WEEK, (), ()), holidays=frozenset({date(2026, 7, 14)}))
PARIS = "+33142685300"


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-07-13T07:00", "2026-07-13T08:00"),  # Monday, ten in Paris
        ("2026-07-13T11:00", "2026-07-13T12:00"),  # after the break
        ("2026-07-13T19:00", "2026-07-15T08:00"),  # over at eight as everywhere, and Tuesday is a holiday
        ("2026-07-17T18:30", "2026-07-20T08:00"),  # not at the weekend
    ],
)
def test_a_country_may_have_narrower_hours(now: str, then: str) -> None:
    hours = replace(HOURS, hours_in={"FR": FRANCE})
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert next_allowed(moment, hours, None, PARIS) == datetime.fromisoformat(then).replace(tzinfo=UTC)


def test_other_countries_keep_the_usual_hours() -> None:
    hours = replace(HOURS, hours_in={"FR": FRANCE})
    sunday = datetime(2026, 7, 19, 12, 0, tzinfo=UTC)
    assert next_allowed(sunday, hours, None, "+442079460958") == sunday


@pytest.mark.parametrize(
    ("phone", "country"),
    [("+442079460958", "GB"), (PARIS, "FR"), ("+12125550123", "US"), ("+18005550199", "US"), ("nothing", "")],
)
def test_a_number_tells_its_country(phone: str, country: str) -> None:
    assert country_of(phone) == country


# ---------------------------------------------------------------- any of it together

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given one
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
QUIET = st.none() | st.builds(QuietTime, starts=CLOCKS, ends=CLOCKS)
NUMBERS = st.sampled_from([PARIS, "+18005550199", "+12125550123", "+77012345678", "+61255501234", "+5511961234567"])


@settings(max_examples=60, deadline=None)
@given(MOMENTS, NUMBERS, QUIET, st.tuples(CLOCKS, CLOCKS).filter(lambda pair: pair[0] < pair[1]))
def test_what_is_found_is_the_first_minute_that_fits_everywhere(
    now: datetime, phone: str, quiet: QuietTime | None, hours: tuple[time, time]
) -> None:
    rules = replace(HOURS, opens=hours[0], closes=hours[1], hours_in={"FR": FRANCE})
    now = now.replace(second=0, microsecond=0)
    zones, country = [zone.key for zone in zones_of(None, phone)], country_of(phone)
    then = next_allowed(now, rules, None, phone, quiet)
    scanned = (now + QUARTER * step for step in range(4 * 24 * HORIZON.days))
    rough = next((each for each in scanned if allowed(each, zones, rules, quiet, country)), None)
    assert rough is None or then <= rough
    if then > now + HORIZON:
        return
    assert allowed(then, zones, rules, quiet, country)
    assert then == now or not allowed(then - MINUTE, zones, rules, quiet, country)
    until = closes_after(then, rules, None, phone, quiet)
    assert allowed(until - SECOND, zones, rules, quiet, country)
    assert not allowed(until, zones, rules, quiet, country)
