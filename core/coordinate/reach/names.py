"""Names that one section uses and another defines."""

from collections.abc import Iterator

from core.coordinate.keys import Place, meant
from core.coordinate.policy import Policy
from core.coordinate.reach.remark import Remark, error, listed, warning


def intents(policy: Policy, known: frozenset[str]) -> Iterator[Remark]:
    """Intents that are never recognised, so that their rules never apply."""
    for place, name in _intents(policy):
        if name not in known:
            yield error(place, f"no intent is called {name}{meant(name, known)}")


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


def groups(policy: Policy) -> Iterator[Remark]:
    """Only where groups are written at all: a short file does without."""
    if not policy.groups:
        return
    used = dict(_groups(policy))
    for place, name in used.items():
        if name not in policy.groups:
            yield error(place, f"no group is called {name}{meant(name, policy.groups)}")
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


def tiers(policy: Policy) -> Iterator[Remark]:
    """Only where tiers are written at all."""
    if not policy.tiers:
        return
    rows: list[tuple[Place, int]] = [(("owners", "default", "tier"), policy.default_owner.tier)]
    rows += [(("owners", "intents", name, "tier"), row.tier) for name, row in policy.owners.items()]
    rows += [(("triggers", name, "tier"), row.tier) for name, row in policy.triggers.items()]
    known = listed(map(str, policy.tiers))
    for place, tier in rows:
        if tier not in policy.tiers:
            yield error(place, f"there is no tier {tier}; tiers names {known}")
