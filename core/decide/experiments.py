"""The policy's experiments in a turn: in which arm the customer is, what that arm is spared, and whether the turn is
part of an experiment at all."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from core.model.arm import Arm, arm_of
from core.model.conversation import CaseContext
from core.model.decision import Action, Decision, Disposition
from core.model.signals import Signals
from core.policy import Policy
from core.policy.experiments import Experiment, Varies

ANSWERED = "automatic_reply"  # the rule by which an answer leaves by itself


def arms_of(customer_id: str, policy: Policy, stopped: Collection[str]) -> Mapping[str, Arm]:
    """By the experiment's name. What was stopped has nobody who is treated."""
    return {
        name: Arm.HOLDOUT
        if experiment.key(name) in stopped
        else arm_of(f"experiment:{experiment.key(name)}", customer_id, 1 - experiment.share)
        for name, experiment in policy.experiments.items()
    }


def left_without(varies: Varies, arms: Mapping[str, Arm], intent: str, policy: Policy) -> str:
    """The first experiment that leaves the customer without it; empty where none does."""
    return next(
        (
            name
            for name, experiment in policy.experiments.items()
            if experiment.varies is varies and arms.get(name) is Arm.HOLDOUT and experiment.covers(intent)
        ),
        "",
    )


def with_card(case: CaseContext, policy: Policy) -> CaseContext:
    """The case with the style card of the experiment in which the customer is treated."""
    cards = (
        experiment.card
        for name, experiment in policy.experiments.items()
        if experiment.varies is Varies.STYLE and case.arms.get(name) is Arm.TREATED
    )
    return replace(case, card=next(cards, case.card))


def part_in(
    decision: Decision,
    case: CaseContext,
    policy: Policy,
    stopped: Collection[str],
    otherwise: Callable[[CaseContext], Disposition],
) -> Decision:
    """The decision with the arms of those experiments that this turn is part of. `otherwise` decides it again for
    another case: whoever was left without an automatic answer is part only where there would have been one, or the
    two arms would be of different people. What was stopped gets nobody new."""
    free = decision.disposition
    if any(arm is Arm.HOLDOUT for arm in case.arms.values()):
        free = otherwise(replace(case, arms={}))
    intent = leading_intent(decision.signals)
    arms = {
        experiment.key(name): case.arms[name]
        for name, experiment in policy.experiments.items()
        if name in case.arms
        and experiment.key(name) not in stopped
        and experiment.covers(intent)
        and _concerns(experiment, decision, free)
    }
    shown = replace(decision, arms=arms)
    without = left_without(Varies.DRAFTS, case.arms, intent, policy)
    return replace(shown, draft=None) if without and free.action is Action.SUGGEST else shown


def leading_intent(signals: Signals) -> str:
    return signals.intent.value if signals.intents else ""


def _concerns(experiment: Experiment, decision: Decision, free: Disposition) -> bool:
    match experiment.varies:
        case Varies.AUTOMATIC:
            return free.rule == ANSWERED
        case Varies.DRAFTS:
            return free.action is Action.SUGGEST and decision.draft is not None
        case Varies.STYLE:
            return decision.draft is not None
        case Varies.POLICY:
            return free.action is not Action.SILENT
