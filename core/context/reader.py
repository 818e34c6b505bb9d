"""Who this is and what was said: the records are read again from their owner, then put on one timeline."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.alerts.raising import settle_message_alerts
from core.consent.reachable import withdrawn
from core.context.joining import (
    REASONS,
    Scores,
    SimilarityUnreadError,
    Threads,
    make_main,
    note_suggestion,
    notify_both_tickets,
    pass_main,
    record_join,
    with_ticket,
)
from core.context.outreach_messages import add_sent_before
from core.context.ownership import give_back, hold, mark_solved, take_by_agent, team, withdraw
from core.context.placing import place_in_time, with_somebody
from core.context.questions import questions_of
from core.context.sender import address_from, writer
from core.context.threading import Alike, by_words
from core.context.visit import note_visit, visit_before
from core.control.passing import link_tagged, name_requester, newest_passing, passed_to, shown_to_agents, writer_of
from core.errors import ConflictError, TransientError
from core.model.conversation import CaseContext, Control, Conversation, Message, MessageKind, Role
from core.model.customer import CHATTED, Customer
from core.model.decision import Action
from core.model.event import Event
from core.model.event_payloads import MessageReceived
from core.model.helpdesk import Comment, Person, Ticket
from core.model.ids import ConversationId, MessageId, TicketId, derive_id
from core.model.outbound import UNDER_WAY, Effect, EffectState, OutboxRow
from core.policy import Policy
from core.ports import Helpdesk, Store, Unit
from core.profile.codes import HIDDEN, Codes, check_code, proving_of
from core.profile.identity import add_known_facts, identities_of, recognise
from core.profile.notes import note_facts
from core.read.opt_out import keyword_of
from core.read.turn_input import asks_back
from core.text.courtesies import BUILT_IN, ENGLISH

# ------------------------------------------------------------------
# Everything that is known when a step is taken, as it is stored now.

EARLIER = timedelta(days=30)
MOST_EARLIER = 5  # earlier conversations that are looked into


def case_around(unit: Unit, message: Message, now: datetime) -> CaseContext:
    """As `said_so_far`, of the conversation that the message stands in."""
    conversation = unit.conversations.get(message.conversation_id)
    customer = unit.customers.get(conversation.customer_id) if conversation else None
    if conversation is None or customer is None:
        raise ConflictError(f"message {message.id} belongs to no conversation")
    return case_so_far(unit, customer, conversation, now)


def case_of(unit: Unit, customer: Customer, conversation: Conversation, now: datetime) -> CaseContext:
    """The conversation as it is stored now."""
    return with_past(unit, case_so_far(unit, customer, conversation, now))


def case_so_far(unit: Unit, customer: Customer, conversation: Conversation, now: datetime) -> CaseContext:
    """What was said and what of it waits, as it is stored now: enough to know whether a turn is over. What else is
    known of the customer takes as long again to read and is left to `with_past`."""
    case = CaseContext(
        customer=customer,
        conversation=conversation,
        timeline=tuple(unit.conversations.messages(conversation.id)),
        now=now,
    )
    decided = unit.decisions.actions([message.id for message in case.unanswered])
    # Nobody waits for an answer: thanks, an opt-out, a machine's note, spam.
    settled = frozenset(name for name, action in decided.items() if action is Action.SILENT)
    return replace(case, settled=settled, decided=frozenset(decided))


def with_past(unit: Unit, case: CaseContext) -> CaseContext:
    """With the customer's earlier conversations, what other systems know of them and what they have proved."""
    recent = unit.conversations.recent(case.customer.id, case.now - EARLIER)
    earlier = [each for each in recent if each.id != case.conversation.id]
    return replace(
        case,
        customer=add_known_facts(unit, case.customer, case.now),
        earlier=len(earlier),
        past=tuple(unit.conversations.past(earlier[:MOST_EARLIER])) if earlier else (),
        proving=replace(proving_of(unit, case.customer, case.conversation, case.now), login=_signed_in(case)),
    )


def _signed_in(case: CaseContext) -> bool:
    """Whether the vendor checked the sign-in of whoever wrote last, and it is this customer's by what is known now."""
    proved = case.latest.proved if case.latest is not None else ()
    return any(case.customer.is_known_as(each.kind, each.value) for each in proved)


