"""A visitor who logs in: the vendor proves who they are, so what they said before is that customer's too."""

from datetime import datetime

from core.model.customer import Customer, IdentityKind
from core.ports import Unit
from core.profile.merge import merge

BY = "login"


def is_visitor(customer: Customer) -> bool:
    """Whether nothing is known of them but an id that the messaging side made up."""
    return all(each.kind is IdentityKind.EXTERNAL and not each.verified for each in customer.identities)


def logged_in(unit: Unit, known: Customer, proved: Customer, now: datetime) -> Customer:
    """The customer that `known` was proved to be. A mere visitor becomes part of them, which the record of the merge
    can undo; of two customers none goes into the other without a person's word, and whom a person took apart stay
    two."""
    if known.id == proved.id or not is_visitor(known) or unit.merges.are_different(known.id, proved.id):
        return known
    merge(unit, proved.id, known.id, BY, "logged in while writing", now)
    return unit.customers.get(proved.id) or proved
