"""What Handrail made or changed at a vendor, written down before and after it happens.

An entry without an id was meant to be made: should the answer have been lost, what is found under its name is ours.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from core.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing. `made`: by us, else it was there and `before` is what we changed of it. `after` is what we set."""

    kind: str
    name: str
    id: str = ""
    made: bool = True
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


class Book:
    """One vendor's entries in the store. Without a store nothing was ever made, and nothing can be written down."""

    def __init__(self, store: Store | None, vendor: str) -> None:
        self._store = store
        self._name = f"connected:{vendor}"

    def all(self) -> list[Entry]:
        """In the order in which they were made."""
        if self._store is None:
            return []
        with self._store.read() as unit:
            return [Entry(**row) for row in json.loads(unit.cursors.get(self._name) or "[]")]

    def find(self, kind: str, name: str) -> Entry | None:
        return next((entry for entry in self.all() if (entry.kind, entry.name) == (kind, name)), None)

    def put(self, entry: Entry) -> None:
        """Write it down, in place of an older word on the same thing."""
        rows = self.all()
        places = [at for at, row in enumerate(rows) if (row.kind, row.name) == (entry.kind, entry.name)]
        if places:
            rows[places[0]] = entry
        else:
            rows.append(entry)
        self._keep(rows)

    def drop(self, entry: Entry) -> None:
        self._keep([row for row in self.all() if (row.kind, row.name) != (entry.kind, entry.name)])

    def _keep(self, rows: list[Entry]) -> None:
        if self._store is None:
            raise RuntimeError("nothing can be written down without a store")
        with self._store.begin() as unit:
            unit.cursors.set(self._name, json.dumps([asdict(row) for row in rows], ensure_ascii=False))
