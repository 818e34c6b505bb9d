"""A text's letters and words in runs, as numbers: what a linear model sees of its wording, without a vocabulary."""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from core.ports import Vector

HALF = 2**16  # places for letters, and as many for words
SIZE = 2 * HALF
_LETTERS = range(2, 6)
_WORDS = range(1, 4)
_WORD = re.compile(r"\w+|[?!]")

Grams = Mapping[int, float]


def grams(text: str) -> Grams:
    """Place → 1 + log(count) of each run of letters within a word, its ends included, and of each run of words."""
    words = _WORD.findall(text.casefold())
    counts = Counter(place for word in words for place in _letters(word))
    counts.update(HALF + _place(" ".join(run)) for run in _runs(["<", *words, ">"], _WORDS))
    return {place: 1 + float(np.log(count)) for place, count in counts.items()}


def rarity(texts: Sequence[Grams]) -> Vector:
    """How few of the texts have each run: its weight."""
    seen = np.zeros(SIZE, dtype=np.float32)
    for found in texts:
        seen[list(found)] += 1
    return np.asarray(np.log((1 + len(texts)) / (1 + seen)) + 1, dtype=np.float32)


def weighed(found: Grams, weights: Vector) -> tuple[list[int], Vector]:
    """Places and their values; those of letters are of length one together, and those of words."""
    places = sorted(found)
    values = np.array([found[place] for place in places], dtype=np.float32) * weights[places]
    letters = np.array(places) < HALF
    for half in (letters, ~letters):
        values[half] /= max(float(np.linalg.norm(values[half])), 1e-9)
    return places, values


def rows(texts: Sequence[Grams], weights: Vector) -> Any:
    """The texts as rows for training: a sparse matrix of SciPy, which only training needs."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    pairs = [weighed(found, weights) for found in texts]
    ends = np.cumsum([0, *(len(places) for places, _ in pairs)])
    places = np.array([place for some, _ in pairs for place in some], dtype=np.int32)
    values = np.concatenate([values for _, values in pairs]) if pairs else np.zeros(0, dtype=np.float32)
    return csr_matrix((values, places, ends), shape=(len(pairs), SIZE))


@lru_cache(maxsize=8192)
def _letters(word: str) -> tuple[int, ...]:
    return tuple(_place(run) for run in _runs(f" {word} ", _LETTERS))


def _runs(pieces: Sequence[str], lengths: range) -> Iterator[Sequence[str]]:
    for length in lengths:
        for start in range(len(pieces) - length + 1):
            yield pieces[start : start + length]


def _place(run: Sequence[str]) -> int:
    return zlib.crc32("".join(run).encode("utf-8", "replace")) % HALF
