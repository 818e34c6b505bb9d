"""Who acts: names that one section uses and another defines, triggers that never fire or that another one overtakes."""

from collections.abc import Iterator

from core.policy import Policy, Trigger
from core.policy.known import TRIGGERS, Unit
from core.policy.lint.remark import Remark, error, list_names, warning
from core.policy.problem import Place, suggest

# Counts of turns: on channels where the assistant answers, assistant.max_turns comes first where it is smaller.
TURNS = ("not_understood", "failed_cycles")


def check_intents(policy: Policy, known: frozenset[str]) -> Iterator[Remark]:
    """Intents that are never recognised, so that their rules never apply."""
    for place, name in _intents(policy):
        if name not in known:
            yield error(place, f"no intent is called {name}{suggest(name, known)}")


def _intents(policy: Policy) -> Iterator[tuple[Place, str]]:
    for section, names in (
        (("owners", "intents"), policy.owners),
        (("confidence", "intents"), policy.intent_confidence),
        (("disclaimers",), policy.disclaimers),
    ):
        yield from (((*section, name), name) for name in names)
    yield from ((("shadow", "intents"), name) for name in sorted(policy.shadow.intents))
    for procedure in policy.procedures.values():
        yield from ((("procedures", procedure.name, "intents"), name) for name in sorted(procedure.intents))
    for name, play in policy.outreach.plays.items():
        yield from ((("outreach", "plays", name, "matter", "intents"), each) for each in sorted(play.matter.intents))
    for number, example in enumerate(policy.examples):
        given = [str(example.given["intent"])] if "intent" in example.given else []
        several = example.given.get("intents", {})
        given += several if isinstance(several, dict) else []
        yield from ((("tests", number, "given"), name) for name in given)


def check_groups(policy: Policy) -> Iterator[Remark]:
    """Only where groups are written at all: a short file does without."""
    if not policy.groups:
        return
    used = dict(_groups(policy))
    for place, name in used.items():
        if name not in policy.groups:
            yield error(place, f"no group is called {name}{suggest(name, policy.groups)}")
    for name in policy.groups:
        if name not in used.values():
            yield warning(("groups", name), "nobody is ever sent to this group")


def _groups(policy: Policy) -> Iterator[tuple[Place, str]]:
    yield ("owners", "default", "group"), policy.default_owner.group
    yield from ((("owners", "intents", name, "group"), row.group) for name, row in policy.owners.items())
    yield from ((("triggers", name, "group"), row.group) for name, row in policy.triggers.items())
    vip = policy.vip
    if vip.tiers or vip.flags or vip.lifetime_value is not None:
        yield ("vip", "group"), vip.group
    for key, name in (("upsell", policy.routing.upsell), ("spam", policy.routing.spam)):
        if name:
            yield ("routing", key), name


def check_tiers(policy: Policy) -> Iterator[Remark]:
    """Only where tiers are written at all."""
    if not policy.tiers:
        return
    rows: list[tuple[Place, int]] = [(("owners", "default", "tier"), policy.default_owner.tier)]
    rows += [(("owners", "intents", name, "tier"), row.tier) for name, row in policy.owners.items()]
    rows += [(("triggers", name, "tier"), row.tier) for name, row in policy.triggers.items()]
    known = list_names(map(str, policy.tiers))
    for place, tier in rows:
        if tier not in policy.tiers:
            yield error(place, f"there is no tier {tier}; tiers names {known}")


def check_request_for_person(policy: Policy) -> Iterator[Remark]:
    if "human_request" not in policy.triggers:
        yield warning(
            ("triggers",), "human_request is missing: whoever asks for a person may be left with the assistant"
        )


def check_thresholds(policy: Policy) -> Iterator[Remark]:
    """Thresholds that are over what there can be."""
    for name, trigger in policy.triggers.items():
        place = ("triggers", name, "threshold")
        known = TRIGGERS[name]
        if known.unit in (Unit.CONFIDENCE, Unit.DEGREE) and trigger.threshold > known.most:
            yield error(
                place, f"never fires: nothing is found that is over {trigger.threshold:g}; write {known.most:g} at most"
            )
        elif known.unit is Unit.CONFIDENCE and trigger.threshold == 0:
            yield warning(place, "0 fires at the faintest hint")
        elif name in TURNS and policy.automatic and trigger.threshold > policy.max_turns:
            yield warning(
                place,
                f"is hardly reached: assistant.max_turns hands over after {policy.max_turns} automatic answers already",
            )
    vip = policy.vip
    if "high_value" in policy.triggers and not vip.tiers and not vip.flags and vip.lifetime_value is None:
        yield error(("triggers", "high_value"), "never fires: vip names no tier, no lifetime_value and no flag")


def check_trigger_tiers(policy: Policy) -> Iterator[Remark]:
    """At tier 0 the assistant is alone, and a trigger is what brings a person."""
    for name, trigger in policy.triggers.items():
        if trigger.tier == 0:
            yield warning(("triggers", name, "tier"), "0 becomes 1: a person takes over")


def check_overtaken(policy: Policy) -> Iterator[Remark]:
    """Rules that ask for the same evidence, of which the first always wins and goes elsewhere."""
    yield from _the_longer_time(policy)
    yield from _important(policy)
    yield from _unsure(policy)
    upsell, group = policy.triggers.get("upsell"), policy.routing.upsell
    if upsell is not None and group and (upsell.group, upsell.tier) != (group, 1):
        yield warning(
            ("triggers", "upsell"), f"group and tier are never used: routing.upsell sends it to {group}, tier 1"
        )


def _the_longer_time(policy: Policy) -> Iterator[Remark]:
    """A matter is open for at least as long as the assistant has been at it."""
    order = list(policy.triggers)
    if not {"assistant_time", "time_to_resolve"} <= set(order):
        return
    whole, ours = policy.triggers["time_to_resolve"], policy.triggers["assistant_time"]
    first = order.index("time_to_resolve") < order.index("assistant_time")
    if first and whole.threshold <= ours.threshold:
        yield warning(
            ("triggers", "assistant_time"),
            f"never fires: time_to_resolve stands above it and fires after {whole.threshold:g} minutes already"
            + _elsewhere(whole, ours),
        )


def _important(policy: Policy) -> Iterator[Remark]:
    trigger = policy.triggers.get("high_value")
    if trigger is not None and (trigger.group, trigger.tier) != (policy.vip.group, 2):
        yield warning(
            ("vip", "group"),
            "is never used: the trigger high_value looks at the same customers first and sends them to "
            f"{trigger.group}, tier {trigger.tier}",
        )


def _unsure(policy: Policy) -> Iterator[Remark]:
    """`low_confidence` fires wherever there is no sure draft, so nothing that stands below it gets such a turn."""
    trigger = policy.triggers.get("low_confidence")
    if trigger is None:
        return
    order = list(policy.triggers)
    below = order[order.index("low_confidence") + 1 :]
    if below:
        yield warning(
            ("triggers", "low_confidence"),
            f"comes before {list_names(below)}: without a sure draft those never fire; write it last",
        )
    others = [name for name, row in policy.owners.items() if row.group != trigger.group]
    if others:
        yield warning(
            ("triggers", "low_confidence"),
            f"without a sure draft these go to {trigger.group}, not to the group of their line in owners: "
            f"{list_names(others)}; without this trigger each goes to its own group",
        )


def _elsewhere(first: Trigger, second: Trigger) -> str:
    same = (first.group, first.tier) == (second.group, second.tier)
    return "" if same else f", to {first.group} instead of {second.group}"
