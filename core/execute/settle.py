"""What follows from an effect that left: the timeline, the ticket link, the next effect, the ledger."""

from dataclasses import replace
from datetime import datetime

from core.model.conversation import Message, Role
from core.model.customer import Channel
from core.model.helpdesk import Receipt
from core.model.ids import ApprovalId, MessageId, TicketId, derived
from core.model.outbound import Effect, EffectKind
from core.ports import Unit

ASSISTANT_NAME = "Virtual assistant"


def settle_sent(unit: Unit, effect: Effect, receipt: Receipt, now: datetime) -> list[Effect]:
    """Record a sent effect; the effects that were waiting for it."""
    unit.ledger.append(
        "sent",
        {
            "effect": effect.id,
            "kind": effect.kind,
            "target": effect.target,
            "digest": effect.digest,
            "rule": effect.authority.rule,
            "approval": effect.authority.approval_id,
            "policy": effect.authority.policy_version,
            "ref": receipt.ref,
        },
        now,
    )
    if effect.kind in (EffectKind.MESSAGE, EffectKind.TICKET_REPLY) and effect.conversation_id is not None:
        _on_timeline(unit, effect, receipt)
    if effect.kind is EffectKind.SLACK_POST and "approval_id" in effect.payload:
        channel, _, ts = receipt.ref.partition(":")
        unit.approvals.posted(ApprovalId(effect.payload["approval_id"]), channel, ts)
    if effect.kind is EffectKind.TICKET_CREATE:
        return _linked(unit, effect, receipt, now)
    return []


def _on_timeline(unit: Unit, effect: Effect, receipt: Receipt) -> None:
    if effect.conversation_id is None or effect.payload.get("relayed"):
        return  # a relayed reply is on the timeline already, as the agent's comment
    email = effect.kind is EffectKind.TICKET_REPLY
    ref = f"zendesk:{receipt.ref}" if email else f"twilio:{receipt.ref}"
    row = unit.outbox.get(effect.id)  # a callback may have come before the vendor's own answer
    unit.conversations.add_message(
        Message(
            id=MessageId(derived("ms", ref)),
            conversation_id=effect.conversation_id,
            channel=Channel.EMAIL if email else Channel(effect.payload["channel"]),
            role=Role.ASSISTANT,
            author=ASSISTANT_NAME,
            text=str(effect.payload["body"]),
            # When it was decided: what the customer wrote while it was on its way is not answered by it.
            at=effect.created_at,
            vendor_ref=ref,
            delivery=(row.delivery if row else None) or "sent",
        )
    )


def _linked(unit: Unit, effect: Effect, receipt: Receipt, now: datetime) -> list[Effect]:
    """The new ticket's id is known only now: link it, and send the handoff card to it."""
    if effect.conversation_id is None:
        return []
    conversation = unit.conversations.get(effect.conversation_id)
    free = unit.conversations.by_ticket(TicketId(receipt.ref)) is None
    if conversation is not None and conversation.ticket_id is None and free:
        unit.conversations.save(replace(conversation, ticket_id=TicketId(receipt.ref), updated_at=now))
    then = effect.payload.get("then")
    if not then:
        return []
    card = Effect(
        kind=EffectKind.TICKET_UPDATE,
        key=f"{effect.key}:card",
        target=receipt.ref,
        payload=then,
        authority=effect.authority,
        created_at=now,
        conversation_id=effect.conversation_id,
    )
    return [card] if unit.outbox.add(card) else []
