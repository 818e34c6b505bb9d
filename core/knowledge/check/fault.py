"""What is wrong with an article, and where."""

from dataclasses import dataclass
from enum import StrEnum

from core.model.knowledge import Article, Passage


class Kind(StrEnum):
    STALE = "stale"
    EXPIRED = "expired"
    CONFLICTING = "conflicting"
    DUPLICATE = "duplicate"
    ORPHANED = "orphaned"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`article.text[start:end]`; nothing of it where the fault is one of the whole article."""

    article: Article
    start: int = 0
    end: int = 0

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`places` are one article, or the two that do not go together."""

    kind: Kind
    reason: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two passages of different articles that may be about one matter; `similarity` is their cosine."""

    one: Passage
    other: Passage
    similarity: float
