"""That somebody is told: on a ticket that may not exist yet, of a reply that may not leave."""

from dataclasses import replace

import pytest

from core.model.conversation import NOBODY
from core.model.event import EventKind
from core.policy import Procedure
from core.policy.procedures import ProcedureStep, StepKind
from tests.core.container import Container
from tests.core.day import RESET, answers, conversations, known, mails, texts
from tests.core.people import EMMA_PHONE
from tests.core.samples import TEAM, incoming


@pytest.fixture(autouse=True)
def _people(container: Container) -> None:
    known(container)


# ---------------------------------------------------------------- nobody has it who was not told


def test_what_a_person_has_without_a_ticket_and_was_never_told_is_nobodys(container: Container) -> None:
    texts(container, RESET)
    with container.store.begin() as unit:
        unit.conversations.save(replace(conversations(container)[0], owner=TEAM))
    assert texts(container, "Which button?") == "automatic_reply"


def test_while_the_ticket_of_a_handoff_is_on_its_way_it_stays_with_its_team(container: Container) -> None:
    container.text("my card was stolen")
    container.wait(seconds=2)
    assert container.text("card number ends 4411, please hurry") == "owned_by_person"
    assert conversations(container)[0].owner.name == "Specialists"


def test_what_is_written_before_the_ticket_is_linked_stands_on_it_too(container: Container) -> None:
    container.text("my card was stolen")
    container.wait(seconds=2)
    container.text("card number ends 4411, please hurry")
    container.drain()
    (ticket,) = container.helpdesk.tickets
    told = [text for public in (False, True) for text in container.helpdesk.comments(ticket, public=public)]
    assert "".join(told).count("card number ends 4411") == 1
    texts(container, "and now?")
    notes = container.helpdesk.comments(ticket, public=False)
    assert sum("wrote by SMS: card number ends 4411" in note for note in notes) == 1


def test_a_second_handoff_waits_for_the_ticket_of_the_first_and_goes_on_it(container: Container) -> None:
    container.text("I want a person")
    container.wait(seconds=2)
    event = container.event(
        EventKind.MESSAGE_RECEIVED,
        "SM2",
        payload=incoming("my card was stolen"),
    )
    assert container.happens(event) == "later"
    container.drain()
    container.wait(seconds=2)
    assert container.loop.handle(event.id) == "trigger:fraud"
    container.drain()
    assert len(container.helpdesk.tickets) == 1


def test_thanks_that_nobody_asked_for_cost_nobody_a_ticket(container: Container) -> None:
    assert texts(container, "Thanks") == "nothing_asked"
    assert (conversations(container)[0].owner, list(container.helpdesk.tickets)) == (NOBODY, [])
    assert container.messenger.sent == []


# ---------------------------------------------------------------- what goes to people is not stopped


def test_the_word_stop_does_not_stop_the_ticket_that_a_procedure_opens(container: Container) -> None:
    steps = (ProcedureStep(id="a", kind=StepKind.HANDOFF, text="it needs a person"),)
    offline = Procedure(name="offline", intents=frozenset({"reset"}), steps=steps)
    rules = replace(
        container.policy, procedures={"offline": offline}, standing=container.policy.standing | {"procedure"}
    )
    container.loop = replace(container.loop, evaluator=replace(container.loop.evaluator, policy=rules), policy=rules)
    assert container.text("offline, need a reset?") == "procedure:offline"
    container.wait(seconds=2)
    container.text("stop")
    container.drain()
    assert len(container.helpdesk.tickets) == 1
    assert container.messenger.sent == []


def test_a_reply_that_never_left_is_not_noted_as_given(container: Container) -> None:
    ticket = mails(container)
    container.text(RESET)
    container.wait(seconds=2)
    answers(container, ticket, "Maria here.")
    notes = container.helpdesk.comments(ticket, public=False)
    assert any(f"wrote by SMS: {RESET}" in note for note in notes)
    assert not any("answered by SMS" in note for note in notes)
    assert container.messenger.sent_to(EMMA_PHONE) == ["Maria here."]


def test_a_reply_that_left_is_noted_and_tagged(container: Container) -> None:
    ticket = mails(container)
    texts(container, RESET)
    (note,) = [each for each in container.helpdesk.comments(ticket, public=False) if "answered by SMS" in each]
    assert container.messenger.sent_to(EMMA_PHONE)[0] in note
    assert "hr_answered" in [tag for write in container.helpdesk.writes for tag in write.changes.get("add_tags", ())]
