"""Handing over and back, from end to end: honest times, a choice of channel, giving back, replies that come back."""

from dataclasses import replace

import pytest

from core.assist.agent_actions import AgentActions
from core.context.questions import questions_of
from core.errors import RejectedError
from core.model.conversation import ASSISTANT, Attachment, OwnerKind
from core.model.customer import Channel
from core.model.decision import Action
from core.model.effect_payloads import EffectKind
from core.model.event import EventKind
from core.model.ids import TicketId
from tests.core import rules
from tests.core.container import Container
from tests.core.day import (
    RESET,
    WATCH,
    answers,
    conversations,
    from_article,
    gives_back,
    keeps_article,
    known,
    latest,
    mails,
    says,
    texts,
    to_customer,
)
from tests.core.people import EMMA_PHONE
from tests.core.samples import event, payload_of

HOURS = {"zone": "Europe/London", "weekdays": ["09:00-17:30"]}
STANDING = [*rules.POLICY["standing"], "instruction"]
PERSON = "I want to talk to a person"


@pytest.fixture
def container(container: Container) -> Container:
    """A house whose care team goes home in the evening."""
    care = {"reply_within": "30 minutes", "hours": HOURS}
    changed = rules.policy(groups={"Customer care": care}, standing=STANDING)
    made = Container(container.store, changed)
    known(made)
    return made


def actions(container: Container) -> AgentActions:
    return AgentActions(store=container.store, publisher=container.publisher, policy=container.policy)


def said_to(container: Container) -> list[str]:
    return container.messenger.sent_to(EMMA_PHONE)


def notes(container: Container) -> str:
    return "\n".join(str(write.changes.get("note", "")) for write in container.helpdesk.writes)


def tags(container: Container) -> set[str]:
    return {tag for write in container.helpdesk.writes for tag in write.changes.get("add_tags", ())}


# ---------------------------------------------------------------- honest time, choice of channel


def test_during_hours_the_customer_is_told_how_long_and_is_asked_nothing(container: Container) -> None:
    texts(container, PERSON)
    assert said_to(container)[-1].endswith("They usually reply within 30 minutes.")


def at_night(container: Container) -> None:
    mails(container)
    container.wait(hours=9)  # nine in the evening
    texts(container, PERSON)


def test_after_hours_the_customer_is_told_from_when_and_chooses_how_to_be_reached(container: Container) -> None:
    at_night(container)
    (notice,) = said_to(container)
    assert "they are back tomorrow from 9:00." in notice
    assert "How should we answer you? Here, By e-mail or Call me back." in notice
    (row,) = to_customer(container)
    assert payload_of(row.effect).choices == ("Here", "By e-mail", "Call me back")


@pytest.mark.parametrize("answer", ["Call me back", "please ring me", "3"])
def test_whoever_wants_a_call_gets_one_promised_and_the_team_gets_the_task(container: Container, answer: str) -> None:
    at_night(container)
    assert texts(container, answer) == "contact_choice:call"
    assert f"we will call you back on {EMMA_PHONE} tomorrow from 9:00." in said_to(container)[-1]
    assert "handrail_callback" in tags(container)
    assert f"wants to be called back on {EMMA_PHONE}" in notes(container)
    assert conversations(container)[0].owner.kind is OwnerKind.TEAM


def test_the_choice_is_asked_for_once_and_what_else_they_write_goes_to_the_team(container: Container) -> None:
    at_night(container)
    assert texts(container, "The light is blue now") == "owned_by_person"
    assert len(said_to(container)) == 1
    assert texts(container, "call me") == "contact_choice:call"  # our question is still the last thing that was said
    assert texts(container, "call me") == "owned_by_person"
    assert len(said_to(container)) == 2


def test_whoever_wants_an_e_mail_gets_no_text_of_the_answer(container: Container) -> None:
    at_night(container)
    assert texts(container, "By e-mail please") == "contact_choice:email"
    before = len(said_to(container))
    (ticket,) = container.helpdesk.tickets
    answers(container, ticket, "Here is your answer.")
    assert len(said_to(container)) == before


def test_thanks_do_not_take_the_choice_of_an_e_mail_back(container: Container) -> None:
    at_night(container)
    texts(container, "By e-mail please")
    texts(container, "Thanks!")
    before = len(said_to(container))
    (ticket,) = container.helpdesk.tickets
    answers(container, ticket, "Here is your answer.")
    texts(container, "Thanks again")
    answers(container, ticket, "You are welcome.")
    assert len(said_to(container)) == before


