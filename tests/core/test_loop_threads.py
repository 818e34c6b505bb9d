"""Events of the loop from end to end: one matter over several channels and tickets."""

from dataclasses import replace

import pytest

from core.model.conversation import Conversation, Ground, Join, OwnerKind
from core.model.customer import Channel
from core.model.ids import ConversationId
from tests.core.container import Container
from tests.core.day import RESET, answers, conversations, decisions, known, texts

ORDER = "My thermostat of order LK-20114 is stuck"


@pytest.fixture(autouse=True)
def _people(container: Container) -> None:
    known(container)


def mailed(container: Container, subject: str, text: str) -> str:
    ticket = container.helpdesk.writes_in(container.helpdesk.staff["user-emma"], subject, text)
    container.ticket(ticket)
    container.drain()
    container.wait(minutes=1)
    return ticket


def by_ticket(container: Container, ticket: str) -> Conversation:
    found = next((one for one in conversations(container) if ticket in tickets_of(container, one.id)), None)
    assert found is not None
    return found


def tickets_of(container: Container, name: ConversationId) -> list[str]:
    """The main one first."""
    with container.store.read() as unit:
        conversation = unit.conversations.get(name)
        assert conversation is not None
        return [conversation.ticket_id or "", *(linked.ticket_id for linked in unit.threads.links(name))]


def newest_join(container: Container) -> Join:
    with container.store.read() as unit:
        joins = [join for one in conversations(container) for join in unit.threads.joins(one.id)]
    return max(joins, key=lambda join: join.at)


def test_two_days_later_on_another_channel_the_order_number_leads_back_past_a_newer_matter(
    container: Container,
) -> None:
    texts(container, ORDER)
    first = conversations(container)[0].id
    container.wait(hours=40)
    texts(container, "I would like to upgrade my subscription to Business please")
    assert len(conversations(container)) == 2
    container.wait(hours=5)
    texts(container, "LK-20114: how do I reset it?", channel=Channel.WHATSAPP)
    assert conversations(container)[0].id == first
    assert len(conversations(container)) == 2
    assert (newest_join(container).ground, newest_join(container).words) == (Ground.REFERENCE, "20114")


def test_a_new_ticket_about_the_same_order_is_the_same_conversation_and_both_tickets_say_so(
    container: Container,
) -> None:
    first = mailed(container, "Thermostat", f"{ORDER}. {RESET}")
    second = mailed(container, "Again", f"{ORDER}. {RESET}")
    assert len(conversations(container)) == 1
    assert tickets_of(container, conversations(container)[0].id) == [second, first]
    assert any(f"#{first}" in note for note in container.helpdesk.comments(second, public=False))
    assert any(f"#{second}" in note for note in container.helpdesk.comments(first, public=False))


def test_while_a_person_works_on_the_first_ticket_it_stays_the_main_one_and_is_told_the_new_words(
    container: Container,
) -> None:
    first = mailed(container, "Thermostat", ORDER)
    answers(container, first, "I am looking into LK-20114.")
    second = mailed(container, "LK-20114", "LK-20114: it is getting worse")
    conversation = by_ticket(container, second)
    assert tickets_of(container, conversation.id) == [first, second]
    assert conversation.owner.kind is OwnerKind.AGENT
    assert any("it is getting worse" in note for note in container.helpdesk.comments(first, public=False))
    assert container.messenger.sent == []


def test_an_agent_who_answers_on_the_second_ticket_works_there_from_then_on(container: Container) -> None:
    first = mailed(container, "Thermostat", ORDER)
    answers(container, first, "I am looking into LK-20114.")
    second = mailed(container, "LK-20114", "LK-20114: it is getting worse")
    answers(container, second, "I see it here too.")
    conversation = by_ticket(container, first)
    assert tickets_of(container, conversation.id) == [second, first]
    answers(container, second, "Solved.", status="solved")
    assert not by_ticket(container, first).open


def test_solving_a_further_ticket_is_no_word_on_the_matter(container: Container) -> None:
    first = mailed(container, "Thermostat", ORDER)
    answers(container, first, "I am looking into LK-20114.")
    second = mailed(container, "LK-20114", "LK-20114: it is getting worse")
    container.helpdesk.tickets[second] = replace(container.helpdesk.tickets[second], status="solved")
    container.ticket(second)
    conversation = by_ticket(container, first)
    assert (conversation.open, conversation.owner.kind) == (True, OwnerKind.AGENT)


def test_a_ticket_that_is_solved_closes_no_question_on_the_other(container: Container) -> None:
    first = mailed(container, "Thermostat", f"{ORDER}. {RESET}")
    second = mailed(container, "Again", f"{ORDER}. {RESET}")
    answers(container, second, "Please hold the button.", status="solved")
    conversation = by_ticket(container, first)
    assert (tickets_of(container, conversation.id), conversation.open) == ([first, second], True)
    with container.store.read() as unit:
        (kept,) = unit.decisions.open_drafts(conversation.id)
        assert unit.decisions.of_conversation(conversation.id)[0].draft == kept[0]
    answers(container, first, "And this is the answer to the other one.", status="solved")
    assert not by_ticket(container, first).open


def both_solved(container: Container) -> tuple[str, str]:
    first = mailed(container, "Thermostat", f"{ORDER}. {RESET}")
    second = mailed(container, "Again", f"{ORDER}. {RESET}")
    answers(container, first, "Please hold the button.")
    answers(container, second, "Please hold the button.", status="solved")
    return first, second


def test_who_answers_on_the_further_ticket_after_the_main_one_is_solved_is_heard(container: Container) -> None:
    first, second = both_solved(container)
    conversation = by_ticket(container, first)
    assert (tickets_of(container, conversation.id), conversation.open) == ([second, first], False)
    before = decisions(container)
    container.helpdesk.says(first, container.helpdesk.staff["user-emma"], f"That did not help. {RESET}")
    assert container.ticket(first) != "nothing_unanswered"
    assert decisions(container) == before + 1
    assert (tickets_of(container, conversation.id), by_ticket(container, first).open) == ([first, second], True)


def test_what_is_written_on_a_further_ticket_that_is_solved_too_opens_nothing(container: Container) -> None:
    first, second = both_solved(container)
    container.helpdesk.says(first, container.helpdesk.staff["user-emma"], "Thanks!", status="solved")
    assert container.ticket(first) == "nothing_unanswered"
    assert tickets_of(container, by_ticket(container, first).id) == [second, first]


def test_both_tickets_tell_of_each_other_once_however_often_they_are_read(container: Container) -> None:
    first = mailed(container, "Thermostat", ORDER)
    second = mailed(container, "Again", f"{ORDER}. {RESET}")
    for _ in range(2):
        container.wait(seconds=1)
        container.ticket(second)
        container.ticket(first)
        container.drain()
    assert len([note for note in container.helpdesk.comments(first, public=False) if f"#{second}" in note]) == 1


def test_a_ticket_for_a_matter_that_began_by_text_becomes_its_ticket(container: Container) -> None:
    texts(container, f"{ORDER}. {RESET}")
    ticket = mailed(container, "LK-20114", "The same by mail: LK-20114 is stuck")
    assert tickets_of(container, conversations(container)[0].id) == [ticket]
    assert len(conversations(container)) == 1


def test_every_message_of_a_customer_has_its_reason(container: Container) -> None:
    for words in (RESET, "Which button?", "Thanks"):
        texts(container, words)
    with container.store.read() as unit:
        grounds = [join.ground for join in unit.threads.joins(conversations(container)[0].id)]
    assert grounds == [Ground.FIRST, Ground.TALKING, Ground.TALKING]
