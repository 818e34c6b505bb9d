"""The tables of articles and of what no article answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.model.ids import ArticleId, PassageId
from core.model.knowledge import EVERYWHERE, Article, Gap, Passage, Scope
from core.ports.reading import Vector


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shelved:
    """Some stored passages as an index takes them in, side by side.

    `serials` number the rows; a number may be used again by a row that came in a later version. `changed` is the
    version that each row came with, `scopes` the number of what it is for, `expires` seconds since 1970, infinite for
    never."""

    ids: Sequence[PassageId]
    serials: NDArray[np.int64]
    changed: NDArray[np.int64]
    scopes: NDArray[np.int32]
    expires: NDArray[np.float64]
    vectors: Vector


class ArticleTable(Protocol):
    def save(self, article: Article, passages: Sequence[Passage], vectors: Vector, encoder: str) -> None:
        """Replace the article and its passages in one transaction."""

    def remove(self, article_ids: Iterable[str]) -> int: ...
    def fingerprints(self, origin: str) -> Mapping[str, str]:
        """Article id → hash of what was stored, to see what changed."""

    def get(self, article_id: str) -> Article | None: ...
    def passages(self, ids: Sequence[PassageId]) -> list[Passage]: ...
    def keyword(self, words: str, limit: int, scope: Scope = EVERYWHERE) -> list[PassageId]:
        """Best first by full text with stemming, title weighted; never raises for odd characters in `words`."""

    def names(self) -> frozenset[str]:
        """Everything that any passage is about."""

    def of_articles(self, article_ids: Sequence[str], most: int | None = None) -> list[PassageId]:
        """The passages of these articles, in reading order; the first `most` of each, or all."""

    def concepts_of(self, ids: Sequence[PassageId]) -> Mapping[ArticleId, frozenset[str]]:
        """The concepts (`core.knowledge.synonyms.concepts`) of these passages and their headings, by article."""

    def frequencies(self, concepts: Iterable[str], *, public: bool = False) -> Mapping[str, int]:
        """In how many passages, or in how many that anybody may read, each concept (`core.knowledge.synonyms.concepts`)
        occurs; those in none are left out."""

    def size(self, *, public: bool = False) -> int:
        """The number of passages, or of those that anybody may read."""

    def every(self, origin: str | None = None) -> Iterator[Article]:
        """All articles, one after the other, by id."""

    def vectors(self, encoder: str) -> tuple[list[PassageId], Vector]: ...
    def version(self) -> int:
        """Rises with every change of the articles, so that an index in memory knows it is old."""

    def stamp(self, version: int) -> str | None:
        """What no other store's version of this number has; None where it is not known, or no longer."""

    def list_added(self, encoder: str, since: int) -> Iterator[Shelved]:
        """The passages that came with a version after `since` and are still there, in portions, by serial."""

    def gone(self, since: int) -> Sequence[tuple[int, int]]:
        """(serial, version) of the rows that went with a version after `since`; they had come with an earlier one."""

    def scopes(self, scope: Scope) -> Sequence[int]:
        """The numbers (see `Shelved`) of everything that lies within a scope, its time aside."""


class GapTable(Protocol):
    def add(self, gap: Gap) -> bool:
        """False if this message has one already."""

    def since(self, moment: datetime | None = None) -> list[Gap]:
        """Newest first; all of them without a moment."""
