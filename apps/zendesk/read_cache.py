"""An answer that is kept for some seconds, so that several people who ask at once share the work."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCache(Generic[K, V]):
    """One answer for each key; who asks while it is being made waits for it. Errors are not kept."""

    keep: timedelta
    _known: dict[K, tuple[datetime, V]] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, key: K, now: datetime, make: Callable[[], V]) -> V:
        with self._turn:
            known = self._known.get(key)
            # Who asked a moment before it was made has waited for it too.
            if known is not None and abs(now - known[0]) < self.keep:
                return known[1]
            for stale in [name for name, (at, _) in self._known.items() if abs(now - at) >= self.keep]:
                del self._known[stale]
            made = make()
            self._known[key] = (now, made)
            return made
