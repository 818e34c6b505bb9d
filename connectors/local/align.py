"""How well the words of a question find their counterparts in a text, one by one."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from connectors.local.blobs import Blobs
from connectors.local.encoder import SIZE, MiniLmEncoder
from core.ports import Vector

KEPT = 512  # texts of which the pieces are kept: about 20 MB
_SCALE = 127  # unit vectors as whole numbers of one byte
_FAINT = 0.1  # what a word of no weight still counts, so that there is always something to compare


Pieces = NDArray[np.int8]  # a row for each piece of a text


class MiniLmAligner:
    """Late interaction over the pieces of MiniLM. A sentence's one vector blurs what its words are about; here "puffed
    up" may meet "swollen" although the sentences around them differ. Safe for several threads.

    The texts' pieces are kept in memory and in a SQLite file, for reading them costs what ten questions cost. What was
    asked leaves no trace."""

    def __init__(self, encoder: MiniLmEncoder, path: Path | None = None) -> None:
        """Without a path nothing is written to disk."""
        self._encoder = encoder
        self._blobs = Blobs(path, "pieces")
        self._lock = Lock()
        self._kept: OrderedDict[str, Pieces] = OrderedDict()

    def prepare(self, texts: Sequence[str]) -> None:
        """Read texts that questions will be compared with, ahead of time."""
        self._pieces(texts)

    def align(self, asked: str, texts: Sequence[str], weight: Callable[[str], float]) -> list[float]:
        """For each text the mean cosine of the question's pieces with their best counterparts there, words counted by
        their weight; 0 where one of them has no words."""
        words, pieces = self._encoder.pieces(asked)
        if not words:
            return [0.0] * len(texts)
        weights = np.array([max(_FAINT, weight(word)) for word in words], dtype=np.float32)
        shares = weights / weights.sum()
        known = self._pieces(texts)
        return [_met(pieces, shares, known[text]) for text in texts]

    def _pieces(self, texts: Sequence[str]) -> dict[str, Pieces]:
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
            for text in known:
                self._kept.move_to_end(text)
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        if missing:
            known |= self._fetched(missing)
        return known

    def _fetched(self, texts: Sequence[str]) -> dict[str, Pieces]:
        by_key = {self._key(text): text for text in texts}
        blobs = self._blobs.look(list(by_key))
        found = {by_key[key]: np.frombuffer(blob, dtype=np.int8).reshape(-1, SIZE) for key, blob in blobs.items()}
        new = {text: self._read(text) for text in texts if text not in found}
        if new:
            self._blobs.keep({self._key(text): pieces.tobytes() for text, pieces in new.items()})
        found |= new
        with self._lock:
            self._kept.update(found)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def _read(self, text: str) -> Pieces:
        _, vectors = self._encoder.pieces(text)
        return np.round(vectors * _SCALE).astype(np.int8)

    def _key(self, text: str) -> str:
        return hashlib.sha256(f"{self._encoder.name}\0{_SCALE}\0{text}".encode("utf-8", "replace")).hexdigest()


def _met(pieces: Vector, shares: Vector, there: Pieces) -> float:
    if not len(there):
        return 0.0
    best = (pieces @ there.T.astype(np.float32)).max(axis=1) / _SCALE
    return float(shares @ best)
