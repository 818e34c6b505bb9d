"""Sentence vectors of the examples that come with Handrail, made beforehand: the first start need not encode them.

`python -m connectors.local.pack_shipped` makes the file anew after the examples were changed.

Whole caches may come along too, as those of the demo do: `fill_caches` puts them where the encoders look first."""

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.local.classifiers import keep, load
from connectors.local.encoder import VECTORS, Blobs
from core.ports import Encoder, Vector

FILE = "feelings.npz"
_SHIPPED, _CACHED = 127, 511  # the largest number of a vector
_KEY = 8  # bytes of a text's hash: enough to tell a few thousand apart


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
    fine = _whole(encoder.encode(texts), _SHIPPED).astype(np.int8)
    keys = np.array([list(_key(text)) for text in texts], dtype=np.uint8)
    keep(file, {"name": np.array(encoder.name), "keys": keys, "vectors": fine})


def _whole(vectors: Vector, largest: int) -> NDArray[np.int16]:
    """Whole numbers up to the largest; how long the vectors were is lost."""
    whole = np.round(vectors / np.abs(vectors).max(axis=1, keepdims=True) * largest)
    return np.asarray(whole, dtype=np.int16)


# ------------------------------------------------------------------
# Caches of `CachedEncoder`, a file of arrays for all that lie in one folder. A row's key is the hash of the encoder's
# name and the text: where either is another one, nothing is found and the encoder is asked, as ever.

_CACHES = ("vectors.db", "models/layers.db")  # of unit vectors, or of some side by side
_UNIT = 384


def pack_caches(folder: Path, file: Path) -> int:
    """Write what the caches in the folder hold, ten bits a number; how many vectors.

    With eight (cosine .99996) a decision near its line depended on whether its text came with the file."""
    arrays: dict[str, NDArray[Any]] = {}
    for number, name in enumerate(_CACHES):
        with closing(sqlite3.connect(folder / name)) as connection:
            query = f"SELECT key, vector FROM {VECTORS} ORDER BY key"  # noqa: S608 - our name
            found = connection.execute(query).fetchall()
        for width in sorted({len(blob) for _, blob in found}):
            some = [(bytes.fromhex(key), np.frombuffer(blob, np.float32)) for key, blob in found if len(blob) == width]
            parts = np.stack([row for _, row in some]).reshape(-1, _UNIT)
            part = f"{number}.{width}"
            arrays[f"keys.{part}"] = np.array([list(key) for key, _ in some], np.uint8)
            whole = _whole(parts, _CACHED).reshape(len(some), -1)
            arrays[f"high.{part}"], arrays[f"low.{part}"] = (whole >> 8).astype(np.int8), whole.astype(np.uint8)
    keep(file, arrays, small=True)
    return sum(len(rows) for name, rows in arrays.items() if name.startswith("keys."))


def fill_caches(file: Path, folder: Path) -> None:
    """Add what the file holds to the caches in the folder; what is there already stays. Without the file, or where it
    is damaged, nothing is added."""
    for name, cached in caches_in(file).items():
        Blobs(folder / name, VECTORS).keep({key: row.tobytes() for key, row in cached.items()})


def caches_in(file: Path) -> Mapping[str, Mapping[str, Vector]]:
    """Cache → key → vector."""
    arrays = load(file, frozenset()) or {}
    found: dict[str, dict[str, Vector]] = {}
    for part in (name.removeprefix("keys.") for name in arrays if name.startswith("keys.")):
        fine = arrays[f"high.{part}"].astype(np.int16) << 8 | arrays[f"low.{part}"]
        units = fine.reshape(-1, _UNIT).astype(np.float32)
        units /= np.maximum(np.linalg.norm(units, axis=1, keepdims=True), 1e-9)
        keys = (bytes(key).hex() for key in arrays[f"keys.{part}"])
        rows = units.reshape(len(fine), -1)
        found.setdefault(_CACHES[int(part.partition(".")[0])], {}).update(zip(keys, rows, strict=True))
    return found
