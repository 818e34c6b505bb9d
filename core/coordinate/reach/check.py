"""All the checks of a policy, in the order in which its sections stand in the reference."""

from collections.abc import Callable, Iterator, Sequence

from core.coordinate.policy import Policy
from core.coordinate.reach.channels import channels, confidence, shadow, standing
from core.coordinate.reach.names import groups, intents, tiers
from core.coordinate.reach.outreach import outreach
from core.coordinate.reach.plays import plays
from core.coordinate.reach.procedures import procedures
from core.coordinate.reach.remark import Remark
from core.coordinate.reach.running import actions, models, routing, signoffs, tests, timers
from core.coordinate.reach.tried import owners as owners_tried
from core.coordinate.reach.tried import triggers as triggers_tried
from core.coordinate.reach.triggers import missing, out_of_reach, overtaken, untiered

Check = Callable[[Policy], Iterator[Remark]]

CHECKS: tuple[Check, ...] = (
    channels,
    shadow,
    confidence,
    standing,
    tiers,
    groups,
    missing,
    out_of_reach,
    untiered,
    overtaken,
    routing,
    timers,
    models,
    actions,
    procedures,
    outreach,
    plays,
    signoffs,
    tests,
)

TRIED: tuple[Check, ...] = (triggers_tried, owners_tried)


def remarks(policy: Policy, known_intents: frozenset[str] | None = None) -> tuple[Remark, ...]:
    """Everything there is to say. `known_intents` are those that are recognised at all; None: nobody knows."""
    found = [remark for check in CHECKS for remark in check(policy)]
    if known_intents is not None:
        found += intents(policy, known_intents)
    return (*found, *_new(found, policy))


def _new(found: Sequence[Remark], policy: Policy) -> Iterator[Remark]:
    """What is found by trying alone, of rules about which nothing better is said."""
    explained = {remark.place[:3] for remark in found} | {remark.place[:2] for remark in found}
    for tried in TRIED:
        yield from (remark for remark in tried(policy) if remark.place not in explained)
