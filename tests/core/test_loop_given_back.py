"""Giving back a conversation whose ticket is solved: it is opened for what there is to say, or the agent is told."""

import pytest

from connectors.sql.store import SqlStore
from core.errors import RejectedError
from core.model.ids import TicketId
from tests.core import rules
from tests.core.container import Container
from tests.core.day import answers, conversations, from_article, gives_back, keeps_article, known, mails, texts
from tests.core.people import EMMA_PHONE


@pytest.fixture
def container(store: SqlStore) -> Container:
    made = Container(store, rules.policy(standing=[*rules.POLICY["standing"], "instruction"]))
    known(made)
    return made


def solved(container: Container) -> TicketId:
    ticket = mails(container)
    answers(container, ticket, "Maria here.")
    texts(container, "Which button? I want to talk to a person")
    answers(container, ticket, "All done.", status="solved")
    assert not conversations(container)[0].open
    return TicketId(ticket)


def test_an_article_for_a_solved_ticket_opens_it_and_is_answered_from(container: Container) -> None:
    ticket = solved(container)
    gives_back(container, ticket, from_article(keeps_article(container)))
    asked = container.publisher.events[-1]
    assert container.loop.handle(asked) == "waiting"  # the helpdesk still calls it solved
    container.drain()
    container.wait(minutes=1)
    assert container.helpdesk.ticket(ticket).status == "open"
    assert container.loop.handle(asked) == "instruction"
    container.drain()
    assert "Hold the button for ten seconds." in container.messenger.sent_to(EMMA_PHONE)[-1]
    assert conversations(container)[0].open


def test_without_anything_to_say_the_agent_is_told_that_it_is_solved(container: Container) -> None:
    ticket = solved(container)
    with pytest.raises(RejectedError, match="solved"):
        gives_back(container, ticket)
    assert not any("gave this back" in str(write.changes.get("note", "")) for write in container.helpdesk.writes)
