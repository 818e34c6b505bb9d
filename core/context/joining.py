"""Where a message goes, looked up and written down: the store's side of `core.context.threading`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.context.sender import address_from, identity_of
from core.context.threading import Alike, Candidate, Choice, Said, Weighing, by_words, choose_thread
from core.model.conversation import (
    NOBODY,
    Conversation,
    Earlier,
    Ground,
    Join,
    Linked,
    MergeSuggestion,
    Message,
)
from core.model.customer import Customer, Identity
from core.model.effect_payloads import TicketNotePayload
from core.model.event import Event
from core.model.event_payloads import MessageReceived
from core.model.helpdesk import Ticket
from core.model.ids import ConversationId, CustomerId, TicketId, derive_id
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.ports import Unit
from core.read.repeats import Likeness

MOST = 6  # conversations that a message may belong to
LAST = 8  # messages of each that are looked at
LONGEST_SUBJECT = 80

# How alike the message is to each conversation, as far as that was read before the transaction began.
Scores = Mapping[ConversationId, Likeness]


@dataclass(frozen=True, slots=True, kw_only=True)
class Threads:
    """`alike` takes its time, so `scores_of` asks it before the transaction that others wait for begins."""

    policy: Policy
    alike: Alike = by_words

    def scores_of(self, unit: Unit, event: Event) -> Scores:
        """What `join` will want to know, asked in a transaction that nobody waits for."""
        said = event.payload_as(MessageReceived)
        customer = _first_known(unit, (identity_of(said), *said.proved))
        if customer is None:
            return {}
        weighing = self._weighing(unit, customer.id, spoken_by_event(unit, event), self.alike, {})
        choose_thread(weighing)
        return weighing.scores

    def scores_of_ticket(self, unit: Unit, ticket: Ticket, requester: Sequence[Identity]) -> Scores:
        """The same of a ticket that is not known yet."""
        if unit.conversations.by_ticket(ticket.id) is not None:
            return {}
        customer = _first_known(unit, requester)
        if customer is None:
            return {}
        weighing = self._weighing(unit, customer.id, spoken_on_ticket(ticket), self.alike, {})
        choose_thread(weighing)
        return weighing.scores

    def join(self, unit: Unit, customer: Customer, event: Event, scores: Scores | None) -> tuple[Conversation, Choice]:
        """The conversation that a received message goes on with, or a new one. Without `scores` it is found only where
        it needs none, as in the middle of a talk.

        Whether a ticket is open is the helpdesk's word; a conversation without one is open while they write.

        Raises:
            LikenessUnreadError: it takes `scores`.
        """
        alike = unread if scores is None else by_words
        choice = choose_thread(self._weighing(unit, customer.id, spoken_by_event(unit, event), alike, scores or {}))
        said = event.payload_as(MessageReceived)
        chosen = unit.conversations.get(choice.conversation) if choice.conversation else None
        if chosen is not None:
            is_open = chosen.open or chosen.ticket_id is None
            at = max(chosen.updated_at, event.occurred_at)
            gone_on = replace(chosen, channel=said.channel, open=is_open, updated_at=at)
            return unit.conversations.save(gone_on), choice
        begun = Conversation(
            id=ConversationId(derive_id("co", event.source, event.subject)),
            customer_id=customer.id,
            subject=said.text[:LONGEST_SUBJECT],
            owner=NOBODY,
            channel=said.channel,
            updated_at=event.occurred_at,
        )
        unit.conversations.add(begun)
        note_suggestion(unit, begun, choice)
        return begun, choice

    def ticket_joined(self, unit: Unit, customer: Customer, ticket: Ticket, scores: Scores) -> Choice:
        """The conversation that a new ticket goes on with, if any."""
        return choose_thread(self._weighing(unit, customer.id, spoken_on_ticket(ticket), by_words, scores))

    def _weighing(self, unit: Unit, customer: CustomerId, said: Said, alike: Alike, scores: Scores) -> Weighing:
        return Weighing(
            said=said,
            candidates=candidates(unit, customer, said.at - self.policy.same_matter_sure),
            policy=self.policy,
            alike=alike,
            scores=dict(scores),
        )


class SimilarityUnreadError(Exception):
    """How alike two texts are has to be known, and is not read while others wait to write."""


def unread(text: str, earlier: Earlier) -> Likeness:
    """The `Alike` of who cannot wait."""
    raise SimilarityUnreadError


def _first_known(unit: Unit, identities: Sequence[Identity]) -> Customer | None:
    found = (unit.customers.find(each) for each in identities)
    return next((each for each in found if each is not None), None)


def candidates(unit: Unit, customer: CustomerId, since: datetime) -> list[Candidate]:
    """The customer's conversations since then, newest first; none that all messages were taken from."""
    recent = unit.conversations.recent(customer, since)[:MOST]
    if not recent:
        return []
    last = unit.conversations.last_words([each.id for each in recent], LAST)
    recent = [each for each in recent if last.get(each.id)]
    earlier = {each.id: each for each in unit.conversations.past(recent)}
    return [
        Candidate(
            conversation=each,
            earlier=earlier[each.id],
            last=tuple(last[each.id]),
            tickets=tuple(str(name) for name in tickets_of(unit, each)),
        )
        for each in recent
    ]


