"""Embeddings by hashing: texts that share words and word parts lie close; nothing is learned."""

import base64
import hashlib
import math
import struct
from collections import Counter
from collections.abc import Sequence

from apps.sandbox.openai.words import telling_words

DIMENSIONS = 256
LARGEST = 3072


def embed(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """A vector of length one, always the same for the same text."""
    vector = [0.0] * dimensions
    for feature, weight in _features(text).items():
        digest = int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest(), "big")
        vector[(digest >> 1) % dimensions] += weight if digest & 1 else -weight
    length = math.hypot(*vector)
    if not length:
        # A text without a telling word still needs a direction.
        return [1.0, *vector[1:]]
    return [each / length for each in vector]


def _features(text: str) -> Counter[str]:
    features: Counter[str] = Counter()
    for word in telling_words(text):
        features[word] += 3
        edged = f"<{word}>"
        for start in range(len(edged) - 2):
            features[edged[start : start + 3]] += 1
    return features


def encoded(vector: Sequence[float], form: str) -> list[float] | str:
    """The vector as a list, or as little-endian float32 in base64."""
    if form == "base64":
        return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    return list(vector)
