"""One matter with one customer across channels."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.model.customer import Channel, Customer
from core.model.ids import ConversationId, CustomerId, MessageId, TicketId


class Role(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    ASSISTANT = "assistant"
    SYSTEM = "system"


class OwnerKind(StrEnum):
    """Who acts: the assistant, one named agent, a team that has not picked it up yet, or nobody so far."""

    ASSISTANT = "assistant"
    AGENT = "agent"
    TEAM = "team"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    kind: OwnerKind
    id: str = ""
    name: str = ""

    @property
    def is_human(self) -> bool:
        return self.kind in (OwnerKind.AGENT, OwnerKind.TEAM)


NOBODY = Owner(kind=OwnerKind.NONE)
ASSISTANT = Owner(kind=OwnerKind.ASSISTANT, name="Virtual assistant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One line of the timeline. `vendor_ref` is the vendor's own id (`zendesk:comment:17`, a MessageSid)."""

    id: MessageId
    conversation_id: ConversationId
    channel: Channel
    role: Role
    author: str
    text: str
    at: datetime
    vendor_ref: str
    public: bool = True
    delivery: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """`version` rises with every change of owner or state; a writer that read an older one is refused. `brand` is the
    brand that was written to, empty where the company has one or nobody knows."""

    id: ConversationId
    customer_id: CustomerId
    subject: str
    owner: Owner = NOBODY
    ticket_id: TicketId | None = None
    channel: Channel = Channel.EMAIL
    open: bool = True
    updated_at: datetime
    version: int = 0
    brand: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContext:
    """Everything known when a step is taken: the customer, the conversation, one timeline over its channels.

    `reply_to` is the number that the newest message came from: a person may have several."""

    customer: Customer
    conversation: Conversation
    timeline: tuple[Message, ...]
    now: datetime
    earlier: int = 0  # conversations of the same customer in the last 30 days, this one not counted
    reply_to: str | None = None

    @property
    def brand(self) -> str:
        return self.conversation.brand

    @property
    def latest(self) -> Message | None:
        """The newest message of the customer."""
        return next((m for m in reversed(self.timeline) if m.role is Role.CUSTOMER), None)

    @property
    def unanswered(self) -> tuple[Message, ...]:
        """The customer's messages since anybody last replied in public, oldest first."""
        turns: list[Message] = []
        for message in reversed(self.timeline):
            if message.role is Role.CUSTOMER:
                turns.append(message)
            elif message.public and message.role in (Role.AGENT, Role.ASSISTANT):
                break
        return tuple(reversed(turns))