def test_whoever_texts_anew_after_their_e_mail_is_answered_where_they_wrote(container: Container) -> None:
    at_night(container)
    texts(container, "By e-mail please")
    (ticket,) = container.helpdesk.tickets
    answers(container, ticket, "Here is your answer.")
    texts(container, "It does not work, what else?")
    answers(container, ticket, "Turn it off and on.")
    assert said_to(container)[-1] == "Turn it off and on."


def test_a_refusal_is_no_choice(container: Container) -> None:
    at_night(container)
    assert texts(container, "do not call me") == "owned_by_person"


def test_the_card_says_what_the_customer_was_told_to_expect(container: Container) -> None:
    at_night(container)
    card = latest(container).handoff
    assert card is not None
    assert card.reply is not None
    assert (card.reply.minutes, card.reply.closed, card.ways) == (30, True, ("here", "email", "call"))
    assert "Told: an answer within 30 working minutes, back 2026-03-11 09:00 UTC" in notes(container)


# ---------------------------------------------------------------- given back: to go on, with words, to watch

LABEL = "The label is free of charge: https://larkfield.example/label. Do you have a box?"


def with_maria(container: Container) -> str:
    ticket = mails(container)
    texts(container, PERSON)
    answers(container, ticket, "Maria here, one moment.")
    return ticket


def last_event(container: Container) -> str:
    word = container.loop.handle(container.publisher.events[-1])
    container.drain()
    container.wait(minutes=1)
    return word


def test_the_agents_words_reach_phone_and_ticket_as_they_are_and_in_their_name(container: Container) -> None:
    ticket = with_maria(container)
    texts(container, "So how much is it?")
    gives_back(container, ticket, says(LABEL))
    container.drain()
    assert said_to(container)[-1] == LABEL
    (comment,) = [write.changes for write in container.helpdesk.writes if write.changes.get("comment") == LABEL]
    assert (comment["public"], comment["author_id"], comment["facts"]["ai_generated"]) == (True, "agent-maria", False)
    spoken = [row.effect for row in to_customer(container) if payload_of(row.effect).body == LABEL]
    assert [(each.kind, each.authority.rule) for each in spoken] == [
        (EffectKind.MESSAGE, "agent_reply"),
        (EffectKind.TICKET_REPLY, "agent_reply"),
    ]


def test_what_they_answer_waits_no_longer_and_the_next_question_is_the_assistants(container: Container) -> None:
    ticket = with_maria(container)
    texts(container, "So how much is it?")
    before = len(container.publisher.events)
    gives_back(container, ticket, says(LABEL))
    container.drain()
    assert len(container.publisher.events) == before  # nobody is asked to answer it again
    (conversation,) = conversations(container)
    assert conversation.owner == ASSISTANT
    with container.store.read() as unit:
        said = [m for m in unit.conversations.messages(conversation.id) if m.text == LABEL]
    assert [(m.role, m.author, m.public) for m in said] == [("agent", "Maria Lopez", True)]
    container.wait(minutes=1)
    assert texts(container, RESET) == "automatic_reply"


def test_our_own_comment_in_their_name_takes_the_conversation_for_nobody(container: Container) -> None:
    ticket = with_maria(container)
    gives_back(container, ticket, says(LABEL))
    container.drain()
    container.happens(event(EventKind.TICKET_CHANGED, ticket))
    assert conversations(container)[0].owner == ASSISTANT
    with container.store.read() as unit:
        messages = unit.conversations.messages(conversations(container)[0].id)
    assert [m.text for m in messages].count(LABEL) == 1


def test_on_a_solved_ticket_the_words_are_said_and_it_stays_solved(container: Container) -> None:
    ticket = with_maria(container)
    answers(container, ticket, "All done.", status="solved")
    gives_back(container, ticket, says(LABEL))
    container.drain()
    assert said_to(container)[-1] == LABEL
    assert container.helpdesk.ticket(TicketId(ticket)).status == "solved"


def test_to_watch_gives_it_to_the_team_and_says_nothing(container: Container) -> None:
    ticket = with_maria(container)
    texts(container, RESET)
    before = said_to(container)
    gives_back(container, ticket, WATCH)
    assert last_event(container) == "owned_by_person"
    assert conversations(container)[0].owner.name == "Customer care"
    assert latest(container).disposition.action is Action.SUGGEST
    assert said_to(container) == before
    assert "gave this back to Customer care; the assistant only suggests." in notes(container)


