"""What came of one matter, as one row that holds no word of anybody; and the sums of many such rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from core.model.ids import ConversationId, CustomerId, TicketId

WATCHED = timedelta(days=7)  # after the closing, in which the same matter coming back counts against it


class Automation(StrEnum):
    """Who answered: the assistant alone, people alone, both; nobody yet."""

    ASSISTANT = "assistant"
    BOTH = "both"
    AGENT = "agent"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """The outcome of one conversation. None is what is not known (yet), and counts in no denominator; docs/measures.md
    defines each field. Cuts are empty where nobody knows.

    `intent` is the corrected one where an agent corrected it. `answered_after` and `handled` are seconds, `drafting`
    milliseconds, `cost` millionths of `currency`. `recontacted_at` is the one field that hangs on other matters of the
    customer: the store fills it."""

    conversation_id: ConversationId
    customer_id: CustomerId
    began_at: datetime
    # Cuts.
    tier: str = ""
    channel: str = ""
    intent: str = ""
    automation: Automation = Automation.NOBODY
    language: str = ""
    group: str = ""
    brand: str = ""
    agent: str = ""
    rule: str = ""
    # How it went on, and how it ended.
    answered_after: int | None = None
    answered_by: str = ""
    handled: int | None = None
    drafting: int = 0
    closed_at: datetime | None = None
    contained: bool | None = None
    verified: bool | None = None
    reopened: int = 0
    recontacted_at: datetime | None = None
    handovers: int = 0
    handover_rule: str = ""
    transfers: int = 0
    bypassed: bool | None = None
    # What it cost the customer.
    customer_messages: int = 0
    assistant_messages: int = 0
    agent_messages: int = 0
    reasked: int = 0
    repeated: int = 0
    # What the assistant did for the agent.
    drafts_used: int = 0
    drafts_edited: int = 0
    drafts_ignored: int = 0
    drafts_sent: int = 0
    facts_known: int = 0
    facts_used: int = 0
    corrected: bool = False
    # How the customer felt.
    mood_start: float | None = None
    mood_lowest: float | None = None
    mood_end: float | None = None
    recovered: bool | None = None
    satisfied: bool | None = None
    rating: int | None = None
    recommends: int | None = None
    likely_dissatisfied: float | None = None
    # What it cost the company.
    cost: int = 0
    currency: str = ""
    texts: int = 0

    @property
    def day(self) -> str:
        """Of UTC, as 2026-11-25."""
        return f"{self.began_at:%Y-%m-%d}"

    @property
    def watched_until(self) -> datetime | None:
        return self.closed_at + WATCHED if self.closed_at is not None else None


class By(StrEnum):
    """What matters are told apart by. `key` of a group is the cut's own value; of a week its Monday."""

    TIER = "tier"
    CHANNEL = "channel"
    INTENT = "intent"
    AUTOMATION = "automation"
    LANGUAGE = "language"
    GROUP = "group"
    BRAND = "brand"
    AGENT = "agent"
    RULE = "rule"
    DAY = "day"
    MONTH = "month"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Matters that began from `since` on and before `until`, as they were known at `now`; `only` holds cuts to a
    value."""

    since: datetime
    until: datetime
    now: datetime
    only: Mapping[By, str] = field(default_factory=dict)

    @property
    def before(self) -> "Span":
        """The period of the same length right before it, as it was known when it was as old as this one is."""
        length = self.until - self.since
        return Span(since=self.since - length, until=self.since, now=self.now - length, only=self.only)


@dataclass(frozen=True, slots=True, kw_only=True)
class Middle:
    """The median and the 90th percentile of `cases` values, by nearest rank."""

    median: float
    most: float
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Sums over one group. `shares` are (hits, cases) by the measure's name; `middles` by the name of the field;
    `ratings` are count, sum and sum of squares; `recommends` how many were asked and said whether they would recommend
    the company, how many of them 9 or 10, and how many 6 or less; `costs` by currency, in millionths."""

    key: str
    matters: int
    shares: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    middles: Mapping[str, Middle] = field(default_factory=dict)
    ratings: tuple[int, int, int] = (0, 0, 0)
    recommends: tuple[int, int, int] = (0, 0, 0)
    costs: Mapping[str, int] = field(default_factory=dict)
    closed: int = 0
    handled: int = 0
    texts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One matter of a cell, newest first in every list. `hit` is whether it counted towards the share."""

    conversation_id: ConversationId
    ticket_id: TicketId | None
    began_at: datetime
    group: str
    intent: str
    channel: str
    rule: str
    hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """How one matter was treated, and of whom; of each aspect of `core.measure.fairness` that it is a case of, whether
    it is a hit."""

    conversation_id: ConversationId
    customer_id: CustomerId
    language: str
    tier: str
    hits: Mapping[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One matter with its cuts, and of each measure that it is a case of, whether it is a hit."""

    conversation_id: ConversationId
    ticket_id: TicketId | None
    began_at: datetime
    cuts: Mapping[By, str]
    hits: Mapping[str, bool]
