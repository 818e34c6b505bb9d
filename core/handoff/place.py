"""Where people see what they are to do about a conversation: its ticket, or a new one."""

from collections.abc import Sequence

from core.control.passing import mark_of
from core.handoff.card import wrote
from core.model.conversation import Control, Conversation, Message, Role
from core.model.customer import CHATTED, Customer, IdentityKind
from core.model.effect_payloads import (
    ControlPayload,
    EffectKind,
    EffectPayload,
    TicketCreatePayload,
    TicketUpdatePayload,
)


def place(
    conversation: Conversation, customer: Customer, messages: Sequence[Message], changes: TicketUpdatePayload
) -> tuple[EffectKind, str, EffectPayload]:
    """The kind of effect, its target and its payload, by which `changes` come onto the ticket. On messaging the
    helpdesk opens the ticket when agents get control."""
    if conversation.ticket_id is not None:
        return EffectKind.TICKET_UPDATE, conversation.ticket_id, changes
    theirs = [m for m in messages if m.role is Role.CUSTOMER]
    if theirs and theirs[-1].channel in CHATTED and theirs[-1].address:
        mark, first = mark_of(conversation.id), theirs[0].vendor_ref.partition(":")[2]
        passed = ControlPayload(
            to=Control.AGENTS, subject=conversation.subject, tags=(mark,), first=first, then=changes
        )
        return EffectKind.CONTROL, theirs[-1].address, passed
    return EffectKind.TICKET_CREATE, customer.id, _ticket(conversation, customer, messages, changes)


def _ticket(
    conversation: Conversation, customer: Customer, messages: Sequence[Message], changes: TicketUpdatePayload
) -> TicketCreatePayload:
    told = [m for m in messages if m.public]
    return TicketCreatePayload(
        subject=conversation.subject[:80],
        text="\n\n".join(wrote(m.author, m) for m in told),
        requester_id=customer.current(IdentityKind.HELPDESK),
        name=customer.name,
        phone=customer.phone,
        then=changes,
        covers=tuple(m.id for m in told),
    )
