"""Where people see what they are to do about a conversation: its ticket, or a new one."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.control.linking import mark_of
from core.handoff.card import wrote
from core.model.conversation import Control, Conversation, Message, Role
from core.model.customer import CHATTED, Customer, IdentityKind
from core.model.outbound import EffectKind


def place(
    conversation: Conversation, customer: Customer, messages: Sequence[Message], changes: Mapping[str, Any]
) -> tuple[EffectKind, str, Mapping[str, Any]]:
    """The kind of effect, its target and its payload, by which `changes` come onto the ticket. On messaging the
    helpdesk opens the ticket when agents get control."""
    if conversation.ticket_id is not None:
        return EffectKind.TICKET_UPDATE, conversation.ticket_id, changes
    theirs = [m for m in messages if m.role is Role.CUSTOMER]
    if theirs and theirs[-1].channel in CHATTED and theirs[-1].address:
        mark, first = mark_of(conversation.id), theirs[0].vendor_ref.partition(":")[2]
        payload = {"to": Control.AGENTS, "subject": conversation.subject, "tags": [mark], "first": first}
        return EffectKind.CONTROL, theirs[-1].address, {**payload, "then": dict(changes)}
    return EffectKind.TICKET_CREATE, customer.id, _ticket(conversation, customer, messages, changes)


def _ticket(
    conversation: Conversation, customer: Customer, messages: Sequence[Message], changes: Mapping[str, Any]
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
