import threading

import pytest

from apps.sandbox.clock import Timetable


def test_jobs_run_in_the_order_of_their_moments() -> None:
    table, done = Timetable("test"), list[str]()
    try:
        table.after(0.1, lambda: done.append("late"))
        table.after(0.0, lambda: done.append("now"))
        assert table.drain(5)
        assert done == ["now", "late"]
    finally:
        table.close()


def test_a_job_that_fails_leaves_the_others_running(caplog: pytest.LogCaptureFixture) -> None:
    table, done = Timetable("test"), threading.Event()
    try:
        table.after(0.0, lambda: [].pop())
        table.after(0.0, done.set)
        assert done.wait(5)
        assert "failed" in caplog.text
    finally:
        table.close()


def test_drain_says_when_it_was_not_enough_time() -> None:
    table = Timetable("test")
    table.after(60.0, lambda: None)
    assert not table.drain(0.05)
    table.close()
    assert table.drain(1)
