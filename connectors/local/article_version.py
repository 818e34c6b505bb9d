"""Which version of the articles a process works with: what is made of them holds until it changes."""

from collections.abc import Callable
from math import inf
from time import monotonic

from core.ports import Store

LOOKED_AGAIN = 60.0  # seconds after which the store is asked again


class ArticleVersion:
    """Asks the store once a minute: between two messages the articles rarely change. One thread at a time."""

    def __init__(self, store: Store | None, clock: Callable[[], float] = monotonic) -> None:
        """`clock` in seconds; without a store there is one version for ever."""
        self._store, self._clock = store, clock
        self._version, self._look_at = 0, -inf

    def __call__(self) -> int:
        now = self._clock()
        if self._store is not None and now >= self._look_at:
            self._look_at = now + LOOKED_AGAIN
            with self._store.read() as unit:
                self._version = unit.articles.version()
        return self._version
