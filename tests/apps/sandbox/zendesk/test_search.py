"""Searches and incremental exports of the account."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.apps.sandbox.zendesk.larkfield import Larkfield, larkfield


@pytest.fixture(scope="module")
def three() -> Iterator[Larkfield]:
    """Three tickets, the third of a day later."""
    with larkfield() as account:
        ids = account.ids
        for asked in (
            {"subject": "Refund late", "tags": ["vip"], "priority": "high", "requester_id": ids["ann"]},
            {"subject": "Hub blinks", "group_id": ids["specialists"], "assignee_id": ids["tom"], "external_id": "X-1"},
        ):
            account.call("POST", "tickets", json={"ticket": {"comment": {"body": "Please help"}, **asked}})
        account.clock.pass_by(days=1)
        custom = [{"id": ids["intent"], "value": "intent_billing"}]
        wanted = {"subject": "Invoice", "comment": {"body": "A copy"}, "custom_fields": custom}
        account.call("POST", "tickets", json={"ticket": wanted})
        yield account


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("type:ticket", [1, 2, 3]),
        ("type:ticket refund", [1]),
        ('type:ticket "please help"', [1, 2]),
        ("type:ticket -refund", [2, 3]),
        ("type:ticket tags:vip", [1]),
        ("type:ticket -tags:vip", [2, 3]),
        ("type:ticket status:new", [1, 3]),
        ("type:ticket status<pending", [1, 2, 3]),
        ("type:ticket priority>=high", [1]),
        ("type:ticket priority:none", [2, 3]),
        ("type:ticket requester:ann@mail.example", [1]),
        ('type:ticket requester:"Ann Field"', [1]),
        ("type:ticket assignee:none", [1, 3]),
        ("type:ticket group:specialists", [2]),
        ("type:ticket external_id:X-1", [2]),
        ("type:ticket subject:hub*", [2]),
        ("type:ticket created>2026-11-22T00:00:00Z", [3]),
        ("type:ticket created<2026-11-22", [1, 2]),
        ("type:ticket created:2026-11-21", [1, 2]),
        ("type:ticket updated>1hours", [3]),
        ("type:ticket fieldvalue:intent_billing", [3]),
        ("type:ticket comment:copy", [3]),
        ("type:ticket via:api", [1, 2, 3]),
        ("type:ticket unicorn", []),
    ],
)
def test_a_query_finds(three: Larkfield, query: str, found: list[int]) -> None:
    results = three.get("search", query=query).json()["results"]
    assert [row["id"] for row in results] == found
    assert three.get("search/count", query=query).json() == {"count": len(found)}


def test_without_a_type_everything_is_searched(three: Larkfield) -> None:
    results = three.get("search", query="specialists").json()["results"]
    assert [row["result_type"] for row in results] == ["group"]
    assert [row["result_type"] for row in three.get("search", query="type:user ann").json()["results"]] == ["user"]


def test_results_can_be_sorted(three: Larkfield) -> None:
    results = three.get("search", query="type:ticket", sort_by="created_at").json()["results"]
    assert results[0]["id"] == 3


@pytest.mark.parametrize("query", ["", "created>yesterday"])
def test_a_query_that_cannot_be_is_refused(three: Larkfield, query: str) -> None:
    assert three.get("search", query=query).status_code in (400, 422)


def test_beyond_a_thousand_results_only_the_export_goes(three: Larkfield) -> None:
    assert three.get("search", query="type:ticket", page=11, per_page=100).status_code == 422
    assert three.get("search/export", **{"query": "refund", "filter[type]": "ticket"}).json()["results"][0]["id"] == 1
    assert three.get("search/export", query="refund").status_code == 422


def test_zenpy_searches_with_its_own_words(three: Larkfield) -> None:
    assert [ticket.id for ticket in three.zenpy.search(type="ticket", tags="vip")] == [1]
    assert [ticket.id for ticket in three.zenpy.search("late", type="ticket", minus="unicorn")] == [1]


#


def opened(account: Larkfield) -> int:
    answer = account.call("POST", "tickets", json={"ticket": {"subject": "x", "comment": {"body": "x"}}})
    return int(answer.json()["ticket"]["id"])


def test_the_last_minute_is_never_exported() -> None:
    with larkfield(export_lag=timedelta(seconds=60)) as account:
        opened(account)
        assert account.get("incremental/tickets/cursor", start_time=0).json()["tickets"] == []
        account.clock.pass_by(seconds=61)
        page = account.get("incremental/tickets/cursor", start_time=0).json()
        assert ([row["id"] for row in page["tickets"]], page["end_of_stream"]) == ([1], True)


def test_a_start_within_the_last_minute_is_refused() -> None:
    with larkfield(export_lag=timedelta(seconds=60)) as account:
        now = int(account.clock.now().timestamp())
        assert account.get("incremental/tickets/cursor", start_time=now - 30).status_code == 422
        assert account.get("incremental/tickets/cursor", start_time=now - 61).status_code == 200
        assert account.get("incremental/tickets/cursor").status_code == 400


def test_a_cursor_goes_on_where_it_stopped_and_sees_later_changes(account: Larkfield) -> None:
    for _ in range(3):
        opened(account)
        account.clock.pass_by(seconds=1)
    first = account.get("incremental/tickets/cursor", start_time=0, per_page=2).json()
    assert ([row["id"] for row in first["tickets"]], first["end_of_stream"]) == ([1, 2], False)
    second = account.session.get(first["after_url"], timeout=5).json()
    assert ([row["id"] for row in second["tickets"]], second["end_of_stream"]) == ([3], True)
    account.call("PUT", "tickets/1", json={"ticket": {"tags": ["x"]}})
    third = account.get("incremental/tickets/cursor", cursor=second["after_cursor"]).json()
    assert [row["id"] for row in third["tickets"]] == [1]
    assert account.get("incremental/tickets/cursor", cursor="nonsense").status_code == 400


def test_an_export_may_be_asked_for_ten_times_a_minute(account: Larkfield) -> None:
    answers = [account.get("incremental/tickets/cursor", start_time=0).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_events_of_tickets_are_their_audits(account: Larkfield) -> None:
    opened(account)
    page = account.get("incremental/ticket_events", start_time=0).json()
    (event,) = page["ticket_events"]
    assert (event["ticket_id"], event["child_events"][0]["event_type"]) == (1, "Comment")


def test_comments_are_whole_in_the_events_of_tickets_only_where_they_are_asked_for(account: Larkfield) -> None:
    opened(account)
    account.call("PUT", "tickets/1", json={"ticket": {"status": "pending"}})
    plain = account.get("incremental/ticket_events", start_time=0).json()["ticket_events"]
    whole = account.get("incremental/ticket_events", start_time=0, include="comment_events").json()["ticket_events"]
    (said,) = [child for child in whole[0]["child_events"] if child["event_type"] == "Comment"]
    (present,) = [child for child in plain[0]["child_events"] if child["event_type"] == "Comment"]
    assert (said["author_id"], said["audit_id"], "body" in said) == (whole[0]["updater_id"], whole[0]["id"], True)
    assert (present["comment_present"], present["comment_public"], "body" in present) == (True, True, False)
    changes = [child for child in whole[1]["child_events"] if child["event_type"] == "Change"]
    assert [(child["status"], child["previous_value"]) for child in changes if "status" in child] == [
        ("pending", "new")
    ]
