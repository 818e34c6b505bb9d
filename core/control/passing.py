"""Control of messaging conversations: who gets it follows from who owns them, and which ticket it opens."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.alerts.raising import redraw_with_ticket
from core.model.conversation import Control, Conversation, Message, OwnerKind, Role
from core.model.customer import CHATTED, Customer, Identity, IdentityKind
from core.model.effect_payloads import ControlPayload
from core.model.helpdesk import Ticket
from core.model.ids import ConversationId, TicketId
from core.model.outbound import UNDER_WAY, Authority, Effect, EffectKind, EffectState, OutboxRow
from core.ports import Unit

# ------------------------------------------------------------------
# The ticket that the helpdesk opens by itself when agents get control of a messaging conversation.
#
# Passing control tags that ticket with the conversation's id. It is joined by the tag, so that no second one is
# opened.

MARK = "handrail_"


def mark_of(conversation_id: ConversationId) -> str:
    """The tag that tells which conversation a ticket belongs to."""
    return f"{MARK}{conversation_id}"


def link_tagged(unit: Unit, ticket: Ticket, now: datetime) -> Conversation | None:
    """The conversation that the ticket is tagged with, linked to it where it had no ticket. None: no such tag."""
    found = _marked(unit, ticket)
    if found is None or found.ticket_id is not None:
        return found
    at = max(found.updated_at, now)
    linked = unit.conversations.save(replace(found, ticket_id=ticket.id, open=True, updated_at=at))
    redraw_with_ticket(unit, linked.id, now)
    return linked


def name_requester(unit: Unit, ticket: Ticket, requester_id: str) -> None:
    """The helpdesk's user of a marked ticket is the customer of its conversation, unless they are known as two."""
    found = _marked(unit, ticket)
    customer = unit.customers.get(found.customer_id) if found is not None else None
    identity = Identity(kind=IdentityKind.HELPDESK, value=requester_id, verified=True)
    if customer is None or customer.current(IdentityKind.HELPDESK) or unit.customers.find(identity) is not None:
        return
    unit.customers.save(replace(customer, identities=(*customer.identities, identity)))


def _marked(unit: Unit, ticket: Ticket) -> Conversation | None:
    """A visitor's own page may tag the ticket of their conversation with whatever it likes: only a conversation that we
    passed to agents with this tag is meant."""
    names = (tag.removeprefix(MARK) for tag in ticket.tags if tag.startswith(f"{MARK}co_"))
    found = (unit.conversations.get(ConversationId(name)) for name in names)
    return next((c for c in found if c is not None and _passed_with_mark(unit, c)), None)


def _passed_with_mark(unit: Unit, conversation: Conversation) -> bool:
    mark = mark_of(conversation.id)
    rows = (row for row in unit.outbox.of_conversation(conversation.id) if row.state is not EffectState.REFUSED)
    told = (row.effect.payload for row in rows)
    return any(isinstance(each, ControlPayload) and mark in each.tags for each in told)


def writer_of(unit: Unit, ticket: Ticket, conversation: Conversation, requester: Customer) -> Customer:
    """Who writes on a marked ticket: the customer of its conversation. The helpdesk makes a user of its own of every
    visitor, who is nobody else."""
    marked = _marked(unit, ticket)
    if marked is None or marked.id != conversation.id or conversation.customer_id == requester.id:
        return requester
    return unit.customers.get(conversation.customer_id) or requester


def shown_to_agents(latest: Message | None, comments: Sequence[Message]) -> bool:
    """Whether the customer's newest message stands on a ticket of messaging: no note has to tell it."""
    if latest is None or latest.channel not in CHATTED:
        return False
    return any(latest.text in each.text for each in comments if each.channel in CHATTED)


def cards_for(unit: Unit, conversation: Conversation, ticket: TicketId, now: datetime) -> list[Effect]:
    """What the ticket is told of the handoff that it was opened for: group, tags, the card. Those that are new."""
    rows = (row.effect for row in unit.outbox.of_conversation(conversation.id))
    cards = [
        Effect(
            kind=EffectKind.TICKET_UPDATE,
            key=f"{each.key}:card",
            target=ticket,
            payload=each.payload.then,
            authority=each.authority,
            created_at=now,
            conversation_id=conversation.id,
        )
        for each in rows
        if isinstance(each.payload, ControlPayload) and each.payload.then
    ]
    return [card for card in cards if unit.outbox.add(card)]


# ------------------------------------------------------------------


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
    return passed_to(row.effect) if row is not None else None


def passed_to(effect: Effect) -> Control | None:
    """To whom the effect passes control; None for any other kind."""
    return effect.payload.to if isinstance(effect.payload, ControlPayload) else None


def opening(unit: Unit, conversation: Conversation) -> bool:
    """Whether a ticket for the conversation is on its way: its number is known when the helpdesk has answered."""
    rows = unit.outbox.of_conversation(conversation.id)
    return any(row.effect.kind is EffectKind.TICKET_CREATE and row.state in UNDER_WAY for row in rows)


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
        payload=ControlPayload(to=to),
        authority=Authority(rule=why, policy_version=policy_version),
        created_at=now,
        conversation_id=conversation.id,
    )
    return [effect]
