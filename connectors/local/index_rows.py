"""Passages side by side in arrays, and the nearest of them: exactly for some thousands, by sieving for a million."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.ports import Shelved, Vector

BLOCK = 8192  # rows whose codes lie together, so that comparing them stays inside the processor's cache
# A code is one bit a dimension. The rows that it lets through are compared again by their numbers: so many at least, so
# many for each one that is wanted, and one of so many.
SIEVED_LEAST = 4000
SIEVED_EACH = 20
SIEVED_OF = 40
_COMPARED = 1024  # rows turned into floats at a time
EXACT = 20_000  # rows compared one by one without a sieve
_COPIED = 4  # times that copying a row takes longer than comparing it
_FAR = np.uint16(65535)

Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
Ids = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a search lets through: `scopes` by their number (None: all), and what expires after `at`."""

    scopes: Flags | None = None
    at: float | None = None

    def mask(self, rows: "Rows | Sieve") -> Flags | None:
        """None where every row is let through."""
        mask: Flags | None = None
        if self.scopes is not None:
            mask = self.scopes[rows.scopes]
        if self.at is not None and rows.some_expire:
            lasting = rows.expires > self.at
            mask = lasting if mask is None else mask & lasting
        return mask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Passages in memory with their vectors as they are, by serial."""

    ids: Sequence[str]
    serials: Places
    changed: Places
    scopes: NDArray[np.int32]
    expires: NDArray[np.float64]
    vectors: Vector

    @classmethod
    def of(cls, parts: "Sequence[Rows | Shelved]") -> "Rows":
        """All of them, by serial."""
        if not parts:
            none = np.zeros(0, np.int64)
            return cls(
                ids=[],
                serials=none,
                changed=none,
                scopes=np.zeros(0, np.int32),
                expires=np.zeros(0),
                vectors=np.zeros((0, 0), np.float32),
            )
        full = [part for part in parts if len(part.ids)] or parts[:1]
        ids = [name for part in full for name in part.ids]
        serials = np.concatenate([part.serials for part in full])
        order = np.argsort(serials, kind="stable")
        return cls(
            ids=[ids[int(place)] for place in order],
            serials=serials[order],
            changed=np.concatenate([part.changed for part in full])[order],
            scopes=np.concatenate([part.scopes for part in full])[order],
            expires=np.concatenate([part.expires for part in full])[order],
            vectors=np.concatenate([part.vectors for part in full])[order],
        )

    def without(self, gone: Places) -> "Rows":
        """Without the (serial, version) of rows that are gone."""
        dead = dead_rows(self.serials, self.changed, gone)
        if not dead.any():
            return self
        left = np.flatnonzero(~dead)
        return Rows(
            ids=[self.ids[int(place)] for place in left],
            serials=self.serials[left],
            changed=self.changed[left],
            scopes=self.scopes[left],
            expires=self.expires[left],
            vectors=self.vectors[left],
        )

    @property
    def some_expire(self) -> bool:
        return bool(np.isfinite(self.expires).any())

    def nearest(self, query: Vector, limit: int, wanted: Wanted) -> list[tuple[str, float]]:
        mask = wanted.mask(self)
        places = np.arange(len(self.ids)) if mask is None else np.flatnonzero(mask)
        if not len(places):
            return []
        if _COPIED * len(places) < len(self.ids):
            cosines = self.vectors[places] @ query
        else:
            cosines = self.vectors @ query
            cosines = cosines if mask is None else cosines[places]
        return [(self.ids[place], cosine) for place, cosine in best(places, cosines, limit)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sieve:
    """Passages whose vectors are rounded to a byte a dimension, with a code that tells most of them apart.

    The arrays may lie in a file. `ids` are UTF-8; `codes` has the shape (blocks, words, BLOCK). `dead` rows are gone
    from the store."""

    ids: Ids
    serials: Places
    changed: Places
    scopes: NDArray[np.int32]
    expires: NDArray[np.float64]
    rounded: NDArray[np.int8]
    scales: Vector
    codes: NDArray[np.uint64]
    center: Vector
    dead: Flags
    some_expire: bool

    def nearest(self, query: Vector, limit: int, wanted: Wanted) -> list[tuple[str, float]]:
        mask = _alive(wanted.mask(self), self.dead)
        places = self._sieved(query, limit, mask)
        if not len(places):
            return []
        return [
            (self.ids[place].decode(), cosine) for place, cosine in best(places, self._cosines(places, query), limit)
        ]

    def _cosines(self, places: Places, query: Vector) -> Vector:
        cosines = np.empty(len(places), np.float32)
        for start in range(0, len(places), _COMPARED):
            some = slice(start, start + _COMPARED)
            np.matmul(self.rounded[places[some]].astype(np.float32), query, out=cosines[some])
        cosines *= self.scales[places]
        return cosines

    def _sieved(self, query: Vector, limit: int, mask: Flags | None) -> Places:
        """Where it is worth looking. What the mask leaves is never narrowed down further while it is few."""
        if mask is not None and np.count_nonzero(mask) <= EXACT:
            return np.flatnonzero(mask)
        if len(self.ids) <= EXACT:
            return np.arange(len(self.ids))
        distances = self._distances(code(query[None, :], self.center)[0])
        if mask is not None:
            distances[~mask] = _FAR
        wanted = max(SIEVED_LEAST, SIEVED_EACH * limit, len(self.ids) // SIEVED_OF)
        return np.flatnonzero(distances <= _reach(distances, wanted))

    def _distances(self, wanted: NDArray[np.uint64]) -> NDArray[np.uint16]:
        """In how many bits each row's code differs."""
        blocks, words, _ = self.codes.shape
        out = np.empty((blocks, BLOCK), np.uint16)
        differing = np.empty((words, BLOCK), np.uint64)
        counts = np.empty((words, BLOCK), np.uint8)
        for block in range(blocks):
            np.bitwise_xor(self.codes[block], wanted[:, None], out=differing)
            np.bitwise_count(differing, out=counts)
            np.add.reduce(counts, axis=0, dtype=np.uint16, out=out[block])
        return out.reshape(-1)[: len(self.ids)]


