"""Who sent a message, and where an answer goes, as its event tells."""

from core.model.customer import CHATTED, TEXTED, Channel, Identity, IdentityKind
from core.model.event import Event
from core.model.outbound import source_of
from core.profile.identity import normalised_phone


def identity_of(event: Event) -> Identity:
    """On messaging the vendor's own id of the person (`person`); elsewhere the number that they wrote or called from:
    `phone`, or `from` where that is one.

    Raises:
        RejectedError: when what should be a phone number is none.
    """
    channel = Channel(event.payload["channel"])
    if channel in CHATTED:
        return Identity(kind=IdentityKind.EXTERNAL, value=f"{source_of(channel)}:{event.payload['person']}")
    if channel is Channel.VOICE and not event.payload.get("phone"):  # withheld: nobody is recognised by it
        return Identity(kind=IdentityKind.EXTERNAL, value=f"call:{event.payload['from']}")
    number = str(event.payload.get("phone") or event.payload["from"])
    return Identity(kind=IdentityKind.PHONE, value=normalised_phone(number), verified=channel is not Channel.VOICE)


def proved_of(event: Event) -> list[Identity]:
    """What the vendor itself knows of the sender for certain, such as the account that they are logged in to."""
    return [
        Identity(kind=IdentityKind(each["kind"]), value=str(each["value"]), verified=True)
        for each in event.payload.get("proved", ())
    ]


def address_from(event: Event) -> str:
    """The customer's address on the channel: their number, or the id of the messaging conversation or of the call."""
    sent_from = str(event.payload["from"])
    return normalised_phone(sent_from) if Channel(event.payload["channel"]) in TEXTED else sent_from
