"""Whether a text message or WhatsApp message may reach a customer now, and would: looked at as it leaves."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.calendar.quiet_hours import WHATSAPP_WINDOW
from core.consent.opt_outs import withdrawn_at
from core.model.conversation import MessageKind, Role
from core.model.customer import TEXTED, Channel, Customer, Identity, IdentityKind
from core.model.ids import ConversationId
from core.model.outbound import Effect, EffectKind, occasion_of
from core.policy import Policy
from core.ports import Unit

CONFIRMATION = "opt_out_confirmation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """`code` is one of `core.execute.failures`."""

    code: str
    reason: str


def unreachable(unit: Unit, effect: Effect, policy: Policy, now: datetime) -> Obstacle | None:
    """What stands against it; None where nothing does, and for every other kind of effect."""
    if effect.kind is not EffectKind.MESSAGE or effect.payload.get("channel") not in TEXTED:
        return None
    if is_bad(unit, effect.target, effect.conversation_id):
        return Obstacle(code="bad_number", reason="this number cannot be texted")
    customer, channel = customer_of(unit, effect), Channel(effect.payload["channel"])
    if effect.authority.rule != CONFIRMATION and _unwanted(unit, customer, channel, effect.conversation_id):
        return Obstacle(code="opted_out", reason="the customer wants no messages and has asked nothing since")
    if effect.payload["channel"] == Channel.WHATSAPP and _too_late(unit, effect, policy, now):
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
    if effect.kind is not EffectKind.MESSAGE or effect.payload.get("channel") != Channel.WHATSAPP:
        return effect
    until = free_until(unit, effect, now)
    return replace(effect, payload={**effect.payload, "free_until": until.isoformat()})


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
