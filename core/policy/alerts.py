"""What supervisors are told at once: the section `alerts`, but for its channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any

from core.model.alert import AlertKind
from core.policy.kinds import (
    AT_LEAST_ONE,
    EMAILS,
    HOURS,
    MINUTES,
    MOOD,
    SHARE,
    Kind,
    between,
    members_of,
    seconds,
    word,
)
from core.policy.reader import At

# What went wrong in this house itself is always told.
ALWAYS = frozenset(
    {
        AlertKind.DELIVERY,
        AlertKind.EVENT,
        AlertKind.POLICY,
        AlertKind.TIMERS,
        AlertKind.OUTREACH,
        AlertKind.MISSED,
        AlertKind.EXPERIMENT,
    }
)


def _chance(value: Any) -> float:
    if not between(0, 0.5)(value) > 0:
        raise ValueError
    return float(value)


def _tickets(value: Any) -> str:
    address = word(value)
    if not address.startswith(("https://", "http://")) or "{ticket}" not in address or set("<>| ") & set(address):
        raise ValueError
    return address


OFF = members_of(AlertKind, set(AlertKind) - ALWAYS)
CHANCE = Kind(expected="a number over 0 and at most 0.5", read=_chance)
TICKETS = Kind(expected="an address in quotes with {ticket} in it", read=_tickets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """How long a customer may wait for a person's word, in the team's opening hours: `usual`, another by tier,
    `urgent` for what jumps the queue. From `share` of it on a breach counts as predicted; None: nothing is watched."""

    usual: Annotated[timedelta | None, MINUTES, At("minutes")] = None
    tiers: Mapping[str, Annotated[timedelta, MINUTES]] = field(default_factory=dict)
    urgent: Annotated[timedelta | None, MINUTES, At("urgent_minutes")] = None
    share: Annotated[float, SHARE] = 0.75

    def target(self, tier: str, *, urgent: bool) -> timedelta | None:
        """The shortest of those that hold; None where none does."""
        named = self.tiers.get(tier, self.usual)
        held = [each for each in (named, self.urgent if urgent else None) if each is not None]
        return min(held, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """A spike of one intent: at least so many in an hour, which chance alone brings in fewer than `chance` of hours."""

    least: Annotated[int, AT_LEAST_ONE] = 8
    chance: Annotated[float, CHANCE] = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRate:
    """Too many failures: at least `share` of at least `least` writes of one kind within the time."""

    share: Annotated[float, SHARE] = 0.2
    least: Annotated[int, AT_LEAST_ONE] = 20
    within: Annotated[timedelta, MINUTES, At("minutes")] = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """`roles` maps a role to the people who may act on an alert; empty: whoever may approve outreach. `off` are kinds
    that nobody is told of. `distress` is the mood from which a customer counts as distressed whoever has the
    conversation; None: only where the rules say so. `budget` is the share of the models' daily limit from which it is
    near. `every`: a card is changed no more often.
    `closes_after`: an alert of which nothing new came for so long is closed. `tickets_at` is the address at which
    people open a ticket, with {ticket} in its place. `digest` is the channel that gets the report of each week; empty:
    none does."""

    roles: Mapping[str, Annotated[tuple[str, ...], EMAILS]] = field(default_factory=dict)
    off: Annotated[frozenset[AlertKind], OFF] = frozenset()
    sla: Sla = Sla()
    distress: Annotated[float | None, MOOD] = None
    spike: Spike = Spike()
    errors: ErrorRate = ErrorRate()
    budget: Annotated[float, SHARE] = 0.8
    every: Annotated[timedelta, seconds(1, 600), At("every_seconds")] = timedelta(seconds=30)
    closes_after: Annotated[timedelta, HOURS, At("closes_hours")] = timedelta(hours=24)
    tickets_at: Annotated[str, TICKETS] = ""
    digest: str = ""
