"""Who may be written to: who wants no more messages, and whether a text or WhatsApp message may reach them now."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.calendar.quiet_hours import WHATSAPP_WINDOW, next_allowed
from core.model.conversation import CaseContext, Conversation, MessageKind, Role
from core.model.customer import TEXTED, Channel, Consent, Customer, Identity, IdentityKind, Purpose
from core.model.ids import ConversationId, CustomerId
from core.model.outbound import Effect, Occasion, occasion_of
from core.policy import Policy
from core.ports import Unit

# ------------------------------------------------------------------
# A no is a no on every channel; only its own word takes it back, and only where it was said.


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


# ------------------------------------------------------------------

CONFIRMATION = "opt_out_confirmation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """`code` is one of `core.execute.failures`."""

    code: str
    reason: str


def unreachable(unit: Unit, effect: Effect, policy: Policy, now: datetime) -> Obstacle | None:
    """What stands against it; None where nothing does, and for every other kind of effect."""
    channel = effect.channel
    if channel not in TEXTED:
        return None
    if is_bad(unit, effect.target, effect.conversation_id):
        return Obstacle(code="bad_number", reason="this number cannot be texted")
    customer = customer_of(unit, effect)
    if effect.authority.rule != CONFIRMATION and _unwanted(unit, customer, channel, effect.conversation_id):
        return Obstacle(code="opted_out", reason="the customer wants no messages and has asked nothing since")
    if channel is Channel.WHATSAPP and _too_late(unit, effect, policy, now):
        return Obstacle(code="no_template", reason="WhatsApp takes no more free words")
    return None


def no_text_reaches(unit: Unit, customer: Customer, number: str, conversation_id: ConversationId) -> bool:
    """Whether a text that says something in this conversation would be refused when it leaves."""
    return is_bad(unit, number, conversation_id) or _unwanted(unit, customer, Channel.SMS, conversation_id)


def _unwanted(unit: Unit, customer: Customer | None, channel: Channel, conversation_id: ConversationId | None) -> bool:
    """Whether they have opted out of this channel, and not written there since: who asks gets an answer."""
    since = withdrawn_at(customer, channel) if customer else None
    if since is None:
        return False
    said = unit.conversations.messages(conversation_id) if conversation_id else []
    asked = (m for m in said if m.channel is channel and m.role is Role.CUSTOMER and m.kind is MessageKind.WORDS)
    return not any(message.at > since for message in asked)


def _too_late(unit: Unit, effect: Effect, policy: Policy, now: datetime) -> bool:
    return occasion_of(effect) not in policy.texting.templates and now >= free_until(unit, effect, now)


# ------------------------------------------------------------------
# Numbers that cannot be texted, as the provider told us, until somebody writes from them.


BAD_NUMBER = "bad_number:"  # begins the name of the cursor that says so


def mark_bad(unit: Unit, number: str, code: str, now: datetime) -> None:
    unit.cursors.set(cursor_name(number), f"{code} {now.isoformat()}")


def is_bad(unit: Unit, number: str, conversation_id: ConversationId | None) -> bool:
    """Whether a text to it is known to be in vain. Whoever has written from it since can be texted there."""
    known = unit.cursors.get(cursor_name(number))
    if known is None:
        return False
    since = datetime.fromisoformat(known.partition(" ")[2])
    said = unit.conversations.messages(conversation_id) if conversation_id else []
    return not any(m.role is Role.CUSTOMER and m.address == number and m.at > since for m in said)


def cursor_name(number: str) -> str:
    """The cursor that says so."""
    return f"{BAD_NUMBER}{number}"


# ------------------------------------------------------------------
# Until when WhatsApp takes free words: a day from the customer's own last message to us, whatever it was about.


def with_window(unit: Unit, effect: Effect, now: datetime) -> Effect:
    """The effect with `free_until` as it is at this moment; any but a WhatsApp message stays as it is. It is looked up
    when the message leaves: one that waited may have missed its window, or found another."""
    said = effect.message
    if said is None or said.channel is not Channel.WHATSAPP:
        return effect
    return replace(effect, payload=replace(said, free_until=free_until(unit, effect, now)))


def free_until(unit: Unit, effect: Effect, now: datetime) -> datetime:
    """A day after the last message from this number; `now` where there was none in that time."""
    customer = customer_of(unit, effect)
    if customer is None:
        return now
    recent = [c.id for c in unit.conversations.recent(customer.id, now - WHATSAPP_WINDOW)]
    wrote = [
        message.at
        for conversation in recent
        for message in unit.conversations.messages(conversation)
        if message.channel is Channel.WHATSAPP
        and message.role is Role.CUSTOMER
        and message.address in ("", effect.target)
    ]
    return max(wrote) + WHATSAPP_WINDOW if wrote else now


def customer_of(unit: Unit, effect: Effect) -> Customer | None:
    """Whom a text goes to: whoever has the number, else whose conversation it is."""
    known = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=effect.target))
    conversation = unit.conversations.get(effect.conversation_id) if effect.conversation_id else None
    return known or (unit.customers.get(conversation.customer_id) if conversation else None)
