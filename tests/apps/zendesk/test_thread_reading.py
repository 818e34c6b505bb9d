"""The agent asks for a conversation in short or in their language."""

from typing import Any

import pytest

from core.answer.rewrite import NO_MODEL, Rewriter
from core.errors import TransientError
from tests.apps.zendesk.desk import TICKET, Desk
from tests.core.answer.compose.models import Clock, Model, patience


def asked(desk: Desk, what: str, to: str = "en") -> Any:
    answer = desk.get(f"tickets/{TICKET}/{what}?to={to}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def told(desk: Desk) -> list[dict[str, Any]]:
    timeline: list[dict[str, Any]] = desk.get(f"tickets/{TICKET}").get_json()["timeline"]
    return [entry for entry in timeline if entry["text"].strip() and entry["role"] != "system"]


def test_without_a_model_it_is_said_why_there_is_none(desk: Desk) -> None:
    desk.decide()
    assert asked(desk, "summary") == {"lines": [], "struck": 0, "unavailable": NO_MODEL}
    assert asked(desk, "translation") == {"messages": [], "unavailable": NO_MODEL}


def test_each_line_has_the_message_that_it_rests_on_as_the_timeline_names_it(desk: Desk) -> None:
    desk.decide()
    first = told(desk)[0]
    words = first["text"].split()[0]
    rows = [
        {"number": 1, "quote": words, "text": "The customer writes."},
        {"number": 1, "quote": "nobody wrote this", "text": "The customer is angry."},
    ]
    desk.rewriter = Rewriter(model=Model({"rows": rows}))
    found = asked(desk, "summary", "de")
    assert found == {
        "lines": [{"text": "The customer writes.", "message": first["id"], "quote": words}],
        "struck": 1,
        "unavailable": "",
    }


def test_a_translation_is_named_as_the_timeline_names_its_messages(desk: Desk) -> None:
    desk.decide()
    first = told(desk)[0]
    desk.rewriter = Rewriter(model=Model({"rows": [{"number": 1, "text": "Guten Tag, 99 Tage."}]}))
    (row,) = asked(desk, "translation", "de")["messages"]
    assert (row["message"], row["text"]) == (first["id"], "Guten Tag, 99 Tage.")
    assert "99" in row["differs"]


@pytest.mark.parametrize("to", ["", "english", "d3", "../x"])
def test_a_language_is_two_letters(desk: Desk, to: str) -> None:
    desk.decide()
    assert desk.get(f"tickets/{TICKET}/summary?to={to}").status_code == 400


def test_a_ticket_that_nobody_read_has_neither(desk: Desk) -> None:
    assert desk.get("tickets/999999/summary").status_code in (404, 409, 422)


def test_a_model_that_is_away_is_said_so_and_the_next_may_ask(desk: Desk) -> None:
    desk.decide()
    desk.rewriter = Rewriter(model=Model(TransientError("away")), patience=patience(Clock()))
    for _ in range(3):
        assert asked(desk, "summary")["unavailable"] == "The language model did not answer in time."
