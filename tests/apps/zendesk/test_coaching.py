"""Hints on an agent's own words, as the sidebar gets them."""

import logging
from typing import Any

import pytest
from sqlalchemy import select

from apps.zendesk.session import Visitor
from connectors.sql.tables import metadata
from core.model.conversation import Role
from core.policy import read
from tests.apps.zendesk.desk import MARIA, TICKET, Desk
from tests.core.rules import policy_fields

PATH = f"tickets/{TICKET}/coaching"
PROMISE = "We guarantee that your xylophone comes."
JONAS = Visitor(agent_id="502", name="Jonas Weber", role="agent")


@pytest.fixture
def decided(desk: Desk) -> Desk:
    desk.decide()
    return desk


def hints(desk: Desk, text: str = PROMISE) -> list[dict[str, Any]]:
    answer = desk.post(PATH, {"text": text})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["hints"]
    return found


def ended(desk: Desk, who: Visitor = MARIA) -> Any:
    return desk.get(PATH, desk.signed_in(who)).get_json()["afterwards"]


def test_what_is_typed_is_held_against_the_rules(decided: Desk) -> None:
    (hint,) = hints(decided)
    assert (hint["kind"], hint["words"], hint["about"]) == ("promise", "We guarantee", None)


def test_it_is_told_in_the_agents_language(decided: Desk) -> None:
    decided.language = "de"
    (hint,) = hints(decided)
    assert hint["text"] == "Verspricht etwas: „We guarantee“."


def test_what_is_typed_is_written_to_no_table_and_no_log(decided: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert hints(decided)
    assert "xylophone" not in caplog.text
    with decided.store.read() as unit:
        kept = [row for table in metadata.sorted_tables for row in unit.connection.execute(select(table)).all()]
    assert kept
    assert "xylophone" not in repr(kept)


def test_a_policy_that_wants_none_has_none(decided: Desk) -> None:
    decided.policy = read(policy_fields(coaching={"while_writing": False, "afterwards": False}))
    assert hints(decided) == []
    decided.say(2, text=PROMISE, role=Role.AGENT, author=MARIA.name)
    decided.own(open=False, solved_at=decided.clock())
    assert decided.get(PATH).get_json() == {"while_writing": False, "afterwards": None}


@pytest.mark.parametrize("text", ["", "x" * 8_001, None, 7])
def test_no_text_is_refused(decided: Desk, text: Any) -> None:
    assert decided.post(PATH, {"text": text}).status_code == 400


def test_a_ticket_that_nothing_was_decided_about_has_no_hints(desk: Desk) -> None:
    assert hints(desk) == []
    assert desk.get(PATH).get_json() == {"while_writing": False, "afterwards": None}
    assert desk.post("tickets/t-unknown/coaching", {"text": PROMISE}).status_code == 404


def test_who_answered_alone_hears_how_it_went(decided: Desk) -> None:
    decided.say(2, text=PROMISE, role=Role.AGENT, author=MARIA.name)
    assert ended(decided) is None
    decided.own(open=False, solved_at=decided.clock())
    (hint,) = ended(decided)
    assert (hint["kind"], hint["about"]) == ("promise", "me_2")
    lead = Visitor(agent_id="503", name="Aisha Rahman", role="lead")
    for other in (JONAS, lead, Visitor(agent_id="505", name="Priya Nair", role="admin")):
        assert ended(decided, other) is None


def test_it_comes_with_what_else_stands_beside_the_ticket(decided: Desk) -> None:
    decided.say(2, text=PROMISE, role=Role.AGENT, author=MARIA.name)
    decided.own(open=False, solved_at=decided.clock())
    beside = decided.get(f"tickets/{TICKET}/beside?of=coaching,assist").get_json()
    assert [hint["kind"] for hint in beside["coaching"]["afterwards"]] == ["promise"]
