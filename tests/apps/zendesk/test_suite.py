"""A decided ticket becomes a case of the regression suite by one press."""

from typing import Any

import pytest

from apps.suite import read_row
from apps.zendesk.session import Visitor
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
