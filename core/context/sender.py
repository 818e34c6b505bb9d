"""Who sent a message, and where an answer goes, as its event tells."""

from collections.abc import Sequence
from dataclasses import replace

from core.model.conversation import Message
from core.model.customer import CHATTED, TEXTED, Channel, Customer, Identity, IdentityKind
from core.model.event import Event
from core.model.event_payloads import MessageReceived
from core.model.outbound import source_of
from core.ports import Unit
from core.profile.identity import normalise_phone
from core.profile.merge import merge_login


def identity_of(said: MessageReceived) -> Identity:
    """On messaging the vendor's own id of the person (`person`); elsewhere the number that they wrote or called from:
    `phone`, or `sender` where that is one.

    Raises:
        RejectedError: when what should be a phone number is none.
    """
    channel = said.channel
    if channel in CHATTED:
        return Identity(kind=IdentityKind.EXTERNAL, value=f"{source_of(channel)}:{said.person}")
    if channel is Channel.VOICE and not said.phone:  # withheld: nobody is recognised by it
        return Identity(kind=IdentityKind.EXTERNAL, value=f"call:{said.sender}")
    number = normalise_phone(said.phone or said.sender)
    return Identity(kind=IdentityKind.PHONE, value=number, verified=channel is not Channel.VOICE)


def address_from(said: MessageReceived) -> str:
    """The customer's address on the channel: their number, or the id of the messaging conversation or of the call."""
    return normalise_phone(said.sender) if said.channel in TEXTED else said.sender


# ------------------------------------------------------------------
# Where an answer to a message goes.


def address_of(message: Message, customer: Customer) -> str | None:
    """The address that it came from; for a text of which nobody kept it, the customer's newest number."""
    return message.address or (customer.phone if message.channel in TEXTED else None)


# ------------------------------------------------------------------
# Who wrote a received message: somebody known, or somebody new.


NAMELESS = "Visitor"  # who has told us no name yet, on a channel that knows no number


def writer(unit: Unit, event: Event) -> Customer:
    """Whoever has the identity that they wrote with; else whoever the vendor has proved them to be; else somebody
    new."""
    said = event.payload_as(MessageReceived)
    identity, proved = identity_of(said), said.proved
    known = unit.customers.find(identity)
    others = [found for each in proved if (found := unit.customers.find(each)) is not None]
    customer = known or next(iter(others), None)
    if known is not None and others:
        customer = merge_login(unit, known, others[0], event.received_at)
    if customer is None:
        customer = Customer(
            id=unit.customers.name_for(identity),
            name=said.name or (identity.value if identity.kind is IdentityKind.PHONE else NAMELESS),
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
