"""How long whoever asks the store waits for it.

A worker may wait for as long as a lock is usually held. A web process has a vendor at the other end of the line, who
gives up, and few threads: it answers soon, and while the store keeps everybody waiting only one request asks it."""

import socket
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from connectors.measures import STORE, STORE_FAILED
from core.errors import CircuitOpenError

_LOOK_S = 0.1  # how often connections are looked at that were given a time
_ASK_S = 0.4  # that a server which is there needs to hear that a statement is to end
_LASTED = {kind: STORE.labels(kind) for kind in ("write", "read")}
_PAUSE_S = 0.5  # after a wait in vain, and as long as that was


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Seconds. `write` is all that a transaction may wait for its beginning; in a web process on PostgreSQL it is also
    the longest that it may last, as `read` is for one that only reads. With `together` those who come while the store
    is away are refused at once, but for one who asks."""

    write: float = 10.0
    read: float = 10.0
    connect: int = 5  # two at the least: so libpq has it
    together: bool = False


FOR_WORKERS = Waiting()
FOR_WEB = Waiting(write=1.5, read=5.0, connect=2, together=True)


class Patience:
    """One store's in one process. What a thread has left is counted from `begin` on. Writes and reads may fail for
    themselves: a locked file can be read."""

    def __init__(self, waiting: Waiting) -> None:
        self.waiting = waiting
        self._mine = threading.local()
        self._away = {kind: _Away() for kind in ("write", "read")}

    @contextmanager
    def begin(self, kind: str) -> Iterator[None]:
        """Around a transaction: a "write" or a "read"."""
        seconds, before = self.waiting.write if kind == "write" else self.waiting.read, self._now()
        self._away[kind].enter(seconds)
        begun = time.monotonic()
        self._mine.now = (kind, begun + seconds)
        try:
            yield
        finally:
            self._mine.now = before
            _LASTED[kind].observe(time.monotonic() - begun)

    def left(self) -> float:
        """Seconds that this thread may still wait."""
        now = self._now()
        return self.waiting.write if now is None else max(0.0, now[1] - time.monotonic())

    def failed(self, why: str, *, altogether: bool) -> None:
        """`altogether`: nobody need try to read what cannot be written."""
        now = self._now()
        STORE_FAILED.labels(now[0] if now else "write").inc()
        if self.waiting.together and now is not None:
            for kind in self._away if altogether else (now[0],):
                self._away[kind].tell(why, self.waiting.write - self.left())

    def succeeded(self) -> None:
        now = self._now()
        if now is not None:
            self._away[now[0]].tell("")

    def _now(self) -> tuple[str, float] | None:
        return getattr(self._mine, "now", None)


class _Away:
    """What was said of it when it last kept somebody waiting in vain."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._why, self._until = "", float("-inf")

    def enter(self, seconds: float) -> None:
        """Raises CircuitOpenError while it is away; one may ask, for so long, and the others when that one knows."""
        if not self._why:
            return
        with self._turn:
            if self._why and time.monotonic() < self._until:
                raise CircuitOpenError(self._why)
            self._until = time.monotonic() + seconds + _PAUSE_S

    def tell(self, why: str, waited: float = 0.0) -> None:
        if why or self._why:
            with self._turn:
                self._why, self._until = why, time.monotonic() + max(_PAUSE_S, waited)


class Watchdog:
    """Ends connections whose time is over: a PostgreSQL that was stopped, or a network that swallows everything, never
    says so, and its client would wait for hours. Threads may share it; it does not outlive a fork.

    `cut` are those that it ends, `heard` those of them whose server let it end the statement: it is there, and only the
    statement took too long."""

    def __init__(self) -> None:
        self.cut: weakref.WeakSet[Any] = weakref.WeakSet()
        self.heard: weakref.WeakSet[Any] = weakref.WeakSet()
        self._ends: dict[int, tuple[float, Any]] = {}
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None

    def watch(self, raw: Any, seconds: float) -> None:
        with self._turn:
            self._ends[id(raw)] = (time.monotonic() + seconds, raw)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="store-watchdog", daemon=True)
                self._thread.start()

    def leave(self, raw: Any) -> None:
        with self._turn:
            self._ends.pop(id(raw), None)

    def _run(self) -> None:
        while True:
            time.sleep(_LOOK_S)
            with self._turn:
                now = time.monotonic()
                for name in [name for name, (end, _) in self._ends.items() if end < now]:
                    late = self._ends.pop(name)[1]
                    self.cut.add(late)
                    threading.Thread(target=self._end, args=(late,), name="store-cancel", daemon=True).start()

    def _end(self, raw: Any) -> None:
        with suppress(Exception):
            raw.cancel_safe(timeout=_ASK_S)
            self.heard.add(raw)
        _hang_up(raw)


def _hang_up(raw: Any) -> None:
    """Whoever waits at it wakes with an error of a lost connection."""
    # It may be closed in this moment.
    with suppress(Exception), socket.socket(fileno=socket.dup(raw.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
