"""Events of the loop from end to end: messaging, whose control passes between the assistant and agents."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.control.passing import mark_of
from core.errors import TransientError
from core.model.conversation import ASSISTANT, Control, Conversation, Message, OwnerKind, Role
from core.model.customer import CHATTED, Channel, Customer, Identity, IdentityKind
from core.model.event import Event, EventKind
from core.model.event_payloads import NOTHING, AgentSaid, ControlChanged, EventPayload, MessageStatus, PeopleMerged
from core.model.ids import TicketId
from core.model.outbound import EffectKind, EffectState, OutboxRow
from core.policy import Burst
from tests.core import people
from tests.core.container import Container
from tests.core.day import gives_back
from tests.core.fake_conversation_control import FakeConversationControl
from tests.core.samples import incoming

EMMA = "u-emma"
THREAD = "thread-1"
RESET = "How do I reset my thermostat?"
PERSON = "I want a person, please"


class Window:
    """A customer's chat window, and the agents' side of it."""

    def __init__(self, container: Container) -> None:
        self.container, self.board, self.count = container, FakeConversationControl(), 0
        policy = replace(container.policy, automatic=container.policy.automatic | CHATTED)
        container.policy = policy
        container.planner = replace(container.planner, policy=policy)
        evaluator = replace(container.loop.evaluator, policy=policy)
        context = replace(container.loop.context, policy=policy)
        container.loop = replace(
            container.loop,
            conversation_control=self.board,
            policy=policy,
            planner=container.planner,
            evaluator=evaluator,
            context=context,
        )
        senders = replace(container.delivery.senders, conversation_control=self.board)
        container.delivery = replace(
            container.delivery, senders=senders, policy=policy, gate=replace(container.delivery.gate, policy=policy)
        )

    def says(self, words: str, *, thread: str = THREAD, occurred_at: datetime | None = None, **more: Any) -> str:
        self.container.wait(seconds=30)
        self.count += 1
        control = self.board.holder(thread)
        said = {"channel": Channel.CHAT, "person": EMMA, "name": "Visitor", "control": control, "at_once": True}
        told = incoming(words, thread, **{**said, **more})
        result = self.event(EventKind.MESSAGE_RECEIVED, f"m{self.count}", told, occurred_at)
        self.container.drain()
        return result

    def event(self, kind: EventKind, subject: str, payload: EventPayload, occurred_at: datetime | None = None) -> str:
        self.count += 1
        changes: dict[str, Any] = {"source": "sunshine", "payload": payload}
        changes |= {"occurred_at": occurred_at} if occurred_at else {}
        event = self.container.event(kind, subject, f"e{self.count}", **changes)
        return self.container.happens(event)

    def agent_says(self, words: str, name: str = "Maria Lopez") -> str:
        self.container.wait(seconds=30)
        self.count += 1
        said = self.event(EventKind.AGENT_SAID, f"m{self.count}", AgentSaid(address=THREAD, name=name, text=words))
        self.container.drain()
        return said

    def zendesk_opens(self) -> TicketId:
        """What Zendesk does by itself when agents get control."""
        _, wanted = next(each for each in self.board.passed if each[1].to is Control.AGENTS)
        visitor = self.container.helpdesk.adds(people.person("Visitor Shadow", id="user-shadow", email=None))
        ticket = self.container.helpdesk.writes_in(visitor, wanted.subject or "", "transcript", channel=Channel.CHAT)
        known = self.container.helpdesk.tickets[ticket]
        self.container.helpdesk.tickets[ticket] = replace(known, tags=wanted.tags)
        self.container.ticket(ticket)
        self.container.drain()
        return ticket

    def control_goes_to(self, to: Control) -> str:
        self.container.wait(seconds=5)
        self.board.active[THREAD] = to
        result = self.event(EventKind.CONTROL_CHANGED, THREAD, ControlChanged(control=to))
        self.goes_on()
        return result

    def goes_on(self) -> None:
        """What was published is handled and carried out."""
        published, self.container.publisher.events = self.container.publisher.events, []
        for name in published:
            self.container.loop.handle(name)
        self.container.drain()

    @property
    def conversation(self) -> Conversation:
        with self.container.store.read() as unit:
            found = unit.conversations.at_address(THREAD)
        assert found is not None
        return found

    @property
    def timeline(self) -> list[Message]:
        with self.container.store.read() as unit:
            return unit.conversations.messages(self.conversation.id)

    @property
    def customer(self) -> Customer:
        with self.container.store.read() as unit:
            found = unit.customers.get(self.conversation.customer_id)
        assert found is not None
        return found

    def outbox(self, kind: EffectKind) -> list[OutboxRow]:
        with self.container.store.read() as unit:
            return [row for row in unit.outbox.of_conversation(self.conversation.id) if row.effect.kind is kind]

    def hears(self) -> list[str]:
        return self.container.messenger.sent_to(THREAD)


@pytest.fixture
def window(container: Container) -> Window:
    return Window(container)


def test_a_visitor_is_answered_in_the_window(window: Window) -> None:
    assert window.says(RESET) == "automatic_reply"
    (reply,) = window.hears()
    assert "Hold the button for ten seconds." in reply
    assert window.conversation.owner == ASSISTANT
    assert window.board.passed == []


def test_whoever_leaves_and_comes_back_goes_on_in_the_same_conversation(window: Window) -> None:
    window.says(RESET)
    before = window.conversation.id
    window.container.wait(days=2)
    window.says("And which button?")
    assert window.conversation.id == before
    assert len(window.hears()) == 2


def test_a_handoff_passes_control_and_opens_no_ticket_of_ours(window: Window) -> None:
    window.says(RESET)
    assert window.says(PERSON) == "trigger:human_request"
    ((address, wanted),) = window.board.passed
    assert (address, wanted.to) == (THREAD, Control.AGENTS)
    assert wanted.tags == (mark_of(window.conversation.id),)
    assert wanted.first == "m1"
    assert window.outbox(EffectKind.TICKET_CREATE) == []
    assert window.conversation.owner.kind is OwnerKind.TEAM


def test_the_ticket_that_zendesk_opens_is_the_conversations_and_gets_the_card_once(window: Window) -> None:
    window.says(PERSON)
    ticket = window.zendesk_opens()
    window.container.ticket(ticket)
    window.container.drain()
    assert window.conversation.ticket_id == ticket
    cards = [note for note in window.container.helpdesk.comments(ticket, public=False) if "Handed over" in note]
    assert len(cards) == 1
    assert window.customer.current(IdentityKind.HELPDESK) == "user-shadow"


def test_what_the_ticket_repeats_of_the_conversation_is_not_heard_twice(window: Window) -> None:
    window.says(PERSON)
    ticket = window.zendesk_opens()
    shadow = window.container.helpdesk.staff["user-shadow"]
    window.container.helpdesk.says(ticket, shadow, PERSON, channel=Channel.CHAT)
    window.container.ticket(ticket)
    assert [message.text for message in window.timeline if message.role is Role.CUSTOMER] == [PERSON]


def test_an_agents_answer_takes_the_conversation_and_is_not_sent_again(window: Window) -> None:
    window.says(PERSON)
    window.zendesk_opens()
    told = len(window.hears())
    assert window.agent_says("Hello, Maria here.") == "agent_said"
    assert (window.conversation.owner.kind, window.conversation.owner.name) == (OwnerKind.AGENT, "Maria Lopez")
    assert len(window.hears()) == told
    assert window.timeline[-1].role is Role.AGENT


def test_an_answer_that_is_told_after_the_solving_that_it_came_with_opens_nothing(window: Window) -> None:
    window.says(PERSON)
    ticket = window.zendesk_opens()
    window.container.wait(seconds=30)
    helpdesk = window.container.helpdesk
    now = window.container.clock().replace(microsecond=0)
    helpdesk.tickets[ticket] = replace(helpdesk.tickets[ticket], status="solved", updated_at=now)
    window.container.ticket(ticket)
    solved = window.conversation
    payload = AgentSaid(address=THREAD, name="Maria Lopez", text="Your balance is on the first page.")
    assert window.event(EventKind.AGENT_SAID, "m9", payload) == "agent_said"
    assert (solved.open, window.conversation.open, window.conversation.owner) == (False, False, ASSISTANT)
    assert window.conversation.solved_at == solved.solved_at == now
    assert window.timeline[-1].role is Role.AGENT


def test_an_answer_after_the_solving_opens_it_again(window: Window) -> None:
    window.says(PERSON)
    ticket = window.zendesk_opens()
    helpdesk = window.container.helpdesk
    now = window.container.clock().replace(microsecond=0)
    helpdesk.tickets[ticket] = replace(helpdesk.tickets[ticket], status="solved", updated_at=now)
    window.container.ticket(ticket)
    window.agent_says("One thing more.")
    assert (window.conversation.open, window.conversation.owner.kind) == (True, OwnerKind.AGENT)


def test_an_agents_answer_that_is_told_twice_is_heard_once(window: Window) -> None:
    window.says(PERSON)
    payload = AgentSaid(address=THREAD, name="Maria Lopez", text="Hello")
    assert [window.event(EventKind.AGENT_SAID, "m9", payload) for _ in range(2)] == ["agent_said", "heard_before"]


def test_while_agents_have_control_the_assistant_is_silent(window: Window) -> None:
    window.says(PERSON)
    ticket = window.zendesk_opens()
    window.agent_says("Hello, Maria here.")
    told, notes = len(window.hears()), len(window.container.helpdesk.comments(ticket, public=False))
    assert window.says(RESET) == "owned_by_person"
    assert len(window.hears()) == told
    # The agent sees the customer's words in the workspace itself.
    assert not any(RESET in note for note in window.container.helpdesk.comments(ticket, public=False)[notes:])


def test_control_that_somebody_else_took_makes_the_conversation_the_agents(window: Window) -> None:
    window.says(RESET)
    assert window.control_goes_to(Control.AGENTS) == "control_agents"
    assert window.conversation.owner.kind is OwnerKind.TEAM
    assert window.says("And which button resets it?") == "owned_by_person"


def test_a_message_that_agents_were_shown_is_theirs_though_the_event_of_control_is_late(window: Window) -> None:
    window.says(RESET)
    window.board.active[THREAD] = Control.AGENTS
    assert window.says("And how do I reset the other?") == "owned_by_person"
    assert len(window.hears()) == 1


def test_control_that_comes_back_makes_it_the_assistants_and_who_waits_is_answered(window: Window) -> None:
    window.says(PERSON)
    ticket = window.zendesk_opens()
    window.agent_says("One moment.")
    window.says(RESET)
    told = len(window.hears())
    assert window.control_goes_to(Control.ASSISTANT) == "control_back"
    assert window.conversation.owner == ASSISTANT
    assert len(window.hears()) == told + 1
    assert window.conversation.ticket_id == ticket


def test_who_waits_when_control_comes_back_is_answered_though_the_first_try_fails(window: Window) -> None:
    window.board.active[THREAD] = Control.OTHER
    window.says(RESET)

    def fails() -> None:
        raise TransientError("the database is locked")

    window.container.answer.meanwhile = fails
    window.control_goes_to(Control.ASSISTANT)
    assert window.hears() == []
    window.container.wait(seconds=2)
    window.container.publisher.events = [name for name, _ in window.container.publisher.later]
    window.goes_on()
    assert len(window.hears()) == 1


def test_who_is_answered_when_control_comes_back_is_not_answered_again_by_their_own_text(window: Window) -> None:
    window.board.active[THREAD] = Control.OTHER
    window.container.loop = replace(
        window.container.loop, policy=replace(window.container.policy, burst=Burst(quiet=timedelta(seconds=1.2)))
    )
    assert window.says(RESET, at_once=False) == "waiting"
    (text,) = [name for name, _ in window.container.publisher.later]
    window.control_goes_to(Control.ASSISTANT)
    window.container.wait(seconds=2)
    assert window.container.loop.handle(text) == "decided_before"
    assert len(window.hears()) == 1


def test_what_agents_were_shown_and_comes_to_light_after_it_was_given_back_is_ours(window: Window) -> None:
    window.says(PERSON)
    ticket = window.zendesk_opens()
    window.agent_says("Hello.")
    container = window.container
    sent = container.clock()
    container.wait(seconds=5)
    gives_back(container, ticket)
    container.drain()
    assert window.board.active[THREAD] is Control.ASSISTANT
    assert window.says(RESET, occurred_at=sent, control=Control.AGENTS) == "automatic_reply"
    assert window.conversation.owner == ASSISTANT
    container.wait(seconds=5)
    window.board.active[THREAD] = Control.AGENTS
    assert window.says("And which button is it?") == "owned_by_person"


def test_while_another_bot_has_control_nobody_answers_for_us_until_it_comes(window: Window) -> None:
    window.board.active[THREAD] = Control.OTHER
    assert window.says(RESET) == "owned_by_person"
    assert window.hears() == []
    assert window.control_goes_to(Control.ASSISTANT) == "control_back"
    assert len(window.hears()) == 1


def test_control_that_comes_back_twice_is_answered_once(window: Window) -> None:
    window.board.active[THREAD] = Control.OTHER
    window.says(RESET)
    window.control_goes_to(Control.ASSISTANT)
    assert window.control_goes_to(Control.ASSISTANT) == "control_assistant"
    assert len(window.hears()) == 1


def test_events_of_control_are_asked_about_and_not_believed(window: Window) -> None:
    window.says(PERSON)
    window.agent_says("Hello.")
    # An event from before the handoff comes late: the switchboard says who has control now.
    assert (
        window.event(EventKind.CONTROL_CHANGED, THREAD, ControlChanged(control=Control.ASSISTANT)) == "control_agents"
    )
    assert window.conversation.owner.kind is OwnerKind.AGENT


def test_an_event_of_control_while_we_pass_it_changes_nothing(window: Window) -> None:
    window.board.fails = 1
    window.says(PERSON)
    assert [row.state for row in window.outbox(EffectKind.CONTROL)] == [EffectState.PENDING]
    assert window.event(EventKind.CONTROL_CHANGED, THREAD, ControlChanged(control=Control.ASSISTANT)) == "passing"
    assert window.conversation.owner.kind is OwnerKind.TEAM


def test_an_agent_who_hands_back_gives_control_back_too(window: Window) -> None:
    window.says(PERSON)
    ticket = window.zendesk_opens()
    window.agent_says("Hello.")
    container = window.container
    gives_back(container, ticket)
    container.drain()
    assert [wanted.to for _, wanted in window.board.passed] == [Control.AGENTS, Control.ASSISTANT]
    assert window.says(RESET) == "automatic_reply"


def test_an_agent_who_took_control_in_zendesk_can_hand_it_back_here(window: Window) -> None:
    window.says(PERSON)
    ticket = window.zendesk_opens()
    window.control_goes_to(Control.ASSISTANT)
    window.control_goes_to(Control.AGENTS)
    container = window.container
    gives_back(container, ticket)
    container.drain()
    assert window.board.active[THREAD] is Control.ASSISTANT


def test_an_unanswered_passing_is_looked_up_before_it_is_tried_again(window: Window) -> None:
    window.says(PERSON)
    (row,) = window.outbox(EffectKind.CONTROL)
    assert window.container.delivery.senders.find(row) is not None
    window.board.active[THREAD] = Control.ASSISTANT
    assert window.container.delivery.senders.find(row) is None


def test_the_customer_has_read_what_was_there(window: Window) -> None:
    window.says(RESET)
    window.container.wait(seconds=60)
    assert window.event(EventKind.CONVERSATION_READ, THREAD, NOTHING) == "read_1"
    assert window.event(EventKind.CONVERSATION_READ, THREAD, NOTHING) == "read_0"
    assert window.timeline[-1].delivery == "read"


def test_delivery_is_noted_on_the_message(window: Window) -> None:
    window.says(RESET)
    ref = window.outbox(EffectKind.MESSAGE)[0].vendor_ref
    assert ref is not None
    window.event(EventKind.MESSAGE_STATUS, ref, MessageStatus(status="delivered"))
    assert window.timeline[-1].delivery == "delivered"


PROVED = (Identity(kind=IdentityKind.HELPDESK, value="user-emma", verified=True),)


def known_emma(window: Window) -> Customer:
    emma = people.customer()
    with window.container.store.begin() as unit:
        unit.customers.save(emma)
    return emma


def test_who_is_logged_in_is_recognised_at_once(window: Window) -> None:
    emma = known_emma(window)
    window.says(RESET, proved=PROVED)
    assert window.customer.id == emma.id


def test_a_visitor_who_logs_in_is_that_customer_with_all_that_they_said(window: Window) -> None:
    emma = known_emma(window)
    window.says(RESET)
    first = window.conversation.id
    window.says("And which button?", proved=PROVED)
    assert (window.customer.id, window.conversation.id) == (emma.id, first)
    with window.container.store.read() as unit:
        assert len(unit.merges.of_customer(emma.id)) == 1


def merged(window: Window) -> str:
    return window.event(EventKind.PEOPLE_MERGED, "u-2", PeopleMerged(surviving="u-2", discarded=EMMA))


def test_an_id_that_the_vendor_found_to_be_the_same_persons_is_theirs(window: Window) -> None:
    window.says(RESET)
    assert merged(window) == "same_person"
    values = {identity.value for identity in window.customer.identities}
    assert values == {f"sunshine:{EMMA}", "sunshine:u-2"}


def test_two_customers_are_not_merged_on_the_vendors_word_alone(window: Window) -> None:
    emma = known_emma(window)
    window.says(RESET, proved=PROVED)
    other = people.customer(
        "otto",
        identities=(
            Identity(kind=IdentityKind.EXTERNAL, value="sunshine:u-2"),
            Identity(kind=IdentityKind.EMAIL, value="otto@example.com", verified=True),
        ),
    )
    with window.container.store.begin() as unit:
        unit.customers.save(other)
    assert merged(window) == "two_customers"
    assert window.customer.id == emma.id


def test_a_tag_that_a_visitor_set_themselves_joins_nobody_elses_conversation(window: Window) -> None:
    """The id of a ticket's conversation follows from the ticket's number, and a page may set any tag."""
    emma = window.container.helpdesk.adds(people.person())
    theirs = window.container.helpdesk.writes_in(emma, "My invoice", "Where is it?")
    window.container.ticket(theirs)
    stranger = window.container.helpdesk.adds(people.person("Mallory Grey"))
    own = window.container.helpdesk.writes_in(stranger, "Hello", "Send it to me.", channel=Channel.CHAT)
    with window.container.store.read() as unit:
        hers = unit.conversations.by_ticket(theirs)
        assert hers is not None
    tagged = replace(window.container.helpdesk.tickets[own], tags=(mark_of(hers.id),))
    window.container.helpdesk.tickets[own] = tagged
    window.container.ticket(own)
    with window.container.store.read() as unit:
        joined = unit.conversations.by_ticket(own)
        assert joined is not None
        assert (joined.id == hers.id, joined.customer_id == hers.customer_id) == (False, False)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (EventKind.AGENT_SAID, AgentSaid(address="other", text="Hi", name="Maria")),
        (EventKind.CONTROL_CHANGED, ControlChanged(control=Control.AGENTS)),
        (EventKind.CONVERSATION_READ, NOTHING),
    ],
)
def test_a_conversation_that_we_never_heard_of_is_left_alone(
    window: Window, kind: EventKind, payload: EventPayload
) -> None:
    assert window.event(kind, "other", payload) == "unknown_conversation"


def test_an_event_is_of_the_messaging_app(window: Window) -> None:
    event: Event = window.container.event(EventKind.AGENT_SAID, "m1", source="sunshine")
    assert event.source == "sunshine"
