"""Which version of the articles a process works with: what is made of them holds until it changes."""

from collections.abc import Callable
from math import inf
from time import monotonic

from core.ports import Store

# Seconds after which the store is asked again: where nothing changed, and where something did, as the others of a sync
# come within seconds of it.
LOOKED_AGAIN, SOON = 60.0, 5.0


class ArticleVersion:
    """Asks the store once a minute, and every few seconds while articles change: between two messages they rarely do.
    One thread at a time."""

    def __init__(self, store: Store | None, clock: Callable[[], float] = monotonic) -> None:
        """`clock` in seconds; without a store there is one version for ever."""
        self._store, self._clock = store, clock
        self._version, self._look_at = 0, -inf

    def __call__(self) -> int:
        now = self._clock()
        if self._store is not None and now >= self._look_at:
            with self._store.read() as unit:
                version = unit.articles.version()
            self._look_at = now + (LOOKED_AGAIN if version == self._version else SOON)
            self._version = version
        return self._version