# ------------------------------------------------------------------

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
    scores: Scores = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A case, and the agents' public comments that were new in this reading (they take the conversation)."""

    case: CaseContext
    by_agents: tuple[Message, ...] = ()
    notes: tuple[Effect, ...] = ()  # on the tickets of one conversation, about each other


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextReader:
    """`alike` says how surely a text is about what an earlier conversation was about."""

    store: Store
    helpdesk: Helpdesk
    policy: Policy
    alike: Alike = by_words
    codes: Codes | None = None  # None: no one-time codes are sent, and none is looked for

    @property
    def threads(self) -> Threads:
        return Threads(policy=self.policy, alike=self.alike)

    def record(self, ticket_id: TicketId) -> TicketRecord:
        """Ask the helpdesk; nothing is stored."""
        ticket = self.helpdesk.ticket(ticket_id)
        people = {c.author_id: self.helpdesk.person(c.author_id) for c in ticket.comments if not c.ours}
        requester = people.get(ticket.requester_id) or self.helpdesk.person(ticket.requester_id)
        with self.store.read() as unit:
            scores = self.threads.scores_of_ticket(unit, ticket, identities_of(requester))
        return TicketRecord(ticket=ticket, people=people, requester=requester, scores=scores)

    def of_ticket(self, unit: Unit, record: TicketRecord, now: datetime) -> Reading:
        """Store what is new on a ticket. What follows from the reading belongs into the same transaction: a comment
        is new only once.

        Raises:
            TransientError: we opened the ticket ourselves a moment ago, and its link is not stored yet.
        """
        ticket = record.ticket
        name_requester(unit, ticket, record.requester.id)
        customer = recognise(unit, record.requester, now)
        conversation, notes = self._conversation_of(unit, record, customer, now)
        customer = writer_of(unit, ticket, conversation, customer)
        if ticket.brand and ticket.brand != conversation.brand:
            conversation = unit.conversations.save(replace(conversation, brand=ticket.brand))
        # A ticket without a rating says nothing about one that came by text.
        if ticket.satisfaction not in ("", conversation.satisfaction):
            conversation = unit.conversations.save(replace(conversation, satisfaction=ticket.satisfaction))
        told = messages_on(ticket, conversation.id, record.people)
        messages = where_customer_is(unheard(unit, told), unit.conversations.messages(conversation.id))
        add_sent_before(unit, customer, conversation, self.policy, ticket.updated_at)
        fresh = [message for message in messages if unit.conversations.add_message(message)]
        for message in fresh:
            if message.role is Role.CUSTOMER and message.public:
                note_facts(unit, customer, message)
        conversation = self._owned(unit, conversation, ticket, fresh)
        case = case_of(unit, customer, conversation, now)
        case = replace(case, timeline=with_files(case.timeline, messages), beside=_beside(ticket, conversation))
        case = replace(case, in_workspace=shown_to_agents(case.latest, told))
        return Reading(case=case, by_agents=_said_by(Role.AGENT, fresh), notes=tuple(notes))

    def of_message(self, event: Event) -> CaseContext:
        """Put a received text on the timeline of the conversation that it belongs to."""
        return self.complete(event, self.add_text(event))

    def add_text(self, event: Event) -> CaseContext:
        """Put a received text on its timeline. The case has what was said; to decide about it takes `complete`."""
        name = message_of(event)
        with self.store.read() as unit:
            message = unit.conversations.message(name)
            if message is not None:
                return case_around(unit, message, event.received_at)
        try:
            return self._stored(event, None)
        except SimilarityUnreadError:
            with self.store.read() as unit:
                scores = self.threads.scores_of(unit, event)
            return self._stored(event, scores)

    def _stored(self, event: Event, scores: Scores | None) -> CaseContext:
        """Not waiting for the disk: what a power failure takes back is done again, for the event is not finished."""
        with self.store.begin_lightly() as unit:
            message = unit.conversations.message(message_of(event)) or self._new(unit, event, scores)
            return case_around(unit, message, event.received_at)

    def complete(self, event: Event, case: CaseContext) -> CaseContext:
        """The case with all that is known of the customer."""
        with self.store.read() as unit:
            case = replace(with_past(unit, case), visit=visit_before(unit, event))
        latest = case.latest if case.latest is not None and case.latest.id == message_of(event) else None
        return replace(case, reply_to=latest.address, in_workspace=with_agents(event)) if latest else case

    def _new(self, unit: Unit, event: Event, scores: Scores | None) -> Message:
        """Store what was received; it is there once, however often its event is handled."""
        received = event.payload_as(MessageReceived)
        customer = writer(unit, event)
        joined, choice = self.threads.join(unit, customer, event, scores)
        conversation = with_somebody(unit, joined, event.occurred_at)
        conversation = follow_control(unit, conversation, event, self.policy)
        add_sent_before(unit, customer, conversation, self.policy, event.occurred_at)
        said = classify_message(
            received,
            customer,
            unit.conversations.messages(conversation.id),
            lambda: language_there(unit, conversation, customer),
        )
        message = Message(
            id=message_of(event),
            conversation_id=conversation.id,
            channel=received.channel,
            role=said.role,
            author=customer.name,
            text=said.text,
            at=place_in_time(unit, conversation, event.occurred_at),
            vendor_ref=f"{event.source}:{event.subject}",
            attachments=received.attachments,
            address=address_from(received),
            quotes=said.quotes,
            kind=said.kind,
            proved=received.proved,
        )
        message = self._code_heard(unit, event, conversation, message)
        unit.conversations.add_message(message)
        record_join(unit, message, choice)
        note_visit(unit, received, event.occurred_at, conversation, event.received_at)
        if HIDDEN not in message.text:
            note_facts(unit, customer, message)
        return message

    def _code_heard(self, unit: Unit, event: Event, conversation: Conversation, message: Message) -> Message:
        """A one-time code is compared as it comes in, and stands nowhere, not in the event that brought it either."""
        if self.codes is None:
            return message
        rules = self.policy.verification
        said = check_code(unit, conversation, message, self.codes, rules.tries, rules.valid)
        if said is not message:
            unit.events.redact(event.id, replace(event.payload_as(MessageReceived), text=said.text))
        if said is not message and conversation.subject and message.text.startswith(conversation.subject):
            # It opened this conversation, and named it.
            unit.conversations.save(replace(conversation, subject=said.text[: len(conversation.subject)]))
        return said

    def _conversation_of(
        self, unit: Unit, record: TicketRecord, customer: Customer, now: datetime
    ) -> tuple[Conversation, list[Effect]]:
        ticket = record.ticket
        known = unit.conversations.by_ticket(ticket.id)
        if known is not None:
            return known, []
        if any(comment.ours and now - comment.at < LINKED_WITHIN for comment in ticket.comments[:1]):
            raise TransientError(f"ticket {ticket.id} is ours and not linked to its conversation yet")
        marked = link_tagged(unit, ticket, now)
        if marked is not None:
            return (marked if marked.ticket_id == ticket.id else with_ticket(unit, marked, ticket)), []
        choice = self.threads.ticket_joined(unit, customer, ticket, record.scores)
        joined = unit.conversations.get(choice.conversation) if choice.conversation else None
        if joined is not None:
            after = with_ticket(unit, joined, ticket)
            why = REASONS[choice.ground].format(words=choice.words)
            return after, notify_both_tickets(joined, after, ticket.id, why, self.policy.version, now)
        conversation = Conversation(
            id=ConversationId(derive_id("co", "ticket", ticket.id)),
            customer_id=customer.id,
            subject=ticket.subject,
            ticket_id=ticket.id,
            channel=ticket.channel,
            updated_at=ticket.updated_at,
            brand=ticket.brand,
        )
        unit.conversations.add(conversation)
        note_suggestion(unit, conversation, choice)
        return conversation, []

    def _owned(self, unit: Unit, conversation: Conversation, ticket: Ticket, fresh: Sequence[Message]) -> Conversation:
        """A person who writes takes the conversation; solving gives it back where the policy says so.

        Only the moment of solving counts: a ticket that merely is still solved gives nothing back."""
        is_solved = ticket.status in SOLVED
        by_agents = _said_by(Role.AGENT, fresh)
        if by_agents:
            told = f"{by_agents[-1].author} answers the customer."
            settle_message_alerts(unit, conversation.id, told, max(by_agents[-1].at, ticket.updated_at))
        if conversation.ticket_id != ticket.id:
            comes_back = _said_by(Role.CUSTOMER, fresh) and not (is_solved or conversation.open)
            if not (by_agents or comes_back):
                return conversation  # what becomes of a further ticket is no word on the matter
            conversation = make_main(unit, conversation, ticket)
        if is_solved and conversation.open and (other := self._waits_on(unit, conversation, ticket)) is not None:
            conversation = pass_main(unit, conversation, other, ticket.updated_at)
            taken = take_by_agent(conversation, by_agents[-1].author, by_agents[-1].at) if by_agents else conversation
            return unit.conversations.save(replace(taken, updated_at=max(conversation.updated_at, ticket.updated_at)))
        just_solved = is_solved and (conversation.open or bool(by_agents))
        after = replace(conversation, open=not is_solved)
        if by_agents:
            after = take_by_agent(after, by_agents[-1].author, by_agents[-1].at)
        if just_solved:
            after = self._solved(unit, after, ticket, answered=bool(by_agents))
        if after == conversation and not by_agents:
            return conversation
        # A person's word raises the version even where nothing else changes: who decided without it is refused.
        at = max(conversation.updated_at, ticket.updated_at)
        return unit.conversations.save(replace(after, updated_at=at))

    @staticmethod
    def _waits_on(unit: Unit, conversation: Conversation, solved: Ticket) -> TicketId | None:
        """Another ticket of the conversation on which a question waits."""
        asked = questions_of(unit, conversation, unit.conversations.messages(conversation.id))
        waiting = (each.message.ticket_id for each in asked if each.waits)
        return next((name for name in waiting if name not in (None, solved.id)), None)

    def _solved(self, unit: Unit, conversation: Conversation, ticket: Ticket, *, answered: bool) -> Conversation:
        at = ticket.updated_at
        # The draft that an agent answered with is compared with the answer first, and goes then.
        withdraw(unit, conversation, f"ticket {ticket.id} is solved", at, drafts=not answered)
        if self.policy.hand_back_on_solve and conversation.owner.is_human:
            unit.ledger.append("handed_back", {"ticket": ticket.id, "by": "policy", "why": "solved"}, at)
            return give_back(mark_solved(conversation, at), at)
        return mark_solved(conversation, at)


