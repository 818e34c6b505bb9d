"""A customer does not agree with what was decided: a person looks at it, and knows that it was asked for."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.coordinate.lease import held, withdraw
from core.coordinate.policy import Policy
from core.coordinate.turn import team
from core.errors import ConflictError
from core.execute.commit import opening
from core.handoff.card import wrote
from core.model.control import Control
from core.model.conversation import Conversation, Message, OwnerKind, Role
from core.model.customer import CHATTED, Customer, IdentityKind
from core.model.event import Event
from core.model.ids import ConversationId
from core.model.outbound import Authority, Effect, EffectKind
from core.outreach.card import plain_alert
from core.ports import Unit
from core.switchboard.linking import mark_of
from core.switchboard.passing import control_passed

if TYPE_CHECKING:
    from core.loop import Loop

RULE = "appeal"
TAG = "handrail_appeal"
NOTE = (
    "The customer read how this was decided and asks a person to look at it again (from the receipt page, {at} UTC). "
    "Please read the conversation and answer them; what the assistant said so far may be corrected."
)


def appealed(loop: "Loop", event: Event) -> str:
    """To the team that has the conversation, or else that of the default owner; the assistant says no more.

    Raises:
        ConflictError: a ticket is being opened for the conversation; this belongs on it.
    """
    with loop.store.begin() as unit:
        conversation = unit.conversations.get(ConversationId(event.subject))
        customer = unit.customers.get(conversation.customer_id) if conversation else None
        if conversation is None or customer is None:
            return "no_conversation"
        if conversation.ticket_id is None and opening(unit, conversation):
            raise ConflictError("a ticket is being opened for this conversation; the appeal belongs on it")
        withdraw(unit, conversation, "the customer asks for a person", loop.now(), drafts=False)
        conversation = _handed(unit, conversation, loop.policy, loop.now())
        unit.ledger.append(RULE, {"conversation": conversation.id, "ticket": conversation.ticket_id}, event.occurred_at)
        made = effects(unit, conversation, customer, event, loop.policy)
        fresh = [effect for effect in made if unit.outbox.add(effect)]
    loop.publish(fresh)
    return RULE


def _handed(unit: Unit, conversation: Conversation, policy: Policy, now: datetime) -> Conversation:
    if conversation.owner.is_human:
        return conversation
    return unit.conversations.save(held(conversation, team(policy.default_owner.group), now))


def effects(
    unit: Unit, conversation: Conversation, customer: Customer, event: Event, policy: Policy
) -> tuple[Effect, ...]:
    """The ticket (a new one where there is none) with the note, control of a messaging conversation, and a word to the
    supervisors."""
    authority = Authority(rule=RULE, policy_version=policy.version)

    def effect(kind: EffectKind, name: str, target: str, payload: Mapping[str, Any]) -> Effect:
        return Effect(
            kind=kind,
            key=f"{event.id}:{name}",
            target=target,
            payload=payload,
            authority=authority,
            created_at=event.occurred_at,
            conversation_id=conversation.id,
        )

    changes = _changes(conversation, event)
    messages = unit.conversations.messages(conversation.id)
    kind, target, payload = _place(conversation, customer, messages, changes)
    text = f"{customer.name} asks a person to look at a decision again."
    facts = {"rule": RULE, **({"ticket": conversation.ticket_id} if conversation.ticket_id else {})}
    alert = {"text": text, "blocks": list(plain_alert(text, facts))}
    told = effect(kind, "ticket", target, payload), effect(EffectKind.SLACK_POST, "alert", policy.alert_channel, alert)
    if kind is EffectKind.CONTROL:
        return told
    return *told, *control_passed(unit, conversation, Control.AGENTS, RULE, policy.version, event.occurred_at)


def _changes(conversation: Conversation, event: Event) -> dict[str, Any]:
    owner = conversation.owner
    # An agent whom no team gave it keeps it: their name is no team's.
    group = conversation.owner_group or (owner.name if owner.kind is OwnerKind.TEAM else "")
    note = NOTE.format(at=f"{event.occurred_at:%Y-%m-%d %H:%M}")
    return {**({"group": group} if group else {}), "status": "open", "note": note, "add_tags": [TAG]}


def _place(
    conversation: Conversation, customer: Customer, messages: list[Message], changes: Mapping[str, Any]
) -> tuple[EffectKind, str, Mapping[str, Any]]:
    """Where people see it. On messaging the helpdesk opens the ticket when agents get control."""
    if conversation.ticket_id is not None:
        return EffectKind.TICKET_UPDATE, conversation.ticket_id, changes
    theirs = [m for m in messages if m.role is Role.CUSTOMER]
    if theirs and theirs[-1].channel in CHATTED and theirs[-1].address:
        mark, first = mark_of(conversation.id), theirs[0].vendor_ref.partition(":")[2]
        payload = {"to": Control.AGENTS, "subject": conversation.subject, "tags": [mark], "first": first}
        return EffectKind.CONTROL, theirs[-1].address, {**payload, "then": dict(changes)}
    return EffectKind.TICKET_CREATE, customer.id, _ticket(conversation, customer, messages, changes)


def _ticket(
    conversation: Conversation, customer: Customer, messages: list[Message], changes: Mapping[str, Any]
) -> dict[str, Any]:
    told = [m for m in messages if m.public]
    return {
        "subject": conversation.subject[:80],
        "text": "\n\n".join(wrote(m.author, m) for m in told),
        "requester_id": customer.current(IdentityKind.HELPDESK),
        "name": customer.name,
        "phone": customer.phone,
        "then": dict(changes),
        "covers": [m.id for m in told],
    }
