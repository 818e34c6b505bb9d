"""Keeps the processes of one machine running: what ends or hangs is started again, and what cannot run is told."""

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType

from apps.processes import Processes, Running
from core.errors import ConfigurationError

ALONE = frozenset({"slack", "outreach"})  # customers are answered without them: they are tried for as long as it takes
UNKNOWN = "the supervisor itself failed; what it said stands above"


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A process that is to run. `answers` says whether it still does its work, and may take some seconds; who has been
    silent for `patience` seconds hangs. What the others need ends `last`."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    answers: Callable[[], bool]
    patience: float = 30.0
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How soon a child is started again, and how often. All times are in seconds."""

    first: float = 0.5  # before the first start anew; twice as long after each further failure
    longest: float = 30.0
    steady: float = 30.0  # who has answered for as long has no failures behind it
    failures: int = 8  # in a row, about a minute; then all is stopped, unless the child is one of those ALONE
    hopeless: int = 3  # the same of one that has never answered: its settings are wrong
    start_within: float = 180.0
    look_every: float = 0.5
    ask_every: float = 5.0

    def wait(self, failures: int, chance: float) -> float:
        """Before the next start; `chance`, from 0 to 1, keeps several from starting in step."""
        return float(min(self.longest, self.first * 2 ** min(failures - 1, 20)) * (0.5 + chance / 2))


@dataclass(slots=True)
class _Watched:
    child: Child
    running: Running | None
    began: float
    asked: float = 0.0
    answered_first: float | None = None  # of this start
    answered_last: float = 0.0
    known_to_work: bool = False
    told_to_end: bool = False
    failures: int = 0
    again_at: float = 0.0


@dataclass(slots=True)
class Supervisor:
    """A context: a thread of it looks after the children, and at the end all are stopped.

    `done` is set when one that the others are no good without could not be kept running; `reason` then says which and
    why."""

    processes: Processes
    say: Callable[[str], None]
    pace: Pace = field(default_factory=Pace)
    heartbeat: Callable[[], None] = lambda: None
    done: threading.Event = field(default_factory=threading.Event)
    reason: str = ""
    _watched: list[_Watched] = field(default_factory=list)
    _ending: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Supervisor":
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._ending.set()
        if self._thread is not None:
            self._thread.join()
        self.processes.stop()

    def start(self, child: Child) -> None:
        self._watched.append(_Watched(child=child, running=self._run(child), began=time.monotonic()))

    def wait_for(self, what: str, ready: Callable[[], bool], patience: float | None = None) -> float:
        """Seconds until it was ready.

        Raises:
            ConfigurationError: a child cannot run, or it took longer than `patience`.
        """
        began = time.monotonic()
        while not ready():
            if self.done.wait(0.2):
                raise ConfigurationError(self.reason)
            if patience is not None and time.monotonic() - began > patience:
                raise ConfigurationError(f"{what}: not ready after {patience:.0f} s; logs in {self.processes.folder}")
        return time.monotonic() - began

    def _watch(self) -> None:
        try:
            while not self._ending.wait(self.pace.look_every):
                self.heartbeat()
                for watched in list(self._watched):
                    if not self._ending.is_set():
                        self._look(watched)
                    if self.reason:
                        return
        finally:
            self.reason = self.reason or UNKNOWN
            self.done.set()

    def _look(self, watched: _Watched) -> None:
        running, now = watched.running, time.monotonic()
        if running is None:
            if now >= watched.again_at:
                self._start_anew(watched)
        elif running.process.poll() is not None:
            self.processes.forget(running)
            self._fail(watched, _ending_of(running.process.returncode), running.tail())
        elif not watched.told_to_end and (watched.answered_first is None or now - watched.asked >= self.pace.ask_every):
            watched.asked = now
            self._ask(watched, running)

    def _ask(self, watched: _Watched, running: Running) -> None:
        answers, now = watched.child.answers(), time.monotonic()
        if answers:
            if watched.answered_first is None:
                watched.answered_first = now
                if watched.failures:
                    self.say(f"{watched.child.name} is back after {now - watched.began:.0f} s.")
            watched.answered_last, watched.known_to_work = now, True
            if now - watched.answered_first >= self.pace.steady:
                watched.failures = 0
            return
        silent = now - (watched.began if watched.answered_first is None else watched.answered_last)
        if silent > (self.pace.start_within if watched.answered_first is None else watched.child.patience):
            self.say(f"{watched.child.name} has not answered for {silent:.0f} s and is ended.")
            watched.told_to_end = True
            running.end()

    def _start_anew(self, watched: _Watched) -> None:
        watched.child.answers()  # what the one before it left behind is not the answer of this one
        watched.began, watched.answered_first, watched.told_to_end = time.monotonic(), None, False
        try:
            watched.running = self._run(watched.child)
        except OSError as error:
            self._fail(watched, f"cannot be started ({error})", "")

    def _fail(self, watched: _Watched, how: str, tail: str) -> None:
        watched.running, watched.failures = None, watched.failures + 1
        name, most = watched.child.name, self.pace.failures if watched.known_to_work else self.pace.hopeless
        log = f" The end of {self.processes.folder / name}.log:\n{tail}" if tail else ""
        if watched.failures >= most and name not in ALONE:
            self.reason = f"{name} failed {most} times in a row and is given up; the last time it {how}.{log}"
            return
        if watched.failures == most:
            self.say(f"{name} failed {most} times in a row; the others go on, and it is tried again and again.{log}")
        wait = self.pace.wait(watched.failures, random.random())
        watched.again_at = time.monotonic() + wait
        self.say(f"{name} {how}; it is started again in {wait:.1f} s.")

    def _run(self, child: Child) -> Running:
        return self.processes.start(child.name, child.command, child.env, last=child.last)


def _ending_of(code: int) -> str:
    number = -code if code < 0 else code - 128
    return f"was ended by signal {number}" if number > 0 else f"ended with exit code {code}"
