"""The vendors, and the people and records behind them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from core.model.agent import Agent, Colleague
from core.model.appointment import Appointment, Booked, Guest, Slot
from core.model.conversation import Control, Message
from core.model.customer import Customer
from core.model.effect_payloads import ControlPayload
from core.model.helpdesk import Person, Receipt, SideConversation, Team, Ticket
from core.model.ids import TicketId
from core.model.knowledge import Changes
from core.model.order import Order
from core.model.outbound import Outgoing
from core.model.outreach import Member, PageReading


class Helpdesk(Protocol):
    """`key` marks each write in the ticket's audit, so that an unknown outcome can be looked up."""

    def ticket(self, ticket_id: TicketId) -> Ticket:
        """The ticket with its comments, oldest first."""

    def person(self, person_id: str) -> Person: ...
    def teams(self) -> list[Team]: ...
    def reply(
        self,
        ticket_id: TicketId,
        text: str,
        *,
        public: bool,
        key: str,
        facts: Mapping[str, Any],
        author_id: str | None = None,
    ) -> Receipt:
        """Add a comment, in an agent's name with `author_id`. `facts` are kept with it (for example `ai_generated`)."""

    def update(
        self,
        ticket_id: TicketId,
        *,
        key: str,
        group_id: str | None = None,
        assignee_id: str | None = None,
        status: str | None = None,
        priority: str | None = None,
        add_tags: Sequence[str] = (),
        remove_tags: Sequence[str] = (),
        fields: Mapping[str, str] | None = None,
        note: str | None = None,
    ) -> Receipt: ...
    def open_ticket(
        self,
        *,
        subject: str,
        text: str,
        requester_id: str | None,
        name: str,
        phone: str | None,
        key: str,
        tags: Sequence[str] = (),
    ) -> Receipt:
        """Open a ticket for a customer who wrote on another channel. Receipt.ref is the ticket id."""

    def attach(self, ticket_id: TicketId, text: str, files: Sequence[tuple[str, str, bytes]], *, key: str) -> Receipt:
        """An internal note with files: (name, type, content) of each."""

    def find_write(self, ticket_id: TicketId, key: str) -> Receipt | None:
        """Look in the ticket's audits for a write of ours."""

    def open_side_conversation(self, ticket_id: TicketId, *, to: str, subject: str, text: str, key: str) -> Receipt:
        """With an e-mail address about a ticket. Receipt.ref is its id.

        RejectedError or ConfigurationError where the account has no side conversations, or we may not open one."""

    def find_side_conversation(self, ticket_id: TicketId, key: str) -> Receipt | None:
        """The one that was opened under this key."""

    def draft_article(self, title: str, text: str, *, near: str, locale: str, key: str) -> Receipt:
        """A draft in the help centre, beside the article `near` (one of ours) or, where that is empty, beside any.
        Receipt.ref is its number. It is never published by us."""

    def find_article_draft(self, key: str) -> Receipt | None:
        """The one that was drafted under this key."""

    def side_conversation(self, ticket_id: TicketId, ref: str) -> SideConversation:
        """As it stands now."""

    def people(self, cursor: str | None) -> tuple[list[Person], str]:
        """Customers changed since the cursor, and the next one."""


class Agents(Protocol):
    """The people who answer, as the helpdesk reports them."""

    def agents(self) -> Sequence[Agent]:
        """Everybody who may be given a conversation, those who are away too. What it says may be half a minute old."""


class Staff(Protocol):
    """Who works in the helpdesk."""

    def colleague(self, person_id: str) -> Colleague:
        """What the helpdesk says of this person now, or said a few minutes ago: see `read_at`.

        RejectedError for whoever is unknown, suspended, deleted or a customer."""


class TicketAccess(Protocol):
    """Whom the helpdesk lets read what."""

    def may_read(self, agent_id: str, ticket_id: TicketId) -> bool:
        """Whether the helpdesk shows this agent this ticket, as it said within the last minute; within the last quarter
        of an hour while it does not answer.

        RejectedError for whoever is not of the staff, and for a ticket that there is not."""


class Source(Protocol):
    """Where articles come from: a help center, a folder, a web site."""

    @property
    def name(self) -> str:
        """What its cursor is kept under; also what people are told."""

    @property
    def origin(self) -> str:
        """The origin of its articles, and of no other source's."""

    @property
    def trusted(self) -> bool:
        """Whether its changes tell everything; otherwise it is read whole now and then."""

    def changes(self, cursor: str | None, known: Collection[str]) -> Iterator[Changes]:
        """What changed since the cursor, part by part; everything without one.

        `known` are the ids of its articles that are stored: those that are no longer there are told as gone. What goes
        wrong with one article is a problem in a part; what ends the reading is raised or told as `failed`."""


