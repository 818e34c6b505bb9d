"""Matters that leads promote to practise on, at a terminal."""

from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from apps.cli import main
from apps.suite import put
from apps.train.matters import exercise_of
from core.model.conversation import Role
from core.model.suite import KeptCase
from tests.apps.policy.conftest import Installation
from tests.core.container import Container
from tests.core.day import answers, emma, mails

ASKED = "How do I reset it? Call me on +44 7700 900123."
SENT = "Hello Emma,\n\nhold the button for ten seconds. Or call 020 7946 0018."


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture
def ticket(container: Container) -> str:
    """What an agent answered, and the customer's thanks after it."""
    found = mails(container, ASKED)
    answers(container, found, SENT)
    container.helpdesk.says(found, container.helpdesk.staff["user-emma"], "Thanks, that worked")
    container.ticket(found)
    container.drain()
    return found


def kept(container: Container) -> list[KeptCase]:
    with container.store.read() as unit:
        return unit.suite.exercises()


def test_what_the_agent_answered_is_kept_without_personal_data(container: Container, ticket: str) -> None:
    told = run("train", "keep", ticket)
    assert told.exit_code == 0, told.output
    (matter,) = kept(container)
    assert told.output.strip() == matter.name == f"ticket-{ticket}"
    exercise = exercise_of(matter)
    assert exercise.promoted is not None
    assert [(m.role, m.text) for m in exercise.promoted.case.timeline][-1] == (
        Role.CUSTOMER,
        "How do I reset it? Call me on [phone].",
    )
    assert exercise.promoted.sent == "Hello [name],\n\nhold the button for ten seconds. Or call [phone]."
    assert exercise.promoted.owner
    assert exercise.promoted.cites
    assert not any(word in str(matter.training) for word in ("Emma", "7700", "7946"))
    with container.store.read() as unit:
        record, looked = unit.ledger.last(), unit.privacy.accesses(emma(container).id, None, 10)
    assert record is not None
    assert record.kind == "training_matter_kept"
    assert "a matter to practise on" in str(looked)


def test_a_matter_that_is_there_stays_and_a_ticket_without_an_answer_is_refused(
    container: Container, ticket: str
) -> None:
    run("train", "keep", ticket)
    assert "is there already" in run("train", "keep", ticket).output
    other = mails(container, "How do I reset the other one?")
    refused = run("train", "keep", other)
    assert (refused.exit_code, "No agent has answered" in refused.output) == (2, True)
    assert "Nothing was decided" in run("train", "keep", "4711").output


def test_matters_are_listed_and_dropped(container: Container, ticket: str) -> None:
    assert "No matter was promoted to practise on yet. Promote one: handrail train keep" in run("train", "list").output
    run("train", "keep", ticket)
    assert f"ticket-{ticket}" in run("train", "list").output
    assert run("train", "drop", f"ticket-{ticket}").exit_code == 0
    assert kept(container) == []
    assert run("train", "drop", f"ticket-{ticket}").exit_code == 2


def test_the_suite_and_the_training_keep_of_one_ticket_what_each_needs(container: Container, ticket: str) -> None:
    run("train", "keep", ticket)
    assert "0 cases." in run("suite", "list").output
    (matter,) = kept(container)
    with container.store.begin() as unit:
        put(unit, replace(matter, case={"expect": {"action": "suggest"}, "conversation": {}}))
    assert run("suite", "remove", matter.name).exit_code == 0
    assert [each.training for each in kept(container)] == [matter.training]
    assert run("suite", "remove", matter.name).exit_code == 2
    run("train", "drop", matter.name)
    with container.store.read() as unit:
        assert unit.suite.get(matter.name) is None


def test_a_matter_goes_when_its_customer_is_erased(container: Container, ticket: str) -> None:
    run("train", "keep", ticket)
    with container.store.begin() as unit:
        gone = unit.privacy.erase(unit.privacy.subject(emma(container).id), "er_1")
    assert gone["suite_cases"] == 1
    assert kept(container) == []


def test_without_a_promoted_matter_nothing_starts(container: Container, installation: Installation) -> None:
    told = run("train", "--own", "--folder", str(installation.folder / "train"))
    assert told.exit_code == 2
    assert "No matter was promoted to practise on yet. Promote one" in told.output
