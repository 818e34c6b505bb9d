"""Who this is and what was said: the records are read again from their owner, then put on one timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.context.attached import attachments_of
from core.context.identity import same_or_new
from core.context.sender import address_from, identity_of
from core.coordinate.lease import given_back, held, solved, taken, withdraw
from core.coordinate.policy import Policy
from core.errors import TransientError
from core.model.conversation import (
    NOBODY,
    CaseContext,
    Conversation,
    Message,
    Role,
)
from core.model.customer import Channel, Customer, Identity, IdentityKind
from core.model.decision import Action
from core.model.event import Event
from core.model.helpdesk import Comment, Person, Ticket
from core.model.ids import ConversationId, CustomerId, MessageId, TicketId, derived
from core.model.outbound import EffectKind, EffectState
from core.ports import Helpdesk, Store, Unit

EARLIER = timedelta(days=30)
MOST_EARLIER = 5  # earlier conversations that are looked into
NAMELESS = "Visitor"  # who has told us no name yet, on a channel that knows no number
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
        if ticket.satisfaction != conversation.satisfaction:
            conversation = unit.conversations.save(replace(conversation, satisfaction=ticket.satisfaction))
        messages = _messages(ticket, conversation.id, record.people)
        fresh = [message for message in messages if unit.conversations.add_message(message)]
        by_agents = tuple(m for m in fresh if m.role is Role.AGENT and m.public)
        conversation = self._owned(unit, conversation, ticket, by_agents)
        case = case_of(unit, customer, conversation, now)
        return Reading(case=replace(case, timeline=_with_files(case.timeline, messages)), by_agents=by_agents)

    def of_message(self, event: Event) -> CaseContext:
        """Put a received text on the timeline of the conversation that it belongs to."""
        channel = Channel(event.payload["channel"])
        identity, address = identity_of(event), address_from(event)
        with self.store.begin() as unit:
            customer = _customer_of(unit, identity, str(event.payload.get("name") or ""))
            conversation = _with_somebody(unit, self._joined(unit, customer, channel, event), event.occurred_at)
            message = Message(
                id=MessageId(derived("ms", event.source, event.subject)),
                conversation_id=conversation.id,
                channel=channel,
                role=Role.CUSTOMER,
                author=customer.name,
                text=str(event.payload["text"]),
                at=event.occurred_at,
                vendor_ref=f"{event.source}:{event.subject}",
                attachments=attachments_of(event.payload),
                address=address,
            )
            unit.conversations.add_message(message)
            case = case_of(unit, customer, conversation, event.received_at)
        newest = case.latest is not None and case.latest.id == message.id
        return replace(case, reply_to=address) if newest else case

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
        is_solved = ticket.status in SOLVED
        just_solved = is_solved and (conversation.open or bool(by_agents))
        after = replace(conversation, open=not is_solved)
        if by_agents:
            after = taken(after, by_agents[-1].author, by_agents[-1].at)
        if just_solved:
            after = self._solved(unit, after, ticket, answered=bool(by_agents))
        if after == conversation and not by_agents:
            return conversation
        # A person's word raises the version even where nothing else changes: who decided without it is refused.
        at = max(conversation.updated_at, ticket.updated_at)
        return unit.conversations.save(replace(after, updated_at=at))

    def _solved(self, unit: Unit, conversation: Conversation, ticket: Ticket, *, answered: bool) -> Conversation:
        at = ticket.updated_at
        # The draft that an agent answered with is compared with the answer first, and goes then.
        withdraw(unit, conversation, f"ticket {ticket.id} is solved", at, drafts=not answered)
        if self.policy.hand_back_on_solve and conversation.owner.is_human:
            unit.ledger.append("handed_back", {"ticket": ticket.id, "by": "policy", "why": "solved"}, at)
            return given_back(solved(conversation, at), at)
        return solved(conversation, at)

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


def _customer_of(unit: Unit, identity: Identity, name: str) -> Customer:
    known = unit.customers.find(identity)
    if known is not None:
        return known
    fresh = Customer(
        id=CustomerId(derived("cu", identity.kind, identity.value)),
        name=name or (identity.value if identity.kind is IdentityKind.PHONE else NAMELESS),
        identities=(identity,),
    )
    unit.customers.save(fresh)
    return fresh


def case_of(unit: Unit, customer: Customer, conversation: Conversation, now: datetime) -> CaseContext:
    """The conversation as it is stored now."""
    recent = unit.conversations.recent(customer.id, now - EARLIER)
    earlier = [each for each in recent if each.id != conversation.id]
    case = CaseContext(
        customer=customer,
        conversation=conversation,
        timeline=tuple(unit.conversations.messages(conversation.id)),
        now=now,
        earlier=len(earlier),
        past=tuple(unit.conversations.past(earlier[:MOST_EARLIER])) if earlier else (),
    )
    return replace(case, settled=frozenset(m.id for m in case.unanswered if _is_settled(unit, m)))


def _with_files(timeline: Sequence[Message], read: Sequence[Message]) -> tuple[Message, ...]:
    """The timeline with what was read of files by now: what is stored is how they were when they came."""
    seen = {each.ref: each for message in read for each in message.attachments if each.is_seen}
    return tuple(
        replace(message, attachments=tuple(seen.get(each.ref, each) for each in message.attachments))
        if message.attachments
        else message
        for message in timeline
    )


def _with_somebody(unit: Unit, conversation: Conversation, now: datetime) -> Conversation:
    """A team or an agent has it only where a ticket shows it to them, or one is on its way or lost (an alert says so);
    else nobody was ever told, and nobody has it."""
    if not conversation.owner.is_human or conversation.ticket_id is not None or _was_told(unit, conversation):
        return conversation
    return unit.conversations.save(held(conversation, NOBODY, now))


def _was_told(unit: Unit, conversation: Conversation) -> bool:
    rows = (row for row in unit.outbox.of_conversation(conversation.id) if row.effect.kind is EffectKind.TICKET_CREATE)
    return any(row.state is not EffectState.REFUSED for row in rows)


def _is_settled(unit: Unit, message: Message) -> bool:
    """Decided, and nobody waits for an answer: thanks, an opt-out, a machine's note, spam."""
    decision = unit.decisions.of_message(message.id)
    return decision is not None and decision.disposition.action is Action.SILENT


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
        attachments=comment.attachments,
        automatic=comment.automatic,
    )
