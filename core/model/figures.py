"""Sums over what is stored, for people who look after the whole. Days are those of UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.model.decision import Action
from core.model.draft import DraftState


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """`count` decisions of one day that came out alike. `abstained` says why there was no draft, empty where there was
    one or none was missed; `team` is who got it, empty where nobody did."""

    day: date
    action: Action
    rule: str
    team: str
    abstained: str
    count: int


class Work(StrEnum):
    """What may wait in the store."""

    EVENT = "event"
    EFFECT = "effect"
    APPROVAL = "approval"
    ACTION = "action"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """`count` rows that are alike and not done, and when the oldest of them came (an effect: might have left)."""

    work: Work
    kind: str
    state: str
    count: int
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """`count` drafts about an intent that are in one state."""

    intent: str
    state: DraftState
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """How many words of one draft an agent changed, and the draft's intent."""

    intent: str
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """`count` ratings that are alike: `thumb` is up or down, `reasons` those that were ticked, `said` whether there are
    words besides."""

    thumb: str
    reasons: tuple[str, ...]
    said: bool
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """From the arrival of an event to its decision, in milliseconds; `day` None: of the whole period."""

    day: date | None
    count: int
    p50: int
    p95: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What models cost on one day: `micro` millionths of the currency, for `count` decisions that asked one."""

    day: date
    currency: str
    micro: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Customers who wait for a person: `agent` is empty where a team has not picked it up. `since` is the oldest's."""

    team: str
    agent: str
    count: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """How many events and effects are in each unfinished state, how many of those are overdue, and since when the
    oldest of them waits. `undelivered` counts messages that a vendor said did not arrive, in the last week."""

    events: Mapping[str, int]
    events_late: int
    events_since: datetime | None
    effects: Mapping[str, int]
    effects_late: int
    effects_since: datetime | None
    undelivered: int
