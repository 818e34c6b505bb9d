"""Where an answer to a message goes."""

from core.model.conversation import Message
from core.model.customer import TEXTED, Customer


def address_of(message: Message, customer: Customer) -> str | None:
    """The address that it came from; for a text of which nobody kept it, the customer's newest number."""
    return message.address or (customer.phone if message.channel in TEXTED else None)
