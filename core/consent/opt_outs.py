"""A no is a no on every channel; only its own word takes it back, and only where it was said."""

from datetime import datetime

from core.calendar.quiet_hours import WHATSAPP_WINDOW, next_allowed
from core.model.conversation import CaseContext, Conversation, Role
from core.model.customer import Channel, Consent, Customer, Purpose
from core.model.ids import CustomerId
from core.model.outbound import Occasion
from core.policy import Policy
from core.ports import Unit


def withdraw(unit: Unit, case: CaseContext, now: datetime) -> None:
    """Record the withdrawal for every channel and purpose, with the customer's own words as proof."""
    latest = case.latest
    at, wording = (latest.at, latest.text) if latest else (now, "")
    source = f"the customer, by {latest.channel}" if latest else "the customer"
    _refused(unit, case.customer.id, source, wording, at)


def suppress(unit: Unit, customer: Customer, source: str, now: datetime) -> None:
    """Record a withdrawal that a vendor tells of. `source` says who and how."""
    _refused(unit, customer.id, source, "", now)


def restore(unit: Unit, case: CaseContext, now: datetime) -> None:
    """Take back what a STOP took, on the channel of the message that says so and nowhere else, with its words as proof.

    Service messages are what START asks for; marketing comes back only where it had been agreed to before."""
    latest = case.latest
    if latest is None:
        return
    for purpose in restored_purposes(case.customer, latest.channel):
        consent = Consent(
            channel=latest.channel,
            purpose=purpose,
            granted=True,
            at=latest.at,
            source=f"the customer, by {latest.channel}",
            wording=latest.text,
        )
        unit.customers.add_consent(case.customer.id, consent)


def restored_purposes(customer: Customer, channel: Channel) -> list[Purpose]:
    """The purposes for which a START opens a channel again; none where nothing was withdrawn."""
    if not withdrawn(customer, channel):
        return []
    return [p for p in Purpose if p is Purpose.SERVICE or _was_granted(customer, channel, p)]


def withdrawn(customer: Customer, channel: Channel) -> bool:
    """Whether the customer's latest word on messages of service by this channel is a no. Silence is none."""
    return withdrawn_at(customer, channel) is not None


def withdrawn_at(customer: Customer, channel: Channel) -> datetime | None:
    """Since when the customer wants no messages of service by this channel; None where they did not say so."""
    last = customer.word(channel, Purpose.SERVICE)
    return last.at if last is not None and not last.granted else None


def _refused(unit: Unit, customer_id: CustomerId, source: str, wording: str, at: datetime) -> None:
    for channel in Channel:
        for purpose in Purpose:
            consent = Consent(channel=channel, purpose=purpose, granted=False, at=at, source=source, wording=wording)
            unit.customers.add_consent(customer_id, consent)


def _was_granted(customer: Customer, channel: Channel, purpose: Purpose) -> bool:
    """Whether it was ever agreed to: the refusals that stand now took it."""
    return any(c.granted for c in customer.consents if c.channel is channel and c.purpose is purpose)


# ------------------------------------------------------------------
# What is asked though nobody has written: whether one may, and from when on.


def why_not_ask(
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
