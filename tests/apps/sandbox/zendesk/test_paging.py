from typing import Any

import pytest

from tests.apps.sandbox.zendesk.larkfield import PUBLIC, Larkfield


@pytest.fixture(autouse=True)
def five_tickets(account: Larkfield) -> None:
    for number in range(5):
        account.call("POST", "tickets", json={"ticket": {"subject": str(number), "comment": {"body": "x"}}})


def followed(account: Larkfield, url: str | None) -> dict[str, Any]:
    assert str(url).startswith(f"{PUBLIC}/api/v2/")
    assert url is not None
    return dict(account.session.get(url, timeout=5).json())


def ids(page: dict[str, Any]) -> list[int]:
    return [ticket["id"] for ticket in page["tickets"]]


def test_pages_by_number_point_both_ways(account: Larkfield) -> None:
    first = account.get("tickets", per_page=2).json()
    second = followed(account, first["next_page"])
    third = followed(account, second["next_page"])
    assert [ids(page) for page in (first, second, third)] == [[1, 2], [3, 4], [5]]
    assert (first["previous_page"], third["next_page"], third["count"]) == (None, None, 5)
    assert ids(followed(account, second["previous_page"])) == [1, 2]


def test_pages_by_cursor_say_whether_more_follows(account: Larkfield) -> None:
    first = account.get("tickets", **{"page[size]": 3}).json()
    second = followed(account, first["links"]["next"])
    assert [ids(first), ids(second)] == [[1, 2, 3], [4, 5]]
    assert [first["meta"]["has_more"], second["meta"]["has_more"]] == [True, False]
    assert ids(followed(account, second["links"]["prev"])) == [1, 2, 3]
    assert "count" not in first


@pytest.mark.parametrize("query", [{"page": "x"}, {"per_page": "0"}, {"page[after]": "nonsense"}])
def test_a_page_that_cannot_be_is_refused(account: Larkfield, query: dict[str, str]) -> None:
    assert account.get("tickets", **query).status_code == 400


def test_zenpy_walks_all_pages(account: Larkfield) -> None:
    assert [ticket.id for ticket in account.zenpy.tickets(cursor_pagination=2)] == [1, 2, 3, 4, 5]
