"""Handing over and back, from end to end: honest times, a choice of channel, an instruction, replies that come back."""

from dataclasses import replace

import pytest

from core.execute.agent import AgentActions
from core.model.conversation import ASSISTANT, Attachment, OwnerKind
from core.model.ids import TicketId
from tests.core import rules
from tests.core.day import RESET, answers, conversations, known, latest, mails, texts, to_customer
from tests.core.house import House
from tests.core.people import EMMA_PHONE

HOURS = {"zone": "Europe/London", "weekdays": ["09:00-17:30"]}
STANDING = [*rules.POLICY["standing"], "instruction"]
PERSON = "I want to talk to a person"


@pytest.fixture
def house(house: House) -> House:
    """A house whose care team goes home in the evening."""
    care = {"reply_within": "30 minutes", "hours": HOURS}
    changed = rules.policy(groups={"Customer care": care}, standing=STANDING)
    made = House(house.store, changed)
    known(made)
    return made


def actions(house: House) -> AgentActions:
    return AgentActions(store=house.store, publisher=house.publisher, policy=house.policy)


def said_to(house: House) -> list[str]:
    return house.messenger.sent_to(EMMA_PHONE)


def notes(house: House) -> str:
    return "\n".join(str(write.changes.get("note", "")) for write in house.helpdesk.writes)


def tags(house: House) -> set[str]:
    return {tag for write in house.helpdesk.writes for tag in write.changes.get("add_tags", ())}


# ---------------------------------------------------------------- honest time, choice of channel


def test_during_hours_the_customer_is_told_how_long_and_is_asked_nothing(house: House) -> None:
    texts(house, PERSON)
    assert said_to(house)[-1].endswith("They usually reply within 30 minutes.")


def at_night(house: House) -> None:
    mails(house)
    house.wait(hours=9)  # nine in the evening
    texts(house, PERSON)


def test_after_hours_the_customer_is_told_from_when_and_chooses_how_to_be_reached(house: House) -> None:
    at_night(house)
    (notice,) = said_to(house)
    assert "they are back tomorrow from 9:00." in notice
    assert "How should we answer you? Here, By e-mail or Call me back." in notice
    (row,) = to_customer(house)
    assert row.effect.payload["choices"] == ["Here", "By e-mail", "Call me back"]


@pytest.mark.parametrize("answer", ["Call me back", "please ring me", "3"])
def test_whoever_wants_a_call_gets_one_promised_and_the_team_gets_the_task(house: House, answer: str) -> None:
    at_night(house)
    assert texts(house, answer) == "contact_choice:call"
    assert f"we will call you back on {EMMA_PHONE} tomorrow from 9:00." in said_to(house)[-1]
    assert "handrail_callback" in tags(house)
    assert f"wants to be called back on {EMMA_PHONE}" in notes(house)
    assert conversations(house)[0].owner.kind is OwnerKind.TEAM


def test_the_choice_is_asked_for_once_and_what_else_they_write_goes_to_the_team(house: House) -> None:
    at_night(house)
    assert texts(house, "The light is blue now") == "owned_by_person"
    assert len(said_to(house)) == 1
    assert texts(house, "call me") == "contact_choice:call"  # our question is still the last thing that was said
    assert texts(house, "call me") == "owned_by_person"
    assert len(said_to(house)) == 2


def test_whoever_wants_an_e_mail_gets_no_text_of_the_answer(house: House) -> None:
    at_night(house)
    assert texts(house, "By e-mail please") == "contact_choice:email"
    before = len(said_to(house))
    (ticket,) = house.helpdesk.tickets
    answers(house, ticket, "Here is your answer.")
    assert len(said_to(house)) == before


def test_thanks_do_not_take_the_choice_of_an_e_mail_back(house: House) -> None:
    at_night(house)
    texts(house, "By e-mail please")
    texts(house, "Thanks!")
    before = len(said_to(house))
    (ticket,) = house.helpdesk.tickets
    answers(house, ticket, "Here is your answer.")
    texts(house, "Thanks again")
    answers(house, ticket, "You are welcome.")
    assert len(said_to(house)) == before


def test_whoever_texts_anew_after_their_e_mail_is_answered_where_they_wrote(house: House) -> None:
    at_night(house)
    texts(house, "By e-mail please")
    (ticket,) = house.helpdesk.tickets
    answers(house, ticket, "Here is your answer.")
    texts(house, "It does not work, what else?")
    answers(house, ticket, "Turn it off and on.")
    assert said_to(house)[-1] == "Turn it off and on."


def test_a_refusal_is_no_choice(house: House) -> None:
    at_night(house)
    assert texts(house, "do not call me") == "owned_by_person"


def test_the_card_says_what_the_customer_was_told_to_expect(house: House) -> None:
    at_night(house)
    card = latest(house).handoff
    assert card is not None
    assert card.reply is not None
    assert (card.reply.minutes, card.reply.closed, card.ways) == (30, True, ("here", "email", "call"))
    assert "Customer told to expect: 30 working minutes, back 2026-03-11 09:00 UTC" in notes(house)


# ---------------------------------------------------------------- back, with an instruction

LABEL = 'Send her the link https://larkfield.example/label and say "The label is free of charge." Ask if she has a box.'


