"""Sentence vectors of the examples that come with Handrail, made beforehand: the first start need not encode them.

`python -m connectors.local.pack_shipped` makes the file anew after the examples were changed."""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np

from connectors.local.classifiers import keep, load
from core.ports import Encoder, Vector

FILE = "feelings.npz"
_KEY = 8  # bytes of a text's hash: enough to tell a few thousand apart
_FINE = 127.0


class WithShipped:
    """An encoder that knows the vectors of the shipped examples; what it does not know it encodes."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    @property
    def name(self) -> str:
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> Vector:
        """As the encoder behind it would, to a hundredth."""
        known = _known(self.name)
        missing = [text for text in dict.fromkeys(texts) if _key(text) not in known]
        fresh = dict(zip(missing, self._encoder.encode(missing), strict=True)) if missing else {}
        rows = [fresh[text] if text in fresh else known[_key(text)] for text in texts]
        return np.stack(rows).astype(np.float32) if rows else self._encoder.encode(texts)


@cache
def _known(name: str) -> dict[bytes, Vector]:
    """By the text's hash; empty for another encoder than the one that made them, or without the file."""
    kept = load(Path(str(resources.files("connectors.local").joinpath(FILE))), frozenset({"name", "keys", "vectors"}))
    if kept is None or str(kept["name"]) != name:
        return {}
    rows = kept["vectors"].astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return {bytes(key): row for key, row in zip(kept["keys"], rows, strict=True)}


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[:_KEY]


def pack(texts: Sequence[str], encoder: Encoder, file: Path) -> None:
    """Write the vectors of these texts, a byte a number."""
    texts = sorted(set(texts))
    vectors = encoder.encode(texts)
    fine = np.round(vectors / np.abs(vectors).max(axis=1, keepdims=True) * _FINE).astype(np.int8)
    keys = np.array([list(_key(text)) for text in texts], dtype=np.uint8)
    keep(file, {"name": np.array(encoder.name), "keys": keys, "vectors": fine})
