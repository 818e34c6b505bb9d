"""Passing control: who gets it follows from who owns the conversation here."""

from datetime import datetime

from core.model.conversation import Control, Conversation, Message, OwnerKind, Role
from core.model.customer import CHATTED
from core.model.outbound import UNDER_WAY, Authority, Effect, EffectKind, EffectState, OutboxRow
from core.ports import Unit


def messaging_address(messages: list[Message]) -> str:
    """The messaging conversation that the customer's newest message came from; empty where that came another way."""
    last = next((m for m in reversed(messages) if m.role is Role.CUSTOMER), None)
    return last.address if last is not None and last.channel in CHATTED else ""


def newest_passing(unit: Unit, conversation: Conversation) -> OutboxRow | None:
    """The last time that we passed control of this conversation, or mean to."""
    rows = [r for r in unit.outbox.of_conversation(conversation.id) if r.effect.kind is EffectKind.CONTROL]
    kept = [row for row in rows if row.state is not EffectState.REFUSED]
    return max(kept, key=lambda row: row.effect.created_at, default=None)


def last_passed_to(unit: Unit, conversation: Conversation) -> Control | None:
    """To whom we passed control last, whether or not the vendor has heard of it yet."""
    row = newest_passing(unit, conversation)
    return Control(row.effect.payload["to"]) if row is not None else None


def is_passing(unit: Unit, conversation: Conversation) -> bool:
    """Whether control is on its way, so that the switchboard still tells the one before."""
    row = newest_passing(unit, conversation)
    return row is not None and row.state in UNDER_WAY


def control_regained(unit: Unit, conversation: Conversation, policy_version: str, now: datetime) -> list[Effect]:
    """Control comes back to the assistant when the conversation does, whoever gave it back; the effect, to be added."""
    if conversation.owner.kind is not OwnerKind.ASSISTANT or last_passed_to(unit, conversation) is not Control.AGENTS:
        return []
    return control_passed(unit, conversation, Control.ASSISTANT, "given_back", policy_version, now)


def control_passed(
    unit: Unit, conversation: Conversation, to: Control, why: str, policy_version: str, now: datetime
) -> list[Effect]:
    """Control goes to `to`; nothing where the customer is on a channel without a switchboard. The effect
    is to be added."""
    address = messaging_address(unit.conversations.messages(conversation.id))
    if not address:
        return []
    effect = Effect(
        kind=EffectKind.CONTROL,
        key=f"{conversation.id}:control:{to}:{now.isoformat()}",
        target=address,
        payload={"to": to},
        authority=Authority(rule=why, policy_version=policy_version),
        created_at=now,
        conversation_id=conversation.id,
    )
    return [effect]
