"""Whose conversation it is, from end to end: taken, in flight, given back, solved and opened again."""

from dataclasses import replace

import pytest

from core.errors import TransientError
from core.execute.agent import AgentActions
from core.model.conversation import ASSISTANT, NOBODY
from core.model.decision import Handoff
from core.model.draft import DraftState
from core.model.event import EventKind
from core.model.ids import TicketId
from core.model.outbound import EffectState
from tests.core.day import RESET, answers, conversations, incoming, known, latest, mails, texts, to_customer
from tests.core.house import House
from tests.core.people import EMMA_PHONE


@pytest.fixture(autouse=True)
def _people(house: House) -> None:
    known(house)


def states(house: House) -> list[EffectState]:
    return [row.state for row in to_customer(house)]


def card_of(house: House) -> Handoff:
    card = latest(house).handoff
    assert card is not None
    return card


# ---------------------------------------------------------------- a person takes it


def test_a_reply_that_is_still_waiting_is_withdrawn_with_the_agents_comment(house: House) -> None:
    ticket = mails(house)
    house.text(RESET)  # decided and published, not yet delivered
    house.wait(seconds=1)
    house.helpdesk.says(ticket, house.helpdesk.staff["agent-maria"], "Maria here.")
    house.ticket(ticket)
    house.drain()
    assert EffectState.REFUSED in states(house)
    assert house.messenger.sent_to(EMMA_PHONE) == ["Maria here."]


def test_a_reply_that_failed_once_is_not_tried_again_after_an_agents_comment(house: House) -> None:
    ticket = mails(house)
    house.messenger.fail(TransientError("busy"))
    house.text(RESET)
    house.drain()  # claimed, refused by the vendor, to be tried again
    house.wait(seconds=1)
    answers(house, ticket, "Maria here.")
    house.wait(minutes=10)
    house.drain()
    assert house.messenger.sent_to(EMMA_PHONE) == ["Maria here."]


def test_an_agent_who_comments_while_the_assistant_thinks_is_not_talked_over(house: House) -> None:
    ticket = mails(house)

    def comment() -> None:
        house.wait(seconds=1)
        house.helpdesk.says(ticket, house.helpdesk.staff["agent-maria"], "Maria here.")
        house.ticket(ticket)

    house.answer.meanwhile = comment
    assert house.text(RESET, sid="SM1") == "later"
    house.drain()
    assert not [row for row in to_customer(house) if row.effect.authority.rule == "automatic_reply"]
    house.wait(seconds=2)
    again = house.event(EventKind.MESSAGE_RECEIVED, "SM1", payload=incoming(RESET))
    assert house.loop.handle(again.id) == "owned_by_person"
    assert house.messenger.sent_to(EMMA_PHONE) == ["Maria here."]


def test_an_agent_who_answers_and_solves_in_one_go_while_the_assistant_thinks_is_not_talked_over(house: House) -> None:
    """Owner and state are afterwards what they were: only the version tells that a person was there."""
    ticket = mails(house)
    answers(house, ticket, "Solved for you.", status="solved")
    before = conversations(house)[0]

    def comment() -> None:
        house.helpdesk.says(ticket, house.helpdesk.staff["agent-maria"], "One more thing.", status="solved")
        house.ticket(ticket)

    house.answer.meanwhile = comment
    assert house.text(RESET, sid="SM1") == "later"
    after = conversations(house)[0]
    assert (before.owner, after.owner) == (ASSISTANT, ASSISTANT)
    assert not [row for row in to_customer(house) if row.effect.authority.rule == "automatic_reply"]


def test_the_conversation_tells_since_when_and_from_which_team_a_person_has_it(house: House) -> None:
    ticket = mails(house)
    texts(house, "I want to talk to a person")
    answers(house, ticket, "Maria here.")
    one = conversations(house)[0]
    assert (one.owner.name, one.owner_group) == ("Maria Lopez", "Customer care")
    assert one.owner_since is not None


def test_an_explicit_give_back_is_the_agents_word_and_in_the_ledger(house: House) -> None:
    ticket = mails(house)
    answers(house, ticket, "Maria here.")
    assert texts(house, RESET) == "owned_by_person"
    actions = AgentActions(store=house.store, publisher=house.publisher, policy=house.policy)
    actions.hand_back(TicketId(ticket), "", "Maria Lopez", house.clock())
    assert conversations(house)[0].owner == ASSISTANT
    assert texts(house, "Which button?") == "automatic_reply"


