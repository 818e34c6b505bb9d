"""By what a customer is looked up elsewhere: only by what is proved to be theirs."""

from core.model.customer import Customer, IdentityKind


def keys_of(customer: Customer) -> dict[str, str]:
    """`email`, `phone`, `helpdesk`, `external`: the newest verified one of each."""
    return {
        kind.value: next(i.value for i in reversed(customer.identities) if i.kind is kind and i.verified)
        for kind in IdentityKind
        if any(i.kind is kind and i.verified for i in customer.identities)
    }