def with_maria(house: House) -> str:
    ticket = mails(house)
    texts(house, PERSON)
    answers(house, ticket, "Maria here, one moment.")
    return ticket


def last_event(house: House) -> str:
    word = house.loop.handle(house.publisher.events[-1])
    house.drain()
    house.wait(minutes=1)
    return word


def test_an_instruction_is_carried_out_at_once_in_the_agents_words(house: House) -> None:
    ticket = with_maria(house)
    actions(house).hand_back(TicketId(ticket), LABEL, "Maria Lopez", house.clock())
    assert last_event(house) == "instruction"
    said = said_to(house)[-1]
    for words in (
        "Maria Lopez has asked me to go on with this.",
        "The label is free of charge.",
        "https://larkfield.example/label",
        "Please tell me whether you have a box.",
    ):
        assert words in said
    (row,) = [r for r in to_customer(house) if r.effect.authority.rule == "instruction"]
    assert row.effect.payload["ai_generated"] is True


def test_an_instruction_is_followed_once(house: House) -> None:
    ticket = with_maria(house)
    actions(house).hand_back(TicketId(ticket), LABEL, "Maria Lopez", house.clock())
    last_event(house)
    house.wait(minutes=1)
    assert texts(house, RESET) == "automatic_reply"
    assert sum("The label is free" in words for words in said_to(house)) == 1


def test_an_instruction_lifts_no_trigger(house: House) -> None:
    ticket = with_maria(house)
    texts(house, "My card was stolen")
    actions(house).hand_back(TicketId(ticket), LABEL, "Maria Lopez", house.clock())
    assert last_event(house) == "trigger:fraud"
    assert not any("label" in words for words in said_to(house))


def test_without_the_policys_standing_approval_nothing_of_it_is_sent(house: House) -> None:
    quiet = House(house.store, rules.policy(standing=rules.POLICY["standing"]))
    known(quiet)
    ticket = with_maria(quiet)
    actions(quiet).hand_back(TicketId(ticket), LABEL, "Maria Lopez", quiet.clock())
    last_event(quiet)
    assert not any("label" in words for words in said_to(quiet))


def test_what_somebody_takes_over_again_is_not_said(house: House) -> None:
    ticket = with_maria(house)
    actions(house).hand_back(TicketId(ticket), LABEL, "Maria Lopez", house.clock())
    house.loop.handle(house.publisher.events[-1])
    actions(house).take_over(TicketId(ticket), "Maria Lopez", "agent-maria", house.clock())
    house.drain()
    assert not any("label" in words for words in said_to(house))
    assert conversations(house)[0].owner.name == "Maria Lopez"
    assert "Maria Lopez has taken this over." in notes(house)


def test_an_instruction_that_nobody_carried_out_is_forgotten_when_a_person_takes_it(house: House) -> None:
    ticket = with_maria(house)
    actions(house).hand_back(TicketId(ticket), LABEL, "Maria Lopez", house.clock())
    actions(house).take_over(TicketId(ticket), "Maria Lopez", "agent-maria", house.clock())
    house.wait(minutes=1)
    actions(house).hand_back(TicketId(ticket), "", "Maria Lopez", house.clock())
    texts(house, RESET)
    assert not any("label" in words for words in said_to(house))


def test_the_instruction_stands_on_the_timeline_for_people_only(house: House) -> None:
    ticket = with_maria(house)
    actions(house).hand_back(TicketId(ticket), "Be patient with her", "Maria Lopez", house.clock())
    with house.store.read() as unit:
        (line,) = [m for m in unit.conversations.messages(conversations(house)[0].id) if m.role == "system"]
    assert (line.text, line.author, line.public) == ("Be patient with her", "Maria Lopez", False)
    assert conversations(house)[0].owner == ASSISTANT
    before = len(said_to(house))
    house.drain()
    assert len(said_to(house)) == before


# ---------------------------------------------------------------- replies out, failures back


def on_phone(house: House) -> str:
    ticket = mails(house)
    texts(house, PERSON)
    return ticket


def test_a_long_reply_leaves_in_parts_one_after_the_other_and_nothing_is_lost(house: House) -> None:
    ticket = on_phone(house)
    before = len(said_to(house))
    words = " ".join(f"Sentence number {n} of this answer." for n in range(120))
    answers(house, ticket, words)
    parts = said_to(house)[before:]
    assert [part[:5] for part in parts] == ["(1/4)", "(2/4)", "(3/4)", "(4/4)"]
    assert max(map(len, parts)) < 1_500
    assert " ".join(part[6:] for part in parts) == words


def test_files_of_a_reply_are_named_and_go_by_mail(house: House) -> None:
    ticket = on_phone(house)
    comment = house.helpdesk.says(ticket, house.helpdesk.staff["agent-maria"], "Your label:")
    found = house.helpdesk.tickets[ticket]
    label = Attachment(name="label.pdf", type="application/pdf")
    comments = (*found.comments[:-1], replace(found.comments[-1], attachments=(label,)))
    house.helpdesk.tickets[ticket] = replace(found, comments=comments)
    house.ticket(ticket)
    house.drain()
    assert comment is None or comment
    assert said_to(house)[-1] == ("Your label:\n\nWith a file: label.pdf. You will find it in the e-mail to e…@e….com.")
