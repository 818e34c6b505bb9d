"""All the checks of a policy that could be read, in the order in which its sections stand in the reference."""

from collections.abc import Callable, Iterator

from core.decide.lint import check_owners_apply, check_triggers_fire
from core.outreach.lint import check_outreach
from core.policy import Policy
from core.policy.lint import Remark
from core.policy.lint.actions import check_actions
from core.policy.lint.channels import (
    check_automatic_channels,
    check_confidence,
    check_dispositions,
    check_shadow,
    check_standing,
)
from core.policy.lint.owners import (
    check_groups,
    check_intents,
    check_overtaken,
    check_request_for_person,
    check_thresholds,
    check_tiers,
    check_trigger_tiers,
)
from core.policy.lint.plays import check_plays
from core.policy.lint.procedures import check_procedures
from core.policy.lint.running import (
    check_models,
    check_routing,
    check_signoffs,
    check_tests,
    check_timers,
)

Check = Callable[[Policy], Iterator[Remark]]

CHECKS: tuple[Check, ...] = (
    check_automatic_channels,
    check_shadow,
    check_confidence,
    check_standing,
    check_tiers,
    check_groups,
    check_request_for_person,
    check_thresholds,
    check_trigger_tiers,
    check_overtaken,
    check_routing,
    check_timers,
    check_models,
    check_actions,
    check_procedures,
    check_outreach,
    check_plays,
    check_dispositions,
    check_signoffs,
    check_tests,
)
# What is found by deciding turns, which stands apart: it is told only of rules about which nothing better is said.
TRIED: tuple[Check, ...] = (check_triggers_fire, check_owners_apply)


def lint(policy: Policy, known_intents: frozenset[str] | None = None) -> tuple[Remark, ...]:
    """Everything there is to say. `known_intents` are those that are recognised at all; None: nobody knows."""
    found = [remark for check in CHECKS for remark in check(policy)]
    if known_intents is not None:
        found += check_intents(policy, known_intents)
    explained = {remark.place[:3] for remark in found} | {remark.place[:2] for remark in found}
    tried = [remark for check in TRIED for remark in check(policy)]
    return (*found, *(remark for remark in tried if remark.place not in explained))
