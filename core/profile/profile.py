"""The profile of one customer as people are shown it: what holds, who says so, and who says otherwise."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.model.customer import Customer
from core.model.profile import Asked, Merge, ProfileFact
from core.ports import Unit
from core.profile.facts import Known, of_helpdesk, weigh_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """`asked` are the other systems with the time and the outcome of the last question; `merges` those that hold."""

    customer: Customer
    known: tuple[Known, ...]
    asked: tuple[Asked, ...]
    merges: tuple[tuple[Merge, Customer], ...]

    def value(self, name: str) -> str | None:
        return next((known.fact.value for known in self.known if known.fact.name == name), None)


def profile_of(unit: Unit, customer: Customer, now: datetime) -> Profile:
    """From the store alone, in its order of trust: nothing is asked and nothing waits."""
    merges = _merged_in(unit, customer)
    asked = tuple(unit.profiles.asked(customer.id))
    facts: list[ProfileFact] = [
        *(fact for _, other in merges for fact in of_helpdesk(other, now)),
        *of_helpdesk(customer, now),
        *unit.profiles.facts(customer.id),
        *(fact for answer in asked for fact in answer.facts),
    ]
    return Profile(
        customer=customer, known=tuple(weigh_facts(facts, unit.profiles.trusted)), asked=asked, merges=merges
    )


def add_known_facts(unit: Unit, customer: Customer, now: datetime) -> Customer:
    """The customer with what holds of them among the attributes, so that whoever decides goes by what
    agents see. Tier and language stay the helpdesk's."""
    if not (unit.profiles.facts(customer.id) or unit.profiles.asked(customer.id)):
        return customer
    facts = {known.fact.name: known.fact.value for known in profile_of(unit, customer, now).known}
    held = {name: value for name, value in facts.items() if name not in ("tier", "language")}
    return replace(customer, attributes={name: value for name, value in held.items() if value})


def _merged_in(unit: Unit, customer: Customer) -> tuple[tuple[Merge, Customer], ...]:
    """Who went into this person and was not taken out again, newest first."""
    held = [m for m in unit.merges.of_customer(customer.id) if m.kept == customer.id and m.undone_at is None]
    people = {each.id: each for each in unit.customers.many([merge.merged for merge in held])}
    return tuple((merge, people[merge.merged]) for merge in held if merge.merged in people)
