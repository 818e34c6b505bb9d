"""Sentence vectors of several depths side by side: the encoder's own and those of blocks nearer to the wording."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from connectors.local.encoder import SIZE
from core.ports import Vector

DEPTHS = (3, 0, 1)  # of what `layers` gives: the last block of six, then the third and the fourth


class Layers(Protocol):
    """`connectors.local.encoder.MiniLmEncoder`."""

    @property
    def name(self) -> str: ...
    def layers(self, text: str) -> tuple[list[tuple[int, int]], Vector]: ...


class LayeredEncoder:
    """`core.ports.Encoder` over MiniLM. A text that the encoder has just read costs nothing more."""

    def __init__(self, encoder: Layers) -> None:
        self._encoder = encoder
        self.name = f"{encoder.name}-layers"

    def encode(self, texts: Sequence[str]) -> Vector:
        """Shape (len(texts), 3 x 384): unit vectors side by side, the first as the encoder itself gives it."""
        rows = np.zeros((len(texts), len(DEPTHS), SIZE), dtype=np.float32)
        for place, text in enumerate(texts):
            means = self._encoder.layers(text)[1].mean(axis=0).reshape(-1, SIZE)[list(DEPTHS)]
            rows[place] = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
        return rows.reshape(len(texts), len(DEPTHS) * SIZE)
