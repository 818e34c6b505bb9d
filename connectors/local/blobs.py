"""Bytes by key in a SQLite file: what took long to compute is computed once, and not by each process at every start."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

_ASKED_AT_ONCE = 500  # SQLite allows 999 parameters in its older builds


class Blobs:
    """One table of the file; safe for several threads and processes. A damaged or locked file loses what it held,
    and raises nothing."""

    def __init__(self, path: Path | None, table: str) -> None:
        """Without a path nothing is kept. `table` is a name of ours, never a caller's words."""
        self._path = path
        self._table = table
        self._made = False

    def look(self, keys: Sequence[str]) -> dict[str, bytes]:
        """What is there of these."""
        found: dict[str, bytes] = {}
        try:
            with closing(self._open()) as connection:
                for start in range(0, len(keys), _ASKED_AT_ONCE):
                    some = keys[start : start + _ASKED_AT_ONCE]
                    marks = ",".join("?" * len(some))
                    query = f"SELECT key, vector FROM {self._table} WHERE key IN ({marks})"  # noqa: S608 - our name
                    found.update(connection.execute(query, some))
        except (sqlite3.Error, OSError):
            return found
        return found

    def keep(self, blobs: Mapping[str, bytes]) -> None:
        try:
            with closing(self._open()) as connection, connection:
                statement = f"INSERT OR IGNORE INTO {self._table} VALUES (?, ?)"  # noqa: S608 - our name
                connection.executemany(statement, list(blobs.items()))
        except (sqlite3.Error, OSError):
            return

    def _open(self) -> sqlite3.Connection:
        if self._path is None:
            raise OSError("there is no file")
        if not self._made:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=2)
        if not self._made:
            connection.execute("PRAGMA journal_mode=WAL")
            columns = "(key TEXT PRIMARY KEY, vector BLOB) WITHOUT ROWID"
            connection.execute(f"CREATE TABLE IF NOT EXISTS {self._table} {columns}")
            self._made = True
        return connection
