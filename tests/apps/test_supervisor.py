"""The supervisor with processes that end, hang or never begin."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from apps.bootstrap import queue_server
from apps.processes import Processes, Running
from apps.supervisor import Child, Pace, Supervisor
from apps.up import start_queue
from core.errors import ConfigurationError

QUICK = Pace(
    first=0.05, longest=0.2, steady=0.2, failures=4, hopeless=3, start_within=5, look_every=0.02, ask_every=0.1
)
# Touches its file for as long as it works.
WORK = "import sys, time\nwhile True: open(sys.argv[1], 'w').close(); time.sleep(0.02)"
BROKEN = "raise SystemExit('no such table')"
GIVEN_UP = r"web failed 3 times in a row and is given up; the last time it ended with exit code 1[\s\S]*no such table"


class Watched:
    """A supervisor, and what it said."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said = folder, list[str]()
        self.supervisor = Supervisor(Processes(folder / "log"), self.said.append, QUICK)

    def worker(self, name: str = "worker", program: str = WORK, patience: float = 1.0) -> Path:
        """A child that works as long as its file is touched."""
        file = self.folder / name

        def answers() -> bool:
            with suppress(FileNotFoundError):
                file.unlink()
                return True
            return False

        command = (sys.executable, "-c", program, str(file))
        self.supervisor.start(Child(name=name, command=command, env=os.environ, answers=answers, patience=patience))
        return file

    def running(self, name: str = "worker") -> Running:
        until(lambda: any(each.name == name for each in self.supervisor.processes.running), f"{name} to run")
        return next(each for each in self.supervisor.processes.running if each.name == name)

    def said_that(self, words: str) -> None:
        until(lambda: any(words in line for line in self.said), f"“{words}” to be said, not {self.said}")


def until(true: Callable[[], bool], what: str, seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.02)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    with made.supervisor:
        yield made


# ---------------------------------------------------------------- the pace


