"""That somebody is told: on a ticket that may not exist yet, of a reply that may not leave."""

from dataclasses import replace

import pytest

from core.model.conversation import NOBODY
from core.model.event import EventKind
from core.policy import Procedure
from core.policy.procedures import ProcedureStep, StepKind
from tests.core.day import RESET, answers, conversations, known, mails, texts
from tests.core.house import House
from tests.core.people import EMMA_PHONE
from tests.core.samples import TEAM


@pytest.fixture(autouse=True)
def _people(house: House) -> None:
    known(house)


# ---------------------------------------------------------------- nobody has it who was not told


def test_what_a_person_has_without_a_ticket_and_was_never_told_is_nobodys(house: House) -> None:
    texts(house, RESET)
    with house.store.begin() as unit:
        unit.conversations.save(replace(conversations(house)[0], owner=TEAM))
    assert texts(house, "Which button?") == "automatic_reply"


def test_while_the_ticket_of_a_handoff_is_on_its_way_it_stays_with_its_team(house: House) -> None:
    house.text("my card was stolen")
    house.wait(seconds=2)
    assert house.text("card number ends 4411, please hurry") == "owned_by_person"
    assert conversations(house)[0].owner.name == "Specialists"


def test_what_is_written_before_the_ticket_is_linked_stands_on_it_too(house: House) -> None:
    house.text("my card was stolen")
    house.wait(seconds=2)
    house.text("card number ends 4411, please hurry")
    house.drain()
    (ticket,) = house.helpdesk.tickets
    told = [text for public in (False, True) for text in house.helpdesk.comments(ticket, public=public)]
    assert "".join(told).count("card number ends 4411") == 1
    texts(house, "and now?")
    notes = house.helpdesk.comments(ticket, public=False)
    assert sum("wrote by SMS: card number ends 4411" in note for note in notes) == 1


def test_a_second_handoff_waits_for_the_ticket_of_the_first_and_goes_on_it(house: House) -> None:
    house.text("I want a person")
    house.wait(seconds=2)
    event = house.event(
        EventKind.MESSAGE_RECEIVED,
        "SM2",
        payload={"from": EMMA_PHONE, "channel": "sms", "text": "my card was stolen", "name": ""},
    )
    assert house.happens(event) == "later"
    house.drain()
    house.wait(seconds=2)
    assert house.loop.handle(event.id) == "trigger:fraud"
    house.drain()
    assert len(house.helpdesk.tickets) == 1


def test_a_greeting_that_no_ticket_shows_opens_one_and_stays_with_the_assistant(house: House) -> None:
    assert texts(house, "Thanks") == "nothing_asked"
    (ticket,) = house.helpdesk.tickets
    assert (conversations(house)[0].owner, conversations(house)[0].ticket_id) == (NOBODY, ticket)
    assert house.helpdesk.writes[0].changes["group_id"] == "group-Customer care"
    assert house.messenger.sent == []


# ---------------------------------------------------------------- what goes to people is not stopped


def test_the_word_stop_does_not_stop_the_ticket_that_a_procedure_opens(house: House) -> None:
    steps = (ProcedureStep(id="a", kind=StepKind.HANDOFF, text="it needs a person"),)
    offline = Procedure(name="offline", intents=frozenset({"reset"}), steps=steps)
    rules = replace(house.policy, procedures={"offline": offline}, standing=house.policy.standing | {"procedure"})
    house.loop = replace(house.loop, thinking=replace(house.loop.thinking, policy=rules), policy=rules)
    assert house.text("offline, need a reset?") == "procedure:offline"
    house.wait(seconds=2)
    house.text("stop")
    house.drain()
    assert len(house.helpdesk.tickets) == 1
    assert house.messenger.sent == []


def test_a_reply_that_never_left_is_not_noted_as_given(house: House) -> None:
    ticket = mails(house)
    house.text(RESET)
    house.wait(seconds=2)
    answers(house, ticket, "Maria here.")
    notes = house.helpdesk.comments(ticket, public=False)
    assert any(f"wrote by SMS: {RESET}" in note for note in notes)
    assert not any("answered by SMS" in note for note in notes)
    assert house.messenger.sent_to(EMMA_PHONE) == ["Maria here."]


def test_a_reply_that_left_is_noted_and_tagged(house: House) -> None:
    ticket = mails(house)
    texts(house, RESET)
    (note,) = [each for each in house.helpdesk.comments(ticket, public=False) if "answered by SMS" in each]
    assert house.messenger.sent_to(EMMA_PHONE)[0] in note
    assert "hr_answered" in [tag for write in house.helpdesk.writes for tag in write.changes.get("add_tags", ())]
