"""Events of the loop from end to end: SMS and WhatsApp."""

from dataclasses import replace

import pytest

from core.model.conversation import ASSISTANT, Conversation, OwnerKind
from core.model.customer import Channel, IdentityKind, Purpose
from core.model.decision import Action
from core.model.event import EventKind
from core.model.ids import TicketId
from tests.core.day import RESET, answers, conversations, decisions, emma, incoming, known, mails, texts, to_customer
from tests.core.house import House
from tests.core.people import EMMA_PHONE
from tests.core.samples import TEAM


@pytest.fixture(autouse=True)
def _people(house: House) -> None:
    known(house)


def test_a_text_is_answered_with_source_disclosure_and_a_way_to_a_person(house: House) -> None:
    assert texts(house, RESET) == "automatic_reply"
    (reply,) = house.messenger.sent_to(EMMA_PHONE)
    for words in ("Hold the button for ten seconds.", "help.larkfield.example/reset", "virtual assistant", "person"):
        assert words in reply
    assert conversations(house)[0].owner == ASSISTANT
    (row,) = to_customer(house)
    assert (row.effect.authority.rule, row.effect.payload["ai_generated"]) == ("automatic_reply", True)


def test_the_person_who_mailed_is_recognised_when_she_texts(house: House) -> None:
    ticket = mails(house, "My thermostat has gone quiet, how do I reset it?")
    texts(house, "Which button?")
    assert len(conversations(house)) == 1
    assert any("Which button?" in note for note in house.helpdesk.comments(ticket, public=False))
    assert len(house.messenger.sent) == 1


def test_two_texts_in_a_row_are_both_answered_though_the_first_reply_is_still_on_its_way(house: House) -> None:
    house.text(RESET, sid="SM1")
    house.wait(seconds=1)
    house.accept(second := house.event(EventKind.MESSAGE_RECEIVED, "SM2", payload=incoming("And which button?")))
    house.wait(seconds=1)
    house.drain()
    house.wait(seconds=1)
    assert house.loop.handle(second.id) == "automatic_reply"
    assert house.sense.heard[-1] == "and which button?"


def test_thanks_after_an_answer_end_it_nobody_takes_over_and_nothing_is_missing(house: House) -> None:
    texts(house, RESET)
    assert texts(house, "Thanks, that worked") == "nothing_asked"
    assert len(house.messenger.sent_to(EMMA_PHONE)) == 1
    assert conversations(house)[0].owner == ASSISTANT
    with house.store.read() as unit:
        *_, (_, last) = unit.decisions.since(0)
        assert unit.gaps.since(None) == []
    assert (last.disposition.action, last.handoff, last.gap) == (Action.SILENT, None, None)


def test_who_asks_for_a_person_gets_one_with_a_notice_a_card_and_an_alert(house: House) -> None:
    ticket = mails(house)
    assert texts(house, "I want to talk to a person") == "trigger:human_request"
    (notice,) = house.messenger.sent_to(EMMA_PHONE)
    assert "Customer care" in notice
    assert "30 minutes" in notice
    update = next(w for w in house.helpdesk.writes if "group_id" in w.changes)
    assert (update.ticket_id, update.changes["group_id"]) == (ticket, "group-Customer care")
    assert "I want to talk to a person" in update.changes["note"]
    (alert,) = house.desk.posted_to("#alerts")
    assert "Emma Clarke" in alert
    assert conversations(house)[0].owner.kind is OwnerKind.TEAM


def test_after_the_handoff_the_assistant_is_silent_and_the_agent_sees_every_text(house: House) -> None:
    ticket = mails(house)
    texts(house, "I want to talk to a person")
    said = len(house.messenger.sent)
    for words in (RESET, "Hello???!!!", "I want a person, now"):
        assert texts(house, words) == "owned_by_person"
    assert len(house.messenger.sent) == said
    notes = "\n".join(house.helpdesk.comments(ticket, public=False))
    for words in (RESET, "Hello???!!!", "I want a person, now"):
        assert words in notes
    assert len(house.desk.posted_to("#alerts")) == 1


def test_the_agents_answer_reaches_the_phone_and_is_not_repeated(house: House) -> None:
    ticket = mails(house)
    texts(house, "I want to talk to a person")
    answers(house, ticket, "Hello Emma, Maria here.")
    assert house.messenger.sent_to(EMMA_PHONE)[-1] == "Hello Emma, Maria here."
    said = len(house.messenger.sent)
    house.happens(house.event(EventKind.TICKET_CHANGED, ticket, "again"))
    house.drain()
    assert len(house.messenger.sent) == said
    assert texts(house, RESET) == "owned_by_person"


def test_an_agent_who_solves_gives_the_conversation_back_to_the_assistant(house: House) -> None:
    ticket = mails(house)
    texts(house, "I want to talk to a person")
    answers(house, ticket, "Solved for you.", status="solved")
    assert conversations(house)[0].owner == ASSISTANT
    assert texts(house, RESET) == "automatic_reply"


