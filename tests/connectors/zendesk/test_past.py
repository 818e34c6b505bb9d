"""Finished tickets from an account that is served, and from lines of Zendesk's export: without personal data."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.zendesk.api import ZendeskAccount, ZendeskApi, connect
from connectors.zendesk.past import PastTickets, past_ticket, tickets_from
from core.errors import ConfigurationError
from core.measure.history.past import PastTicket, in_time_order, timeline_of, turns_of
from core.model.conversation import Role
from core.model.knowledge import Problem
from tests.apps.sandbox.zendesk.larkfield import BOT, TOKEN, Larkfield, larkfield

ROW: dict[str, Any] = {
    "id": 7,
    "url": "https://larkfield.zendesk.com/api/v2/tickets/7.json",
    "subject": "Refund for Ann Field",
    "status": "closed",
    "created_at": "2026-01-05T09:00:00Z",
    "requester": {"id": 1, "name": "Ann Field", "email": "ann@mail.example", "locale": "en-GB"},
    "assignee": {"id": 2, "name": "Maria Lopez", "role": "agent"},
    "group": {"id": 5, "name": "Billing"},
    "metric_set": {"group_stations": 2, "reopens": 1},
    "tags": ["vip"],
    "comments": [
        {"id": 1, "author_id": 1, "body": "I am Ann Field, +447700900001.", "created_at": "2026-01-05T09:00:00Z"},
        {"id": 2, "author_id": 2, "body": "note", "public": False, "created_at": "2026-01-05T09:30:00Z"},
        {"id": 3, "author_id": 2, "body": "Hi Ann, five days.", "created_at": "2026-01-05T10:00:00Z"},
        {"id": 4, "author_id": 1, "body": "Thanks!", "created_at": "2026-01-06T10:00:00Z"},
    ],
}


def written(folder: Path, *rows: dict[str, Any] | bytes) -> Path:
    path = folder / "export.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n".join(r if isinstance(r, bytes) else json.dumps(r).encode() for r in rows)))
    return path


def test_a_line_of_the_export_is_read_and_nobody_is_named_in_it(tmp_path: Path) -> None:
    (past,) = tickets_from(written(tmp_path, ROW))
    assert isinstance(past, PastTicket)
    assert not any(
        secret in repr(past) for secret in ("Ann", "Field", "Maria", "Lopez", "447700900001", "mail.example")
    )
    assert (past.group, past.passed, past.reopened) == ("Billing", 1, 1)
    assert past.url == "https://larkfield.zendesk.com/agent/tickets/7"
    assert [message.role for message in timeline_of(past)] == [Role.CUSTOMER, Role.AGENT, Role.AGENT, Role.CUSTOMER]


def test_a_turn_ends_with_the_customers_words_and_knows_nothing_later() -> None:
    first, second = turns_of(past_ticket(ROW))
    assert [message.text for message in first.case.timeline] == ["I am [name], [phone]."]
    assert first.reply == "Hi [name], five days."
    assert [message.public for message in second.case.timeline] == [True, True, True], "a note was never said"
    assert (second.reply, second.first) == ("", False)
    assert first.case.customer.attributes == {}, "what the profile says now it may not have said then"


def test_the_integrations_own_comments_are_no_agents() -> None:
    (turn,) = turns_of(past_ticket(ROW, ourselves="2"))
    assert turn.replies == ()
    assert [message.role for message in turn.case.timeline] == [Role.CUSTOMER, Role.CUSTOMER]


def test_what_is_not_finished_is_passed_over_and_what_is_broken_is_told(tmp_path: Path) -> None:
    found = list(tickets_from(written(tmp_path, ROW | {"status": "open"}, b"not json", ROW | {"comments": []}, ROW)))
    assert [isinstance(each, Problem) for each in found] == [True, True, False]
    assert [each.subject for each in found if isinstance(each, Problem)] == [
        "export.jsonl.gz: line 2",
        "export.jsonl.gz: line 3",
    ]
    with pytest.raises(ConfigurationError, match="cannot be read"):
        list(tickets_from(tmp_path / "none.jsonl"))


def test_turns_of_all_tickets_come_in_the_order_of_time() -> None:
    late = ROW | {"id": 8, "created_at": "2026-01-05T12:00:00Z"}
    late["comments"] = [{**ROW["comments"][0], "id": 9, "created_at": "2026-01-05T12:00:00Z"}]
    turns = in_time_order([past_ticket(late), past_ticket(ROW)])
    assert [(turn.past.name, turn.case.earlier) for turn in turns] == [("7", 0), ("8", 1), ("7", 0)]


# ---------------------------------------------------------------- the account


@pytest.fixture
def home() -> Iterator[Larkfield]:
    with larkfield() as served:
        yield served


@pytest.fixture
def api(home: Larkfield) -> Iterator[ZendeskApi]:
    account = ZendeskAccount(subdomain="larkfield", email=BOT, token=TOKEN, base_url=home.base)
    api = connect(account, home.clock.now)
    yield api
    api.close()


def ticket(home: Larkfield, text: str, *, status: str = "solved") -> str:
    ann = home.ids["ann"]
    asked = {"subject": "Refund", "requester_id": ann, "comment": {"body": text, "author_id": ann}}
    made = home.call("POST", "tickets.json", json={"ticket": asked}).json()["ticket"]["id"]
    home.clock.pass_by(seconds=30)
    said = {"comment": {"body": "Five days.", "public": True, "author_id": home.ids["maria"]}, "status": status}
    assert home.call("PUT", f"tickets/{made}.json", json={"ticket": said}).status_code == 200
    home.clock.pass_by(seconds=30)
    return str(made)


def test_the_accounts_newest_finished_tickets_are_read(home: Larkfield, api: ZendeskApi) -> None:
    oldest = ticket(home, "Where is my refund?")
    ticket(home, "Still open", status="open")
    newest = ticket(home, "I am Ann Field. And mine?")
    found = [each for each in PastTickets(api).newest(2) if isinstance(each, PastTicket)]
    assert [each.name for each in found] == [newest, oldest]
    assert [comment.text for comment in found[0].ticket.comments] == ["I am [name]. And mine?", "Five days."]
    assert len(list(PastTickets(api).newest(1))) == 1