def message_of(event: Event) -> MessageId:
    """Under which name the text of an event stands on the timeline."""
    return MessageId(derive_id("ms", event.source, event.subject))


def _said_by(role: Role, messages: Sequence[Message]) -> tuple[Message, ...]:
    return tuple(m for m in messages if m.role is role and m.public)


def _beside(ticket: Ticket, conversation: Conversation) -> TicketId | None:
    return ticket.id if conversation.ticket_id != ticket.id else None


# ------------------------------------------------------------------
# A ticket's comments as lines of the timeline.


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


def where_customer_is(messages: Sequence[Message], timeline: Sequence[Message]) -> list[Message]:
    """Agents write in their own workspace: what they say belongs to the channel that the customer wrote last on."""
    theirs = [m for m in (*timeline, *messages) if m.role is Role.CUSTOMER and m.public]
    found = []
    for message in messages:
        before = [m for m in theirs if m.at <= message.at]
        if message.role is Role.AGENT and before:
            message = replace(message, channel=max(before, key=lambda m: m.at).channel)
        found.append(message)
    return found


def _message(comment: Comment, ticket: Ticket, conversation_id: ConversationId, author: Person) -> Message:
    ref = f"zendesk:comment:{comment.id}"
    customer = author.id == ticket.requester_id or author.role == "end-user"
    return Message(
        id=MessageId(derive_id("ms", ref)),
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
        ticket_id=ticket.id,
    )


