"""Events of the loop from end to end: one matter over several channels and tickets."""

from dataclasses import replace

import pytest

from core.model.conversation import Conversation, Ground, Join, OwnerKind
from core.model.ids import ConversationId
from tests.core.day import RESET, answers, conversations, decisions, known, texts
from tests.core.house import House

ORDER = "My thermostat of order LK-20114 is stuck"


@pytest.fixture(autouse=True)
def _people(house: House) -> None:
    known(house)


def mailed(house: House, subject: str, text: str) -> str:
    ticket = house.helpdesk.writes_in(house.helpdesk.staff["user-emma"], subject, text)
    house.ticket(ticket)
    house.drain()
    house.wait(minutes=1)
    return ticket


def by_ticket(house: House, ticket: str) -> Conversation:
    found = next((one for one in conversations(house) if ticket in tickets_of(house, one.id)), None)
    assert found is not None
    return found


def tickets_of(house: House, name: ConversationId) -> list[str]:
    """The main one first."""
    with house.store.read() as unit:
        conversation = unit.conversations.get(name)
        assert conversation is not None
        return [conversation.ticket_id or "", *(linked.ticket_id for linked in unit.threads.links(name))]


def newest_join(house: House) -> Join:
    with house.store.read() as unit:
        joins = [join for one in conversations(house) for join in unit.threads.joins(one.id)]
    return max(joins, key=lambda join: join.at)


def test_two_days_later_on_another_channel_the_order_number_leads_back_past_a_newer_matter(house: House) -> None:
    texts(house, ORDER)
    first = conversations(house)[0].id
    house.wait(hours=40)
    texts(house, "I would like to upgrade my subscription to Business please")
    assert len(conversations(house)) == 2
    house.wait(hours=5)
    texts(house, "LK-20114: how do I reset it?", channel="whatsapp")
    assert conversations(house)[0].id == first
    assert len(conversations(house)) == 2
    assert (newest_join(house).ground, newest_join(house).words) == (Ground.REFERENCE, "20114")


def test_a_new_ticket_about_the_same_order_is_the_same_conversation_and_both_tickets_say_so(house: House) -> None:
    first = mailed(house, "Thermostat", f"{ORDER}. {RESET}")
    second = mailed(house, "Again", f"{ORDER}. {RESET}")
    assert len(conversations(house)) == 1
    assert tickets_of(house, conversations(house)[0].id) == [second, first]
    assert any(f"#{first}" in note for note in house.helpdesk.comments(second, public=False))
    assert any(f"#{second}" in note for note in house.helpdesk.comments(first, public=False))


def test_while_a_person_works_on_the_first_ticket_it_stays_the_main_one_and_is_told_the_new_words(house: House) -> None:
    first = mailed(house, "Thermostat", ORDER)
    answers(house, first, "I am looking into LK-20114.")
    second = mailed(house, "LK-20114", "LK-20114: it is getting worse")
    conversation = by_ticket(house, second)
    assert tickets_of(house, conversation.id) == [first, second]
    assert conversation.owner.kind is OwnerKind.AGENT
    assert any("it is getting worse" in note for note in house.helpdesk.comments(first, public=False))
    assert house.messenger.sent == []


def test_an_agent_who_answers_on_the_second_ticket_works_there_from_then_on(house: House) -> None:
    first = mailed(house, "Thermostat", ORDER)
    answers(house, first, "I am looking into LK-20114.")
    second = mailed(house, "LK-20114", "LK-20114: it is getting worse")
    answers(house, second, "I see it here too.")
    conversation = by_ticket(house, first)
    assert tickets_of(house, conversation.id) == [second, first]
    answers(house, second, "Solved.", status="solved")
    assert not by_ticket(house, first).open


def test_solving_a_further_ticket_is_no_word_on_the_matter(house: House) -> None:
    first = mailed(house, "Thermostat", ORDER)
    answers(house, first, "I am looking into LK-20114.")
    second = mailed(house, "LK-20114", "LK-20114: it is getting worse")
    house.helpdesk.tickets[second] = replace(house.helpdesk.tickets[second], status="solved")
    house.ticket(second)
    conversation = by_ticket(house, first)
    assert (conversation.open, conversation.owner.kind) == (True, OwnerKind.AGENT)


def test_who_answers_on_the_further_ticket_after_the_main_one_is_solved_is_heard(house: House) -> None:
    first = mailed(house, "Thermostat", f"{ORDER}. {RESET}")
    second = mailed(house, "Again", f"{ORDER}. {RESET}")
    answers(house, second, "Please hold the button.", status="solved")
    conversation = by_ticket(house, first)
    assert (tickets_of(house, conversation.id), conversation.open) == ([second, first], False)
    before = decisions(house)
    house.helpdesk.says(first, house.helpdesk.staff["user-emma"], f"That did not help. {RESET}")
    assert house.ticket(first) != "nothing_unanswered"
    assert decisions(house) == before + 1
    assert (tickets_of(house, conversation.id), by_ticket(house, first).open) == ([first, second], True)


def test_what_is_written_on_a_further_ticket_that_is_solved_too_opens_nothing(house: House) -> None:
    first = mailed(house, "Thermostat", f"{ORDER}. {RESET}")
    second = mailed(house, "Again", f"{ORDER}. {RESET}")
    answers(house, second, "Please hold the button.", status="solved")
    house.helpdesk.says(first, house.helpdesk.staff["user-emma"], "Thanks!", status="solved")
    assert house.ticket(first) == "nothing_unanswered"
    assert tickets_of(house, by_ticket(house, first).id) == [second, first]


def test_both_tickets_tell_of_each_other_once_however_often_they_are_read(house: House) -> None:
    first = mailed(house, "Thermostat", ORDER)
    second = mailed(house, "Again", f"{ORDER}. {RESET}")
    for _ in range(2):
        house.wait(seconds=1)
        house.ticket(second)
        house.ticket(first)
        house.drain()
    assert len([note for note in house.helpdesk.comments(first, public=False) if f"#{second}" in note]) == 1


def test_a_ticket_for_a_matter_that_began_by_text_becomes_its_ticket(house: House) -> None:
    texts(house, f"{ORDER}. {RESET}")
    ticket = mailed(house, "LK-20114", "The same by mail: LK-20114 is stuck")
    assert tickets_of(house, conversations(house)[0].id) == [ticket]
    assert len(conversations(house)) == 1


def test_every_message_of_a_customer_has_its_reason(house: House) -> None:
    for words in (RESET, "Which button?", "Thanks"):
        texts(house, words)
    with house.store.read() as unit:
        grounds = [join.ground for join in unit.threads.joins(conversations(house)[0].id)]
    assert grounds == [Ground.FIRST, Ground.TALKING, Ground.TALKING]