def test_who_waits_when_an_agent_gives_back_is_answered_then_and_once(house: House) -> None:
    ticket = mails(house)
    answers(house, ticket, "Maria here.")
    assert texts(house, RESET) == "owned_by_person"
    actions = AgentActions(store=house.store, publisher=house.publisher, policy=house.policy)
    actions.hand_back(TicketId(ticket), "", "Maria Lopez", house.clock())
    (event,) = house.publisher.events[-1:]
    assert house.loop.handle(event) == "automatic_reply"
    house.drain()
    assert len(house.messenger.sent_to(EMMA_PHONE)) == 1
    assert house.ticket(ticket) == "nothing_unanswered"
    assert house.loop.handle(event) == "not_ours"


def test_a_second_turn_for_the_same_event_is_not_decided_again(house: House) -> None:
    ticket = mails(house)
    answers(house, ticket, "Maria here.")
    texts(house, "Hm, the light is blue")
    actions = AgentActions(store=house.store, publisher=house.publisher, policy=house.policy)
    actions.hand_back(TicketId(ticket), "", "Maria Lopez", house.clock())
    name = house.publisher.events[-1]
    assert house.loop.handle(name) == "no_source"
    event = house.event(EventKind.TICKET_CHANGED, ticket, "later")
    assert house.happens(event) == "own_event"


def test_giving_back_where_nobody_waits_asks_for_nothing(house: House) -> None:
    ticket = mails(house)
    answers(house, ticket, "Maria here.")
    before = list(house.publisher.events)
    actions = AgentActions(store=house.store, publisher=house.publisher, policy=house.policy)
    actions.hand_back(TicketId(ticket), "", "Maria Lopez", house.clock())
    assert house.publisher.events == before


# ---------------------------------------------------------------- solved, and opened again


def test_solving_withdraws_what_was_proposed_and_what_still_waited(house: House) -> None:
    ticket = mails(house)
    offered = latest(house).draft
    assert offered is not None
    house.text(RESET)
    house.helpdesk.becomes(ticket, "solved")
    house.ticket(ticket)
    house.drain()
    assert house.messenger.sent == []
    with house.store.read() as unit:
        assert unit.decisions.draft_state(offered.id) is DraftState.WITHDRAWN
        assert unit.decisions.open_draft(conversations(house)[0].id) is None


def test_the_draft_that_an_agent_solves_with_is_still_compared_with_the_answer(house: House) -> None:
    ticket = mails(house)
    draft = latest(house).draft
    assert draft is not None
    answers(house, ticket, draft.body, status="solved")
    with house.store.read() as unit:
        assert unit.decisions.draft_state(draft.id) is DraftState.USED


def test_a_reopened_ticket_starts_with_a_fresh_read(house: House) -> None:
    """Neither draft nor mood nor count of answers of the solved matter is gone on with."""
    ticket = mails(house)
    for words in (RESET, "Which button?", "And the other button?"):
        assert texts(house, words) == "automatic_reply"
    assert texts(house, "Which button!!!") == "upset"
    assert len(card_of(house).sentiment_trend) == 2
    answers(house, ticket, "It is fixed.", status="solved")
    solved_at = conversations(house)[0].solved_at
    assert solved_at is not None
    house.helpdesk.says(ticket, house.helpdesk.staff["user-emma"], "I want to talk to a person", status="open")
    house.ticket(ticket)
    card = card_of(house)
    assert len(card.sentiment_trend) == 1
    assert card.tried == ()
    assert "I want to talk to a person" in card.wants


def test_after_solving_the_assistant_has_its_turns_again(house: House) -> None:
    ticket = mails(house)
    for words in (RESET, "Which button?", "And the other button?"):
        texts(house, words)
    assert texts(house, "And the third button?") == "max_turns"
    answers(house, ticket, "It is fixed.", status="solved")
    assert texts(house, RESET) == "automatic_reply"


def test_a_ticket_that_is_solved_and_stays_so_is_solved_once(house: House) -> None:
    ticket = mails(house)
    answers(house, ticket, "It is fixed.", status="solved")
    solved_at = conversations(house)[0].solved_at
    house.wait(hours=1)
    house.happens(house.event(EventKind.TICKET_CHANGED, ticket, "a tag was added"))
    assert conversations(house)[0].solved_at == solved_at


def test_without_the_policys_word_solving_gives_nothing_back(house: House) -> None:
    house.context = replace(house.context, policy=replace(house.policy, hand_back_on_solve=False))
    house.loop = house._loop()
    ticket = mails(house)
    answers(house, ticket, "It is fixed.", status="solved")
    one = conversations(house)[0]
    assert (one.owner.name, one.open) == ("Maria Lopez", False)
    assert one.owner != NOBODY
