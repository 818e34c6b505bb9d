"""Until when WhatsApp takes free words: a day from the customer's own last message to us, whatever it was about."""

from dataclasses import replace
from datetime import datetime

from core.model.conversation import Role
from core.model.customer import WHATSAPP_WINDOW, Channel, Customer, Identity, IdentityKind
from core.model.outbound import Effect, EffectKind
from core.ports import Unit


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
