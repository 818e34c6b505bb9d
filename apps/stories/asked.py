"""Questions for what is known already: the customer said it before, or it stands in their profile."""

import re
from collections.abc import Iterator

from core.model.conversation import Conversation, Message, Role
from core.model.customer import Customer
from core.ports import Unit

ORDER = re.compile(r"\b[A-Z]{2}-?\d{4,}\b")
ASKED = {
    "the order number": re.compile(r"\border (?:number|no|id)\b|\bwhich order\b|\bbestellnummer\b", re.I),
    "the e-mail address": re.compile(r"\byour e-?mail\b|\bwhich e-?mail\b", re.I),
    "the name": re.compile(r"\byour (?:full )?name\b|\bwho are you\b", re.I),
    "the phone number": re.compile(r"\byour (?:phone|mobile) number\b", re.I),
    "what the matter is": re.compile(r"what (?:seems to be|is) the problem|how (?:can|may) (?:i|we) help", re.I),
}
SENTENCE = re.compile(r"[^.!?\n]*\?")


def asked_again(unit: Unit, conversation: Conversation) -> Iterator[str]:
    """Each question of the assistant or an agent whose answer was there before it."""
    customer = unit.customers.get(conversation.customer_id)
    messages = unit.conversations.messages(conversation.id)
    for place, message in enumerate(messages):
        if message.public and message.role in (Role.AGENT, Role.ASSISTANT):
            known = _known(customer, messages[:place])
            for question in SENTENCE.findall(message.text):
                for what, asked in ASKED.items():
                    if what in known and asked.search(question):
                        yield f"{message.author} asked for {what}, which was known: “{question.strip()}”"


def _known(customer: Customer | None, before: list[Message]) -> set[str]:
    said = [message.text for message in before if message.role is Role.CUSTOMER]
    known = {"what the matter is"} if said else set()
    known |= {"the order number"} if any(ORDER.search(text) for text in said) else set()
    if customer is not None:
        known |= {"the e-mail address"} if customer.email else set()
        known |= {"the phone number"} if customer.phone else set()
        known |= {"the name"} if customer.name else set()
    return known
