from datetime import timedelta
from typing import Any

from apps.doctor.examine import choose
from apps.doctor.lines import Line, failing, ok
from apps.zendesk.overview import CHEAP
from apps.zendesk.session import Visitor
from tests.apps.zendesk.desk import Desk

PRIYA = Visitor(agent_id="505", name="Priya Nair", role="admin")
AISHA = Visitor(agent_id="503", name="Aisha Rahman", role="lead")


def looked(desk: Desk) -> dict[str, Any]:
    answer = desk.get("overview/checks", bearer=desk.signed_in(PRIYA))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_an_admin_sees_what_the_doctor_sees_with_what_to_do(desk: Desk) -> None:
    desk.lines = [
        Line(section="machine", check="queue", seen=ok("answers")),
        Line(section="zendesk", check="webhook", seen=failing("it is not active", "Activate it.")),
    ]
    found = looked(desk)
    assert found["at"] == desk.clock().isoformat()
    assert [(row["check"], row["state"], row["fix"]) for row in found["lines"]] == [
        ("queue", "ok", ""),
        ("webhook", "failing", "Activate it."),
    ]


def test_lines_that_name_the_servers_files_are_for_admins_alone(desk: Desk) -> None:
    assert desk.get("overview/checks", bearer=desk.signed_in(AISHA)).status_code == 403


def test_the_vendors_are_asked_once_a_minute_however_often_somebody_looks(desk: Desk) -> None:
    assert looked(desk)["lines"] == []
    desk.lines = [Line(section="machine", check="queue", seen=ok("answers"))]
    desk.clock.forward(timedelta(seconds=59))
    assert looked(desk)["lines"] == []
    desk.clock.forward(timedelta(seconds=2))
    assert len(looked(desk)["lines"]) == 1


def test_what_keeps_customers_from_being_heard_is_shown() -> None:
    """The telephone and messaging as well as texts and the helpdesk."""
    assert {"webhook", "number", "calls", "integration", "webhook secret"} <= set(CHEAP)


def test_the_doctor_knows_every_check_that_is_shown_and_none_of_them_sends_test_events() -> None:
    names = [check.name for check in choose(CHEAP)]
    assert sorted(names) == sorted(CHEAP)
    assert not any("signature" in name for name in names)
