"""How well the words of a question find their counterparts in a text, one by one."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from connectors.local.encoder import MiniLmEncoder
from core.ports import Vector

KEPT = 512  # texts of which the pieces are kept: about 20 MB
_SCALE = 127  # unit vectors as whole numbers of one byte
_FAINT = 0.1  # what a word of no weight still counts, so that there is always something to compare


class _Pieces(NamedTuple):
    words: list[str]
    vectors: NDArray[np.int8]


class MiniLmAligner:
    """Late interaction over the pieces of MiniLM. A sentence's one vector blurs what its words are about; here "puffed
    up" may meet "swollen" although the sentences around them differ. Safe for several threads."""

    def __init__(self, encoder: MiniLmEncoder) -> None:
        self._encoder = encoder
        self._lock = Lock()
        self._kept: OrderedDict[str, _Pieces] = OrderedDict()

    def align(self, asked: str, texts: Sequence[str], weight: Callable[[str], float]) -> list[float]:
        """For each text the mean cosine of the question's pieces with their best counterparts there, words counted by
        their weight; 0 where one of them has no words."""
        words, pieces = self._encoder.pieces(asked)
        if not words:
            return [0.0] * len(texts)
        weights = np.array([max(_FAINT, weight(word)) for word in words], dtype=np.float32)
        return [self._aligned(pieces, weights / weights.sum(), text) for text in texts]

    def _aligned(self, pieces: Vector, shares: Vector, text: str) -> float:
        there = self._pieces(text)
        if not there.words:
            return 0.0
        best = (pieces @ there.vectors.T.astype(np.float32)).max(axis=1) / _SCALE
        return float(shares @ best)

    def _pieces(self, text: str) -> _Pieces:
        with self._lock:
            known = self._kept.get(text)
            if known is not None:
                self._kept.move_to_end(text)
                return known
        words, vectors = self._encoder.pieces(text)
        made = _Pieces(words, np.round(vectors * _SCALE).astype(np.int8))
        with self._lock:
            self._kept[text] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made