def test_a_handoff_on_a_solved_ticket_opens_it_and_stays_with_the_team(house: House) -> None:
    ticket = mails(house)
    answers(house, ticket, "Solved for you.", status="solved")
    house.text("I want to talk to a person")
    house.ticket(ticket)  # the helpdesk still says solved: our change has not reached it
    house.drain()
    assert conversations(house)[0].owner.kind is OwnerKind.TEAM
    assert house.helpdesk.tickets[ticket].status == "open"
    house.ticket(ticket)
    assert conversations(house)[0].owner.kind is OwnerKind.TEAM


def test_an_unknown_texter_who_needs_a_person_gets_a_ticket_of_her_own(house: House) -> None:
    unknown = "+447700900999"
    assert texts(house, "I want to talk to a person", phone=unknown) == "trigger:human_request"
    ticket = house.helpdesk.tickets["900"]
    assert house.helpdesk.staff[ticket.requester_id].phone == unknown
    with house.store.read() as unit:
        conversation = unit.conversations.by_ticket(ticket.id)
    assert conversation is not None
    assert conversation.owner.name == "Customer care"
    assert any(w.changes.get("group_id") == "group-Customer care" for w in house.helpdesk.writes)
    house.ticket("900")
    assert decisions(house) == 1
    with house.store.read() as unit:
        customer = unit.customers.get(conversation.customer_id)
    assert customer is not None
    assert customer.current(IdentityKind.HELPDESK) == ticket.requester_id


def test_a_ticket_event_that_overtakes_the_link_waits_for_it(house: House) -> None:
    house.text("I want to talk to a person", phone="+447700900999")
    receipt = house.helpdesk.open_ticket(
        subject="x", text="x", requester_id=None, name="x", phone="+447700900999", key=ticket_key(house)
    )
    early = house.event(EventKind.TICKET_CHANGED, receipt.ref)
    assert house.happens(early) == "later"
    house.drain()
    house.wait(seconds=2)
    assert house.loop.handle(early.id) == "nothing_unanswered"
    assert (list(house.helpdesk.tickets), decisions(house)) == (["900"], 1)
    assert len(conversations(house, "+447700900999")) == 1


def ticket_key(house: House) -> str:
    """The key under which the waiting ticket will be opened."""
    rows = [house.row(name) for name, _ in house.publisher.effects]
    return next(row.effect.key for row in rows if row.effect.kind == "ticket_create")


def test_an_angry_text_and_one_that_no_article_answers_go_to_a_person(house: House) -> None:
    assert texts(house, f"{RESET} !!!") == "upset"
    assert texts(house, "Where is my parcel", phone="+447700900998") == "no_source"


def test_a_stop_is_silent_and_withdraws_consent_everywhere(house: House) -> None:
    house.happens(house.event(EventKind.CUSTOMER_CHANGED, "user-emma"))
    assert emma(house).consented(Channel.SMS, Purpose.SERVICE)
    assert texts(house, "STOP") == "opted_out"
    assert house.messenger.sent == []
    assert not any(emma(house).consented(channel, purpose) for channel in Channel for purpose in Purpose)
    house.happens(house.event(EventKind.CUSTOMER_CHANGED, "user-emma", "again"))
    assert not emma(house).consented(Channel.SMS, Purpose.SERVICE)


def test_an_out_of_office_note_is_not_answered(house: House) -> None:
    assert texts(house, "I am out of office.") == "automatic_mail"
    assert house.messenger.sent == []


def test_a_note_an_opt_out_or_thanks_does_not_silence_what_is_written_later(house: House) -> None:
    for before in ("I am out of office.", "stop", RESET, "Thanks"):
        texts(house, before)
        house.messenger.sent.clear()
    assert texts(house, RESET) == "automatic_reply"
    assert house.sense.heard[-1] == RESET.casefold()
    assert len(house.messenger.sent) == 1


def test_an_opt_out_in_a_question_goes_to_a_person_and_withdraws_nothing(house: House) -> None:
    house.happens(house.event(EventKind.CUSTOMER_CHANGED, "user-emma"))
    assert texts(house, "Please stop calling, mail me. Where is my parcel?") == "no_source"
    assert house.messenger.sent == []
    assert emma(house).consented(Channel.SMS, Purpose.SERVICE)
    assert len(house.helpdesk.tickets) == 1


def test_an_agent_who_escalates_while_the_assistant_thinks_is_not_talked_over(house: House) -> None:
    texts(house, RESET)

    def escalate() -> None:
        with house.store.begin() as unit:
            one = unit.conversations.get(conversations(house)[0].id)
            assert one is not None
            unit.conversations.save(taken(one))

    house.answer.meanwhile = escalate
    assert house.text("Which button?", sid="SM2") == "later"
    house.drain()
    assert len(house.messenger.sent) == 1
    house.wait(seconds=2)
    again = house.event(EventKind.MESSAGE_RECEIVED, "SM2")
    assert house.loop.handle(again.id) == "owned_by_person"


def taken(conversation: Conversation) -> Conversation:
    return replace(conversation, owner=TEAM, ticket_id=TicketId("100"))
