"""Tables whose lists lag behind their rows, as Zendesk's search index lags behind its records."""

import copy
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from apps.sandbox.zendesk.answers import Record, not_found


class Table:
    """Records by id: `get` sees every write at once, `listed` only those older than the lag."""

    def __init__(self, now: Callable[[], datetime], lag: timedelta = timedelta(0)) -> None:
        self.rows: dict[int, Record] = {}
        self._now, self._lag = now, lag
        self._listed: dict[int, Record] = {}
        self._pending: deque[tuple[datetime, int, Record | None]] = deque()

    def get(self, key: int) -> Record:
        """The record as it is now; 404 when there is none."""
        if key not in self.rows:
            raise not_found()
        return self.rows[key]

    def find(self, key: object) -> Record | None:
        return self.rows.get(key) if isinstance(key, int) else None

    def put(self, record: Record) -> Record:
        """Keep the record; call again after changing it, so that lists follow."""
        key = int(record["id"])
        self.rows[key] = record
        self._pending.append((self._now(), key, copy.deepcopy(record)))
        self._apply(self._now() - self._lag)
        return record

    def remove(self, key: int) -> Record:
        record = self.get(key)
        del self.rows[key]
        self._pending.append((self._now(), key, None))
        return record

    def settle(self) -> None:
        """Bring the lists up to date at once (after seeding)."""
        self._apply(None)

    def listed(self) -> list[Record]:
        """Copies in id order, as the index knows them."""
        self._apply(self._now() - self._lag)
        return [self._listed[key] for key in sorted(self._listed)]

    def _apply(self, until: datetime | None) -> None:
        while self._pending and (until is None or self._pending[0][0] <= until):
            _, key, record = self._pending.popleft()
            if record is None:
                self._listed.pop(key, None)
            else:
                self._listed[key] = record
