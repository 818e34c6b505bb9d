"""A ticket's comments as lines of the timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.model.conversation import Message, Role
from core.model.customer import CHATTED
from core.model.helpdesk import Comment, Person, Ticket
from core.model.ids import ConversationId, MessageId, derived
from core.ports import Unit


def with_files(timeline: Sequence[Message], read: Sequence[Message]) -> tuple[Message, ...]:
    """The timeline with what was read of files by now: what is stored is how they were when they came."""
    seen = {each.ref: each for message in read for each in message.attachments if each.is_seen}
    return tuple(
        replace(message, attachments=tuple(seen.get(each.ref, each) for each in message.attachments))
        if message.attachments
        else message
        for message in timeline
    )


def unheard(unit: Unit, messages: Sequence[Message]) -> list[Message]:
    """Without what the messaging side has told already: a ticket of messaging repeats its conversation."""
    spoken = [message for message in messages if message.channel in CHATTED]
    if not spoken:
        return list(messages)
    earlier = unit.conversations.messages(spoken[0].conversation_id)
    heard = any(message.channel in CHATTED and message.address for message in earlier)
    return [message for message in messages if not heard or message.channel not in CHATTED]


def messages_on(ticket: Ticket, conversation_id: ConversationId, people: Mapping[str, Person]) -> list[Message]:
    """The ticket's comments as timeline entries, our own writes left out: the outbox put those there."""
    return [_message(c, ticket, conversation_id, people[c.author_id]) for c in ticket.comments if not c.ours]


def _message(comment: Comment, ticket: Ticket, conversation_id: ConversationId, author: Person) -> Message:
    ref = f"zendesk:comment:{comment.id}"
    customer = author.id == ticket.requester_id or author.role == "end-user"
    return Message(
        id=MessageId(derived("ms", ref)),
        conversation_id=conversation_id,
        channel=comment.channel,
        role=Role.CUSTOMER if customer else Role.AGENT,
        author=author.name,
        text=comment.text,
        at=comment.at,
        vendor_ref=ref,
        public=comment.public,
        attachments=comment.attachments,
        automatic=comment.automatic,
    )
