"""The policy's values for running: routing, timers, models and their prices, limits of actions, sign-offs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each ground counts when an agent is chosen within a group; any numbers from 0 up."""

    skill: float = 3.0
    language: float = 2.0
    prior: float = 2.0
    load: float = 2.0
    handle_time: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """`capacity`: open conversations that one agent may have. `prior`: how long an agent who helped is remembered.
    `upsell` names the group that gets offers, `spam` the group that reviews what looks like spam; empty: none."""

    capacity: int = 6
    prior: timedelta = timedelta(days=30)
    weights: Weights = Weights()
    upsell: str = ""
    spam: str = ""
    assign: bool = False  # whether a named agent is written on the ticket, or only the group


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """None: never. `follow_up` after our last answer without a word of the customer, `close` after that;
    `hand_back` after a person's last public word."""

    follow_up: timedelta | None = None
    close: timedelta | None = None
    hand_back: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Of a million tokens."""

    read: float = 0.0
    written: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """When the strong model is asked, and what models may cost; None: no limit."""

    strong_complexity: float = 0.6
    strong_risk: float = 0.6
    per_day: float | None = None
    per_conversation: float | None = None
    currency: str = "USD"
    light: Price = Price()
    strong: Price = Price()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLimit:
    """What an action is bound to: `most` in one go and `per_day` for one customer, in the action's own unit (money,
    pieces), and whether a supervisor is asked first. A procedure that comes to an action hands it to a person with
    these limits; the assistant does none by itself."""

    most: float
    per_day: float | None = None
    approval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffs:
    """`roles` maps a role (cx, operations, it, legal) to the people who may sign for it; `sections` maps a section of
    the policy to the roles that must sign when it changes."""

    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
