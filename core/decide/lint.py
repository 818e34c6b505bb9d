"""Rules that are tried out: evidence for one rule and no other is decided by the policy, and that rule must win.

What the other checks know by reason these find by experiment, so that a rule which `decide` gains later is counted too.
"""

from collections.abc import Iterator, Mapping

from core.decide.policy_tests import try_example
from core.model.customer import Channel
from core.model.decision import Action, Disposition
from core.policy import AUTOMATIC_WAYS, Policy, PolicyTest, Trigger, Vip, Way
from core.policy.known import TRIGGERS, Unit
from core.policy.lint.remark import Remark, error, warning

Given = Mapping[str, object]


def check_triggers_fire(policy: Policy) -> Iterator[Remark]:
    for name, trigger in policy.triggers.items():
        got = _decided(policy, {"channel": Channel.SMS, "draft": 1.0, **evidence(name, trigger, policy.vip)})
        if got.rule != f"trigger:{name}":
            yield error(("triggers", name), f"never fires: whatever shows it, {got.rule} decides ({got.reason})")
        elif (got.owner.name, got.tier) != (trigger.group, trigger.tier):
            yield warning(("triggers", name), f"goes to {got.owner.name}, tier {got.tier}, not to where it says")


def evidence(name: str, trigger: Trigger, vip: Vip) -> dict[str, object]:
    """Just enough for a trigger, with what then cannot but be true as well."""
    known = TRIGGERS[name]
    if name == "high_value":
        return _important(vip)
    if name == "low_confidence":
        return {"draft": None}
    if known.unit is Unit.CONFIDENCE:
        return {"risks": {name: 1.0}}
    amount = {Unit.DEGREE: 1.0, Unit.FALL: 2.0}.get(known.unit, trigger.threshold + (known.unit is Unit.MINUTES))
    facts = {known.reads: amount}
    if name == "assistant_time":
        facts["open_minutes"] = amount  # it has been open for at least as long
    return {"facts": facts}


def _important(vip: Vip) -> dict[str, object]:
    if vip.tiers:
        return {"tier": min(vip.tiers)}
    if vip.lifetime_value is not None:
        return {"facts": {"lifetime_value": vip.lifetime_value}}
    return {"facts": {"vip": min(vip.flags, default="")}}


def check_owners_apply(policy: Policy) -> Iterator[Remark]:
    """What a procedure leads is answered by its steps; whether those work is looked at elsewhere."""
    led = {intent for procedure in policy.procedures.values() for intent in procedure.intents}
    for intent, row in policy.owners.items():
        place = ("owners", "intents", intent)
        given: Given = {"intent": intent, "confidence": 1.0, "draft": 1.0}
        if row.way is Way.HUMAN:
            got = _decided(policy, {**given, "channel": Channel.SMS})
            if (got.rule, got.owner.name, got.tier) != (f"owner:{intent}", row.group, row.tier):
                yield error(place, f"is never used: {got.rule} decides ({got.reason})")
        elif row.way in AUTOMATIC_WAYS and policy.automatic and intent not in led:
            tries = [_decided(policy, {**given, "channel": channel}) for channel in sorted(policy.automatic)]
            if intent not in policy.shadow.intents and not any(got.action is Action.AUTO_REPLY for got in tries):
                yield warning(place, f"is never answered by the {row.way}: {tries[0].reason}")


def _decided(policy: Policy, given: Given) -> Disposition:
    return try_example(0, PolicyTest(name="", given=given, expect={}), policy).disposition
