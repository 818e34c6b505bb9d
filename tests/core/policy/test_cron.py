from datetime import UTC, datetime, timedelta

import pytest

from core.policy.cron import cron

TUESDAY = datetime(2026, 3, 10, 12, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("*/15 * * * *", "2026-03-10 12:00"),
        ("7 12 * * *", "2026-03-10 12:07"),
        ("8 12 * * *", "2026-03-09 12:08"),
        ("0 9 * * 1-5", "2026-03-10 09:00"),
        ("0 9 * * mon", "2026-03-09 09:00"),
        ("0 9 * * 7", "2026-03-08 09:00"),
        ("0 9 1 * *", "2026-03-01 09:00"),
        ("30 8,18 * * *", "2026-03-10 08:30"),
        ("0 0 29 2 *", "2024-02-29 00:00"),
        ("0 9 10 * 1", "2026-03-10 09:00"),
        ("0 9 3 * 1", "2026-03-09 09:00"),
    ],
)
def test_the_newest_moment_of_a_timetable(line: str, expected: str) -> None:
    found = cron(line).latest(TUESDAY, "UTC")
    assert found is not None
    assert f"{found:%Y-%m-%d %H:%M}" == expected


def test_it_is_the_company_s_own_clock() -> None:
    found = cron("0 9 * * *").latest(TUESDAY, "Asia/Kolkata")
    assert found == datetime(2026, 3, 10, 3, 30, tzinfo=UTC)


def test_an_hour_that_the_clock_leaves_out_is_not_lost_and_one_shown_twice_counts_once() -> None:
    line, moments = cron("30 1 * * *"), set()
    for day in ((2026, 3, 29), (2026, 10, 25)):
        start = datetime(*day, 0, 0, tzinfo=UTC)
        found = {line.latest(start + timedelta(minutes=step), "Europe/London") for step in range(0, 240, 5)}
        moments |= {each for each in found if each is not None and each.astimezone(UTC) >= start}
    assert sorted(each.astimezone(UTC) for each in moments) == [
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    ]


def test_a_day_that_never_comes_is_never() -> None:
    assert cron("0 0 30 2 *").latest(TUESDAY, "UTC") is None


@pytest.mark.parametrize(
    "line",
    ["", "0 9 * *", "60 9 * * *", "0 9 * * 8", "0 24 * * *", "a 9 * * *", "5-1 * * * *", "*/0 * * * *", "0 9 0 * *"],
)
def test_what_is_no_timetable_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"expected|is no"):
        cron(line)