# ------------------------------------------------------------------
# The owner here follows the switchboard there.


NOT_OURS = frozenset({Control.AGENTS, Control.OTHER})


def with_agents(event: Event) -> bool:
    """Whether the agents' own workspace showed this message to them."""
    return _control(event) is Control.AGENTS


def _control(event: Event) -> Control | None:
    return event.payload.control if isinstance(event.payload, MessageReceived) else None


def follow_control(unit: Unit, conversation: Conversation, event: Event, policy: Policy) -> Conversation:
    """The conversation with the owner that control makes: what was said while agents had it, or another bot, is not
    ours to answer.

    But for where we have asked for it back: what was said before the switchboard has heard of that is ours by then,
    and may come to light long after."""
    if _control(event) not in NOT_OURS or conversation.owner.is_human:
        return conversation
    row = newest_passing(unit, conversation)
    if row is not None and passed_to(row.effect) is Control.ASSISTANT and _is_before(event, row):
        return conversation
    owned = hold(conversation, team(policy.default_owner.group), event.occurred_at)
    return unit.conversations.save(replace(owned, updated_at=max(conversation.updated_at, event.occurred_at)))


def _is_before(event: Event, row: OutboxRow) -> bool:
    """Whether it happened before control was passed, or that is still under way."""
    passed_at = row.first_sent_at or row.effect.created_at
    return row.state in UNDER_WAY or (row.state is EffectState.SENT and event.occurred_at < passed_at)


