"""Tickets and people as the helpdesk keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.model.conversation import Attachment
from core.model.customer import Channel
from core.model.ids import TicketId


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """`ours` marks an entry that Handrail itself wrote, `automatic` one that the helpdesk knows to be a machine's."""

    id: str
    author_id: str
    text: str
    public: bool
    at: datetime
    channel: Channel = Channel.EMAIL
    ours: bool = False
    attachments: tuple[Attachment, ...] = ()
    automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """`updated_stamp` guards the next write: the helpdesk refuses it if the ticket changed meanwhile.

    `brand` is the brand that the customer wrote to, empty where the company has one; `satisfaction` the customer's
    rating (`good`, `bad`), empty where there is none."""

    id: TicketId
    subject: str
    status: str
    requester_id: str
    updated_at: datetime
    updated_stamp: str
    assignee_id: str | None = None
    group_id: str | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()
    channel: Channel = Channel.EMAIL
    comments: tuple[Comment, ...] = ()
    brand: str = ""
    satisfaction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideConversation:
    """With somebody else about a ticket. `newest` begins its newest message."""

    id: str
    open: bool
    created_at: datetime
    spoken_at: datetime  # when its newest message came
    state_at: datetime  # when it was opened or closed last
    newest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user of the helpdesk: a customer, an agent or ourselves."""

    id: str
    name: str
    role: str  # end-user | agent | admin
    email: str | None = None
    phone: str | None = None
    locale: str = "en"
    time_zone: str | None = None
    organization: str | None = None
    verified: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    id: str
    name: str
    members: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The vendor's word that something was done. `ref` is its own id for it."""

    ref: str
    at: datetime | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
