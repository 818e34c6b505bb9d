"""The ticket that the helpdesk opens by itself when agents get control of a messaging conversation.

Passing control tags that ticket with the conversation's id. It is joined by the tag, so that no second one is opened.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.alerts.raising import redraw_with_ticket
from core.model.conversation import Conversation, Message
from core.model.customer import CHATTED, Customer, Identity, IdentityKind
from core.model.helpdesk import Ticket
from core.model.ids import ConversationId, TicketId
from core.model.outbound import Effect, EffectKind, EffectState
from core.ports import Unit

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
    rows = (r for r in unit.outbox.of_conversation(conversation.id) if r.effect.kind is EffectKind.CONTROL)
    return any(mark in row.effect.payload.get("tags", ()) and row.state is not EffectState.REFUSED for row in rows)


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
    passed = [each for each in rows if each.kind is EffectKind.CONTROL and each.payload.get("then")]
    cards = [
        Effect(
            kind=EffectKind.TICKET_UPDATE,
            key=f"{each.key}:card",
            target=ticket,
            payload=each.payload["then"],
            authority=each.authority,
            created_at=now,
            conversation_id=conversation.id,
        )
        for each in passed
    ]
    return [card for card in cards if unit.outbox.add(card)]