# ------------------------------------------------------------------
# What a received message is on the timeline: words, a keyword that the vendor answered, or a reaction to a message.


# What the customer's sign says where the message under which it stands was a question of ours.
YES_SIGNS = frozenset("👍👌✅✔🙏❤💯🆗")
NO_SIGNS = frozenset("👎❌🚫✖")
BESIDE = str.maketrans("", "", "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")  # variants and skin tones
LONGEST = 60  # characters of the message that a reaction is shown under


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """`role` is SYSTEM for a reaction that answers nothing: it stands on the timeline and is no turn."""

    role: Role
    text: str
    kind: MessageKind
    quotes: str


def classify_message(
    received: MessageReceived, customer: Customer, timeline: Sequence[Message], language: Callable[[], str]
) -> Worded:
    """`timeline` is the conversation that the message joins, oldest first; `language` the one we speak there."""
    text, channel, quotes = received.text, received.channel, received.quotes
    if received.kind is MessageKind.REACTION:
        return _reaction(text, quotes, timeline, language)
    kind = keyword_of(text, channel, received.opt_out, stopped=withdrawn(customer, channel))
    return Worded(role=Role.CUSTOMER, text=text, kind=kind, quotes=quotes)


def _reaction(sign: str, quotes: str, timeline: Sequence[Message], language: Callable[[], str]) -> Worded:
    """Under a question of ours that is the last word, a sign that means yes or no is the answer, in the language of the
    question; any other is noted."""
    quoted = next((m for m in timeline if quotes and m.vendor_ref == quotes), None)
    last = next((m for m in reversed(timeline) if m.public and m.role is not Role.SYSTEM), None)
    means = _answer(sign)
    if means and quoted is not None and quoted is last and quoted.role is not Role.CUSTOMER and asks_back(quoted.text):
        lines = BUILT_IN.get(language(), ENGLISH)
        said = lines.yes if means == "yes" else lines.no
        return Worded(role=Role.CUSTOMER, text=f"{said} {sign}", kind=MessageKind.WORDS, quotes=quotes)
    words = " ".join(quoted.text.split())[:LONGEST] if quoted is not None else ""
    note = f"Reacted {sign} to “{words}”" if sign and words else f"Reacted {sign}" if sign else "Took a reaction back"
    return Worded(role=Role.SYSTEM, text=note, kind=MessageKind.REACTION, quotes=quotes)


def _answer(sign: str) -> str:
    bare = sign.strip().translate(BESIDE)
    return "yes" if bare in YES_SIGNS else "no" if bare in NO_SIGNS else ""


def language_there(unit: Unit, conversation: Conversation, customer: Customer) -> str:
    """The language that we spoke last in the conversation; else the customer's."""
    last = unit.decisions.latest(conversation.id)
    if last is None:
        return customer.language
    found = last.draft.language if last.draft is not None else last.signals.language.value
    return found if found in BUILT_IN else customer.language
