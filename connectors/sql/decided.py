"""Decisions that were read lately, put together already: they never change, and an open ticket asks for the same one
from several sides at once."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from core.model.decision import Decision

MOST = 256


class Decided:
    """By serial, which no other decision ever has. Threads may share it.

    Only for what was committed: a transaction may still take back what it reads of its own."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._lock = most, Lock()
        self._known: OrderedDict[int, Decision] = OrderedDict()

    def get(self, serial: int, read: Callable[[], Decision | None]) -> Decision | None:
        with self._lock:
            known = self._known.get(serial)
            if known is not None:
                self._known.move_to_end(serial)
                return known
        found = read()
        if found is not None:
            with self._lock:
                self._known[serial] = found
                while len(self._known) > self._most:
                    self._known.popitem(last=False)
        return found
