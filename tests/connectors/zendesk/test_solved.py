"""Solved tickets and macros as articles for agents, against a served account."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.sandbox.zendesk.macros import add_macro
from connectors.zendesk.api import ZendeskAccount, ZendeskApi, connect
from connectors.zendesk.macros import Macros
from connectors.zendesk.solved import SolvedTickets, ticket_article
from core.model.knowledge import Article, Audience, Changes
from core.ports import Source
from tests.apps.sandbox.zendesk.larkfield import BOT, TOKEN, Larkfield, larkfield


@pytest.fixture
def home() -> Iterator[Larkfield]:
    with larkfield(exports_per_minute=1000) as served:
        yield served


@pytest.fixture
def api(home: Larkfield) -> Iterator[ZendeskApi]:
    account = ZendeskAccount(subdomain="larkfield", email=BOT, token=TOKEN, base_url=home.base)
    api = connect(account, home.clock.now)
    yield api
    api.close()


def ticket(home: Larkfield, text: str, *answers: tuple[str, bool, str], status: str = "solved") -> int:
    """A ticket of Ann's; `answers` are (who, public, text)."""
    asked: dict[str, Any] = {"subject": "Refund for Ann Field", "comment": {"body": text, "author_id": home.ids["ann"]}}
    asked["requester_id"] = home.ids["ann"]
    made = home.call("POST", "tickets.json", json={"ticket": asked}).json()["ticket"]["id"]
    for who, public, words in answers:
        change(home, made, comment={"body": words, "public": public, "author_id": home.ids[who]})
    change(home, made, status=status)
    return int(made)


def change(home: Larkfield, number: int, **changes: Any) -> None:
    home.clock.pass_by(seconds=30)
    answer = home.call("PUT", f"tickets/{number}.json", json={"ticket": changes})
    assert answer.status_code == 200, answer.text


def told(source: Source, cursor: str | None = None, known: tuple[str, ...] = ()) -> list[Changes]:
    return list(source.changes(cursor, known))


def articles(parts: list[Changes]) -> list[Article]:
    return [article for part in parts for article in part.articles]


def last_cursor(parts: list[Changes]) -> str | None:
    return [part.cursor for part in parts if part.cursor is not None][-1]


QUESTION = "I am Ann Field, ann@mail.example, +447700900001. Where is my refund?"
ANSWER = ("maria", True, "Dear Ann, a refund takes five days. Maria Lopez")


def test_a_solved_ticket_is_for_agents_only_and_names_nobody(api: ZendeskApi, home: Larkfield) -> None:
    number = ticket(home, QUESTION, ANSWER, ("maria", False, "She is a VIP."))
    home.clock.pass_by(minutes=5)
    (article,) = articles(told(SolvedTickets(api)))
    assert article.id == ticket_article(str(number))
    assert (article.audience, article.origin, article.section) == (
        Audience.INTERNAL,
        "zendesk_tickets",
        "Solved tickets",
    )
    assert "Where is my refund?" in article.text
    assert "a refund takes five days" in article.text
    assert "VIP" not in article.text
    for personal in ("Ann", "Field", "Maria", "Lopez", "mail.example", "7700900001"):
        assert personal not in article.text + article.title


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ((), "solved"),
        ((("maria", False, "She is angry."),), "solved"),
        ((("ann", True, "It came."),), "solved"),
        ((ANSWER,), "pending"),
    ],
    ids=["nobody answered", "a note only", "the customer herself", "not solved"],
)
def test_only_what_a_person_answered_in_public_and_solved(
    api: ZendeskApi, home: Larkfield, answers: tuple[tuple[str, bool, str], ...], status: str
) -> None:
    ticket(home, QUESTION, *answers, status=status)
    home.clock.pass_by(minutes=5)
    assert articles(told(SolvedTickets(api))) == []


