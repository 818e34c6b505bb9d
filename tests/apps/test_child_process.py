"""A command run as a child process ends with its parent, however that ends; each test looks for the process itself."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

PYTHON = sys.executable
LEASH = [PYTHON, "-m", "apps.child_process"]
# Writes its own id and its child's, then waits.
COMMAND = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[2], sys.argv[1] + ".child"])
with open(sys.argv[1] + ".new", "w") as file:
    file.write(f"{os.getpid()} {child.pid}")
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(int(sys.argv[3]))
"""
WAIT = "import sys, time; open(sys.argv[1], 'w').close(); time.sleep(60)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAIT}"


def until(true: Callable[[], bool], seconds: float = 15.0) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended but that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


class Family:
    """A command as a child process, its own child, and the ids of both."""

    def __init__(self, folder: Path) -> None:
        self.note = folder / "pids"
        self.pids: list[int] = []

    def command(self, child: str = WAIT, seconds: int = 60) -> list[str]:
        return [PYTHON, "-c", COMMAND, str(self.note), child, str(seconds)]

    def arrive(self) -> None:
        assert until(self.note.exists), "the command did not start"
        assert until(self.note.with_suffix(".child").exists), "its child did not start"
        self.pids = [int(pid) for pid in self.note.read_text(encoding="utf-8").split()]

    def gone(self, seconds: float = 15.0) -> bool:
        return until(lambda: not any(alive(pid) for pid in self.pids), seconds)


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    made = Family(tmp_path)
    yield made
    for pid in made.pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def start_child(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*LEASH, *command], stdin=subprocess.PIPE, preexec_fn=_as_from_a_terminal)


def _as_from_a_terminal() -> None:
    """Whoever runs the tests in the background may have these ignored, which a child inherits."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def let_go(process: subprocess.Popen[bytes]) -> int:
    assert process.stdin is not None
    process.stdin.close()
    return process.wait(20)


def test_the_exit_code_is_the_commands() -> None:
    process = start_child([PYTHON, "-c", "raise SystemExit(7)"])
    assert process.wait(20) == 7
    let_go(process)


def test_when_the_holder_lets_go_the_command_and_its_children_end(family: Family) -> None:
    process = start_child(family.command())
    family.arrive()
    let_go(process)
    assert family.gone()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_asked_to_end_it_takes_the_command_along(family: Family, number: signal.Signals) -> None:
    process = start_child(family.command())
    family.arrive()
    process.send_signal(number)
    assert process.wait(20) != 0
    let_go(process)
    assert family.gone()


def test_a_hangup_that_nohup_keeps_away_ends_nothing(family: Family) -> None:
    process = subprocess.Popen(["nohup", *LEASH, *family.command()], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    family.arrive()
    process.send_signal(signal.SIGHUP)
    assert not family.gone(0.3)
    let_go(process)
    assert family.gone()


def test_a_child_that_does_not_listen_ends_with_its_leader(family: Family) -> None:
    process = start_child(family.command(DEAF))
    family.arrive()
    process.terminate()
    process.wait(20)
    let_go(process)
    assert family.gone(2)


def test_what_a_command_leaves_behind_when_it_ends_by_itself_ends_too(family: Family) -> None:
    process = start_child(family.command(WAIT, 1))
    family.arrive()
    assert process.wait(20) == 0
    assert family.gone(2)
    let_go(process)


def test_a_holder_that_is_killed_takes_everything_along(family: Family, tmp_path: Path) -> None:
    holder = (
        "import os, sys, time\nfrom pathlib import Path\nfrom apps.processes import Processes\n"
        "Processes(Path(sys.argv[1])).start('sleeper', sys.argv[2:], dict(os.environ))\ntime.sleep(60)\n"
    )
    process = subprocess.Popen([PYTHON, "-c", holder, str(tmp_path / "log"), *family.command()])
    family.arrive()
    process.kill()
    process.wait(5)
    assert family.gone()
