"""Actions: limits that say nothing, undo that does not fit, and words that some customers would miss."""

from collections.abc import Iterator

from core.policy import ActionSpec, Policy
from core.policy.actions import Approver, Identity
from core.policy.lint.remark import Remark, error, warning
from core.policy.problem import Place


def check_actions(policy: Policy) -> Iterator[Remark]:
    for name, action in policy.actions.items():
        place = ("actions", name)
        yield from _limits(action, place)
        if action.by_itself:
            yield from _approval(action, policy, place)
            yield from _offered(action, policy, place)


def _limits(action: ActionSpec, place: Place) -> Iterator[Remark]:
    for tier in ("", *action.tiers):
        limits = action.limits_of(tier)
        if limits.per_day is not None and limits.most is not None and limits.per_day < limits.most:
            at = (*place, "tiers", tier, "most") if tier else (*place, "most")
            yield warning(at, f"is never reached: per_day is {limits.per_day:g}")
    if action.alone_up_to is not None and not action.counts:
        yield error((*place, "alone_up_to"), "says nothing: counts names no sum")


def _approval(action: ActionSpec, policy: Policy, place: Place) -> Iterator[Remark]:
    if action.identity is Identity.ANYONE and action.approve is Approver.NOBODY:
        yield warning((*place, "identity"), "anybody can have it done, and nobody is asked")
    if action.approve in (Approver.SUPERVISOR, Approver.TWO) and not policy.outreach.approvers:
        yield error((*place, "approve"), "nobody can: outreach.approval.approvers names no one")


def _offered(action: ActionSpec, policy: Policy, place: Place) -> Iterator[Remark]:
    used = {step.name for procedure in policy.procedures.values() for step in procedure.steps if step.name}
    used |= {policy.wrap_up.note}
    undoes = any(other.undo == action.name for other in policy.actions.values())
    if not action.rules and not undoes:
        yield warning((*place, "rules"), "there are none: it is done to whatever record is named")
    if action.name not in used and not undoes and not action.intents:
        yield warning(place, "is never offered: no procedure does it, and it is for no intent")
    for language in action.question:
        if language not in action.done:
            yield error((*place, "done"), f"has no words in {language}, in which the customer is asked")
