"""How the day runs: settings that have no effect, or that nobody can fulfil."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple

from core.model.customer import WHATSAPP_WINDOW, Channel
from core.policy import Policy, Price
from core.policy.lint.remark import Remark, error, list_names, warning


def check_routing(policy: Policy) -> Iterator[Remark]:
    if not any(astuple(policy.routing.weights)):
        yield warning(("routing", "weights"), "all are 0: nothing but the order of names decides who gets it")


def check_timers(policy: Policy) -> Iterator[Remark]:
    follow_up, close = policy.timers.follow_up, policy.timers.close
    if close is not None and follow_up is None:
        yield warning(
            ("timers", "close_hours"), "customers are not asked before it is closed: follow_up_hours is missing"
        )
    if follow_up is not None and "follow_up" not in policy.standing:
        yield error(("timers", "follow_up_hours"), "nothing is sent: follow_up is missing under standing")
    elif follow_up is not None and follow_up >= WHATSAPP_WINDOW and Channel.WHATSAPP in policy.automatic:
        yield warning(
            ("timers", "follow_up_hours"),
            "nobody is asked by WhatsApp, which takes free words only for 24 hours after the customer's own: "
            "write 23 at most, fewer where outreach.hours may make it wait",
        )


def check_models(policy: Policy) -> Iterator[Remark]:
    found = policy.models
    limits = {"per_day": found.per_day, "per_conversation": found.per_conversation}
    written = [name for name, limit in limits.items() if limit is not None]
    if written and Price() in (found.light, found.strong):
        lacking = list_names(
            name for name, price in (("light", found.light), ("strong", found.strong)) if price == Price()
        )
        yield error(
            ("models", "limits"), f"{' and '.join(written)} cannot be kept: models.prices has no price for {lacking}"
        )
    if found.per_day is not None and found.per_conversation is not None and found.per_conversation > found.per_day:
        yield warning(("models", "limits", "per_conversation"), "is never reached: per_day is smaller")


def check_signoffs(policy: Policy) -> Iterator[Remark]:
    found = policy.signoffs
    for section, roles in found.sections.items():
        place = ("signoffs", "sections", section)
        for role in roles:
            if not found.roles.get(role):
                yield error(place, f"nobody can sign as {role}: the role has no people")
    asked = {role for roles in found.sections.values() for role in roles}
    for role in found.roles:
        if role not in asked:
            yield warning(("signoffs", "roles", role), "is never asked: no section names it")


def check_tests(policy: Policy) -> Iterator[Remark]:
    if not policy.examples:
        yield warning(("tests",), "there are none: nothing tells you when a change breaks what you rely on")
    named = Counter(example.name for example in policy.examples)
    for number, example in enumerate(policy.examples):
        if named[example.name] > 1:
            yield warning(("tests", number, "name"), f"{named[example.name]} tests have this name")