def test_the_wait_doubles_up_to_its_longest_and_is_never_in_step() -> None:
    pace = Pace()
    assert [pace.wait(failures, 1.0) for failures in range(1, 9)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert pace.wait(3, 0.0) == 1.0
    assert pace.wait(10_000, 1.0) == 30


# ---------------------------------------------------------------- who ends


def test_a_killed_child_is_started_again_and_it_is_said(watched: Watched) -> None:
    watched.worker()
    watched.supervisor.wait_for("worker", lambda: bool(watched.running()))
    time.sleep(0.3)
    first = watched.running()
    first.process.kill()
    watched.said_that("worker was ended by signal 9; it is started again in 0.")
    watched.said_that("worker is back after 0 s.")
    assert watched.running().process.pid != first.process.pid
    assert not watched.supervisor.done.is_set()


def test_a_child_that_cannot_start_is_given_up_with_the_end_of_its_log(watched: Watched) -> None:
    watched.worker("web", BROKEN)
    with pytest.raises(ConfigurationError, match=GIVEN_UP):
        watched.supervisor.wait_for("web", lambda: False)
    assert len([line for line in watched.said if "started again" in line]) == 2


def test_one_that_worked_once_has_more_tries(watched: Watched) -> None:
    once = "import sys, time; open(sys.argv[1], 'w').close(); time.sleep(0.3); raise SystemExit(3)"
    watched.worker("worker", once)
    assert watched.supervisor.done.wait(20)
    assert (
        "worker failed 4 times in a row and is given up; the last time it ended with exit code 3"
        in watched.supervisor.reason
    )


@pytest.mark.parametrize("name", ["slack", "outreach"])
def test_one_that_the_others_do_not_need_is_tried_again_and_told_and_ends_nobody(watched: Watched, name: str) -> None:
    watched.worker()
    other = watched.running()
    watched.worker(name, BROKEN)
    watched.said_that(f"{name} failed 3 times in a row; the others go on, and it is tried again and again. The end of")
    seen = len(watched.said)
    until(lambda: len(watched.said) > seen + QUICK.failures, "more tries")
    assert [line for line in watched.said if "no such table" in line] == [
        line for line in watched.said if "the others go on" in line
    ]
    assert not watched.supervisor.done.is_set()
    assert other.process.poll() is None


def test_a_log_that_was_taken_away_stops_nobody(watched: Watched) -> None:
    watched.worker()
    first = watched.running()
    first.log.unlink()
    first.process.kill()
    watched.said_that("worker is back")
    assert not watched.supervisor.done.is_set()


def test_who_ran_well_for_a_while_begins_anew(watched: Watched) -> None:
    watched.worker()
    for _ in range(QUICK.failures + 1):
        before = watched.running()
        time.sleep(QUICK.steady + 0.4)
        before.process.kill()
        until(lambda before=before: watched.running().process.pid != before.process.pid, "the next")  # type: ignore[misc]
    assert not watched.supervisor.done.is_set()


def test_a_command_that_is_not_there_is_told(watched: Watched) -> None:
    watched.supervisor.start(Child(name="queue", command=("/nowhere",), env=os.environ, answers=lambda: False))
    assert watched.supervisor.done.wait(20)
    assert "/nowhere" in watched.supervisor.reason


def test_others_go_on_while_one_is_started_again(watched: Watched) -> None:
    watched.worker("one")
    watched.worker("two")
    other = watched.running("two")
    watched.running("one").process.kill()
    watched.said_that("one is back")
    assert other.process.poll() is None
    assert watched.running("two") is other


# ---------------------------------------------------------------- who hangs


def test_a_child_that_hangs_is_ended_and_started_again(watched: Watched) -> None:
    hangs = (
        "import os, sys, time\n"
        "first = not os.path.exists(sys.argv[1] + '.once')\n"
        "open(sys.argv[1] + '.once', 'w').close()\n"
        "while True:\n    open(sys.argv[1], 'w').close(); time.sleep(0.02)\n"
        "    if first: time.sleep(60)\n"
    )
    watched.worker("worker", hangs, patience=0.5)
    watched.said_that("worker has not answered for 1 s and is ended.")
    watched.said_that("worker is back")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_whole_family_that_was_stopped_is_ended_and_started_again(watched: Watched) -> None:
    watched.worker("worker", patience=0.5)
    time.sleep(0.5)
    first = watched.running()
    family = [first.process.pid, *_children(first.process.pid)]
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    watched.said_that("worker has not answered")
    watched.said_that("worker is back")
    until(lambda: not any(_alive(pid) for pid in family), "the stopped ones to be gone")


def test_one_that_never_begins_to_answer_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    made = Watched(tmp_path)
    made.supervisor.pace = Pace(first=0.05, hopeless=1, start_within=0.3, look_every=0.02)
    with made.supervisor:
        made.worker("web", "import time; time.sleep(60)")
        made.said_that("web has not answered for 0 s and is ended")
        assert made.supervisor.done.wait(20)


# ---------------------------------------------------------------- the queue


def test_the_queue_is_started_again_at_the_same_address_with_what_it_held(watched: Watched) -> None:
    folder = watched.folder / "queue"
    queue = start_queue(watched.supervisor, folder, os.environ)
    watched.supervisor.wait_for("queue", queue.answers, 20)
    for pid in (watched.running("queue").process.pid, *_children(watched.running("queue").process.pid)):
        os.kill(pid, signal.SIGKILL)
    watched.said_that("queue was ended by signal 9")
    watched.said_that("queue is back")
    assert queue.answers()
    assert queue_server(folder) == queue


def test_a_queue_that_does_not_answer_ping_is_ended(watched: Watched) -> None:
    queue = queue_server(watched.folder / "queue")
    watched.supervisor.start(
        Child(name="queue", command=queue.command, env=os.environ, answers=queue.answers, patience=0.5)
    )
    watched.supervisor.wait_for("queue", queue.answers, 20)
    [server] = _children(watched.running("queue").process.pid)
    time.sleep(0.3)
    os.kill(server, signal.SIGSTOP)
    watched.said_that("queue has not answered")
    watched.said_that("queue is back")
    assert queue.answers()


# ---------------------------------------------------------------- the end


def test_the_one_that_the_others_need_ends_after_them(tmp_path: Path) -> None:
    made = Watched(tmp_path)
    program = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    time.sleep(float(sys.argv[2])); open(sys.argv[1], 'a').write(sys.argv[3]); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('up', flush=True); time.sleep(60)"
    )
    with made.supervisor as supervisor:
        for name, slow, last in (("queue", "0", True), ("worker", "0.5", False)):
            command = (sys.executable, "-c", program, str(tmp_path / "ended"), slow, f"{name} ")
            supervisor.start(Child(name=name, command=command, env=os.environ, answers=lambda: True, last=last))
            supervisor.wait_for(name, lambda name=name: "up" in made.running(name).tail(), 20)  # type: ignore[misc]
    assert (tmp_path / "ended").read_text() == "worker queue "


def test_nothing_is_started_any_more_once_it_ends(tmp_path: Path) -> None:
    made = Watched(tmp_path)
    with made.supervisor:
        made.worker("worker", BROKEN)
    count = len(made.said)
    time.sleep(0.3)
    assert made.supervisor.processes.running == []
    assert len(made.said) == count


@contextmanager
def _quiet_threads() -> Iterator[None]:
    before, threading.excepthook = threading.excepthook, lambda _: None
    yield
    threading.excepthook = before


def test_a_supervisor_that_fails_itself_does_not_fail_in_silence(tmp_path: Path) -> None:
    made = Watched(tmp_path)

    def broken() -> bool:
        raise ZeroDivisionError

    with _quiet_threads(), made.supervisor as supervisor:
        supervisor.start(Child(name="web", command=(sys.executable, "-c", WORK, "x"), env=os.environ, answers=broken))
        assert supervisor.done.wait(20)
    assert "the supervisor itself failed" in supervisor.reason


def _children(pid: int) -> list[int]:
    """The processes whose parent it is."""
    until(lambda: bool(_of_parent(pid)), "its child")
    return _of_parent(pid)


def _of_parent(pid: int) -> list[int]:
    stats = (each.read_text(errors="replace") for each in Path("/proc").glob("[0-9]*/stat") if each.exists())
    fields = ((stat.split()[0], stat.rpartition(")")[2].split()[1]) for stat in stats)
    return [int(child) for child, parent in fields if parent == str(pid)]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