class Messenger(Protocol):
    """Some of the channels where we speak to customers ourselves. A send that is made twice is two messages: there
    is no idempotency at the vendors."""

    def send(self, outgoing: Outgoing) -> Receipt: ...
    def find(self, outgoing: Outgoing, since: datetime) -> Receipt | None:
        """Look for a message that was sent with unknown outcome. The vendor's list lags: None proves nothing."""


class ConversationControl(Protocol):
    """Who answers in a messaging conversation, by its address."""

    def holder(self, address: str) -> Control: ...
    def pass_to(self, address: str, wanted: ControlPayload) -> Receipt:
        """To whoever has it already is no change."""


class Typing(Protocol):
    def show(self, message: Message) -> None:
        """Show the customer that their message is read and an answer is being written, where the channel can. Nothing
        rests on it, so it neither waits nor raises."""


class Media(Protocol):
    """The files that customers send, at the provider, by the address that their message named."""

    def fetch(self, ref: str) -> bytes:
        """RejectedError where it is gone (code 404), too large (`too_large`) or not the provider's."""

    def delete(self, ref: str) -> None:
        """Nothing happens where it is gone already."""


class Scanner(Protocol):
    def is_clean(self, content: bytes) -> bool:
        """Whether no virus was found in a file."""


class Desk(Protocol):
    """The supervisors' channel."""

    def post(
        self,
        *,
        channel: str,
        text: str,
        blocks: Sequence[Mapping[str, Any]],
        key: str,
        only_to: str = "",
        thread: str = "",
    ) -> Receipt:
        """Receipt.ref is `channel:ts`. `only_to` is the id of the one member who sees it, `thread` the ts of the post
        that it replies to."""

    def update(self, *, ref: str, text: str, blocks: Sequence[Mapping[str, Any]]) -> Receipt: ...
    def member(self, user_id: str) -> Member | None:
        """A member with their verified e-mail address: who somebody is, is asked of Slack, not of the click."""

    def find(self, *, channel: str, key: str, since: datetime, thread: str = "") -> Receipt | None:
        """A post of ours in the channel, or among the replies of a thread."""

    def publish_home(self, user_id: str, blocks: Sequence[Mapping[str, Any]]) -> None:
        """What this member sees when they open the app."""

    def answer(self, address: str, text: str, blocks: Sequence[Mapping[str, Any]] = ()) -> None:
        """Tell whoever gave a command, at the address that came with it, for half an hour."""

    def link(self, ref: str) -> str:
        """Where a post can be seen."""


class Orders(Protocol):
    """The company's order system."""

    def of_customer(self, customer: Customer) -> list[Order]:
        """Everything the customer bought, in any order; empty for one it does not know."""


# ------------------------------------------------------------------
# The calendar of the company, and what else its systems can be asked about a customer.


GONE = "gone"  # the code of the RejectedError for a time that somebody else has by now


class Calendar(Protocol):
    """Times of one or several places. Everything that changes something has a key: done twice, it is done once."""

    def free(self, visit: str, place: str, since: datetime, until: datetime, *, who: str, limit: int) -> Sequence[Slot]:
        """The first `limit` free times that begin in the span, by time; what `who` holds is free for them."""

    def hold(self, slots: Sequence[Slot], who: str, span: timedelta) -> Collection[str]:
        """Keep times for somebody for a while; the ids of those that are theirs now. Holding again begins the span
        anew."""

    def list_bookings_of(self, visit: str, who: str) -> Sequence[Appointment]:
        """What they have booked that is still to come, by time."""

    def list_bookings(self, visit: str, since: datetime, until: datetime) -> Sequence[Booked]:
        """Everybody's bookings that begin in the span, by time."""

    def book(self, visit: str, slot: Slot, guest: Guest, answers: Mapping[str, str], *, key: str) -> Appointment:
        """RejectedError with the code GONE where somebody else has it."""

    def cancel(self, ref: str, *, key: str) -> None:
        """Nothing happens where it is not booked any more."""


class Probe(Protocol):
    """What a step of a procedure asks the company's systems: is the device online, is there an outage …"""

    def look(self, name: str, customer: Customer) -> str | None:
        """One word or number; None where the systems do not know this check or this customer."""


# ------------------------------------------------------------------
# What the company publishes about itself.


class StatusPage(Protocol):
    @property
    def name(self) -> str:
        """One word by which its incidents are told from those of another page."""

    def read(self, mark: str) -> PageReading:
        """What the page says now; `mark` is that of the last reading, empty for a first one.

        TransientError where it does not answer, RejectedError where what it says cannot be read."""
