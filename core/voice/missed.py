"""Somebody called whom nobody spoke with: a team has it on a ticket whom to call back."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from core.context.placing import TELLING
from core.coordinate.lease import held
from core.coordinate.turn import team
from core.errors import TransientError
from core.handoff.card import quoted, wrote
from core.model.call import Call
from core.model.conversation import Conversation
from core.model.customer import CHATTED, Channel, Customer, Identity, IdentityKind
from core.model.ids import ConversationId, CustomerId, derived
from core.model.outbound import Authority, Effect, EffectKind, EffectState
from core.policy import Policy
from core.ports import Unit
from core.voice.matter import matter_of

RULE = "call"
LONGEST_SUBJECT = 80


def to_call_back(unit: Unit, call: Call, note: str, policy: Policy, at: datetime) -> list[Effect]:
    """The note and the tag, on the ticket of what they may have called about; where there is none, on a new one at the
    team that was rung. Nothing where nothing was said and the number is withheld: nobody could be called.

    Raises:
        TransientError: the ticket is still being opened.
    """
    conversation = _conversation(unit, call, policy, at)
    if conversation is None:
        return []
    unit.calls.save(replace(call, conversation_id=conversation.id))
    changes: dict[str, Any] = {"note": note, "add_tags": [policy.voice.callback_tag], "status": "open"}
    if conversation.ticket_id is not None:
        kind, target, payload = EffectKind.TICKET_UPDATE, str(conversation.ticket_id), changes
    elif _on_its_way(unit, conversation):
        raise TransientError("the ticket of this call is still being opened")
    else:
        group = call.group or policy.default_owner.group
        if not conversation.owner.is_human:
            conversation = unit.conversations.save(held(conversation, team(group), at))
        kind, target = EffectKind.TICKET_CREATE, str(conversation.customer_id)
        payload = _ticket(unit, call, conversation, {**changes, "group": group})
    return [
        Effect(
            kind=kind,
            key=f"{call.sid}:callback",
            target=target,
            payload=payload,
            authority=Authority(rule=RULE, policy_version=policy.version),
            created_at=at,
            conversation_id=conversation.id,
        )
    ]


def _conversation(unit: Unit, call: Call, policy: Policy, at: datetime) -> Conversation | None:
    """The call's own; else the caller's open one; else a new one. None where nobody knows who called. On messaging the
    helpdesk opens the ticket by itself, so one that has none yet is left as it is."""
    known = unit.conversations.get(call.conversation_id) if call.conversation_id else None
    if known is not None or not call.number:
        return known
    matter = matter_of(unit, call.number, policy, at)
    theirs = matter.conversation
    if theirs is not None and (theirs.ticket_id is not None or theirs.channel not in CHATTED):
        return theirs
    begun = Conversation(
        id=ConversationId(derived("co", "call", call.sid)),
        customer_id=(matter.customer or _somebody(unit, call.number)).id,
        subject=f"Missed call from {call.number}",
        owner=team(call.group or policy.default_owner.group),
        owner_since=at,
        channel=Channel.VOICE,
        updated_at=at,
    )
    unit.conversations.add(begun)
    return begun


def _somebody(unit: Unit, number: str) -> Customer:
    """A caller of whom the number is all that is known; it proves nobody."""
    identity = Identity(kind=IdentityKind.PHONE, value=number)
    fresh = Customer(id=CustomerId(derived("cu", IdentityKind.PHONE, number)), name=number, identities=(identity,))
    unit.customers.save(fresh)
    return fresh


def _on_its_way(unit: Unit, conversation: Conversation) -> bool:
    rows = unit.outbox.of_conversation(conversation.id)
    return any(row.effect.kind in TELLING and row.state is not EffectState.REFUSED for row in rows)


def _ticket(unit: Unit, call: Call, conversation: Conversation, changes: dict[str, Any]) -> dict[str, Any]:
    customer = unit.customers.get(conversation.customer_id)
    said = [message for message in unit.conversations.messages(conversation.id) if message.public]
    called = f"Call from {call.number or 'a withheld number'}, {call.started_at:%Y-%m-%d %H:%M} UTC. Nobody took it."
    return {
        "subject": quoted(conversation.subject, LONGEST_SUBJECT),
        "text": "\n\n".join([called, *(wrote(message.author, message) for message in said)]),
        "requester_id": customer.current(IdentityKind.HELPDESK) if customer else None,
        "name": customer.name if customer else call.number,
        "phone": (customer.phone if customer else None) or call.number or None,
        "then": changes,
        "covers": [message.id for message in said],
    }
