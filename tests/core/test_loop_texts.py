"""Events of the loop from end to end: SMS and WhatsApp."""

from dataclasses import replace

import pytest

from core.model.conversation import ASSISTANT, Conversation, OwnerKind
from core.model.customer import Channel, IdentityKind, Purpose
from core.model.decision import Action
from core.model.event import EventKind
from core.model.ids import TicketId
from tests.core.container import Container
from tests.core.day import RESET, answers, conversations, decisions, emma, known, mails, texts, to_customer
from tests.core.people import EMMA_PHONE
from tests.core.samples import TEAM, incoming, payload_of


@pytest.fixture(autouse=True)
def _people(container: Container) -> None:
    known(container)


def test_a_text_is_answered_with_source_disclosure_and_a_way_to_a_person(container: Container) -> None:
    assert texts(container, RESET) == "automatic_reply"
    (reply,) = container.messenger.sent_to(EMMA_PHONE)
    for words in ("Hold the button for ten seconds.", "help.larkfield.example/reset", "virtual assistant", "person"):
        assert words in reply
    assert conversations(container)[0].owner == ASSISTANT
    (row,) = to_customer(container)
    assert (row.effect.authority.rule, payload_of(row.effect).ai_generated) == ("automatic_reply", True)


def test_the_person_who_mailed_is_recognised_when_she_texts(container: Container) -> None:
    ticket = mails(container, "My thermostat has gone quiet, how do I reset it?")
    texts(container, "Which button?")
    assert len(conversations(container)) == 1
    assert any("Which button?" in note for note in container.helpdesk.comments(ticket, public=False))
    assert len(container.messenger.sent) == 1


def test_two_texts_in_a_row_are_both_answered_though_the_first_reply_is_still_on_its_way(container: Container) -> None:
    container.text(RESET, sid="SM1")
    container.wait(seconds=1)
    container.accept(
        second := container.event(EventKind.MESSAGE_RECEIVED, "SM2", payload=incoming("And which button?"))
    )
    container.wait(seconds=1)
    container.drain()
    container.wait(seconds=1)
    assert container.loop.handle(second.id) == "automatic_reply"
    assert container.sense.heard[-1] == "and which button?"


def test_thanks_after_an_answer_end_it_nobody_takes_over_and_nothing_is_missing(container: Container) -> None:
    texts(container, RESET)
    assert texts(container, "Thanks, that worked") == "nothing_asked"
    assert len(container.messenger.sent_to(EMMA_PHONE)) == 1
    assert conversations(container)[0].owner == ASSISTANT
    with container.store.read() as unit:
        *_, (_, last) = unit.decisions.since(0)
        assert unit.gaps.since(None) == []
    assert (last.disposition.action, last.handoff, last.gap) == (Action.SILENT, None, None)


def test_who_asks_for_a_person_gets_one_with_a_notice_a_card_and_an_alert(container: Container) -> None:
    ticket = mails(container)
    assert texts(container, "I want to talk to a person") == "trigger:human_request"
    (notice,) = container.messenger.sent_to(EMMA_PHONE)
    assert "Customer care" in notice
    assert "30 minutes" in notice
    update = next(w for w in container.helpdesk.writes if "group_id" in w.changes)
    assert (update.ticket_id, update.changes["group_id"]) == (ticket, "group-Customer care")
    assert "I want to talk to a person" in update.changes["note"]
    (alert,) = container.desk.posted_to("#alerts")
    assert "Emma Clarke" in alert
    assert conversations(container)[0].owner.kind is OwnerKind.TEAM


def test_after_the_handoff_the_assistant_is_silent_and_the_agent_sees_every_text(container: Container) -> None:
    ticket = mails(container)
    texts(container, "I want to talk to a person")
    said = len(container.messenger.sent)
    for words in (RESET, "Hello???!!!", "I want a person, now"):
        assert texts(container, words) == "owned_by_person"
    assert len(container.messenger.sent) == said
    notes = "\n".join(container.helpdesk.comments(ticket, public=False))
    for words in (RESET, "Hello???!!!", "I want a person, now"):
        assert words in notes
    assert len(container.desk.posted_to("#alerts")) == 1


def test_the_agents_answer_reaches_the_phone_and_is_not_repeated(container: Container) -> None:
    ticket = mails(container)
    texts(container, "I want to talk to a person")
    answers(container, ticket, "Hello Emma, Maria here.")
    assert container.messenger.sent_to(EMMA_PHONE)[-1] == "Hello Emma, Maria here."
    said = len(container.messenger.sent)
    container.happens(container.event(EventKind.TICKET_CHANGED, ticket, "again"))
    container.drain()
    assert len(container.messenger.sent) == said
    assert texts(container, RESET) == "owned_by_person"


def test_an_agent_who_solves_gives_the_conversation_back_to_the_assistant(container: Container) -> None:
    ticket = mails(container)
    texts(container, "I want to talk to a person")
    answers(container, ticket, "Solved for you.", status="solved")
    assert conversations(container)[0].owner == ASSISTANT
    assert texts(container, RESET) == "automatic_reply"


