"""The link to what was read out, as a text message, for a caller who pressed the key for it."""

from datetime import datetime

from core.govern.consent import withdrawn
from core.model.call import Call
from core.model.customer import Channel
from core.model.ids import EffectId
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.ports import Unit
from core.voice.words import line

RULE = "automatic_reply"  # it is the source of an answer that left under it


def texted(unit: Unit, call: Call, answer: str, policy: Policy, at: datetime) -> list[Effect]:
    """The addresses of the answer with this effect; nothing where it has none, the number is withheld, or its customer
    wants no texts. A key press asks for this one text and for nothing else: it is no consent that is kept, and takes no
    refusal back, because anybody can call with that number."""
    row = unit.outbox.get(EffectId(answer))
    links = row.effect.payload.get("links") if row is not None else None
    conversation = unit.conversations.get(call.conversation_id) if call.conversation_id else None
    if row is None or not links or conversation is None or not call.number:
        return []
    customer = unit.customers.get(conversation.customer_id)
    if customer is None or withdrawn(customer, Channel.SMS):
        return []
    language = str(row.effect.payload.get("language", call.language))
    unit.ledger.append("link_wanted", {"call": call.sid, "asked": line("link", language), "effect": row.effect.id}, at)
    return [
        Effect(
            kind=EffectKind.MESSAGE,
            key=f"{row.effect.key}:link",
            target=call.number,
            payload={"channel": Channel.SMS, "body": "\n".join(links), "ai_generated": True, "language": language},
            authority=Authority(rule=RULE, policy_version=policy.version),
            created_at=at,
            conversation_id=conversation.id,
        )
    ]
