"""A process that dies at a chosen step: before or after each write and each word to a vendor. What it left behind is
what the next one finds; what the vendor got it has."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.sql.store import SqlStore, SqlUnit
from core.model.helpdesk import Receipt
from core.model.outbound import Outgoing
from tests.core.fakes import FakeMessenger


class Crash(BaseException):
    """No `except` of ours may catch it: the process is gone."""


@dataclass(slots=True)
class Fate:
    """Counts the steps, and at the `dies_at`th nothing more is done by anybody of this process."""

    dies_at: int = 0  # never
    steps: int = 0
    where: str = ""
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def died(self) -> bool:
        return 0 < self.dies_at <= self.steps

    def step(self, where: str) -> None:
        with self._turn:
            if not self.died:
                self.steps += 1
                self.where = where
            dead = self.died
        if dead:
            raise Crash(self.where)


class MortalStore(SqlStore):
    """Each transaction that writes is three steps: before it begins, before its commit, after its commit."""

    fate: Fate

    @contextmanager
    def begin(self) -> Iterator[SqlUnit]:
        self.fate.step("before a transaction")
        with super().begin() as unit:
            yield unit
            self.fate.step("before a commit")
        self.fate.step("after a commit")

    @contextmanager
    def read(self) -> Iterator[SqlUnit]:
        if self.fate.died:
            raise Crash(self.fate.where)
        with super().read() as unit:
            yield unit


class MortalMessenger:
    """Each message is two steps: before the vendor hears of it, and after, when the answer is on its way to us."""

    def __init__(self, world: FakeMessenger, fate: Fate) -> None:
        self.world, self.fate = world, fate

    def send(self, outgoing: Outgoing) -> Receipt:
        self.fate.step("before the vendor")
        receipt = self.world.send(outgoing)
        self.fate.step("after the vendor")
        return receipt

    def find(self, outgoing: Outgoing, since: datetime) -> Receipt | None:
        self.fate.step("before a look-up")
        found = self.world.find(outgoing, since)
        self.fate.step("after a look-up")
        return found


def mortal(url: str, fate: Fate, **how: Any) -> MortalStore:
    store = MortalStore(url, **how)
    store.fate = fate
    return store
