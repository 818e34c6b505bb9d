"""`handrail receipt`, over a store in which something happened."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from apps.cli import main
from core.model.action import RunState
from core.model.insertion import InsertedFrom, Insertion
from tests.apps.policy.conftest import Installation, container, installation
from tests.core.container import Container
from tests.core.day import answers, conversations, latest, mails
from tests.core.receipt.test_receipt import agreed

__all__ = ["container", "installation"]


def handrail(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["receipt", *map(str, arguments)])


def told(*arguments: object) -> str:
    result = handrail(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def ticket(container: Container) -> str:
    ticket = conversations(container)[0].ticket_id
    assert ticket is not None
    return ticket


def test_every_turn_says_who_spoke_by_which_rule_and_from_what(container: Container, ticket: str) -> None:
    said = told(ticket)
    assert said.startswith(f"Ticket {ticket}: how it was decided, and by whom")
    assert "The customer, by email" in said
    assert "The assistant, without a person, by sms" in said
    assert "rule        automatic_reply" in said
    assert "sources     Resetting your thermostat https://help.larkfield.example/reset" in said
    assert "Maria Lopez, by sms" in said
    assert f"policy      {container.policy.version}" in said
    assert "decided     handoff by trigger:fraud" in said
    assert "The ledger verifies: an unbroken chain of" in said


def test_a_draft_that_an_agent_sent_names_both(container: Container) -> None:
    ticket = drafted(container)
    assert "Drafted by the assistant, sent by Maria Lopez, by email" in told(ticket)


def drafted(container: Container) -> str:
    """A ticket of its own, whose draft Maria sends as it is."""
    container.wait(hours=30)
    ticket = mails(container, "The reset again please, how does the button go? ")
    decision = latest(container)
    assert decision.draft is not None
    with container.store.begin() as unit:
        unit.insertions.add(
            Insertion(
                conversation_id=decision.conversation_id,
                text=decision.draft.body,
                source=InsertedFrom.DRAFT,
                agent_id="501",
                agent="Maria Lopez",
                at=container.clock(),
                draft_id=decision.draft.id,
            )
        )
    answers(container, ticket, decision.draft.body)
    return ticket


def test_an_action_says_who_asked_who_approved_and_when_it_was_read_back(container: Container, ticket: str) -> None:
    done = acts(container, ticket)
    said = told(ticket)
    assert f"Action “Change a number”: done, read back {done:%Y-%m-%d %H:%M} UTC" in said
    assert "asked by    the customer, who said yes to exactly this" in said
    assert "approved by Priya Nair" in said
    assert "changes     Number: none → [phone]" in said


def acts(container: Container, ticket: str) -> Any:
    (conversation,) = (each for each in conversations(container) if each.ticket_id == ticket)
    run = agreed(conversation_id=conversation.id, customer_id=conversation.customer_id)
    with container.store.begin() as unit:
        unit.actions.add(run)
        unit.ledger.append("action_done", {"run": run.id, "digest": run.call.digest}, container.clock())
    return run.settled_at


def test_a_done_action_without_its_record_is_told(container: Container, ticket: str) -> None:
    (conversation,) = (each for each in conversations(container) if each.ticket_id == ticket)
    with container.store.begin() as unit:
        unit.actions.add(agreed(conversation_id=conversation.id, customer_id=conversation.customer_id))
    done = handrail(ticket)
    assert done.exit_code == 1
    assert "The ledger does NOT verify: no record says that “Change a number” was done" in done.stdout


def test_an_action_that_was_not_done_says_why(container: Container, ticket: str) -> None:
    (conversation,) = (each for each in conversations(container) if each.ticket_id == ticket)
    with container.store.begin() as unit:
        run = agreed(conversation_id=conversation.id, state=RunState.REFUSED, error="the order has left")
        unit.actions.add(run)
    assert "Action “Change a number”: not done (the order has left)" in told(ticket)


def test_a_message_that_was_changed_afterwards_is_found(
    container: Container, installation: Installation, ticket: str
) -> None:
    container.store.close()
    with closing(sqlite3.connect(installation.folder / "handrail.db")) as connection, connection:
        assert connection.execute("UPDATE outbox SET rule = 'play:x' WHERE rule = 'automatic_reply'").rowcount
    done = handrail(ticket)
    assert done.exit_code == 1
    assert "its row in the outbox was changed" in done.stdout


def test_as_an_object_it_says_the_same(container: Container, ticket: str) -> None:
    acts(container, ticket)
    found: dict[str, Any] = json.loads(told(ticket, "--json"))
    assert found["ledger"]["verifies"] is True
    assert found["ledger"]["actions"] == 1
    assert {turn["speaker"] for turn in found["turns"]} >= {"you", "assistant", "person"}
    (action,) = found["actions"]
    assert (action["state"], action["approved_by"][0]["name"]) == ("done", "Priya Nair")


def test_as_a_page_it_stands_alone_and_what_people_wrote_is_no_markup(
    container: Container, ticket: str, tmp_path: Path
) -> None:
    answers(container, ticket, "Please <b>hold</b> it.")
    told(ticket, "--html", tmp_path / "receipt.html")
    page = (tmp_path / "receipt.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;hold" in page
    assert "Maria Lopez" in page
    assert "<script" not in page
    assert "src=" not in page


def test_nothing_personal_of_the_customer_is_printed(container: Container, ticket: str) -> None:
    acts(container, ticket)
    said = told(ticket)
    assert "+44" not in said
    assert "@" not in said


def test_who_looked_is_noted_and_an_unknown_ticket_is_said_so(container: Container, ticket: str) -> None:
    told(ticket)
    with container.store.read() as unit:
        looks = [each.what for each in unit.privacy.accesses("", None, 10)]
    assert "receipt of a conversation" in looks
    unknown = handrail("4711")
    assert (unknown.exit_code, "there is no conversation or ticket 4711" in unknown.stderr) == (2, True)
