"""Whether a text message or WhatsApp message may reach a customer now, and would: looked at as it leaves."""

from dataclasses import dataclass
from datetime import datetime

from core.govern.consent import withdrawn_at
from core.govern.numbers import is_bad
from core.govern.window import customer_of, free_until
from core.model.conversation import MessageKind, Role
from core.model.customer import TEXTED, Channel, Customer
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
