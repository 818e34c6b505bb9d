"""Giving back a conversation whose ticket is solved: it is opened for what there is to say, or the agent is told."""

import pytest

from connectors.sql.store import SqlStore
from core.errors import RejectedError
from core.execute.agent import AgentActions
from core.model.ids import TicketId
from tests.core import rules
from tests.core.container import Container
from tests.core.day import answers, conversations, known, mails, texts
from tests.core.people import EMMA_PHONE

SAID = 'Say "The label is free of charge."'


@pytest.fixture
def container(store: SqlStore) -> Container:
    made = Container(store, rules.policy(standing=[*rules.POLICY["standing"], "instruction"]))
    known(made)
    return made


def solved(container: Container) -> TicketId:
    ticket = mails(container)
    texts(container, "I want to talk to a person")
    answers(container, ticket, "All done.", status="solved")
    assert not conversations(container)[0].open
    return TicketId(ticket)


def gives_back(container: Container, ticket: TicketId, instruction: str) -> None:
    AgentActions(store=container.store, publisher=container.publisher, policy=container.policy).hand_back(
        ticket, instruction, "Maria Lopez", container.clock()
    )


def test_an_instruction_on_a_solved_ticket_opens_it_and_is_carried_out(container: Container) -> None:
    ticket = solved(container)
    gives_back(container, ticket, SAID)
    asked = container.publisher.events[-1]
    assert container.loop.handle(asked) == "waiting"  # the helpdesk still calls it solved
    container.drain()
    container.wait(minutes=1)
    assert container.helpdesk.ticket(ticket).status == "open"
    assert container.loop.handle(asked) == "instruction"
    container.drain()
    assert "The label is free of charge." in container.messenger.sent_to(EMMA_PHONE)[-1]
    assert conversations(container)[0].open


def test_without_anything_to_say_the_agent_is_told_that_it_is_solved(container: Container) -> None:
    ticket = solved(container)
    with pytest.raises(RejectedError, match="solved"):
        gives_back(container, ticket, "Be patient with her")
    assert not any("gave this back" in str(write.changes.get("note", "")) for write in container.helpdesk.writes)
