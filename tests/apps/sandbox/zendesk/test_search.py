from collections.abc import Iterator

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
