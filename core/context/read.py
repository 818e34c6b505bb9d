"""Who this is and what was said: the records are read again from their owner, then put on one timeline."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.context.identity import normalised_phone, same_or_new
from core.coordinate.policy import Policy
from core.errors import TransientError
from core.model.conversation import (
    ASSISTANT,
    NOBODY,
    CaseContext,
    Conversation,
    Message,
    Owner,
    OwnerKind,
    Role,
)
from core.model.customer import Channel, Customer, Identity, IdentityKind
from core.model.event import Event
from core.model.helpdesk import Comment, Person, Ticket
from core.model.ids import ConversationId, CustomerId, MessageId, TicketId, derived
from core.ports import Helpdesk, Store, Unit

EARLIER = timedelta(days=30)
SOLVED = frozenset({"solved", "closed"})
# A ticket that we open for a customer who texts belongs to a conversation that exists; its link is stored a moment
# after the helpdesk tells of it. Beyond this the conversation is lost (another database) and a new one begins.
LINKED_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRecord:
    """A ticket and the people on it, as the helpdesk has them now."""

    ticket: Ticket
    people: Mapping[str, Person]
    requester: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A case, and the agents' public comments that were new in this reading (they take the conversation)."""

    case: CaseContext
    by_agents: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextReader:
    store: Store
    helpdesk: Helpdesk
    policy: Policy

    def record(self, ticket_id: TicketId) -> TicketRecord:
        """Ask the helpdesk; nothing is stored."""
        ticket = self.helpdesk.ticket(ticket_id)
        people = {c.author_id: self.helpdesk.person(c.author_id) for c in ticket.comments if not c.ours}
        requester = people.get(ticket.requester_id) or self.helpdesk.person(ticket.requester_id)
        return TicketRecord(ticket=ticket, people=people, requester=requester)

    def of_ticket(self, unit: Unit, record: TicketRecord, now: datetime) -> Reading:
        """Store what is new on a ticket. What follows from the reading belongs into the same transaction: a comment
        is new only once.

        Raises:
            TransientError: we opened the ticket ourselves a moment ago, and its link is not stored yet.
        """
        ticket = record.ticket
        customer = same_or_new(unit.customers, record.requester)
        conversation = self._conversation_of(unit, ticket, customer, now)
        if ticket.brand and ticket.brand != conversation.brand:
            conversation = unit.conversations.save(replace(conversation, brand=ticket.brand))
        messages = _messages(ticket, conversation.id, record.people)
        fresh = [message for message in messages if unit.conversations.add_message(message)]
        by_agents = tuple(m for m in fresh if m.role is Role.AGENT and m.public)
        conversation = self._owned(unit, conversation, ticket, by_agents)
        return Reading(case=case_of(unit, customer, conversation, now), by_agents=by_agents)

    def of_message(self, event: Event) -> CaseContext:
        """Put a received text on the timeline of the conversation that it belongs to."""
        channel = Channel(event.payload["channel"])
        phone = normalised_phone(str(event.payload["from"]))
        with self.store.begin() as unit:
            customer = self._customer_of(unit, phone, str(event.payload.get("name") or ""))
            conversation = self._joined(unit, customer, channel, event)
            message = Message(
                id=MessageId(derived("ms", event.source, event.subject)),
                conversation_id=conversation.id,
                channel=channel,
                role=Role.CUSTOMER,
                author=customer.name,
                text=str(event.payload["text"]),
                at=event.occurred_at,
                vendor_ref=f"{event.source}:{event.subject}",
            )
            unit.conversations.add_message(message)
            case = case_of(unit, customer, conversation, event.received_at)
        newest = case.latest is not None and case.latest.id == message.id
        return replace(case, reply_to=phone) if newest else case

    def _conversation_of(self, unit: Unit, ticket: Ticket, customer: Customer, now: datetime) -> Conversation:
        known = unit.conversations.by_ticket(ticket.id)
        if known is not None:
            return known
        if any(comment.ours and now - comment.at < LINKED_WITHIN for comment in ticket.comments[:1]):
            raise TransientError(f"ticket {ticket.id} is ours and not linked to its conversation yet")
        conversation = Conversation(
            id=ConversationId(derived("co", "ticket", ticket.id)),
            customer_id=customer.id,
            subject=ticket.subject,
            ticket_id=ticket.id,
            channel=ticket.channel,
            updated_at=ticket.updated_at,
            brand=ticket.brand,
        )
        unit.conversations.add(conversation)
        return conversation

    def _owned(
        self, unit: Unit, conversation: Conversation, ticket: Ticket, by_agents: tuple[Message, ...]
    ) -> Conversation:
        """A person who writes takes the conversation; solving gives it back where the policy says so.

        Only the moment of solving counts: a ticket that merely is still solved gives nothing back."""
        owner = conversation.owner
        if by_agents:
            owner = Owner(kind=OwnerKind.AGENT, id=by_agents[-1].author, name=by_agents[-1].author)
        solved = ticket.status in SOLVED
        just_solved = solved and (conversation.open or bool(by_agents))
        if just_solved and self.policy.hand_back_on_solve and owner.is_human:
            owner = ASSISTANT
        if owner == conversation.owner and conversation.open == (not solved):
            return conversation
        return unit.conversations.save(
            replace(
                conversation, owner=owner, open=not solved, updated_at=max(conversation.updated_at, ticket.updated_at)
            )
        )

    def _customer_of(self, unit: Unit, phone: str, name: str) -> Customer:
        identity = Identity(kind=IdentityKind.PHONE, value=phone, verified=True)
        known = unit.customers.find(identity)
        if known is not None:
            return known
        fresh = Customer(id=CustomerId(derived("cu", "phone", phone)), name=name or phone, identities=(identity,))
        unit.customers.save(fresh)
        return fresh

    def _joined(self, unit: Unit, customer: Customer, channel: Channel, event: Event) -> Conversation:
        """The same person within the policy's hours goes on with the same matter, whatever the channel.

        Whether a ticket is open is the helpdesk's word; a conversation without one is open while they write."""
        since = event.received_at - self.policy.same_matter
        for recent in unit.conversations.recent(customer.id, since):
            is_open = recent.open or recent.ticket_id is None
            at = max(recent.updated_at, event.occurred_at)
            return unit.conversations.save(replace(recent, channel=channel, open=is_open, updated_at=at))
        conversation = Conversation(
            id=ConversationId(derived("co", event.source, event.subject)),
            customer_id=customer.id,
            subject=str(event.payload["text"])[:80],
            owner=NOBODY,
            channel=channel,
            updated_at=event.occurred_at,
        )
        unit.conversations.add(conversation)
        return conversation


def case_of(unit: Unit, customer: Customer, conversation: Conversation, now: datetime) -> CaseContext:
    """The conversation as it is stored now."""
    earlier = [c for c in unit.conversations.recent(customer.id, now - EARLIER) if c.id != conversation.id]
    timeline = tuple(unit.conversations.messages(conversation.id))
    return CaseContext(customer=customer, conversation=conversation, timeline=timeline, now=now, earlier=len(earlier))


def _messages(ticket: Ticket, conversation_id: ConversationId, people: Mapping[str, Person]) -> list[Message]:
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
    )
