"""What people's use of answers says of the articles that they rest on, and of how sure answers are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.model.ids import ArticleId, ConversationId, CustomerId, DraftId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What an agent did with a draft: `kind` and `detail` as they were stored with it."""

    draft_id: DraftId
    kind: str
    agent: str
    at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """The sentence of a draft with this number: `text` as the draft says it, `quote` as the article said it then."""

    number: int
    article_id: ArticleId
    text: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotingDraft:
    """A draft that rests on articles, with what agents did with it, oldest first."""

    draft_id: DraftId
    conversation_id: ConversationId
    customer_id: CustomerId
    ticket_id: str
    quoted: Sequence[Quoted]
    reactions: Sequence[Reaction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What one person did on one day with answers about an intent that rest on an article. `worth` is from -1 (the
    article was wrong here) to 1 (it helped). `voter` is an agent's name, or a customer's id."""

    conversation_id: ConversationId
    intent: str
    article_id: ArticleId
    voter: str
    day: str  # of UTC, as 2026-11-25
    worth: float
    at: datetime

    def __post_init__(self) -> None:
        if not -1 <= self.worth <= 1:
            raise ValueError(f"a vote is worth -1 to 1, not {self.worth}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """How much an article's score is raised (or, below 0, lowered) for an intent: by this share of itself. `up` and
    `down` are the votes that are left of those for and against it after decay and bounds, `votes` how many there
    were, of `voters` people."""

    article_id: ArticleId
    share: float
    up: float
    down: float
    votes: int
    voters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """Votes from before `at` count no more: those about the article, the intent, or (both empty) all. `by` is who said
    so."""

    at: datetime
    by: str
    article_id: str = ""
    intent: str = ""

    def covers(self, vote: Vote) -> bool:
        return vote.at <= self.at and self.article_id in ("", vote.article_id) and self.intent in ("", vote.intent)


# ------------------------------------------------------------------
# How sure answers were, beside what came of them.


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One draft that somebody judged by what they did with it. `confidence` is as it was estimated, before any
    calibration."""

    draft_id: DraftId
    conversation_id: ConversationId
    intent: str
    confidence: float
    good: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """`1 / (1 + exp(-(slope * logit(p) + offset)))` instead of p. The numbers before and after are the mean squared
    error (Brier 1950) on samples that the curve was not fitted to."""

    slope: float
    offset: float
    samples: int
    good: int
    error_before: float
    error_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The curves of one night, by intent; "" is that of all intents together, for those without their own."""

    at: datetime
    curves: Mapping[str, Curve]
    by: str = "nightly"
    serial: int = 0