def test_what_handrail_wrote_is_no_answer_of_a_person(api: ZendeskApi, home: Larkfield) -> None:
    number = ticket(home, QUESTION, status="open")
    change(home, number, comment={"body": "Five days.", "public": True, "author_id": home.ids["bot"]})
    change(home, number, status="solved")
    home.clock.pass_by(minutes=5)
    assert articles(told(SolvedTickets(api))) == []


def test_a_reopened_ticket_is_gone(api: ZendeskApi, home: Larkfield) -> None:
    number = ticket(home, QUESTION, ANSWER)
    home.clock.pass_by(minutes=5)
    parts = told(SolvedTickets(api))
    change(home, number, status="open")
    home.clock.pass_by(minutes=5)
    again = told(SolvedTickets(api), last_cursor(parts), (ticket_article(str(number)),))
    assert [gone for part in again for gone in part.gone] == [ticket_article(str(number))]


def test_the_next_reading_goes_on_where_the_last_one_ended(api: ZendeskApi, home: Larkfield) -> None:
    ticket(home, QUESTION, ANSWER)
    home.clock.pass_by(minutes=5)
    cursor = last_cursor(told(SolvedTickets(api)))
    number = ticket(home, QUESTION, ANSWER)
    home.clock.pass_by(minutes=5)
    assert [article.id for article in articles(told(SolvedTickets(api), cursor))] == [ticket_article(str(number))]


def test_a_reading_that_broke_off_in_a_page_goes_on_in_it(
    api: ZendeskApi, home: Larkfield, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket(home, QUESTION, ANSWER)
    home.clock.pass_by(minutes=5)
    cursor = last_cursor(told(SolvedTickets(api)))
    numbers = [ticket(home, QUESTION, ANSWER) for _ in range(3)]
    home.clock.pass_by(minutes=5)
    monkeypatch.setattr("connectors.zendesk.solved.A_PART", 1)
    reading = SolvedTickets(api).changes(cursor, ())
    first = [next(reading), next(reading)]
    rest = told(SolvedTickets(api), last_cursor(first))
    assert [a.id for a in articles(first)] == [ticket_article(str(n)) for n in numbers[:2]]
    assert [a.id for a in articles(rest)] == [ticket_article(str(n)) for n in numbers[2:]]


def reply(home: Larkfield, title: str, field: str = "comment_value", value: Any = "Thanks.", **more: Any) -> int:
    return int(add_macro(home.state, title, [{"field": field, "value": value}], **more)["id"])


def test_macros_with_a_reply_are_for_agents_only(api: ZendeskApi, home: Larkfield) -> None:
    html = "<p>Hello {{ticket.requester.first_name}}, call <b>+44 7700 900001</b>.</p>"
    reply(home, "Refund::Late", "comment_value_html", html)
    reply(home, "By channel", value=["channel:all", "Sent by the channel."])
    (late, channel) = articles(told(Macros(api)))
    assert (late.title, late.audience, late.origin) == ("Refund › Late", Audience.INTERNAL, "zendesk_macros")
    assert late.text.startswith("Hello …, call ")
    assert "900001" not in late.text
    assert channel.text == "Sent by the channel."


def test_agents_own_inactive_and_wordless_macros_are_left_out(api: ZendeskApi, home: Larkfield) -> None:
    reply(home, "Mine", restriction={"type": "User", "id": home.ids["maria"]})
    reply(home, "Off", active=False)
    reply(home, "Close it", "status", "solved")
    kept = reply(home, "For a group", restriction={"type": "Group", "id": home.ids["care"]})
    assert [article.id for article in articles(told(Macros(api)))] == [f"zendesk:macro:{kept}"]


def test_a_macro_that_is_no_longer_there_is_gone_and_a_bad_one_is_a_problem(api: ZendeskApi, home: Larkfield) -> None:
    bad = reply(home, "Bad", value=7)
    (part,) = told(Macros(api), "", ("zendesk:macro:1", f"zendesk:macro:{bad}"))
    assert part.gone == ("zendesk:macro:1",)
    assert [str(problem) for problem in part.problems] == [f"macro {bad}: the reply of a macro is not a text"]
