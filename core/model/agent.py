"""The people who answer, as the helpdesk reports them, and the route by which a conversation came to one of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One person. `open` counts the conversations they have in hand, `capacity` those they may have, None where the
    helpdesk sets no limit and the policy's holds. `available` is None where the helpdesk does not tell who is at work:
    such a person is given nothing by name. `last_assigned_at` is when they got their newest, as far as it is
    known. `skills` are the helpdesk's own words, `languages` ISO 639-1 codes."""

    id: str
    name: str
    groups: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    available: bool | None = True
    open: int = 0
    capacity: int | None = None
    senior: bool = False
    last_assigned_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("an agent needs an id")
        if self.open < 0 or (self.capacity is not None and self.capacity < 0):
            raise ValueError(f"{self.name} has {self.open} of {self.capacity} conversations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One reason for or against an agent: how far it holds (0 to 1), and the policy's weight for it."""

    name: str
    value: float
    weight: float
    words: str

    @property
    def points(self) -> float:
        return self.value * self.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """Somebody who could have taken the conversation, and what spoke for them. `passed` says why they were not even
    compared (not at work, full, not senior); empty where they were."""

    agent_id: str
    agent: str
    points: float = 0.0
    grounds: tuple[Ground, ...] = ()
    passed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """To whom a conversation goes: a team, within it a named agent or nobody yet.

    `priority` is `urgent` for what jumps the queue, `low` for what only waits to be reviewed, else empty: the
    helpdesk's own holds. `purpose` is `upsell`, `review` or `vip` where the route has one. `overload`: people are at
    work, and none of them has room. `minutes` is how long the chosen agent will need, as far as the past tells."""

    group: str
    tier: int
    reason: str
    agent_id: str = ""
    agent: str = ""
    priority: str = ""
    purpose: str = ""
    overload: bool = False
    minutes: float | None = None
    grounds: tuple[Ground, ...] = ()
    alternatives: tuple[Considered, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """One conversation that an agent brought to an end, and the minutes of work it took. `complexity` from 0 to 1."""

    agent: str
    intent: str
    minutes: float
    complexity: float = 0.0


# ------------------------------------------------------------------
# Whoever works in the helpdesk, and what their role there lets them see of Handrail.


RANKS = {"agent": 0, "lead": 1, "admin": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One person of the staff. `role` is one of RANKS; `read_at` is when the helpdesk said so. `email` is empty where
    it does not tell."""

    id: str
    name: str
    role: str
    read_at: datetime
    email: str = ""

    def __post_init__(self) -> None:
        if self.role not in RANKS:
            raise ValueError(f"{self.role} is no role of ours")


def role_of(helpdesk_role: str, custom_role: str, leads: Collection[str]) -> str | None:
    """What somebody is to us; None where the helpdesk does not count them among its staff.

    `leads` are the names of the helpdesk's own roles whose members lead a team, in any case."""
    if helpdesk_role == "admin":
        return "admin"
    if helpdesk_role != "agent":
        return None
    return "lead" if custom_role.casefold() in {name.casefold() for name in leads if name} else "agent"


# ------------------------------------------------------------------
# One question a week to the agents: do the suggestions help?


SCALE = range(1, 6)  # 1: not at all, 5: very much


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What became of the question for one person in one week (`2026-W47`).

    `person` is a name for this week alone: it says nothing about who it is, nor that it is the one of another week.
    `shown` counts how often the question stood in their sidebar. No time is kept, for it would tell who it was."""

    week: str
    person: str
    shown: int = 0
    later: bool = False
    helps: int | None = None

    def __post_init__(self) -> None:
        if self.helps is not None and self.helps not in SCALE:
            raise ValueError(f"{self.helps} is not on the scale from {SCALE[0]} to {SCALE[-1]}")

    @property
    def settled(self) -> bool:
        return self.later or self.helps is not None
