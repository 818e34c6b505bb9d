"""What is asked though nobody has written: whether one may, and from when on."""

from datetime import datetime

from core.govern.consent import withdrawn
from core.govern.hours import next_allowed
from core.model.conversation import Conversation, Role
from core.model.customer import WHATSAPP_WINDOW, Channel, Customer
from core.model.outbound import Occasion
from core.policy import Policy
from core.ports import Unit


def unasked(
    unit: Unit, policy: Policy, conversation: Conversation, customer: Customer, channel: Channel, at: datetime
) -> str:
    """Why one may not ask by this channel, at that time, whether all is well; empty where one may."""
    if withdrawn(customer, channel):
        return "the customer wants no messages"
    said = (m for m in unit.conversations.messages(conversation.id) if m.channel is channel and m.public)
    theirs = (m.at for m in said if m.role is Role.CUSTOMER)
    free_words = channel is not Channel.WHATSAPP or Occasion.FOLLOW_UP in policy.texting.templates
    if not free_words and at - max(theirs, default=conversation.updated_at) >= WHATSAPP_WINDOW:
        return "WhatsApp takes no more free words"
    return ""


def follow_up_opens(now: datetime, policy: Policy, customer: Customer, phone: str) -> datetime:
    """When one may ask whether all is well. Where neither zone nor number tells the customer's clock, as with an
    e-mail, it is UTC."""
    known = customer.time_zone or (None if phone.startswith("+") else "UTC")
    return next_allowed(now, policy.outreach, known, phone, customer.preferences.quiet)
