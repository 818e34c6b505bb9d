"""Whose conversation it is, from end to end: taken, in flight, given back, solved and opened again."""

from dataclasses import replace

import pytest

from core.errors import TransientError
from core.model.conversation import ASSISTANT, NOBODY
from core.model.decision import Handoff
from core.model.draft import DraftState
from core.model.event import EventKind
from core.model.outbound import EffectState
from tests.core.container import Container
from tests.core.day import RESET, answers, conversations, gives_back, known, latest, mails, texts, to_customer
from tests.core.people import EMMA_PHONE
from tests.core.samples import incoming


@pytest.fixture(autouse=True)
def _people(container: Container) -> None:
    known(container)


def states(container: Container) -> list[EffectState]:
    return [row.state for row in to_customer(container)]


def card_of(container: Container) -> Handoff:
    card = latest(container).handoff
    assert card is not None
    return card


# ---------------------------------------------------------------- a person takes it


def test_a_reply_that_is_still_waiting_is_withdrawn_with_the_agents_comment(container: Container) -> None:
    ticket = mails(container)
    container.text(RESET)  # decided and published, not yet delivered
    container.wait(seconds=1)
    container.helpdesk.says(ticket, container.helpdesk.staff["agent-maria"], "Maria here.")
    container.ticket(ticket)
    container.drain()
    assert EffectState.REFUSED in states(container)
    assert container.messenger.sent_to(EMMA_PHONE) == ["Maria here."]


def test_a_reply_that_failed_once_is_not_tried_again_after_an_agents_comment(container: Container) -> None:
    ticket = mails(container)
    container.messenger.fail(TransientError("busy"))
    container.text(RESET)
    container.drain()  # claimed, refused by the vendor, to be tried again
    container.wait(seconds=1)
    answers(container, ticket, "Maria here.")
    container.wait(minutes=10)
    container.drain()
    assert container.messenger.sent_to(EMMA_PHONE) == ["Maria here."]


def test_an_agent_who_comments_while_the_assistant_thinks_is_not_talked_over(container: Container) -> None:
    ticket = mails(container)

    def comment() -> None:
        container.wait(seconds=1)
        container.helpdesk.says(ticket, container.helpdesk.staff["agent-maria"], "Maria here.")
        container.ticket(ticket)

    container.answer.meanwhile = comment
    assert container.text(RESET, sid="SM1") == "later"
    container.drain()
    assert not [row for row in to_customer(container) if row.effect.authority.rule == "automatic_reply"]
    container.wait(seconds=2)
    again = container.event(EventKind.MESSAGE_RECEIVED, "SM1", payload=incoming(RESET))
    assert container.loop.handle(again.id) == "owned_by_person"
    assert container.messenger.sent_to(EMMA_PHONE) == ["Maria here."]


def test_an_agent_who_answers_and_solves_in_one_go_while_the_assistant_thinks_is_not_talked_over(
    container: Container,
) -> None:
    """Owner and state are afterwards what they were: only the version tells that a person was there."""
    ticket = mails(container)
    answers(container, ticket, "Solved for you.", status="solved")
    before = conversations(container)[0]

    def comment() -> None:
        container.helpdesk.says(ticket, container.helpdesk.staff["agent-maria"], "One more thing.", status="solved")
        container.ticket(ticket)

    container.answer.meanwhile = comment
    assert container.text(RESET, sid="SM1") == "later"
    after = conversations(container)[0]
    assert (before.owner, after.owner) == (ASSISTANT, ASSISTANT)
    assert not [row for row in to_customer(container) if row.effect.authority.rule == "automatic_reply"]


def test_the_conversation_tells_since_when_and_from_which_team_a_person_has_it(container: Container) -> None:
    ticket = mails(container)
    texts(container, "I want to talk to a person")
    answers(container, ticket, "Maria here.")
    one = conversations(container)[0]
    assert (one.owner.name, one.owner_group) == ("Maria Lopez", "Customer care")
    assert one.owner_since is not None


def test_an_explicit_give_back_is_the_agents_word_and_in_the_ledger(container: Container) -> None:
    ticket = mails(container)
    answers(container, ticket, "Maria here.")
    assert texts(container, RESET) == "owned_by_person"
    gives_back(container, ticket)
    assert conversations(container)[0].owner == ASSISTANT
    assert texts(container, "Which button?") == "automatic_reply"


