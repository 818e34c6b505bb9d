"""What follows from an effect that left: the timeline, the ticket link, the next effect, the ledger."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.alerts.raising import ALERT_ID, redraw_with_ticket
from core.context.ownership import hold, team
from core.execute.files import files_onto
from core.execute.send import UNASSIGNED, tell_customer
from core.execute.undelivered import REST_LEFT
from core.govern.campaign_cards import OF
from core.handoff.card import wrote
from core.model.conversation import Message, Role
from core.model.customer import Channel
from core.model.helpdesk import Receipt
from core.model.ids import AlertId, ApprovalId, MessageId, TicketId, derive_id
from core.model.outbound import AGAIN_OF, TO_CUSTOMER, Effect, EffectKind, source_of
from core.ports import Unit
from core.profile.codes import CODE_OF

NOTICE = "handoff_notice"
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
    if effect.kind in TO_CUSTOMER and effect.conversation_id is not None:
        _on_timeline(unit, effect, receipt)
    if effect.kind is EffectKind.SLACK_POST:
        _posted(unit, effect, receipt)
    if effect.kind is EffectKind.APPOINTMENT:
        return [each for said in tell_customer(effect, receipt, now) for each in _added(unit, said)]
    if effect.kind is EffectKind.TICKET_CREATE:
        return _linked(unit, effect, receipt, now)
    if UNASSIGNED in receipt.facts:
        return _unassigned(unit, effect, receipt.facts[UNASSIGNED], now)
    if effect.kind in TO_CUSTOMER and "then" in effect.payload:
        return _noted(unit, effect, now)
    return _next_part(unit, effect, now) if effect.payload.get("relayed") else []


def _next_part(unit: Unit, effect: Effect, now: datetime) -> list[Effect]:
    """A long reply leaves part by part: the next one when the one before has left, so that they come in their order."""
    if not effect.payload.get("rest") or REST_LEFT in effect.payload:
        return []
    first, *rest = effect.payload["rest"]
    kept = {name: value for name, value in effect.payload.items() if name != AGAIN_OF}
    payload = {**kept, "body": first, "rest": rest}
    return _added(unit, replace(effect, key=f"{effect.key}:{len(rest)}", payload=payload, created_at=now))


def _posted(unit: Unit, effect: Effect, receipt: Receipt) -> None:
    """Where a card that asks for a word stands, so that its outcome can be shown there."""
    channel, _, ts = receipt.ref.partition(":")
    if ALERT_ID in effect.payload:
        unit.alerts.posted(AlertId(effect.payload[ALERT_ID]), channel, ts)
    if OF in effect.payload:
        unit.campaigns.posted(ApprovalId(effect.payload[OF]), channel, ts)
    if "request_id" in effect.payload:
        unit.requests.posted(ApprovalId(effect.payload["request_id"]), channel, ts)


def _noted(unit: Unit, effect: Effect, now: datetime) -> list[Effect]:
    """What the ticket is told of a message that has left; where there is no ticket yet, its link tells it."""
    conversation = unit.conversations.get(effect.conversation_id) if effect.conversation_id else None
    if conversation is None or conversation.ticket_id is None:
        return []
    return _added(unit, _follows(effect, "said", conversation.ticket_id, effect.payload["then"], now))


def _on_timeline(unit: Unit, effect: Effect, receipt: Receipt) -> None:
    if effect.conversation_id is None:
        return
    if (
        effect.payload.get("relayed") or CODE_OF in effect.payload
    ):  # it is on the timeline already, as the agent's comment
        if not effect.payload.get("rest") and effect.payload.get("comment"):
            unit.conversations.set_delivery(effect.payload["comment"], "sent")
        return
    on_ticket = effect.kind is EffectKind.TICKET_REPLY
    channel = Channel.EMAIL if on_ticket else Channel(effect.payload["channel"])
    ref = f"{source_of(channel)}:{receipt.ref}"
    row = unit.outbox.get(effect.id)  # a callback may have come before the vendor's own answer
    unit.conversations.add_message(
        Message(
            id=MessageId(derive_id("ms", ref)),
            conversation_id=effect.conversation_id,
            channel=channel,
            role=Role.ASSISTANT,
            author=ASSISTANT_NAME,
            text=str(effect.payload["body"]),
            # When it was decided: what the customer wrote while it was on its way is not answered by it.
            at=effect.created_at,
            vendor_ref=ref,
            delivery=(row.delivery if row else None) or "sent",
            address="" if on_ticket else effect.target,
        )
    )


def _linked(unit: Unit, effect: Effect, receipt: Receipt, now: datetime) -> list[Effect]:
    """The new ticket's id is known only now: link it, and send it the handoff card and what was written meanwhile."""
    if effect.conversation_id is None:
        return []
    conversation = unit.conversations.get(effect.conversation_id)
    free = unit.conversations.by_ticket(TicketId(receipt.ref)) is None
    if conversation is not None and conversation.ticket_id is None and free:
        unit.conversations.save(replace(conversation, ticket_id=TicketId(receipt.ref), updated_at=now))
        redraw_with_ticket(unit, conversation.id, now)
    then = effect.payload.get("then")
    missing = _missing(unit, effect)
    sent = unit.conversations.messages(effect.conversation_id)
    files = files_onto(TicketId(receipt.ref), sent, effect.authority, now)
    return [
        *(_added(unit, _follows(effect, "card", receipt.ref, then, now)) if then else []),
        *(_added(unit, _follows(effect, "meanwhile", receipt.ref, {"note": missing}, now)) if missing else []),
        *(file for file in files if unit.outbox.add(file)),
    ]


def _unassigned(unit: Unit, effect: Effect, agent: str, now: datetime) -> list[Effect]:
    """The helpdesk has it with the team, not with the agent whom the route named: so it is here, and a notice that has
    not left yet names nobody."""
    conversation = unit.conversations.get(effect.conversation_id) if effect.conversation_id else None
    if conversation is None or conversation.owner.id != agent or "group" not in effect.payload:
        return []
    unit.conversations.save(replace(hold(conversation, team(effect.payload["group"]), now), updated_at=now))
    unnamed = effect.payload.get("unnamed_notice")
    if not unnamed:
        return []
    waiting = [r.effect for r in unit.outbox.of_conversation(conversation.id) if r.effect.key == unnamed["instead_of"]]
    stopped = unit.outbox.cancel(conversation.id, NOTICE, f"agent {agent} cannot have this", now, TO_CUSTOMER)
    if not stopped or not waiting:
        return []
    said = waiting[0]
    return _added(
        unit,
        replace(said, key=f"{said.key}:unnamed", payload={**said.payload, "body": unnamed["body"]}, created_at=now),
    )


def _missing(unit: Unit, effect: Effect) -> str:
    """What was said between the planning of a ticket and its link, as its note tells it."""
    if effect.conversation_id is None or "covers" not in effect.payload:
        return ""
    told = frozenset(effect.payload["covers"])
    later = [m for m in unit.conversations.messages(effect.conversation_id) if m.public and m.id not in told]
    return "\n\n".join(wrote(message.author, message) for message in later)


def _follows(effect: Effect, name: str, ticket: str, payload: Mapping[str, Any], now: datetime) -> Effect:
    """A change of the ticket under the authority of the effect that it follows from."""
    return Effect(
        kind=EffectKind.TICKET_UPDATE,
        key=f"{effect.key}:{name}",
        target=ticket,
        payload=payload,
        authority=effect.authority,
        created_at=now,
        conversation_id=effect.conversation_id,
    )


def _added(unit: Unit, effect: Effect) -> list[Effect]:
    return [effect] if unit.outbox.add(effect) else []
