"""Sentence vectors kept in memory and on disk, so that the same articles are encoded once and not at every start."""

import hashlib
import sqlite3
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from threading import Lock

import numpy as np

from core.ports import Encoder, Vector

KEPT = 8192  # vectors kept in memory: 12 MB
# One or two texts at a time are somebody's question. A customer's words leave no trace on the disk, not even a hash.
SOMEBODYS = 2
_ASKED_AT_ONCE = 500  # SQLite allows 999 parameters in its older builds


class CachedEncoder:
    """An encoder that looks in memory and in a SQLite file first; safe for several threads and processes.

    A damaged or locked file costs time, never an answer."""

    def __init__(self, encoder: Encoder, path: Path | None = None) -> None:
        """Without a path nothing is written to disk."""
        self._encoder = encoder
        self._path = path
        self._made = False
        self._lock = Lock()
        self._kept: OrderedDict[str, Vector] = OrderedDict()

    @property
    def name(self) -> str:
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> Vector:
        """As the encoder behind it would."""
        known = self._in_memory(texts)
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        if missing:
            # Looking leaves no trace: also of an article of which one line alone is not in memory.
            known |= self._fetched(missing, look=len(texts) > SOMEBODYS)
        return np.stack([known[text] for text in texts]) if texts else self._encoder.encode(texts)

    def _in_memory(self, texts: Sequence[str]) -> dict[str, Vector]:
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
            for text in found:
                self._kept.move_to_end(text)
            return found

    def _fetched(self, texts: Sequence[str], *, look: bool) -> dict[str, Vector]:
        found = self._look(texts) if look and self._path is not None else {}
        new = [text for text in texts if text not in found]
        if new:
            fresh = dict(zip(new, self._encoder.encode(new), strict=True))
            if self._path is not None and len(texts) > SOMEBODYS:
                self._keep(fresh)
            found |= fresh
        with self._lock:
            self._kept.update(found)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def _key(self, text: str) -> str:
        return hashlib.sha256(f"{self.name}\0{text}".encode()).hexdigest()

    def _open(self) -> sqlite3.Connection:
        if self._path is None:
            raise OSError("there is no file")
        if not self._made:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=2)
        if not self._made:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, vector BLOB) WITHOUT ROWID")
            self._made = True
        return connection

    def _look(self, texts: Sequence[str]) -> dict[str, Vector]:
        by_key = {self._key(text): text for text in texts}
        keys = list(by_key)
        found: dict[str, Vector] = {}
        try:
            with closing(self._open()) as connection:
                for start in range(0, len(keys), _ASKED_AT_ONCE):
                    some = keys[start : start + _ASKED_AT_ONCE]
                    marks = ",".join("?" * len(some))
                    query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"  # noqa: S608 - question marks
                    for key, blob in connection.execute(query, some):
                        found[by_key[key]] = np.frombuffer(blob, dtype=np.float32)
        except (sqlite3.Error, OSError):
            return found
        return found

    def _keep(self, vectors: Mapping[str, Vector]) -> None:
        rows = [(self._key(text), vector.astype(np.float32).tobytes()) for text, vector in vectors.items()]
        try:
            with closing(self._open()) as connection, connection:
                connection.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
        except (sqlite3.Error, OSError):
            return