def test_a_handoff_on_a_solved_ticket_opens_it_and_stays_with_the_team(container: Container) -> None:
    ticket = mails(container)
    answers(container, ticket, "Solved for you.", status="solved")
    container.text("I want to talk to a person")
    container.ticket(ticket)  # the helpdesk still says solved: our change has not reached it
    container.drain()
    assert conversations(container)[0].owner.kind is OwnerKind.TEAM
    assert container.helpdesk.tickets[ticket].status == "open"
    assert conversations(container)[0].open  # the helpdesk tells us of no change of our own
    container.ticket(ticket)
    assert conversations(container)[0].owner.kind is OwnerKind.TEAM


def test_an_unknown_texter_who_needs_a_person_gets_a_ticket_of_her_own(container: Container) -> None:
    unknown = "+447700900999"
    assert texts(container, "I want to talk to a person", phone=unknown) == "trigger:human_request"
    ticket = container.helpdesk.tickets["900"]
    assert container.helpdesk.staff[ticket.requester_id].phone == unknown
    with container.store.read() as unit:
        conversation = unit.conversations.by_ticket(ticket.id)
    assert conversation is not None
    assert conversation.owner.name == "Customer care"
    assert any(w.changes.get("group_id") == "group-Customer care" for w in container.helpdesk.writes)
    container.ticket("900")
    assert decisions(container) == 1
    with container.store.read() as unit:
        customer = unit.customers.get(conversation.customer_id)
    assert customer is not None
    assert customer.current(IdentityKind.HELPDESK) == ticket.requester_id


def test_a_ticket_event_that_overtakes_the_link_waits_for_it(container: Container) -> None:
    container.text("I want to talk to a person", phone="+447700900999")
    receipt = container.helpdesk.open_ticket(
        subject="x", text="x", requester_id=None, name="x", phone="+447700900999", key=ticket_key(container)
    )
    early = container.event(EventKind.TICKET_CHANGED, receipt.ref)
    assert container.happens(early) == "later"
    container.drain()
    container.wait(seconds=2)
    assert container.loop.handle(early.id) == "nothing_unanswered"
    assert (list(container.helpdesk.tickets), decisions(container)) == (["900"], 1)
    assert len(conversations(container, "+447700900999")) == 1


def ticket_key(container: Container) -> str:
    """The key under which the waiting ticket will be opened."""
    rows = [container.row(name) for name, _ in container.publisher.effects]
    return next(row.effect.key for row in rows if row.effect.kind == "ticket_create")


def test_an_angry_text_and_one_that_no_article_answers_go_to_a_person(container: Container) -> None:
    assert texts(container, f"{RESET} !!!") == "upset"
    assert texts(container, "Where is my parcel", phone="+447700900998") == "no_source"


def test_a_stop_is_silent_and_withdraws_consent_everywhere(container: Container) -> None:
    container.happens(container.event(EventKind.CUSTOMER_CHANGED, "user-emma"))
    assert emma(container).has_consented(Channel.SMS, Purpose.SERVICE)
    assert texts(container, "STOP") == "opted_out"
    assert container.messenger.sent == []
    assert not any(emma(container).has_consented(channel, purpose) for channel in Channel for purpose in Purpose)
    container.happens(container.event(EventKind.CUSTOMER_CHANGED, "user-emma", "again"))
    assert not emma(container).has_consented(Channel.SMS, Purpose.SERVICE)


def test_an_out_of_office_note_is_not_answered(container: Container) -> None:
    assert texts(container, "I am out of office.") == "automatic_mail"
    assert container.messenger.sent == []


def test_a_note_an_opt_out_or_thanks_does_not_silence_what_is_written_later(container: Container) -> None:
    for before in ("I am out of office.", "stop", RESET, "Thanks"):
        texts(container, before)
        container.messenger.sent.clear()
    assert texts(container, RESET) == "automatic_reply"
    assert container.sense.heard[-1] == RESET.casefold()
    assert len(container.messenger.sent) == 1


def test_an_opt_out_in_a_question_goes_to_a_person_and_withdraws_nothing(container: Container) -> None:
    container.happens(container.event(EventKind.CUSTOMER_CHANGED, "user-emma"))
    assert texts(container, "Please stop calling, mail me. Where is my parcel?") == "no_source"
    assert container.messenger.sent == []
    assert emma(container).has_consented(Channel.SMS, Purpose.SERVICE)
    assert len(container.helpdesk.tickets) == 1


def test_an_agent_who_escalates_while_the_assistant_thinks_is_not_talked_over(container: Container) -> None:
    texts(container, RESET)

    def escalate() -> None:
        with container.store.begin() as unit:
            one = unit.conversations.get(conversations(container)[0].id)
            assert one is not None
            unit.conversations.save(taken(one))

    container.answer.meanwhile = escalate
    assert container.text("Which button?", sid="SM2") == "later"
    container.drain()
    assert len(container.messenger.sent) == 1
    container.wait(seconds=2)
    again = container.event(EventKind.MESSAGE_RECEIVED, "SM2")
    assert container.loop.handle(again.id) == "owned_by_person"


def taken(conversation: Conversation) -> Conversation:
    return replace(conversation, owner=TEAM, ticket_id=TicketId("100"))
