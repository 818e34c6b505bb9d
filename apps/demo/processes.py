"""Starting, watching and ending the processes of one machine."""

import fcntl
import os
import random
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
ANY = range(20_000, 32_000)  # Linux gives 32768 and above to outgoing connections, others 49152 and above
TRIES = 50


@dataclass(slots=True)
class Running:
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def tail(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


@dataclass(slots=True)
class Processes:
    """Child processes that end with us, also when we are killed."""

    folder: Path
    running: list[Running] = field(default_factory=list)

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> Running:
        """Start a command with its output in `<folder>/<name>.log`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{name}.log"
        with path.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own commands
                [sys.executable, "-m", "apps.demo.child_process", *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(env),
            )
        started = Running(name=name, process=process, log=path)
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

    def ended(self) -> Running | None:
        return next((child for child in self.running if child.process.poll() is not None), None)

    def stop(self) -> None:
        """End all, last started first."""
        for child in reversed(self.running):
            child.process.terminate()
        until = time.monotonic() + STOP_WITHIN
        for child in reversed(self.running):
            try:
                child.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
            if child.process.stdin is not None:
                child.process.stdin.close()
        self.running.clear()


def answers(url: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        return requests.get(url, timeout=2).status_code == HTTPStatus.OK
    except requests.RequestException:
        return False


def free_port(wanted: int | None, fallback: int) -> int:
    """The wanted port, or `fallback` if free, or any free one of 127.0.0.1.

    "Any" lies below those that systems give to outgoing connections: one of them could be taken by a passing call
    before the process that it is meant for has started.

    Raises:
        ConfigurationError: a port that was asked for is taken.
    """
    first = [wanted or fallback] if wanted or fallback else []
    for port in (*first, *random.sample(ANY, TRIES)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                if wanted:
                    raise ConfigurationError(f"port {wanted} is taken by another program; choose another") from error
                continue
            return int(probe.getsockname()[1])
    raise ConfigurationError("no free port on 127.0.0.1")


def check_listen(listen: str) -> None:
    """Raises ConfigurationError where another program has the address."""
    host, _, port = listen.rpartition(":")
    try:
        socket.create_server((host.strip("[]"), int(port))).close()
    except OSError as error:
        why = os.strerror(error.errno or 0)
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