def best(places: Places, cosines: Vector, limit: int) -> list[tuple[int, float]]:
    """The places with the highest cosines, best first; of equals the first."""
    kept = min(limit, len(places))
    if kept < len(places):
        chosen = np.sort(np.argpartition(-cosines, kept - 1)[:kept])
        places, cosines = places[chosen], cosines[chosen]
    order = np.argsort(-cosines, kind="stable")
    return [(int(places[place]), float(cosines[place])) for place in order]


def code(vectors: Vector, center: Vector) -> NDArray[np.uint64]:
    """A bit for each dimension: whether it is above the middle. Shape (rows, words)."""
    bits = np.packbits(vectors > center, axis=1)
    wide = np.zeros((len(vectors), -(-bits.shape[1] // 8) * 8), np.uint8)
    wide[:, : bits.shape[1]] = bits
    return wide.view(np.uint64)


def quantize(vectors: Vector) -> tuple[NDArray[np.int8], Vector]:
    """Each row in steps of its own: numbers from -127 to 127, and what one of them is worth."""
    scales = np.abs(vectors).max(axis=1, initial=0.0) / 127
    steps = np.where(scales > 0, scales, 1)[:, None]
    return np.rint(vectors / steps).astype(np.int8), scales.astype(np.float32)


def dead_rows(serials: Places, changed: Places, gone: NDArray[np.int64]) -> Flags:
    """Which rows are meant by (serial, version) of those gone. `serials` rise; a row that came with a later version
    under the same number is another one."""
    dead = np.zeros(len(serials), np.bool_)
    if len(serials) and len(gone):
        # Of several that had the same number, the last to go.
        gone = gone[np.lexsort((gone[:, 1], gone[:, 0]))]
        latest = np.append(gone[1:, 0] != gone[:-1, 0], True)
        numbers, versions = gone[latest, 0], gone[latest, 1]
        spots = np.minimum(np.searchsorted(serials, numbers), len(serials) - 1)
        meant = (serials[spots] == numbers) & (changed[spots] < versions)
        dead[spots[meant]] = True
    return dead


def _alive(mask: Flags | None, dead: Flags) -> Flags | None:
    if not dead.any():
        return mask
    return ~dead if mask is None else mask & ~dead


def _reach(distances: NDArray[np.uint16], wanted: int) -> int:
    """The smallest distance within which there are so many rows."""
    near, far = 0, int(distances.max(initial=0, where=distances != _FAR))
    while near < far:
        middle = (near + far) // 2
        if np.count_nonzero(distances <= middle) >= wanted:
            far = middle
        else:
            near = middle + 1
    return near
