import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from apps.processes import TAIL, Processes, Running, answers, free_port, lock_folder, responds
from core.errors import ConfigurationError

WAIT = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    made = Processes(tmp_path / "log")
    yield made
    made.stop()


def test_a_process_is_waited_for_until_it_is_ready(processes: Processes) -> None:
    child = processes.start("sleeper", WAIT, os.environ)
    assert processes.wait_for(child, lambda: "up" in child.tail()) < 20


def test_its_output_goes_to_a_log_of_its_name(processes: Processes) -> None:
    child = processes.start("sleeper", WAIT, os.environ)
    processes.wait_for(child, lambda: "up" in child.tail())
    assert child.log == processes.folder / "sleeper.log"


def test_a_process_that_ends_early_is_told_with_the_end_of_its_log(processes: Processes) -> None:
    child = processes.start("broken", [sys.executable, "-c", "raise SystemExit('no such table')"], os.environ)
    with pytest.raises(ConfigurationError, match=r"broken ended[\s\S]*no such table"):
        processes.wait_for(child, lambda: False)
    assert child.process.poll() == 1


def test_only_the_end_of_a_log_is_read_and_one_that_is_gone_is_empty(tmp_path: Path) -> None:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    child = Running(name="web", process=done, log=tmp_path / "web.log")
    assert child.tail() == ""
    child.log.write_text("one\ntwo\n")
    assert child.tail() == "one\ntwo"
    child.log.write_bytes("ä".encode() * TAIL + b"\nlast\n")
    begun, last = child.tail().splitlines()
    assert (len(begun) < TAIL, last) == (True, "last")


def test_a_process_that_never_becomes_ready_is_given_up(processes: Processes) -> None:
    child = processes.start("sleeper", WAIT, os.environ)
    with pytest.raises(ConfigurationError, match="sleeper was not ready after 0 s"):
        processes.wait_for(child, lambda: False, patience=0.2)


def test_stopping_ends_all_of_them(processes: Processes) -> None:
    children = [processes.start(name, WAIT, os.environ) for name in ("one", "two")]
    for child in children:
        processes.wait_for(child, lambda child=child: "up" in child.tail())  # type: ignore[misc]
    processes.stop()
    assert [child.process.poll() is not None for child in children] == [True, True]
    assert processes.running == []


def test_the_environment_is_the_one_that_is_given(processes: Processes) -> None:
    shown = [sys.executable, "-c", "import os; print(sorted(n for n in os.environ if n.startswith('HANDRAIL')))"]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HANDRAIL")}
    child = processes.start("shown", shown, ours | {"HANDRAIL_COMPANY": "x"})
    child.process.wait(20)
    assert "['HANDRAIL_COMPANY']" in child.tail()


# ---------------------------------------------------------------- ports


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def test_a_port_that_was_asked_for_and_is_taken_is_named(taken: int) -> None:
    with pytest.raises(ConfigurationError, match=f"port {taken} is taken"):
        free_port(taken, 1)


def test_a_default_port_that_is_taken_gives_way_to_a_free_one(taken: int) -> None:
    port = free_port(None, taken)
    assert port not in (taken, 0)
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", port))


def test_a_port_that_is_free_is_the_one() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    assert free_port(port, 1) == port
    assert free_port(None, port) == port


# ---------------------------------------------------------------- one at a time


def test_a_second_one_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    lock = lock_folder(tmp_path / "demo.lock")
    with pytest.raises(ConfigurationError, match="runs in this folder already"):
        lock_folder(tmp_path / "demo.lock")
    lock.close()
    lock_folder(tmp_path / "demo.lock").close()


def test_another_process_that_is_killed_frees_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "demo.lock"
    hold = (
        "import sys, time\nfrom pathlib import Path\nfrom apps.processes import lock_folder\n"
        "lock = lock_folder(Path(sys.argv[1]))\nprint('held', flush=True)\ntime.sleep(60)\n"
    )
    other = subprocess.Popen([sys.executable, "-c", hold, str(path)], stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    with pytest.raises(ConfigurationError):
        lock_folder(path)
    other.kill()
    other.wait(5)
    other.stdout.close()
    lock_folder(path).close()


def test_a_child_does_not_hold_the_lock_for_its_parent(tmp_path: Path, processes: Processes) -> None:
    lock = lock_folder(tmp_path / "demo.lock")
    child = processes.start("sleeper", WAIT, os.environ)
    processes.wait_for(child, lambda: "up" in child.tail())
    lock.close()
    lock_folder(tmp_path / "demo.lock").close()


# ---------------------------------------------------------------- is it up


@pytest.mark.parametrize(
    ("ask", "status", "expected"), [(answers, 200, True), (answers, 503, False), (responds, 429, True)]
)
def test_only_a_200_is_an_answer_and_whoever_refuses_lives(
    ask: Callable[[str], bool], status: int, expected: bool
) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    assert ask(f"http://127.0.0.1:{server.server_port}/") is expected
    thread.join()
    server.server_close()


def test_nobody_there_is_no_answer() -> None:
    assert answers("http://127.0.0.1:9/") is False
    assert responds("http://127.0.0.1:9/") is False
