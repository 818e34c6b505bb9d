"""The policy's values for what supervisors are told at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from core.model.alert import AlertKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """How long a customer may wait for a person's word, in the team's opening hours: `usual`, another by tier,
    `urgent` for what jumps the queue. From `share` of it on a breach counts as predicted; None: nothing is watched."""

    usual: timedelta | None = None
    tiers: Mapping[str, timedelta] = field(default_factory=dict)
    urgent: timedelta | None = None
    share: float = 0.75

    def target(self, tier: str, *, urgent: bool) -> timedelta | None:
        """The shortest of those that hold; None where none does."""
        named = self.tiers.get(tier, self.usual)
        held = [each for each in (named, self.urgent if urgent else None) if each is not None]
        return min(held, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """A spike of one intent: at least so many in an hour, which chance alone brings in fewer than `chance` of hours."""

    least: int = 8
    chance: float = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRate:
    """Too many failures: at least `share` of at least `least` writes of one kind within the time."""

    share: float = 0.2
    least: int = 20
    within: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """`roles` maps a role to the people who may act on an alert; empty: whoever may approve outreach. `off` are kinds
    that nobody is told of. `distress` is the mood from which a customer counts as distressed whoever has the
    conversation; None: only where the rules say so. `budget` is the share of the models' daily limit from which it is
    near. `every`: a card is changed no more often.
    `closes_after`: an alert of which nothing new came for so long is closed. `tickets_at` is the address at which
    people open a ticket, with {ticket} in its place."""

    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    off: frozenset[AlertKind] = frozenset()
    sla: Sla = Sla()
    distress: float | None = None
    spike: Spike = Spike()
    errors: ErrorRate = ErrorRate()
    budget: float = 0.8
    every: timedelta = timedelta(seconds=30)
    closes_after: timedelta = timedelta(hours=24)
    tickets_at: str = ""
