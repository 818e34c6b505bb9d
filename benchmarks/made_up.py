"""Passages that nobody wrote, as many as wanted: words as rare and as common as in real text, vectors in topics."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Article, Passage
from core.ports import Vector

DIMENSIONS = 384
NAMES = 200  # things that passages are about
PER_ARTICLE = 8
_LATENT = 64  # directions that sentence vectors really use; the rest is noise
_WORDS = 120_000
_LENGTH = (40, 120)
_START = ["b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "w", "br", "st", "tr"]
_MIDDLE = ["a", "e", "i", "o", "u", "ai", "ea"]


class World:
    """The same for the same seed, however many passages are drawn from it."""

    def __init__(self, size: int, seed: int = 7) -> None:
        self.size = size
        rng = np.random.default_rng(seed)
        self.words = np.array([_word(number) for number in rng.permutation(_WORDS)], dtype=object)
        shares = 1 / (np.arange(_WORDS) + 12.0) ** 1.07
        self._below = np.cumsum(shares / shares.sum())
        topics = max(16, size // 400)
        self._mixing = (rng.normal(size=(_LATENT, DIMENSIONS)) / np.sqrt(_LATENT)).astype(np.float32)
        self._topics = rng.normal(size=(topics, _LATENT)).astype(np.float32)
        self._always = rng.normal(size=_LATENT).astype(np.float32)

    def articles(self, seed: int = 11) -> Iterator[tuple[Article, list[Passage], Vector]]:
        rng = np.random.default_rng(seed)
        for number in range(0, self.size, PER_ARTICLE):
            count = min(PER_ARTICLE, self.size - number)
            topic = int(rng.integers(len(self._topics)))
            title = " ".join(self._draw(rng, 4))
            about = (f"Thing {rng.integers(NAMES)}",) if rng.random() < 0.8 else ()
            locale = "en" if rng.random() < 0.8 else "de"
            texts = [" ".join(self._draw(rng, int(rng.integers(*_LENGTH)))) for _ in range(count)]
            article = Article(
                id=ArticleId(f"ar_{number:020d}"), title=title, text="\n\n".join(texts), about=about, locale=locale
            )
            yield article, list(_passages(article, texts)), self._vectors(rng, np.full(count, topic))

    def vectors_of(self, matrix: Vector, rng: np.random.Generator, count: int) -> tuple[NDArray[np.int64], Vector]:
        """Questions near to some passages: which, and their vectors."""
        places = rng.integers(len(matrix), size=count)
        asked = matrix[places] + 0.03 * rng.normal(size=(count, DIMENSIONS)).astype(np.float32)
        return places, _unit(asked)

    def _draw(self, rng: np.random.Generator, count: int) -> list[str]:
        words: list[str] = self.words[np.searchsorted(self._below, rng.random(count))].tolist()
        return words

    def _vectors(self, rng: np.random.Generator, topics: NDArray[np.int64]) -> Vector:
        own = rng.normal(size=(len(topics), _LATENT)).astype(np.float32)
        latent = 0.4 * self._always + 0.8 * self._topics[topics] + 0.8 * own
        noise = 0.15 * rng.normal(size=(len(topics), DIMENSIONS)).astype(np.float32)
        return _unit(latent @ self._mixing + noise)


def _passages(article: Article, texts: list[str]) -> Iterator[Passage]:
    start = 0
    for number, text in enumerate(texts):
        yield Passage(
            id=PassageId(f"{article.id}_{number}"),
            article_id=article.id,
            title=article.title,
            path=(text[:24].strip(),),
            text=text,
            start=start,
            end=start + len(text),
            locale=article.locale,
            about=article.about,
        )
        start += len(text) + 2


def _word(number: int) -> str:
    syllables = []
    number += 1
    while number:
        number, start = divmod(number, len(_START))
        number, middle = divmod(number, len(_MIDDLE))
        syllables.append(_START[start] + _MIDDLE[middle])
    return "".join(syllables) + ("n", "r", "s", "ing", "ed", "t", "l")[sum(map(ord, syllables[0])) % 7]


def _unit(vectors: Vector) -> Vector:
    unit: Vector = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit
