"""The link to what was read out, as a text message, for a caller who pressed the key for it."""

from datetime import datetime

from core.coordinate.policy import Policy
from core.model.call import Call
from core.model.customer import Channel, Consent, Purpose
from core.model.ids import EffectId
from core.model.outbound import Authority, Effect, EffectKind
from core.ports import Unit
from core.voice.words import line

RULE = "automatic_reply"  # it is the source of an answer that left under it


def texted(unit: Unit, call: Call, answer: str, policy: Policy, at: datetime) -> list[Effect]:
    """The addresses of the answer with this effect; nothing where it has none, or the number is withheld. Their key
    press is the consent for it, kept with what they were asked."""
    row = unit.outbox.get(EffectId(answer))
    links = row.effect.payload.get("links") if row is not None else None
    conversation = unit.conversations.get(call.conversation_id) if call.conversation_id else None
    if row is None or not links or conversation is None or not call.number:
        return []
    language = str(row.effect.payload.get("language", call.language))
    consent = Consent(
        channel=Channel.SMS,
        purpose=Purpose.SERVICE,
        granted=True,
        at=at,
        source=f"call:{call.sid}",
        wording=line("link", language),
    )
    unit.customers.add_consent(conversation.customer_id, consent)
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
