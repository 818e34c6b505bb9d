"""Who wrote a received message: somebody known, or somebody new."""

from collections.abc import Sequence
from dataclasses import replace

from core.context.sender import identity_of, proved_of
from core.model.customer import Customer, Identity, IdentityKind
from core.model.event import Event
from core.model.ids import CustomerId, derived
from core.ports import Unit
from core.profile.login import logged_in

NAMELESS = "Visitor"  # who has told us no name yet, on a channel that knows no number


def writer(unit: Unit, event: Event) -> Customer:
    """Whoever has the identity that they wrote with; else whoever the vendor has proved them to be; else somebody
    new."""
    identity, proved = identity_of(event), proved_of(event)
    known = unit.customers.find(identity)
    others = [found for each in proved if (found := unit.customers.find(each)) is not None]
    customer = known or next(iter(others), None)
    if known is not None and others:
        customer = logged_in(unit, known, others[0], event.received_at)
    if customer is None:
        name = str(event.payload.get("name") or "")
        customer = Customer(
            id=CustomerId(derived("cu", identity.kind, identity.value)),
            name=name or (identity.value if identity.kind is IdentityKind.PHONE else NAMELESS),
        )
    return _known_as(unit, customer, [identity, *proved])


def _known_as(unit: Unit, customer: Customer, identities: Sequence[Identity]) -> Customer:
    """With those of the identities that are new and nobody else's, or verified by now: a number that was first seen on
    a call is theirs once they write from it. What the helpdesk's profile says of its person stays the helpdesk's word.
    """
    held = {(i.kind, i.value): i.verified for i in customer.identities}
    profiled = customer.current(IdentityKind.HELPDESK) is not None
    more = [i for i in identities if (i.kind, i.value) not in held and unit.customers.find(i) is None]
    more += [i for i in identities if i.verified and held.get((i.kind, i.value)) is False and not profiled]
    if not more:
        return customer
    renewed = {(i.kind, i.value) for i in more}
    kept = (i for i in customer.identities if (i.kind, i.value) not in renewed)
    fresh = replace(customer, identities=(*kept, *more))
    unit.customers.save(fresh)
    return fresh
