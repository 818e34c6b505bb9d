"""Handing over and back, from end to end: honest times, a choice of channel, an instruction, replies that come back."""

from dataclasses import replace

import pytest

from core.execute.agent import AgentActions
from core.model.conversation import ASSISTANT, Attachment, OwnerKind
from core.model.ids import TicketId
from tests.core import rules
from tests.core.container import Container
from tests.core.day import RESET, answers, conversations, known, latest, mails, texts, to_customer
from tests.core.people import EMMA_PHONE
from tests.core.samples import payload_of

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
    assert "Customer told to expect: 30 working minutes, back 2026-03-11 09:00 UTC" in notes(container)


# ---------------------------------------------------------------- back, with an instruction

LABEL = 'Send her the link https://larkfield.example/label and say "The label is free of charge." Ask if she has a box.'


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


def test_an_instruction_is_carried_out_at_once_in_the_agents_words(container: Container) -> None:
    ticket = with_maria(container)
    actions(container).hand_back(TicketId(ticket), LABEL, "Maria Lopez", container.clock())
    assert last_event(container) == "instruction"
    said = said_to(container)[-1]
    for words in (
        "Maria Lopez has asked me to go on with this.",
        "The label is free of charge.",
        "https://larkfield.example/label",
        "Please tell me whether you have a box.",
    ):
        assert words in said
    (row,) = [r for r in to_customer(container) if r.effect.authority.rule == "instruction"]
    assert payload_of(row.effect).ai_generated is True


def test_an_instruction_is_followed_once(container: Container) -> None:
    ticket = with_maria(container)
    actions(container).hand_back(TicketId(ticket), LABEL, "Maria Lopez", container.clock())
    last_event(container)
    container.wait(minutes=1)
    assert texts(container, RESET) == "automatic_reply"
    assert sum("The label is free" in words for words in said_to(container)) == 1


def test_an_instruction_lifts_no_trigger(container: Container) -> None:
    ticket = with_maria(container)
    texts(container, "My card was stolen")
    actions(container).hand_back(TicketId(ticket), LABEL, "Maria Lopez", container.clock())
    assert last_event(container) == "trigger:fraud"
    assert not any("label" in words for words in said_to(container))


def test_without_the_policys_standing_approval_nothing_of_it_is_sent(container: Container) -> None:
    quiet = Container(container.store, rules.policy(standing=rules.POLICY["standing"]))
    known(quiet)
    ticket = with_maria(quiet)
    actions(quiet).hand_back(TicketId(ticket), LABEL, "Maria Lopez", quiet.clock())
    last_event(quiet)
    assert not any("label" in words for words in said_to(quiet))


def test_what_somebody_takes_over_again_is_not_said(container: Container) -> None:
    ticket = with_maria(container)
    actions(container).hand_back(TicketId(ticket), LABEL, "Maria Lopez", container.clock())
    container.loop.handle(container.publisher.events[-1])
    actions(container).take_over(TicketId(ticket), "Maria Lopez", "agent-maria", container.clock())
    container.drain()
    assert not any("label" in words for words in said_to(container))
    assert conversations(container)[0].owner.name == "Maria Lopez"
    assert "Maria Lopez has taken this over." in notes(container)


def test_an_instruction_that_nobody_carried_out_is_forgotten_when_a_person_takes_it(container: Container) -> None:
    ticket = with_maria(container)
    actions(container).hand_back(TicketId(ticket), LABEL, "Maria Lopez", container.clock())
    actions(container).take_over(TicketId(ticket), "Maria Lopez", "agent-maria", container.clock())
    container.wait(minutes=1)
    actions(container).hand_back(TicketId(ticket), "", "Maria Lopez", container.clock())
    texts(container, RESET)
    assert not any("label" in words for words in said_to(container))


def test_the_instruction_stands_on_the_timeline_for_people_only(container: Container) -> None:
    ticket = with_maria(container)
    actions(container).hand_back(TicketId(ticket), "Be patient with her", "Maria Lopez", container.clock())
    with container.store.read() as unit:
        (line,) = [m for m in unit.conversations.messages(conversations(container)[0].id) if m.role == "system"]
    assert (line.text, line.author, line.public) == ("Be patient with her", "Maria Lopez", False)
    assert conversations(container)[0].owner == ASSISTANT
    before = len(said_to(container))
    container.drain()
    assert len(said_to(container)) == before


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
