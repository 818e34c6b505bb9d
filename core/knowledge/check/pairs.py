"""Which passages may be about one matter: the nearest ones by meaning, not all with all."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from core.knowledge.check.fault import Pair
from core.model.ids import PassageId
from core.model.knowledge import Passage
from core.ports import Vector

NEIGHBOURS = 8
NEAR = 0.5  # cosine
_BLOCK = 512  # passages compared with all others at a time


def near_pairs(
    ids: list[PassageId],
    vectors: Vector,
    passages: Mapping[PassageId, Passage],
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Iterator[Pair]:
    """Each pair once. Passages of one article, in two languages, or for different brands or things make no pair."""
    scopes = _scopes([passages.get(each) for each in ids])
    seen: set[tuple[int, int]] = set()
    for first in range(0, len(ids), _BLOCK):
        block = vectors[first : first + _BLOCK] @ vectors.T
        for row, near in enumerate(block, first):
            if scopes[row] < 0:
                continue
            near[scopes != scopes[row]] = -1
            near[row] = -1
            for other in _best(near):
                key = (min(row, other), max(row, other))
                if key in seen:
                    continue
                seen.add(key)
                one, two = passages[ids[key[0]]], passages[ids[key[1]]]
                if comparable(one, two):
                    yield Pair(one=one, other=two, similarity=float(near[other]))
        progress(min(first + _BLOCK, len(ids)), len(ids))


def comparable(one: Passage, other: Passage) -> bool:
    """Whether both can speak to one customer about one thing."""
    if one.article_id == other.article_id or one.locale[:2] != other.locale[:2]:
        return False
    if one.brand and other.brand and one.brand != other.brand:
        return False
    return not (one.about and other.about) or bool(set(one.about) & set(other.about))


def _best(near: Vector) -> list[int]:
    """More than are wanted, for some are of the same article."""
    wanted = min(2 * NEIGHBOURS, len(near) - 1)
    if wanted < 1:
        return []
    best = np.argpartition(-near, wanted)[:wanted]
    return [int(place) for place in best if near[place] >= NEAR]


def _scopes(passages: list[Passage | None]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """A number for each language; -1 for what is not to be compared."""
    names: dict[str, int] = {}
    return np.array([names.setdefault(p.locale[:2], len(names)) if p else -1 for p in passages], dtype=np.int64)
