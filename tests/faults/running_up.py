"""`handrail up` as an operator runs it, in a process of its own, with the sandbox's vendors outside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apps.demo.environment import DemoEnvironment
from apps.demo.launch import clear_state, connect
from apps.demo.outside import Outside, wait_for
from apps.install.place import Place
from apps.processes import Processes, answers, free_port
from benchmarks import machine
from tests.stack import warmed

ROOT = Path(__file__).parents[2]
QUESTION = "How long does a refund take after you have received my return?"
SENDERS = (
    "Hannah Vogel",
    "Trevor Nash",
    "Leilani Kealoha",
    "Kimo Nakamura",
    "Liam Sutherland",
    "Yuki Tanabe",
    "Haruto Mori",
)


class Up:
    """A running `handrail up`, what it said, and its vendors."""

    def __init__(self, process: subprocess.Popen[bytes], said: Path, outside: Outside) -> None:
        self.process, self.file, self.outside = process, said, outside
        self.senders = iter(SENDERS)

    @property
    def said(self) -> str:
        return self.file.read_text(encoding="utf-8")

    def wait_said(self, words: str, seconds: float = 240.0, since: int = 0) -> None:
        def looked() -> bool | None:
            if self.process.poll() is not None and words not in self.said[since:]:
                raise AssertionError(f"it ended without saying “{words}”:\n{self.said}")
            return words in self.said[since:] or None

        wait_for(f"“{words}” in {self.file}", looked, seconds)

    def pid(self, name: str) -> int:
        """Of what holds the process of this name."""
        ends = {"queue": b"--save\0\0", "web": b"cli\0web\0", "worker": b"cli\0worker\0"}.get(
            name, f"--{name}\0".encode()
        )
        held = (pid for pid in machine.family(self.process.pid) if b"apps.child_process" in _command(pid))
        return next(pid for pid in held if _command(pid).endswith(ends))

    def kill(self, name: str) -> None:
        """Signal 9 to what holds the process, the process and all its children."""
        for pid in machine.family(self.pid(name)):
            os.kill(pid, signal.SIGKILL)

    def back(self, name: str, seconds: float) -> float:
        """Seconds until it says that it is, and does its work again."""
        began, since = time.monotonic(), len(self.said)
        self.wait_said(f"{name} is back", seconds, since)
        return time.monotonic() - began

    def phone(self, name: str) -> str:
        rows = self.outside.people("GET", "people")["people"]
        return str(next(row["phone"] for row in rows if row["name"] == name))

    def ask(self, name: str) -> None:
        self.outside.text(self.phone(name), QUESTION)

    def answers_a_text(self, seconds: float = 60.0) -> None:
        """Of the next customer, who gets one answer."""
        name = next(self.senders)
        self.ask(name)
        wait_for(f"an answer to {name}", lambda: self.outside.sent_to(self.phone(name)) or None, seconds)
        assert len(self.outside.sent_to(self.phone(name))) == 1


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@contextmanager
def vendors(folder: Path) -> Iterator[DemoEnvironment]:
    """The sandbox, connected, with an installation's settings."""
    warmed(folder)
    clear_state(folder / "state")
    environment = DemoEnvironment(
        folder=folder / "state", web_port=free_port(None, 0), sandbox_port=free_port(None, 0), queue_url=""
    )
    processes = Processes(folder / "log")
    try:
        sandbox = processes.start("sandbox", [sys.executable, "-m", "apps.sandbox.main"], environment.sandbox())
        processes.wait_for(sandbox, lambda: answers(f"{environment.sandbox_url}/sandbox/api/config"))
        environment.toml.write_text("", encoding="utf-8")
        connect(Place(toml=environment.toml, environ=environment.connected()))
        sync = [sys.executable, "-m", "apps.cli", "sync"]
        subprocess.run(sync, env=environment.connected(), check=True, stdout=subprocess.DEVNULL)
        yield environment
    finally:
        processes.stop()


@contextmanager
def running(environment: DemoEnvironment, **more: str) -> Iterator[Up]:
    """`handrail up`; killed at the end if it still runs."""
    said = environment.folder / "up.said"
    with said.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "apps.cli", "up"],
            env=environment.connected() | more,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Up(process, said, Outside(environment=environment))
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def gone(pids: list[int], seconds: float = 25.0) -> None:
    wait_for("an end of all", lambda: not any(_command(pid) for pid in pids) or None, seconds)