def test_the_picked_article_is_answered_from_at_once_whoever_spoke_last(container: Container) -> None:
    ticket = with_maria(container)
    texts(container, RESET)
    answers(container, ticket, "One moment, please.")
    container.answer.confidence = 0.1
    gives_back(container, ticket, from_article(keeps_article(container)))
    assert last_event(container) == "instruction"
    (row,) = [r for r in to_customer(container) if r.effect.authority.rule == "instruction"]
    assert payload_of(row.effect).ai_generated is True
    container.wait(minutes=1)
    assert texts(container, "Where is the button?") != "instruction"


def test_what_an_agent_says_stands_under_the_channel_that_the_customer_reads_it_on(container: Container) -> None:
    ticket = with_maria(container)
    gives_back(container, ticket, says(LABEL))
    with container.store.read() as unit:
        said = unit.conversations.messages(conversations(container)[0].id)
    assert {m.channel for m in said if m.author == "Maria Lopez"} == {Channel.SMS}
    assert said[0].channel is Channel.EMAIL


def test_a_turn_that_is_decided_again_is_about_its_message(container: Container) -> None:
    ticket = with_maria(container)
    texts(container, RESET)
    first = latest(container)
    gives_back(container, ticket, WATCH)
    last_event(container)
    again = latest(container)
    assert (again.id != first.id, again.message_id != first.message_id) == (True, True)
    assert again.about == first.message_id
    with container.store.read() as unit:
        (conversation,) = conversations(container)
        asked = questions_of(unit, conversation, unit.conversations.messages(conversation.id))
    assert asked[-1].decision.id == again.id


def test_an_article_that_there_is_not_changes_nothing(container: Container) -> None:
    ticket = with_maria(container)
    before = conversations(container)
    with pytest.raises(RejectedError, match="article"):
        gives_back(container, ticket, from_article("zendesk:article:none"))
    assert conversations(container) == before


def test_a_picked_article_lifts_no_trigger(container: Container) -> None:
    ticket = with_maria(container)
    texts(container, "My card was stolen, which button do I press?")
    gives_back(container, ticket, from_article(keeps_article(container)))
    assert last_event(container) == "trigger:fraud"


def test_what_somebody_takes_over_again_is_not_said(container: Container) -> None:
    ticket = with_maria(container)
    texts(container, RESET)
    gives_back(container, ticket)
    container.loop.handle(container.publisher.events[-1])
    actions(container).take_over(TicketId(ticket), "Maria Lopez", "agent-maria", container.clock())
    before = said_to(container)
    container.drain()
    assert said_to(container) == before
    assert conversations(container)[0].owner.name == "Maria Lopez"
    assert "Maria Lopez has taken this over." in notes(container)


# ---------------------------------------------------------------- replies out, failures back


def on_phone(container: Container) -> str:
    ticket = mails(container)
    texts(container, PERSON)
    return ticket


def test_a_long_reply_leaves_in_parts_one_after_the_other_and_nothing_is_lost(container: Container) -> None:
    ticket = on_phone(container)
    before = len(said_to(container))
    words = " ".join(f"Sentence number {n} of this answer." for n in range(120))
    answers(container, ticket, words)
    parts = said_to(container)[before:]
    assert [part[:5] for part in parts] == ["(1/4)", "(2/4)", "(3/4)", "(4/4)"]
    assert max(map(len, parts)) < 1_500
    assert " ".join(part[6:] for part in parts) == words


def test_files_of_a_reply_are_named_and_go_by_mail(container: Container) -> None:
    ticket = on_phone(container)
    comment = container.helpdesk.says(ticket, container.helpdesk.staff["agent-maria"], "Your label:")
    found = container.helpdesk.tickets[ticket]
    label = Attachment(name="label.pdf", type="application/pdf")
    comments = (*found.comments[:-1], replace(found.comments[-1], attachments=(label,)))
    container.helpdesk.tickets[ticket] = replace(found, comments=comments)
    container.ticket(ticket)
    container.drain()
    assert comment is None or comment
    assert said_to(container)[-1] == (
        "Your label:\n\nWith a file: label.pdf. You will find it in the e-mail to e…@e….com."
    )
