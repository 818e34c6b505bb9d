"""The company's own articles and the pieces of them that are retrieved and quoted."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from core.errors import HandrailError
from core.model.ids import ArticleId, ConversationId, MessageId, PassageId


class Audience(StrEnum):
    """Who may see it. A segment article is for some customers only; like an internal one it is never sent unseen."""

    PUBLIC = "public"
    SEGMENT = "segment"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """`text` is the article as plain text; every offset into it (passages, citations) counts its characters.

    `brand` is the brand whose customers it is for, empty for those of every brand. `about` names the products, places
    or other things that it speaks of, none for an article of general use. After `expires_at` nothing is quoted."""

    id: ArticleId
    title: str
    text: str
    url: str = ""
    section: str = ""
    locale: str = "en"
    audience: Audience = Audience.PUBLIC
    updated_at: datetime | None = None
    origin: str = "file"
    brand: str = ""
    about: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    expires_at: datetime | None = None

    @property
    def fingerprint(self) -> str:
        """Changes whenever anything does that a passage or a citation would show."""
        fields: tuple[str, ...] = (self.title, self.text, self.url, self.section, self.locale, self.audience)
        fields += (str(self.updated_at),)
        fields += (self.brand, *self.about, "labels", *self.labels, str(self.expires_at))
        return hashlib.sha256("\0".join(fields).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """`article.text[start:end]`, under the headings of `path`."""

    id: PassageId
    article_id: ArticleId
    title: str
    path: tuple[str, ...]
    text: str
    start: int
    end: int
    url: str = ""
    section: str = ""
    locale: str = "en"
    audience: Audience = Audience.PUBLIC
    updated_at: datetime | None = None
    brand: str = ""
    about: tuple[str, ...] = ()
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.end - self.start != len(self.text):
            raise ValueError(f"passage {self.id} spans {self.end - self.start} characters but holds {len(self.text)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which passages may be found at all; what is left empty does not narrow.

    `languages` are codes such as `de`; `brand` lets passages of that brand and those for every brand through, and where
    it is empty (nobody knows the customer's brand) only the latter; `about` lets only passages
    about one of these things through; `at` leaves out what has expired by then."""

    languages: frozenset[str] = frozenset()
    brand: str | None = None
    about: frozenset[str] = frozenset()
    audiences: frozenset[Audience] = frozenset()
    at: datetime | None = None

    def lets(self, passage: Passage) -> bool:
        """Whether brand and time let a passage through that was not searched for."""
        branded = self.brand is not None and passage.brand not in ("", self.brand)
        expired = self.at is not None and passage.expires_at is not None and passage.expires_at <= self.at
        return not branded and not expired


EVERYWHERE = Scope()
PUBLIC_ONLY = frozenset({Audience.PUBLIC})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A retrieved passage. `score` orders; `similarity` is the cosine (-1 to 1) of passage and question; `ranks` tells
    at which place, from 1, each part of the search had it ("keywords", "vectors" …); `lift` by which share of itself
    feedback raises the score of its article."""

    passage: Passage
    score: float
    similarity: float
    ranks: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    lift: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The quoted proof: `article.text[start:end]`, which lies inside the passage."""

    passage: Passage
    start: int
    end: int

    def __post_init__(self) -> None:
        if not self.passage.start <= self.start < self.end <= self.passage.end:
            raise ValueError(f"citation {self.start}:{self.end} lies outside passage {self.passage.id}")

    @property
    def quote(self) -> str:
        offset = self.passage.start
        return self.passage.text[self.start - offset : self.end - offset]


# ------------------------------------------------------------------
# A question that no article answers: what is missing in the company's knowledge.


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A passage that came close, and did not answer."""

    passage_id: PassageId
    article_id: ArticleId
    title: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One message's question, personal data masked. `intent` is empty where none was recognised; `nearest` is best
    first. A message has at most one."""

    message_id: MessageId
    conversation_id: ConversationId
    question: str
    language: str
    intent: str
    at: datetime
    nearest: tuple[Near, ...] = ()


# ------------------------------------------------------------------
# What a source of articles tells at a sync.


# Labels that a source gives by itself, beside those that people give.
OUTDATED = "outdated"  # a translation that its editors marked as behind its source
SOURCELESS = "without source"  # a translation that is out although what it translates is not


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that could not be taken over, and why. What was stored of it stays, unless it is in `gone` too."""

    subject: str
    reason: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """A part of what changed.

    `cursor` is where to go on once this part is stored; none in the middle of what cannot be gone on with. `failed`
    says why the source could not be read to its end: what it did tell holds. `expected` is how many articles all parts
    together may have, for a progress bar."""

    articles: tuple[Article, ...] = ()
    gone: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    cursor: str | None = None
    failed: HandrailError | None = None
    expected: int | None = None
