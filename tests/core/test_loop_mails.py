"""Events of the loop from end to end: mails, and what agents write."""

import threading

import pytest

from core.loop import STEPS
from core.model.decision import Action
from core.model.event import EventKind
from tests.core.container import Container
from tests.core.day import RESET, answers, conversations, decisions, known, latest, mails, to_customer
from tests.core.rules import policy


@pytest.fixture(autouse=True)
def _people(container: Container) -> None:
    known(container)


def test_every_kind_of_event_has_its_step() -> None:
    assert set(STEPS) == set(EventKind)


def test_a_mail_becomes_a_suggestion_for_the_agent_and_nothing_else(container: Container) -> None:
    ticket = mails(container)
    decision = latest(container)
    assert (decision.disposition.action, decision.disposition.rule) == (Action.SUGGEST, "suggest")
    assert decision.draft is not None
    assert set(decision.timings) == {"sense", "procedure", "answer", "coordinate"}
    assert decision.policy_version == policy().version
    assert to_customer(container) == []
    assert [w.changes for w in container.helpdesk.writes if w.ticket_id == ticket] == [{"add_tags": ["hr_suggested"]}]


def test_a_mail_that_no_article_answers_is_handed_over_without_a_word_to_the_customer(container: Container) -> None:
    ticket = mails(container, "Do you sponsor football clubs?")
    assert (latest(container).disposition.rule, latest(container).draft) == ("no_source", None)
    assert container.helpdesk.writes[0].changes["group_id"] == "group-Customer care"
    assert "Do you sponsor" in container.helpdesk.comments(ticket, public=False)[0]
    assert to_customer(container) == []


def test_the_same_delivery_twice_is_one_event(container: Container) -> None:
    ticket = container.helpdesk.writes_in(container.helpdesk.staff["user-emma"], "Thermostat", RESET)
    event = container.event(EventKind.TICKET_CHANGED, ticket, "delivery-1")
    assert container.happens(event) == "suggest"
    assert not container.accept(event)
    assert container.loop.handle(event.id) == "not_ours"
    assert decisions(container) == 1


def test_two_deliveries_about_one_change_are_one_decision(container: Container) -> None:
    ticket = mails(container)
    writes = len(container.helpdesk.writes)
    container.happens(container.event(EventKind.TICKET_CHANGED, ticket, "again"))
    container.drain()
    assert (decisions(container), len(container.helpdesk.writes)) == (1, writes)


def test_of_eight_workers_with_one_event_one_takes_it(container: Container) -> None:
    ticket = container.helpdesk.writes_in(container.helpdesk.staff["user-emma"], "Thermostat", RESET)
    event = container.event(EventKind.TICKET_CHANGED, ticket)
    container.accept(event)
    results: list[str] = []
    workers = [threading.Thread(target=lambda: results.append(container.loop.handle(event.id))) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(results) == ["not_ours"] * 7 + ["suggest"]


def test_of_two_events_about_one_message_at_once_one_decides(container: Container) -> None:
    ticket = container.helpdesk.writes_in(container.helpdesk.staff["user-emma"], "Thermostat", RESET)
    events = [container.event(EventKind.TICKET_CHANGED, ticket, f"d{n}") for n in range(4)]
    for event in events:
        container.accept(event)
    workers = [threading.Thread(target=container.loop.handle, args=(event.id,)) for event in events]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    container.drain()
    assert decisions(container) == 1
    assert len([w for w in container.helpdesk.writes if "add_tags" in w.changes]) == 1


def test_an_agents_answer_is_measured_and_takes_the_conversation(container: Container) -> None:
    ticket = mails(container)
    draft = latest(container).draft
    assert draft is not None
    assert answers(container, ticket, draft.body) == "nothing_unanswered"
    with container.store.read() as unit:
        assert unit.decisions.draft_state(draft.id) == "used"
        assert [kind for kind, _ in unit.decisions.feedback(draft.id)] == ["used"]
    assert conversations(container)[0].owner.name == "Maria Lopez"
    assert container.messenger.sent == []
