"""Messages that did not arrive, from end to end: once more, back to the agent, or to the supervisors."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import ConfigurationError, RejectedError, UnknownOutcome
from core.execute.failures import failure_of
from core.govern.gate import Gate
from core.model.customer import Channel
from core.model.event import EventKind
from core.model.ids import TicketId
from core.model.outbound import AGAIN_OF
from tests.core.day import RESET, answers, conversations, known, mails, texts, to_customer
from tests.core.house import House
from tests.core.people import EMMA_PHONE

PERSON = "I want to talk to a person"


@pytest.fixture(autouse=True)
def _known(house: House) -> None:
    known(house)


def said_to(house: House) -> list[str]:
    return house.messenger.sent_to(EMMA_PHONE)


def on_phone(house: House) -> str:
    ticket = mails(house)
    texts(house, PERSON)
    return ticket


def status(house: House, name: str, error: str = "") -> None:
    sid = house.messenger.sent[-1].sid
    house.happens(house.event(EventKind.MESSAGE_STATUS, sid, f"{sid}:{name}", payload={"status": name, "error": error}))
    with house.store.begin() as unit:
        due = unit.outbox.due(house.clock() + timedelta(minutes=1), 50)
    for effect in due:
        house.publisher.effect(effect)
    house.drain()


def delivery_of_comment(house: House) -> str | None:
    with house.store.read() as unit:
        lines = unit.conversations.messages(conversations(house)[0].id)
    return next(m.delivery for m in reversed(lines) if m.role == "agent")


def test_the_agents_comment_shows_how_far_it_got_on_the_phone(house: House) -> None:
    ticket = on_phone(house)
    answers(house, ticket, "Here is your answer.")
    assert delivery_of_comment(house) == "sent"
    status(house, "delivered")
    assert delivery_of_comment(house) == "delivered"


def test_a_reply_that_did_not_arrive_comes_back_once_with_what_to_do_and_opens_the_ticket(house: House) -> None:
    ticket = on_phone(house)
    answers(house, ticket, "Here is your answer.", status="solved")
    status(house, "undelivered", "30005")
    status(house, "failed", "30005")
    told = [write for write in house.helpdesk.writes if "Not delivered" in str(write.changes.get("note", ""))]
    assert len(told) == 1
    note = told[0].changes["note"]
    assert f"The reply of Maria Lopez by SMS to {EMMA_PHONE} did not arrive." in note
    assert "(error 30005)" in note
    assert "What to do:" in note
    assert "“Here is your answer.”" in note
    assert told[0].changes["status"] == "open"
    assert delivery_of_comment(house) in ("undelivered", "failed")


@pytest.mark.parametrize("code", ["30005", "63024", "99999", ""])
def test_what_is_on_no_ticket_and_somebody_waits_for_goes_to_the_supervisors_once(house: House, code: str) -> None:
    texts(house, RESET)
    status(house, "undelivered", code)
    status(house, "failed", code)
    assert house.helpdesk.writes == []
    assert conversations(house)[0].channel is Channel.SMS
    (alert,) = house.desk.posted_to("#alerts")
    assert f"A message to {EMMA_PHONE} did not arrive" in alert
    assert failure_of(code).meaning in alert


def test_whoever_opted_out_waits_for_nothing(house: House) -> None:
    texts(house, RESET)
    status(house, "undelivered", "21610")
    assert house.desk.posts == []


def test_an_answer_that_fails_twice_and_is_on_no_ticket_goes_to_the_supervisors(house: House) -> None:
    texts(house, RESET)
    status(house, "undelivered", "30008")
    assert house.desk.posts == []
    house.wait(minutes=11)
    status(house, "undelivered", "30008")
    house.wait(minutes=11)
    status(house, "undelivered", "30008")
    assert len(house.messenger.sent) == 2
    assert len(house.desk.posted_to("#alerts")) == 1


def undelivered_notes(house: House) -> list[str]:
    found = [str(write.changes.get("note", "")) for write in house.helpdesk.writes]
    return [note for note in found if note.startswith("Not delivered")]


def test_an_agents_reply_that_could_not_be_sent_is_told_on_the_ticket_too(house: House) -> None:
    ticket = on_phone(house)
    house.messenger.fail(ConfigurationError("30034"))
    before = len(house.desk.posts)
    answers(house, ticket, "Here is your answer.", status="solved")
    (note,) = undelivered_notes(house)
    assert "It could not be sent." in note
    assert "“Here is your answer.”" in note
    assert len(house.desk.posts) == before + 1


def test_of_an_agents_reply_without_a_trace_it_is_not_said_that_it_did_not_arrive(house: House) -> None:
    ticket = on_phone(house)
    house.messenger.fail(UnknownOutcome("no answer"))
    answers(house, ticket, "Here is your answer.")
    for seconds in (10, 20, 60):
        house.wait(seconds=seconds)
        house.drain()
    (note,) = undelivered_notes(house)
    assert "may not have arrived" in note


def test_an_agents_reply_that_the_policy_does_not_carry_is_told_on_the_ticket(house: House) -> None:
    ticket = on_phone(house)
    house.delivery = replace(house.delivery, gate=Gate(policy=replace(house.policy, standing=frozenset())))
    answers(house, ticket, "Here is your answer.")
    assert len(undelivered_notes(house)) == 1


LONG = " ".join(f"Sentence number {n} of this answer." for n in range(60))


def test_a_first_part_that_was_refused_and_goes_again_takes_the_others_along(house: House) -> None:
    ticket = on_phone(house)
    before = len(said_to(house))
    house.messenger.fail(RejectedError("outside the window", code="63016"))
    answers(house, ticket, LONG)
    parts = said_to(house)[before:]
    assert [part[:5] for part in parts] == ["(1/2)", "(2/2)"]
    assert " ".join(part[6:] for part in parts) == LONG
    assert [AGAIN_OF in row.effect.payload for row in to_customer(house)[-3:]] == [False, True, False]


def test_a_first_part_that_left_and_goes_again_does_not_take_the_others_along_twice(house: House) -> None:
    ticket = on_phone(house)
    before = len(said_to(house))
    answers(house, ticket, LONG)
    first = house.messenger.sent[before]
    payload = {"status": "undelivered", "error": "30008"}
    house.happens(house.event(EventKind.MESSAGE_STATUS, first.sid, "s1", payload=payload))
    house.wait(minutes=11)
    with house.store.begin() as unit:
        due = unit.outbox.due(house.clock(), 50)
    for effect in due:
        house.publisher.effect(effect)
    house.drain()
    assert [part[:5] for part in said_to(house)[before:]] == ["(1/2)", "(2/2)", "(1/2)"]
    again = house.messenger.sent[-1]
    house.happens(house.event(EventKind.MESSAGE_STATUS, again.sid, "s2", payload=payload))
    house.drain()
    (note,) = undelivered_notes(house)
    assert "parts after it" not in note


def test_a_refused_answer_that_goes_again_is_still_told_on_the_ticket(house: House) -> None:
    house.helpdesk.fail(RejectedError("no"))  # nothing of the ticket's own is refused here
    house.helpdesk._faults.clear()
    ticket = mails(house)
    house.messenger.fail(RejectedError("outside the window", code="63016"))
    texts(house, RESET)
    assert len(said_to(house)) == 1
    assert any("Hold the button" in note for note in house.helpdesk.comments(TicketId(ticket), public=False))
