"""Vectors of which unrelated sentences are at right angles. A multilingual encoder's lie in a narrow cone: any two
sentences are alike by 0.8. Without what all of them share (here: the mean of lines that say nothing of any matter, in
six languages) those that say the same are alike by 0.5 and more, others by less (Mu and Viswanath 2018)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cached_property

import numpy as np

from core.ports import Encoder, Vector
from core.text.courtesies import BUILT_IN


class Spread:
    """`core.ports.Encoder` around another, for one search: it computes the vector of a text once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vector] = {}

    @property
    def name(self) -> str:
        return f"{self._encoder.name}, spread"

    def encode(self, texts: Sequence[str]) -> Vector:
        return np.stack([self.of(text) for text in texts])

    def of(self, text: str) -> Vector:
        if text not in self._known:
            # One at a time: a cache keeps on disk what it encodes together, and these are people's words.
            self._known[text] = _unit(self._encoder.encode([text])[0] - self._shared)
        return self._known[text]

    def alike(self, a: str, b: str) -> float:
        return 1.0 if a == b else float(self.of(a) @ self.of(b))

    def centre(self, texts: Sequence[str]) -> Vector:
        return _unit(np.mean(self.encode(texts), axis=0))

    def middle(self, texts: Sequence[str]) -> str:
        """The one that says what most say: the nearest to all, the more frequent first; empty without any."""
        counts: Mapping[str, int] = Counter(texts)
        if not counts:
            return ""
        centre = self.centre(texts)
        return max(counts, key=lambda text: (float(self.of(text) @ centre) + 0.05 * counts[text] / len(texts), text))

    @cached_property
    def _shared(self) -> Vector:
        lines = [str(getattr(own, each.name)) for own in BUILT_IN.values() for each in fields(own)]
        return np.asarray(self._encoder.encode([line for line in lines if len(line) > 12]).mean(axis=0))


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float32)
