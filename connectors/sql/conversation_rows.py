"""Conversations and messages as rows, and back."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from core.model.conversation import Attachment, Conversation, Message, MessageKind, Owner, OwnerKind, Role
from core.model.customer import Channel, Identity, IdentityKind
from core.model.ids import ConversationId, CustomerId, MessageId, TicketId


def conversation_row(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "customer_id": conversation.customer_id,
        "subject": conversation.subject,
        "owner_kind": conversation.owner.kind.value,
        "owner_id": conversation.owner.id,
        "owner_name": conversation.owner.name,
        "ticket_id": conversation.ticket_id,
        "channel": conversation.channel.value,
        "open": conversation.open,
        "updated_at": conversation.updated_at,
        "version": conversation.version,
        "brand": conversation.brand,
        "owner_since": conversation.owner_since,
        "owner_group": conversation.owner_group,
        "solved_at": conversation.solved_at,
        "followed_up_at": conversation.followed_up_at,
        "satisfaction": conversation.satisfaction,
    }


def conversation_of(row: Row[Any]) -> Conversation:
    return Conversation(
        id=ConversationId(row.id),
        customer_id=CustomerId(row.customer_id),
        subject=row.subject,
        owner=Owner(kind=OwnerKind(row.owner_kind), id=row.owner_id, name=row.owner_name),
        ticket_id=None if row.ticket_id is None else TicketId(row.ticket_id),
        channel=Channel(row.channel),
        open=row.open,
        updated_at=row.updated_at,
        version=row.version,
        brand=row.brand,
        owner_since=row.owner_since,
        owner_group=row.owner_group,
        solved_at=row.solved_at,
        followed_up_at=row.followed_up_at,
        satisfaction=row.satisfaction,
    )


def message_row(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "channel": message.channel.value,
        "role": message.role.value,
        "author": message.author,
        "text": message.text,
        "at": message.at,
        "vendor_ref": message.vendor_ref,
        "public": message.public,
        "delivery": message.delivery,
        "attachments": [asdict(each) for each in message.attachments] or None,
        "automatic": message.automatic,
        "address": message.address,
        "quotes": message.quotes,
        "kind": message.kind.value,
        "proved": [[each.kind.value, each.value] for each in message.proved] or None,
    }


def message_of(row: Row[Any]) -> Message:
    return Message(
        id=MessageId(row.id),
        conversation_id=ConversationId(row.conversation_id),
        channel=Channel(row.channel),
        role=Role(row.role),
        author=row.author,
        text=row.text,
        at=row.at,
        vendor_ref=row.vendor_ref,
        public=row.public,
        delivery=row.delivery,
        attachments=tuple(Attachment(**each) for each in row.attachments or ()),
        automatic=row.automatic,
        address=row.address,
        quotes=row.quotes,
        kind=MessageKind(row.kind),
        proved=tuple(Identity(kind=IdentityKind(kind), value=value, verified=True) for kind, value in row.proved or ()),
    )
