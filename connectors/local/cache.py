"""Sentence vectors kept in memory and on disk, so that the same articles are encoded once and not at every start."""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from connectors.local.blobs import Blobs
from core.ports import Encoder, Vector

KEPT = 8192  # vectors kept in memory: 12 MB
# One or two texts at a time are somebody's question. A customer's words leave no trace on the disk, not even a hash.
SOMEBODYS = 2


class CachedEncoder:
    """An encoder that looks in memory and in a SQLite file first; safe for several threads and processes."""

    def __init__(self, encoder: Encoder, path: Path | None = None) -> None:
        """Without a path nothing is written to disk."""
        self._encoder = encoder
        self._blobs = Blobs(path, "vectors")
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

    def known(self, texts: Sequence[str]) -> dict[str, Vector]:
        """The vectors of those texts that were encoded before; nothing is encoded."""
        found = self._in_memory(texts)
        return found | self._look([text for text in dict.fromkeys(texts) if text not in found])

    def _in_memory(self, texts: Sequence[str]) -> dict[str, Vector]:
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
            for text in found:
                self._kept.move_to_end(text)
            return found

    def _fetched(self, texts: Sequence[str], *, look: bool) -> dict[str, Vector]:
        found = self._look(texts) if look else {}
        new = [text for text in texts if text not in found]
        if new:
            fresh = dict(zip(new, self._encoder.encode(new), strict=True))
            if len(texts) > SOMEBODYS:
                self._blobs.keep({self._key(text): v.astype(np.float32).tobytes() for text, v in fresh.items()})
            found |= fresh
        with self._lock:
            self._kept.update(found)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def _look(self, texts: Sequence[str]) -> dict[str, Vector]:
        by_key = {self._key(text): text for text in texts}
        found = self._blobs.look(list(by_key))
        return {by_key[key]: np.frombuffer(blob, dtype=np.float32) for key, blob in found.items()}

    def _key(self, text: str) -> str:
        return hashlib.sha256(f"{self.name}\0{text}".encode()).hexdigest()