def test_who_waits_when_an_agent_gives_back_is_answered_then_and_once(container: Container) -> None:
    ticket = mails(container)
    answers(container, ticket, "Maria here.")
    assert texts(container, RESET) == "owned_by_person"
    gives_back(container, ticket)
    (event,) = container.publisher.events[-1:]
    assert container.loop.handle(event) == "automatic_reply"
    container.drain()
    assert len(container.messenger.sent_to(EMMA_PHONE)) == 1
    assert container.ticket(ticket) == "nothing_unanswered"
    assert container.loop.handle(event) == "not_ours"


def test_a_second_turn_for_the_same_event_is_not_decided_again(container: Container) -> None:
    ticket = mails(container)
    answers(container, ticket, "Maria here.")
    texts(container, "Hm, the light is blue")
    gives_back(container, ticket)
    name = container.publisher.events[-1]
    assert container.loop.handle(name) == "no_source"
    event = container.event(EventKind.TICKET_CHANGED, ticket, "later")
    assert container.happens(event) == "own_event"


def test_giving_back_where_nobody_waits_asks_for_nothing(container: Container) -> None:
    ticket = mails(container)
    answers(container, ticket, "Maria here.")
    before = list(container.publisher.events)
    gives_back(container, ticket)
    assert container.publisher.events == before


# ---------------------------------------------------------------- solved, and opened again


def test_solving_withdraws_what_was_proposed_and_what_still_waited(container: Container) -> None:
    ticket = mails(container)
    offered = latest(container).draft
    assert offered is not None
    container.text(RESET)
    container.helpdesk.becomes(ticket, "solved")
    container.ticket(ticket)
    container.drain()
    assert container.messenger.sent == []
    with container.store.read() as unit:
        assert unit.decisions.draft_state(offered.id) is DraftState.WITHDRAWN
        assert unit.decisions.open_drafts(conversations(container)[0].id) == []


def test_the_draft_that_an_agent_solves_with_is_still_compared_with_the_answer(container: Container) -> None:
    ticket = mails(container)
    draft = latest(container).draft
    assert draft is not None
    answers(container, ticket, draft.body, status="solved")
    with container.store.read() as unit:
        assert unit.decisions.draft_state(draft.id) is DraftState.USED


def test_a_reopened_ticket_starts_with_a_fresh_read(container: Container) -> None:
    """Neither draft nor mood nor count of answers of the solved matter is gone on with."""
    ticket = mails(container)
    for words in (RESET, "Which button?", "And the other button?"):
        assert texts(container, words) == "automatic_reply"
    assert texts(container, "Which button!!!") == "upset"
    assert len(card_of(container).sentiment_trend) == 2
    answers(container, ticket, "It is fixed.", status="solved")
    solved_at = conversations(container)[0].solved_at
    assert solved_at is not None
    container.helpdesk.says(ticket, container.helpdesk.staff["user-emma"], "I want to talk to a person", status="open")
    container.ticket(ticket)
    card = card_of(container)
    assert len(card.sentiment_trend) == 1
    assert card.tried == ()
    assert "I want to talk to a person" in card.wants


def test_after_solving_the_assistant_has_its_turns_again(container: Container) -> None:
    ticket = mails(container)
    for words in (RESET, "Which button?", "And the other button?"):
        texts(container, words)
    assert texts(container, "And the third button?") == "max_turns"
    answers(container, ticket, "It is fixed.", status="solved")
    assert texts(container, RESET) == "automatic_reply"


def test_a_ticket_that_is_solved_and_stays_so_is_solved_once(container: Container) -> None:
    ticket = mails(container)
    answers(container, ticket, "It is fixed.", status="solved")
    solved_at = conversations(container)[0].solved_at
    container.wait(hours=1)
    container.happens(container.event(EventKind.TICKET_CHANGED, ticket, "a tag was added"))
    assert conversations(container)[0].solved_at == solved_at


def test_without_the_policys_word_solving_gives_nothing_back(container: Container) -> None:
    container.context = replace(container.context, policy=replace(container.policy, hand_back_on_solve=False))
    container.loop = container._loop()
    ticket = mails(container)
    answers(container, ticket, "It is fixed.", status="solved")
    one = conversations(container)[0]
    assert (one.owner.name, one.open) == ("Maria Lopez", False)
    assert one.owner != NOBODY
