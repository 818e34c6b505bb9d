"""What the profile says of a customer: tier, worth, flags. Never what customers say of themselves."""

from collections.abc import Iterable

from core.model.customer import Customer
from core.model.signals import Scored
from core.read.axes import amount

MADE_BY = "record:profile"
YES = frozenset({"true", "yes", "1", "y", "on", "ja", "si", "sí", "oui"})
# As companies name these fields and tags; a field of an organization begins with `organization.`.
WORTH = ("lifetime_value", "ltv", "customer_value", "total_spent", "lifetime_revenue", "clv")
VALUED = frozenset({"vip", "key_account", "keyaccount", "strategic_account", "priority_customer", "important_customer"})
TAGS = ("tags", "organization.tags")


def profile(customer: Customer) -> tuple[Scored, ...]:
    """`account_tier`; `lifetime_value` where the profile has a figure; `vip` for each flag or tag that says so."""
    tier = Scored(
        value="account_tier",
        label=customer.tier,
        confidence=1.0,
        records=(f"profile.tier={customer.tier}",),
        made_by=MADE_BY,
    )
    return (tier, *_worth(customer), *_flags(customer))


def _worth(customer: Customer) -> Iterable[Scored]:
    for name in WORTH:
        worth = amount(customer.attributes.get(name, ""))
        if worth:
            yield Scored(
                value="lifetime_value",
                confidence=1.0,
                records=(f"profile.{name}={customer.attributes[name]}",),
                amount=worth,
                made_by=MADE_BY,
            )
            return


def _flags(customer: Customer) -> Iterable[Scored]:
    named = {name: f"profile.{name}={v}" for name, v in customer.attributes.items() if v.casefold() in YES}
    for field in TAGS:
        tags = customer.attributes.get(field, "").replace(",", " ").split()
        named |= {tag: f"profile.{field}={tag}" for tag in tags}
    for name in sorted(named):
        label = name.removeprefix("organization.").casefold()
        if label in VALUED:
            yield Scored(value="vip", label=label, confidence=1.0, records=(named[name],), made_by=MADE_BY)