def tickets_of(unit: Unit, conversation: Conversation) -> list[TicketId]:
    """All tickets of a conversation, the main one first."""
    main = [conversation.ticket_id] if conversation.ticket_id else []
    return [*main, *(linked.ticket_id for linked in unit.threads.links(conversation.id))]


def spoken_by_event(unit: Unit, event: Event) -> Said:
    said = event.payload_as(MessageReceived)
    return Said(
        text=said.text,
        channel=said.channel,
        address=address_from(said),
        at=event.occurred_at,
        quoted=unit.threads.of_ref(said.quotes) if said.quotes else None,
    )


def spoken_on_ticket(ticket: Ticket) -> Said:
    """What a ticket begins with."""
    first = next((comment.text for comment in ticket.comments if not comment.ours), "")
    at = ticket.comments[0].at if ticket.comments else ticket.updated_at
    return Said(text=f"{ticket.subject}\n{first}", channel=ticket.channel, address="", at=at)


def record_join(unit: Unit, message: Message, choice: Choice) -> None:
    """Why the message stands where it does."""
    join = Join(
        message_id=message.id,
        conversation_id=message.conversation_id,
        ground=choice.ground,
        words=choice.words,
        score=choice.score,
        at=message.at,
    )
    unit.threads.join(join)


def note_suggestion(unit: Unit, begun: Conversation, choice: Choice) -> None:
    """An agent is asked whether what has begun belongs to what it is near to."""
    if choice.near is not None:
        unit.threads.suggest(
            MergeSuggestion(
                conversation_id=begun.id, other_id=choice.near, score=choice.score or 0.0, at=begun.updated_at
            )
        )


# ---------------------------------------------------------------- a further ticket


def with_ticket(unit: Unit, conversation: Conversation, ticket: Ticket) -> Conversation:
    """The conversation with this ticket too. It becomes the main one, where what is written next belongs; but while a
    person works on another that is open, theirs stays it."""
    if conversation.ticket_id is None:
        return unit.conversations.save(replace(conversation, ticket_id=ticket.id, updated_at=ticket.updated_at))
    if conversation.owner.is_human and conversation.open:
        unit.threads.link(_linked(ticket.id, conversation, ticket.updated_at))
        return conversation
    return make_main(unit, conversation, ticket)


def make_main(unit: Unit, conversation: Conversation, ticket: Ticket) -> Conversation:
    """This ticket is the main one from now on; the one before stays a further one."""
    before = conversation.ticket_id
    unit.threads.unlink(ticket.id)
    at = max(conversation.updated_at, ticket.updated_at)
    after = unit.conversations.save(
        replace(conversation, ticket_id=ticket.id, channel=ticket.channel, open=True, updated_at=at)
    )
    if before is not None and before != ticket.id:
        unit.threads.link(_linked(before, conversation, ticket.updated_at))
    return after


def pass_main(unit: Unit, conversation: Conversation, to: TicketId, at: datetime) -> Conversation:
    """Another ticket is the main one from now on, because its question waits; the one before is solved."""
    before = conversation.ticket_id
    unit.threads.unlink(to)
    after = unit.conversations.save(replace(conversation, ticket_id=to, open=True, updated_at=at))
    if before is not None:
        unit.threads.link(Linked(ticket_id=before, conversation_id=conversation.id, open=False, at=at))
    return after


def _linked(ticket: TicketId, conversation: Conversation, at: datetime) -> Linked:
    return Linked(ticket_id=ticket, conversation_id=conversation.id, open=conversation.open, at=at)


def notify_both_tickets(
    before: Conversation, after: Conversation, ticket: TicketId, why: str, policy_version: str, now: datetime
) -> list[Effect]:
    """A note on each of the two tickets that leads to the other; whoever works on one is told of the other's words."""
    first = before.ticket_id
    if first is None or first == ticket:
        return []
    here = f"This goes on with ticket #{first}: {why}. Both are one conversation."
    if after.ticket_id == first:
        here += f" {before.owner.name or 'A colleague'} has it there."
    there = f"The customer wrote about this again: ticket #{ticket} ({why}). Both are one conversation."
    notes = {ticket: here, **({first: there} if before.open else {})}
    return [_note(name, body, before, policy_version, now) for name, body in notes.items()]


def _note(ticket: TicketId, body: str, conversation: Conversation, policy_version: str, now: datetime) -> Effect:
    return Effect(
        kind=EffectKind.TICKET_NOTE,
        key=f"{conversation.id}:same_matter:{ticket}:{derive_id('nt', body)}",
        target=ticket,
        payload=TicketNotePayload(body=body),
        authority=Authority(rule="same_matter", policy_version=policy_version),
        created_at=now,
        conversation_id=conversation.id,
    )


REASONS: Mapping[Ground, str] = {
    Ground.AGENT: "an agent put it there",
    Ground.QUOTED: "it is a reply to a message there",
    Ground.TICKET: "it names ticket #{words}",
    Ground.REFERENCE: "it names {words}",
    Ground.IN_ONE_GO: "it was written in one go with the message before",
    Ground.TALKING: "it came in the middle of that talk",
    Ground.ANSWER: "it answers “{words}”",
    Ground.SAYS_SO: "the customer says so (“{words}”)",
    Ground.INTENT: "both are about “{words}”",
    Ground.ALIKE: "it is about the same as “{words}”",
    Ground.VAGUE: "it names nothing else",
    Ground.RECENT: "nothing speaks for another matter",
    Ground.APART: "it is about another matter",
    Ground.FIRST: "it is the first",
}
