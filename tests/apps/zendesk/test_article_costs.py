"""Articles that cost tickets, on the page of those who lead."""

from datetime import timedelta
from typing import Any

import pytest

from apps.zendesk.session import Visitor
from core.improve.article_costs import OLD
from core.knowledge.library import Library
from core.model.ids import ArticleId
from core.model.knowledge import Article
from tests.apps.zendesk.desk import MARIA, Desk
from tests.clock import NOW as TODAY
from tests.core.encoder import WordEncoder
from tests.core.improve.test_find import TEXT, replied
from tests.core.people import NOW as LONG_AGO

AISHA = Visitor(agent_id="503", name="Aisha Rahman", role="lead")
NEWER = "Hold the dial for five seconds, whichever thermostat it is."


@pytest.fixture(autouse=True)
def _costly(desk: Desk) -> None:
    """An article that agents contradict in three tickets, and another that says what they do."""
    desk.clock.forward(LONG_AGO + timedelta(days=1) - TODAY)
    changed = desk.clock() - OLD
    articles = (("ar_reset", "Resetting", TEXT), ("ar_newer", "A reset in brief", NEWER))
    Library(store=desk.store, encoder=WordEncoder()).add(
        Article(id=ArticleId(name), title=title, text=text, updated_at=changed) for name, title, text in articles
    )
    for number in (1, 2, 3):
        replied(desk.store, number, "Hello Emma,\n\nHold the dial for five seconds.")


def listed(desk: Desk) -> dict[str, Any]:
    answer = desk.get("overview/articles", bearer=desk.signed_in(AISHA))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def tickets(desk: Desk, of: str) -> dict[str, Any]:
    answer = desk.get(f"overview/articles/tickets?of={of}", bearer=desk.signed_in(AISHA))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_lead_sees_the_articles_and_how_many_tickets_they_cost(desk: Desk) -> None:
    (article,) = listed(desk)["articles"]
    assert (article["article"], article["title"], article["tickets"], article["matters"]) == (
        "ar_reset",
        "Resetting",
        3,
        3,
    )
    assert article["signs"] == ["contradicted", "old"]
    assert desk.looks == []


def test_the_tickets_are_those_that_the_reader_may_see_and_each_look_is_written_down(desk: Desk) -> None:
    desk.access.hidden = {("503", "2")}
    shown = tickets(desk, "ar_reset")
    assert [row["ticket"] for row in shown["tickets"]] == ["3", "1"]
    assert (shown["withheld"], shown["more"]) == (1, False)
    assert shown["tickets"][0] | {"at": ""} == {
        "ticket": "3",
        "agent": "agent 0",
        "at": "",
        "how": "contradicted",
        "before": TEXT,
        "after": "Hold the dial for five seconds.",
    }
    assert desk.looks == [("agent 503 Aisha Rahman", "the tickets that an article cost", number) for number in "31"]


def test_an_agent_sees_none_of_it(desk: Desk) -> None:
    for what in ("overview/articles", "overview/articles/tickets?of=ar_reset"):
        assert desk.get(what, bearer=desk.signed_in(MARIA)).status_code == 403


@pytest.mark.parametrize(("of", "status"), [("ar_none", 404), ("", 400), ("x" * 301, 400), ("a%00b", 400)])
def test_what_is_not_there_is_said(desk: Desk, of: str, status: int) -> None:
    assert desk.get(f"overview/articles/tickets?of={of}", bearer=desk.signed_in(AISHA)).status_code == status


def test_a_pair_stands_with_both_passages_and_its_tickets(desk: Desk) -> None:
    said = "You can return an item within {} days of delivery, for any reason."
    Library(store=desk.store, encoder=WordEncoder()).add(
        Article(id=ArticleId(name), title=title, text=said.format(days))
        for name, title, days in (("a", "Returning an item", 30), ("b", "Sending something back", 14))
    )
    (pair,) = listed(desk)["pairs"]
    assert [each["title"] for each in pair["articles"]] == ["Returning an item", "Sending something back"]
    assert (pair["passages"], pair["tickets"]) == ([[said.format(30), said.format(14)]], 0)
    assert tickets(desk, pair["key"])["tickets"] == []
