"""Whether so many contacts about one matter are more than chance: pure.

What is usual is not known but estimated from a few hours, so the number of this hour is held against what those hours
let one expect: with a gamma prior on the rate (Jeffreys: shape 1/2) the next hour's count is negative binomial
(Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6). A matter seen twice in a week is thus not judged as if
its rate were known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, lgamma, log

from core.model.alert import AlertKind, Raised
from core.model.signals import NO_INTENT
from core.policy import Policy
from core.ports import Unit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAYS = 7  # the same hour of so many days before
FEWEST_DAYS = 2  # of which it takes so many to know what is usual at that hour
HOURS = 24
FEWEST_HOURS = 3
PRIOR = 0.5
OVER = 0.05  # a spike is over when chance would bring as many in one hour of twenty


@dataclass(frozen=True, slots=True, kw_only=True)
class Spiking:
    """`count` contacts about an intent within the last hour; `usual` of them were to be expected, and `chance` is how
    likely so many are."""

    intent: str
    count: int
    usual: float
    chance: float


def tail(count: int, seen: int, windows: float) -> float:
    """How likely `count` or more are in one window, where `seen` were in so many `windows` before.

    Raises ValueError where no window was looked at."""
    if windows <= 0:
        raise ValueError("nothing to compare with")
    shape, kept = seen + PRIOR, log(windows / (windows + 1))
    lost = -log(windows + 1)
    below = (exp(lgamma(k + shape) - lgamma(shape) - lgamma(k + 1) + shape * kept + k * lost) for k in range(count))
    return min(1.0, max(0.0, 1.0 - sum(below)))


def watch_intents(unit: Unit, now: datetime) -> "list[Spiking]":
    """Every intent of the last hour with how unusual its count is."""
    first = unit.watch.first_decided()
    if first is None:
        return []
    days = min(DAYS, int((now - HOUR - first) / DAY))
    hours = min(HOURS, int((now - HOUR - first) / HOUR))
    windows = [(now - HOUR, now), *((now - HOUR - n * DAY, now - n * DAY) for n in range(1, days + 1))]
    lately = (now - (hours + 1) * HOUR, now - HOUR)
    this, *same = unit.watch.intents(windows)
    before = unit.watch.intents([lately])[0] if hours >= FEWEST_HOURS else {}
    if days >= FEWEST_DAYS:
        return [_by_the_clock(intent, count, same) for intent, count in this.items()]
    return [_by_share(intent, count, this, before) for intent, count in this.items()] if before else []


def spiking(unit: Unit, policy: Policy, now: datetime) -> list[Spiking]:
    """Those that are a spike by the policy, the least likely first."""
    least, chance = policy.alerts.spike.least, policy.alerts.spike.chance
    known = [each for each in watch_intents(unit, now) if each.intent not in ("", NO_INTENT.value)]
    return sorted((s for s in known if s.count >= least and s.chance <= chance), key=lambda s: (s.chance, s.intent))


def spike_raised(spike: Spiking, now: datetime) -> Raised:
    """One occurrence an hour while it lasts."""
    about = spike.intent.replace("_", " ")
    return Raised(
        kind=AlertKind.INTENT_SPIKE,
        key=key_of(spike.intent),
        source=f"{key_of(spike.intent)}:{now:%Y-%m-%dT%H}",
        text=f"{spike.count} contacts about “{about}” within an hour; about {spike.usual:.1f} are usual",
        why=f"By chance alone so many come in {_share(spike.chance)} hours of this time of day",
    )


def key_of(intent: str) -> str:
    return f"{AlertKind.INTENT_SPIKE}:{intent}"


def is_over(spikes: Sequence[Spiking], key: str) -> bool:
    """Whether an open alert's intent is as usual again."""
    return all(key_of(each.intent) != key or each.chance > OVER for each in spikes)


def _by_the_clock(intent: str, count: int, same: Sequence[Mapping[str, int]]) -> Spiking:
    seen = sum(hour.get(intent, 0) for hour in same)
    return Spiking(intent=intent, count=count, usual=seen / len(same), chance=tail(count, seen, len(same)))


def _by_share(intent: str, count: int, this: Mapping[str, int], before: Mapping[str, int]) -> Spiking:
    """Without days to compare with: by the intent's share of all contacts, so that a morning is no spike of
    everything. The contacts before are as many windows as they are times those of this hour."""
    seen, windows = before.get(intent, 0), sum(before.values()) / sum(this.values())
    return Spiking(intent=intent, count=count, usual=seen / windows, chance=tail(count, seen, windows))


def _share(chance: float) -> str:
    return f"one of {round(1 / chance):,}" if chance > 1e-6 else "fewer than one of a million"
