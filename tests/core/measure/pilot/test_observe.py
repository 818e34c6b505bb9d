"""What the store knows of each turn, over a real one."""

from datetime import timedelta

from connectors.sql.store import SqlStore
from core.assist.agent_actions import AgentActions
from core.measure.pilot.observe import Adopted, Observed, observe, observe_since
from core.model.customer import Channel
from core.model.ids import TicketId
from tests.core.container import Container
from tests.core.day import RESET, answers, conversations, known, mails, texts

SURE = 0.4


def seen(container: Container, since: int = 0) -> list[Observed]:
    with container.store.read() as unit:
        return observe_since(unit, since, SURE)


def begun(store: SqlStore) -> Container:
    container = Container(store)
    known(container)
    return container


def test_a_turn_has_its_channel_and_its_intent(store: SqlStore) -> None:
    container = begun(store)
    mails(container)
    texts(container, "I want a person", phone="+447700900151")
    assert [(turn.channel, turn.intent) for turn in seen(container)] == [(Channel.EMAIL, "reset"), (Channel.SMS, "")]


def test_an_unsure_intent_counts_as_none(store: SqlStore) -> None:
    container = begun(store)
    mails(container)
    with store.read() as unit:
        (turn,) = observe(unit, [conversations(container)[0].id], sure_from=1.0)
    assert turn.intent == ""


def test_only_what_came_after_a_decision_is_seen(store: SqlStore) -> None:
    container = begun(store)
    ticket = mails(container)
    with store.read() as unit:
        before = unit.decisions.newest()
    answers(container, ticket, "Did it work?")
    texts(container, RESET, phone="+447700900151")
    assert [turn.channel for turn in seen(container, before)] == [Channel.SMS]


def test_what_an_agent_made_of_the_draft_is_seen(store: SqlStore) -> None:
    container = begun(store)
    ticket = mails(container)
    (turn,) = seen(container)
    assert turn.adopted is None
    assert turn.decision.draft is not None
    answers(container, ticket, turn.decision.draft.body)
    (turn,) = seen(container)
    assert turn.adopted == Adopted(state="used", words=0, similarity=1.0)


def test_the_next_decision_on_the_same_conversation_is_known(store: SqlStore) -> None:
    container = begun(store)
    texts(container, RESET)
    texts(container, "I want a person")
    first, second = seen(container)
    assert first.next == second.decision
    assert second.next is None


def test_passing_it_on_from_the_sidebar_is_seen(store: SqlStore) -> None:
    container = begun(store)
    ticket = mails(container)
    actions = AgentActions(store=store, publisher=container.publisher, policy=container.policy)
    assert not seen(container)[0].passed_on
    actions.escalate(TicketId(ticket), "Specialists", "Look at this", "Maria", container.clock() + timedelta(minutes=1))
    assert seen(container)[0].passed_on


def test_words_within_a_week_of_a_solution_open_it_again_and_thanks_do_not(store: SqlStore) -> None:
    container = begun(store)
    ticket = mails(container)
    answers(container, ticket, "Hold the button.", status="solved")
    texts(container, "Thanks, that worked")
    texts(container, RESET)
    assert [turn.reopened for turn in seen(container)] == [False, False, True]
