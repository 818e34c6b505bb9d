"""Starting, watching and ending the processes of one machine."""

import fcntl
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import IO

import requests

from apps.settings import make_data_folder
from core.errors import ConfigurationError

PATIENCE = 90.0  # seconds; a busy machine is slow, not broken
STOP_WITHIN = 12.0
ASKED_WITHIN = 5.0  # /readyz waits a second each for the workers and for names that nobody finds
TAIL = 65_536  # bytes of a log that its last lines are looked for in
ANY = range(20_000, 32_000)  # Linux gives 32768 and above to outgoing connections, others 49152 and above
TRIES = 50
LOADING = "workers (learn intents, load models)"  # told while it lasts; intents are learned at a first start alone


@dataclass(slots=True)
class Running:
    name: str
    process: subprocess.Popen[bytes]
    log: Path
    last: bool = False  # ends after all others have

    def end(self) -> None:
        """Ask it to end, also where somebody has stopped it."""
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()

    def tail(self, lines: int = 15) -> str:
        """Of its log; empty where somebody has taken that away."""
        try:
            with self.log.open("rb") as log:
                log.seek(-min(TAIL, log.seek(0, os.SEEK_END)), os.SEEK_END)
                end = log.read()
        except OSError:
            return ""
        return "\n".join(end.decode("utf-8", errors="replace").splitlines()[-lines:])


@dataclass(slots=True)
class Processes:
    """Child processes that end with us, also when we are killed."""

    folder: Path
    running: list[Running] = field(default_factory=list)

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str], *, last: bool = False) -> Running:
        """Start a command with its output in `<folder>/<name>.log`, at the end of what is there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{name}.log"
        with path.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own commands
                [sys.executable, "-m", "apps.child_process", *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(env),
                process_group=0,  # Ctrl-C at a terminal reaches us alone: we end them, in their order
            )
        started = Running(name=name, process=process, log=path, last=last)
        self.running.append(started)
        return started

    def wait_for(self, child: Running, ready: Callable[[], bool], patience: float = PATIENCE) -> float:
        """Seconds until it was ready.

        Raises:
            ConfigurationError: it ended or took too long; the message holds the end of its log.
        """
        began = time.monotonic()
        while not ready():
            waited = time.monotonic() - began
            if child.process.poll() is not None or waited > patience:
                what = "ended" if child.process.poll() is not None else f"was not ready after {patience:.0f} s"
                raise ConfigurationError(f"{child.name} {what}. The end of {child.log}:\n{child.tail()}")
            time.sleep(0.05)
        return time.monotonic() - began

    def forget(self, child: Running) -> None:
        """Of one that has ended."""
        self.running.remove(child)
        if child.process.stdin is not None:
            child.process.stdin.close()

    def stop(self) -> None:
        """End all, last started first; what the others need then."""
        for last in (False, True):
            ending = [child for child in reversed(self.running) if child.last is last]
            for child in ending:
                child.end()
            until = time.monotonic() + STOP_WITHIN
            for child in ending:
                try:
                    child.process.wait(max(0.1, until - time.monotonic()))
                except subprocess.TimeoutExpired:
                    child.process.kill()
                    child.process.wait()
                self.forget(child)


def answers(url: str) -> bool:
    """Whether a GET is answered with 200."""
    return _asked(url) == HTTPStatus.OK


def responds(url: str) -> bool:
    """Whether a GET is answered at all: who refuses somebody who asks too often does not hang."""
    return _asked(url) is not None


def _asked(url: str) -> int | None:
    try:
        return requests.get(url, timeout=ASKED_WITHIN).status_code
    except requests.RequestException:
        return None


def local_url(listen: str) -> str:
    """Where this machine reaches what listens there, which may be every address that it has."""
    host, _, port = listen.rpartition(":")
    return f"http://{ {'0.0.0.0': '127.0.0.1', '[::]': '[::1]'}.get(host, host) }:{port}"  # noqa: S104 - read, not bound


def free_port(wanted: int | None, fallback: int, ours: int = 0) -> int:
    """The wanted port, or `fallback` if free, or any free one of 127.0.0.1, none of them `ours`, which is spoken for.

    "Any" lies below those that systems give to outgoing connections: one of them could be taken by a passing call
    before the process that it is meant for has started.

    Raises:
        ConfigurationError: a port that was asked for is taken.
    """
    first = [wanted or fallback] if wanted or fallback else []
    for port in (*first, *random.SystemRandom().sample(ANY, TRIES)):  # not as another with our seed
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                if port == ours:
                    raise OSError("the other process is to have it")
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                if wanted:
                    raise ConfigurationError(f"port {wanted} is taken: choose another") from error
                continue
            return int(probe.getsockname()[1])
    raise ConfigurationError("no free port on 127.0.0.1")


def check_listen(listen: str) -> None:
    """Raises ConfigurationError where another program has the address."""
    host, _, port = listen.rpartition(":")
    try:
        socket.create_server((host.strip("[]"), int(port))).close()
    except OSError as error:
        # A name that is no address has a number that is none of the system's; the others come with the address again.
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise ConfigurationError(
            f"{listen} cannot be listened on ({why}): stop what is there, or set listen in handrail.toml."
        ) from error


def lock_folder(path: Path, what: str = "another demo") -> IO[str]:
    """Hold the returned file open for as long as we run; a killed process frees it by itself.

    Raises:
        ConfigurationError: somebody else holds it, or it cannot lie there.
    """
    make_data_folder(path.parent)
    lock = path.open("a", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise ConfigurationError(f"{what} runs in this folder already (lock {path})") from error
    return lock
