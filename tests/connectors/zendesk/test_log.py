"""The export of ticket events as the inbox wants it, against a served account."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import responses

from connectors.zendesk.api import ZendeskAccount, ZendeskApi, connect
from connectors.zendesk.log import MOST_PAGES, TicketLog
from core.errors import RejectedError, TransientError
from core.model.event import Event, EventKind
from tests.apps.sandbox.zendesk.larkfield import BOT, TOKEN, Larkfield, larkfield
from tests.clock import NOW

EXPORT = "https://larkfield.zendesk.com/api/v2/incremental/ticket_events.json"


@pytest.fixture
def home() -> Iterator[Larkfield]:
    with larkfield() as served:
        served.state.account = replace(served.state.account, export_lag=timedelta(minutes=1))
        yield served


@pytest.fixture
def log(home: Larkfield) -> Iterator[TicketLog]:
    api = connect(ZendeskAccount(subdomain="larkfield", email=BOT, token=TOKEN, base_url=home.base), home.clock.now)
    yield TicketLog(api, str(home.ids["bot"]))
    api.close()


def opened(home: Larkfield, text: str = "It does not work", **more: Any) -> int:
    asked = {
        "subject": "Help",
        "comment": {"body": text, "author_id": home.ids["ann"]},
        "requester_id": home.ids["ann"],
    }
    return int(home.call("POST", "tickets.json", json={"ticket": asked | more}).json()["ticket"]["id"])


def changed(home: Larkfield, ticket: int, **changes: Any) -> None:
    home.clock.pass_by(seconds=10)
    assert home.call("PUT", f"tickets/{ticket}.json", json={"ticket": changes}).status_code == 200


def events(home: Larkfield, log: TicketLog, cursor: str) -> list[Event]:
    return [event for page in log.pages(cursor, home.clock.now()) for event in page.events]


def comment_ids(home: Larkfield, ticket: int) -> list[str]:
    return [f"comment:{row['id']}" for row in home.call("GET", f"tickets/{ticket}/comments.json").json()["comments"]]


def test_comments_go_by_the_id_that_their_webhook_has_and_changes_of_status_by_the_audits(
    home: Larkfield, log: TicketLog
) -> None:
    cursor = log.begin(home.clock.now())
    ticket = opened(home)
    changed(home, ticket, comment={"body": "And it smokes", "author_id": home.ids["ann"]})
    changed(home, ticket, status="solved")  # by the integration user
    home.clock.pass_by(minutes=2)
    found = events(home, log, cursor)
    assert [event.delivery_id for event in found] == comment_ids(home, ticket)
    assert {(event.source, event.kind, event.subject) for event in found} == {
        ("zendesk", EventKind.TICKET_CHANGED, str(ticket))
    }
    assert found[1].occurred_at == found[0].occurred_at + timedelta(seconds=10)


def test_what_we_wrote_ourselves_is_left_out(home: Larkfield, log: TicketLog) -> None:
    cursor = log.begin(home.clock.now())
    ticket = opened(home)
    changed(home, ticket, comment={"body": "By the integration user", "public": False})
    changed(home, ticket, comment={"body": "For an agent", "author_id": home.ids["maria"]}, metadata={"handrail": {}})
    changed(home, ticket, tags=["x"])
    home.clock.pass_by(minutes=2)
    assert [event.delivery_id for event in events(home, log, cursor)] == comment_ids(home, ticket)[:1]


def test_the_last_minute_is_not_there_yet_and_the_cursor_waits_for_it(home: Larkfield, log: TicketLog) -> None:
    cursor = log.begin(home.clock.now())
    ticket = opened(home)
    home.clock.pass_by(seconds=30)
    pages = list(log.pages(cursor, home.clock.now()))
    assert [page.events for page in pages] == [()]
    home.clock.pass_by(seconds=40)
    assert [event.subject for event in events(home, log, pages[-1].cursor)] == [str(ticket)]


# ------------------------------------------------------------------
# Against answers that are arranged.


def told(api: ZendeskApi, cursor: str = "1000") -> list[Any]:
    return list(TicketLog(api, "1").pages(cursor, NOW))


def audit(number: int, **changes: Any) -> dict[str, Any]:
    child = {"id": number, "event_type": "Comment", "author_id": 77, "public": True}
    return {
        "id": number,
        "ticket_id": 42,
        "created_at": "2026-11-21T09:00:00Z",
        "updater_id": 77,
        "child_events": [child],
        **changes,
    }


def page(*audits: dict[str, Any], end: int, last: bool) -> dict[str, Any]:
    return {"ticket_events": list(audits), "end_time": end, "end_of_stream": last, "next_page": None}


def test_pages_are_followed_by_their_time_to_the_end_of_the_stream(
    api: ZendeskApi, zendesk: responses.RequestsMock
) -> None:
    zendesk.get(EXPORT, json=page(audit(1), end=2000, last=False))
    zendesk.get(EXPORT, json=page(audit(1), audit(2), end=3000, last=True))
    pages = told(api)
    assert [page.cursor for page in pages] == ["2000", "3000"]
    assert [event.delivery_id for page in pages for event in page.events] == ["comment:1", "comment:1", "comment:2"]
    assert [str(call.request.url).partition("?")[2] for call in zendesk.calls] == [
        "start_time=880&include=comment_events",
        "start_time=2000&include=comment_events",
    ]


def test_a_time_that_comes_again_ends_the_reading(api: ZendeskApi, zendesk: responses.RequestsMock) -> None:
    """A thousand changes of one second: the export goes round in them."""
    zendesk.get(EXPORT, json=page(audit(1), end=2000, last=False))
    with pytest.raises(RejectedError, match="circle"):
        told(api)
    assert len(zendesk.calls) == 2


def test_ten_exports_a_minute_are_never_used_up(api: ZendeskApi, zendesk: responses.RequestsMock) -> None:
    for number in range(20):
        zendesk.get(EXPORT, json=page(end=2000 + number, last=False))
    pages = told(api)
    assert (len(zendesk.calls), pages[-1].cursor) == (MOST_PAGES, str(2000 + MOST_PAGES - 1))


def test_what_cannot_be_read_is_named_and_the_rest_is_told(api: ZendeskApi, zendesk: responses.RequestsMock) -> None:
    odd = [audit(1, child_events=None), audit(2, created_at="soon"), audit(3, ticket_id=None)]
    zendesk.get(EXPORT, json=page(*odd, audit(4), end=2000, last=True))
    (only,) = told(api)
    assert [event.delivery_id for event in only.events] == ["comment:4"]
    assert len(only.problems) == 3


def test_an_account_that_is_asked_too_often_is_waited_for(api: ZendeskApi, zendesk: responses.RequestsMock) -> None:
    zendesk.get(EXPORT, status=429, headers={"Retry-After": "40"})
    with pytest.raises(TransientError) as raised:
        told(api)
    assert raised.value.retry_after == timedelta(seconds=40)


def test_a_change_of_status_by_somebody_else_is_told(api: ZendeskApi, zendesk: responses.RequestsMock) -> None:
    solved = {"id": 9, "event_type": "Change", "status": "solved", "previous_value": "open"}
    tagged = {"id": 9, "event_type": "Change", "tags": ["x"]}
    ours = audit(7, updater_id=1, child_events=[solved])
    zendesk.get(
        EXPORT, json=page(audit(5, child_events=[solved]), audit(6, child_events=[tagged]), ours, end=2000, last=True)
    )
    (only,) = told(api)
    assert [event.delivery_id for event in only.events] == ["audit:5"]
