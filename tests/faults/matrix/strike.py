"""How each part is broken in each way, and put right again."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from core.model.ids import EffectId, EventId
from tests.faults.matrix.cells import VENDORS, Cell
from tests.faults.matrix.house import COMMANDS, House

LONG, SHORT = 60.0, 8.0  # seconds that a fault lasts
MODES = {
    "slow": "slow",
    "stop 60 s": "stop",
    "cut in mid-answer": "cut",
    "429 storm": "429",
    "5xx storm": "5xx",
    "answer lost after the work": "lost",
}
HOOKS = {"duplicate": "webhook_duplicate", "reordered": "webhook_reorder"}
HOUR = 3600.0


class Postgres:
    """The server of a house whose store it is; `place` is its socket."""

    def __init__(self, server: Any) -> None:
        self.server = server

    @property
    def folder(self) -> Path:
        return Path(self.server.pgdata)

    @property
    def place(self) -> Path:
        return Path(str(self.server.get_postmaster_info().socket_dir)) / ".s.PGSQL.5432"

    def signal(self, number: signal.Signals) -> None:
        """To the server and every process of it."""
        pid = int((self.folder / "postmaster.pid").read_text().splitlines()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in (pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(each, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        # Nobody may be there to take note of its end, and by its number it would seem to run.
        for left in (self.folder / "postmaster.pid", *self.folder.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)
        self.server.ensure_postgres_running()


@contextmanager
def struck(house: House, cell: Cell, postgres: Postgres | None = None) -> Iterator[float]:
    """While this is open the part is broken; the seconds that it is to last."""
    part, fault = cell.part, cell.fault
    seconds = LONG if fault == "stop 60 s" else SHORT
    if fault == "kill -9":
        if postgres is not None and part == "store":
            postgres.kill()
        else:
            house.kill(part)
        yield 0.5
    elif fault == "disk full":
        house.fill_disk()
        try:
            yield seconds
        finally:
            house.free_disk()
    elif fault == "clock jump":
        with _clock(house, part):
            yield seconds
    elif fault in HOOKS and part in VENDORS:
        house.people("PUT", "faults", **{part: {HOOKS[fault]: 1000}})
        try:
            yield seconds
        finally:
            house.people("PUT", "faults", **{part: {HOOKS[fault]: 0}})
    elif fault in HOOKS:
        publish_again(house)
        yield seconds
        publish_again(house)
    elif fault in ("stop 60 s", "slow") and (part in COMMANDS or (part == "queue" and fault == "stop 60 s")):
        with _stopped(house, part, steadily=fault != "slow"):
            yield seconds
    elif fault == "stop 60 s" and part == "store":
        assert postgres is not None
        postgres.signal(signal.SIGSTOP)
        try:
            yield seconds
        finally:
            postgres.signal(signal.SIGCONT)
    else:
        wire = house.lines.wires[part]
        wire.mode = MODES[fault]
        try:
            yield seconds
        finally:
            wire.mode = "pass"


@contextmanager
def _clock(house: House, part: str) -> Iterator[None]:
    """An hour ahead, then an hour behind, then right again."""
    house.move_clock(part, HOUR)
    time.sleep(SHORT)
    house.move_clock(part, -HOUR)
    try:
        yield
    finally:
        house.move_clock(part, 0)


@contextmanager
def _stopped(house: House, part: str, *, steadily: bool) -> Iterator[None]:
    import threading

    over = threading.Event()

    def run() -> None:
        """A process that gets a fifth of its time."""
        while not over.is_set():
            house.signal(part, signal.SIGSTOP)
            over.wait(0.4)
            house.signal(part, signal.SIGCONT)
            over.wait(0.1)

    thread = threading.Thread(target=run, daemon=True)
    house.signal(part, signal.SIGSTOP) if steadily else thread.start()
    try:
        yield
    finally:
        over.set()
        if not steadily:
            thread.join()
        house.signal(part, signal.SIGCONT)


def publish_again(house: House, choose: Callable[[list[Any]], None] = random.shuffle) -> None:
    """Every hint that ever was, twice, in another order."""
    events = [("event", row[0]) for row in house.ask_store("SELECT id FROM events")]
    effects = [("effect", row[0]) for row in house.ask_store("SELECT id FROM outbox WHERE approval_id IS NULL")]
    hints = 2 * (events + effects)
    choose(hints)
    publisher = house.up.container.publisher
    for kind, name in hints:
        if kind == "event":
            publisher.event(EventId(name))
        else:
            publisher.effect(EffectId(name))
    publisher.flush()
