"""An encoder that needs no model: a text is the bag of its words."""

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from core.ports import Vector

SIZE = 64


class WordEncoder:
    name = "words-64"

    def encode(self, texts: Sequence[str]) -> Vector:
        vectors = np.zeros((len(texts), SIZE), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold()):
                vectors[row, crc32(word.encode()) % SIZE] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-6), dtype=np.float32)
