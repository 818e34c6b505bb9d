"""Messages that did not arrive, from end to end: once more, back to the agent, or to the supervisors."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import ConfigurationError, RejectedError, UnknownOutcome
from core.execute.failures import failure_of
from core.govern.gate import Gate
from core.model.customer import Channel
from core.model.event import EventKind
from core.model.event_payloads import MessageStatus
from core.model.ids import TicketId
from core.privacy.mask import hide
from tests.core.container import Container
from tests.core.day import RESET, answers, conversations, known, mails, texts, to_customer
from tests.core.people import EMMA_PHONE
from tests.core.samples import payload_of

PERSON = "I want to talk to a person"


@pytest.fixture(autouse=True)
def _known(container: Container) -> None:
    known(container)


def said_to(container: Container) -> list[str]:
    return container.messenger.sent_to(EMMA_PHONE)


def on_phone(container: Container) -> str:
    ticket = mails(container)
    texts(container, PERSON)
    return ticket


def status(container: Container, name: str, error: str = "") -> None:
    sid = container.messenger.sent[-1].sid
    container.happens(
        container.event(EventKind.MESSAGE_STATUS, sid, f"{sid}:{name}", payload=MessageStatus(status=name, error=error))
    )
    with container.store.begin() as unit:
        due = unit.outbox.due(container.clock() + timedelta(minutes=1), 50)
    for effect in due:
        container.publisher.effect(effect)
    container.drain()


def delivery_of_comment(container: Container) -> str | None:
    with container.store.read() as unit:
        lines = unit.conversations.messages(conversations(container)[0].id)
    return next(m.delivery for m in reversed(lines) if m.role == "agent")


def test_the_agents_comment_shows_how_far_it_got_on_the_phone(container: Container) -> None:
    ticket = on_phone(container)
    answers(container, ticket, "Here is your answer.")
    assert delivery_of_comment(container) == "sent"
    status(container, "delivered")
    assert delivery_of_comment(container) == "delivered"


def test_a_reply_that_did_not_arrive_comes_back_once_with_what_to_do_and_opens_the_ticket(container: Container) -> None:
    ticket = on_phone(container)
    answers(container, ticket, "Here is your answer.", status="solved")
    status(container, "undelivered", "30005")
    status(container, "failed", "30005")
    told = [write for write in container.helpdesk.writes if "Not delivered" in str(write.changes.get("note", ""))]
    assert len(told) == 1
    note = told[0].changes["note"]
    assert f"The reply of Maria Lopez by SMS to {EMMA_PHONE} did not arrive." in note
    assert "(error 30005)" in note
    assert "What to do:" in note
    assert "“Here is your answer.”" in note
    assert told[0].changes["status"] == "open"
    assert delivery_of_comment(container) in ("undelivered", "failed")


@pytest.mark.parametrize("code", ["30005", "63024", "99999", ""])
def test_what_is_on_no_ticket_and_somebody_waits_for_goes_to_the_supervisors_once(
    container: Container, code: str
) -> None:
    texts(container, RESET)
    status(container, "undelivered", code)
    status(container, "failed", code)
    assert container.helpdesk.writes == []
    assert conversations(container)[0].channel is Channel.SMS
    (alert,) = container.desk.posted_to("#alerts")
    assert f"A message to {hide(EMMA_PHONE)} did not arrive" in alert
    assert failure_of(code).meaning in alert


def test_whoever_opted_out_waits_for_nothing(container: Container) -> None:
    texts(container, RESET)
    status(container, "undelivered", "21610")
    assert container.desk.posts == []


def test_an_answer_that_fails_twice_and_is_on_no_ticket_goes_to_the_supervisors(container: Container) -> None:
    texts(container, RESET)
    status(container, "undelivered", "30008")
    assert container.desk.posts == []
    container.wait(minutes=11)
    status(container, "undelivered", "30008")
    container.wait(minutes=11)
    status(container, "undelivered", "30008")
    assert len(container.messenger.sent) == 2
    assert len(container.desk.posted_to("#alerts")) == 1


def undelivered_notes(container: Container) -> list[str]:
    found = [str(write.changes.get("note", "")) for write in container.helpdesk.writes]
    return [note for note in found if note.startswith("Not delivered")]


def test_an_agents_reply_that_could_not_be_sent_is_told_on_the_ticket_too(container: Container) -> None:
    ticket = on_phone(container)
    container.messenger.fail(ConfigurationError("30034"))
    before = len(container.desk.posts)
    answers(container, ticket, "Here is your answer.", status="solved")
    (note,) = undelivered_notes(container)
    assert "It could not be sent." in note
    assert "“Here is your answer.”" in note
    assert len(container.desk.posts) == before + 1


def test_of_an_agents_reply_without_a_trace_it_is_not_said_that_it_did_not_arrive(container: Container) -> None:
    ticket = on_phone(container)
    container.messenger.fail(UnknownOutcome("no answer"))
    answers(container, ticket, "Here is your answer.")
    for seconds in (10, 20, 60):
        container.wait(seconds=seconds)
        container.drain()
    (note,) = undelivered_notes(container)
    assert "may not have arrived" in note


def test_an_agents_reply_that_the_policy_does_not_carry_is_told_on_the_ticket(container: Container) -> None:
    ticket = on_phone(container)
    container.delivery = replace(container.delivery, gate=Gate(policy=replace(container.policy, standing=frozenset())))
    answers(container, ticket, "Here is your answer.")
    assert len(undelivered_notes(container)) == 1


LONG = " ".join(f"Sentence number {n} of this answer." for n in range(60))


def test_a_first_part_that_was_refused_and_goes_again_takes_the_others_along(container: Container) -> None:
    ticket = on_phone(container)
    before = len(said_to(container))
    container.messenger.fail(RejectedError("outside the window", code="63016"))
    answers(container, ticket, LONG)
    parts = said_to(container)[before:]
    assert [part[:5] for part in parts] == ["(1/2)", "(2/2)"]
    assert " ".join(part[6:] for part in parts) == LONG
    assert [payload_of(row.effect).again_of is not None for row in to_customer(container)[-3:]] == [False, True, False]


def test_a_first_part_that_left_and_goes_again_does_not_take_the_others_along_twice(container: Container) -> None:
    ticket = on_phone(container)
    before = len(said_to(container))
    answers(container, ticket, LONG)
    first = container.messenger.sent[before]
    payload = MessageStatus(status="undelivered", error="30008")
    container.happens(container.event(EventKind.MESSAGE_STATUS, first.sid, "s1", payload=payload))
    container.wait(minutes=11)
    with container.store.begin() as unit:
        due = unit.outbox.due(container.clock(), 50)
    for effect in due:
        container.publisher.effect(effect)
    container.drain()
    assert [part[:5] for part in said_to(container)[before:]] == ["(1/2)", "(2/2)", "(1/2)"]
    again = container.messenger.sent[-1]
    container.happens(container.event(EventKind.MESSAGE_STATUS, again.sid, "s2", payload=payload))
    container.drain()
    (note,) = undelivered_notes(container)
    assert "parts after it" not in note


def test_a_refused_answer_that_goes_again_is_still_told_on_the_ticket(container: Container) -> None:
    container.helpdesk.fail(RejectedError("no"))  # nothing of the ticket's own is refused here
    container.helpdesk._faults.clear()
    ticket = mails(container)
    container.messenger.fail(RejectedError("outside the window", code="63016"))
    texts(container, RESET)
    assert len(said_to(container)) == 1
    assert any("Hold the button" in note for note in container.helpdesk.comments(TicketId(ticket), public=False))
