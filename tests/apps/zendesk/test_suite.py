"""A decided ticket becomes a case of the regression suite by one press."""

from typing import Any

import pytest

from apps.suite import read_row
from apps.train.matters import exercise_of
from apps.zendesk.session import Visitor
from core.model.conversation import Role
from tests.apps.zendesk.desk import MARIA, TICKET, Desk

AISHA = Visitor(agent_id="503", name="Aisha Rahman", role="lead")
PRIYA = Visitor(agent_id="505", name="Priya Nair", role="admin")


def pressed(desk: Desk, who: Visitor = AISHA, ticket: str = TICKET) -> tuple[int, dict[str, Any]]:
    answer = desk.ask("POST", f"tickets/{ticket}/suite", {}, bearer=desk.signed_in(who))
    return answer.status_code, answer.get_json()


@pytest.mark.parametrize("who", [AISHA, PRIYA])
def test_what_was_decided_is_kept_as_a_case_without_personal_data(desk: Desk, who: Visitor) -> None:
    desk.say(0, text="Please call me on +44 7700 900123.")
    desk.decide()
    status, told = pressed(desk, who)
    assert (status, told["name"], told["by"], told["fresh"]) == (200, f"ticket-{TICKET}", who.name, True)
    with desk.store.read() as unit:
        (kept,) = unit.suite.all()
        record = unit.ledger.last()
    assert read_row(kept.name, kept.case, "it").expect["action"] == told["action"]
    assert "[phone]" in str(kept.case)
    assert "7700" not in str(kept.case)
    assert record is not None
    assert record.kind == "suite_case_kept"


def test_a_case_that_is_there_stays_as_it_is(desk: Desk) -> None:
    desk.decide()
    pressed(desk, AISHA)
    status, told = pressed(desk, PRIYA)
    assert (status, told["fresh"], told["by"]) == (200, False, "Aisha Rahman")


def test_an_agent_cannot(desk: Desk) -> None:
    desk.decide()
    assert pressed(desk, MARIA)[0] == 403
    with desk.store.read() as unit:
        assert unit.suite.all() == []


def test_a_ticket_that_the_helpdesk_hides_stays_out(desk: Desk) -> None:
    desk.decide()
    desk.access.hidden = {("503", TICKET)}
    assert pressed(desk)[0] == 403


def test_what_was_never_decided_is_said(desk: Desk) -> None:
    status, told = pressed(desk)
    assert (status, told["error"]["message"]) == (404, "Nothing was decided about this ticket yet.")


def trained(desk: Desk, who: Visitor = AISHA) -> tuple[int, dict[str, Any]]:
    answer = desk.ask("POST", f"tickets/{TICKET}/training", {}, bearer=desk.signed_in(who))
    return answer.status_code, answer.get_json()


@pytest.mark.parametrize("who", [AISHA, PRIYA])
def test_what_an_agent_answered_is_kept_to_practise_on_without_personal_data(desk: Desk, who: Visitor) -> None:
    desk.say(0, text="Please call me on +44 7700 900123.")
    desk.decide()
    desk.say(2, text="Hold the button, or call 020 7946 0018.", role=Role.AGENT)
    status, told = trained(desk, who)
    assert (status, told["name"], told["by"], told["fresh"]) == (200, f"ticket-{TICKET}", who.name, True)
    assert trained(desk, PRIYA)[1] == told | {"fresh": False}
    with desk.store.read() as unit:
        (kept,) = unit.suite.exercises()
        assert unit.suite.all() == []
    exercise = exercise_of(kept)
    assert exercise.good == "Hold the button, or call [phone]."
    assert "[phone]" in exercise.mail["body"]
    assert not any(number in str(kept.training) for number in ("7700", "7946"))


def test_a_ticket_may_be_a_case_and_an_exercise(desk: Desk) -> None:
    desk.decide()
    desk.say(2, text="Hold the button.", role=Role.AGENT)
    assert (trained(desk)[1]["fresh"], pressed(desk)[1]["fresh"], trained(desk)[1]["fresh"]) == (True, True, False)
    with desk.store.read() as unit:
        assert [each.name for each in unit.suite.all()] == [each.name for each in unit.suite.exercises()]


def test_what_no_agent_answered_is_no_exercise(desk: Desk) -> None:
    assert trained(desk)[1]["error"]["message"] == "Nothing was decided about this ticket yet."
    desk.decide()
    status, told = trained(desk)
    assert (status, told["error"]["message"]) == (404, "No agent has answered the customer in it yet.")


def test_an_agent_promotes_no_exercise(desk: Desk) -> None:
    desk.decide()
    desk.say(2, text="Hold the button.", role=Role.AGENT)
    assert trained(desk, MARIA)[0] == 403
    with desk.store.read() as unit:
        assert unit.suite.exercises() == []
