"""Who may call, how often, and how lists are paged."""

import base64
from typing import Any

import pytest
import requests

from apps.sandbox.zendesk.state import Limits
from tests.apps.sandbox.zendesk.larkfield import BOT, PUBLIC, TOKEN, Larkfield, larkfield


def asked(account: Larkfield, authorization: str | None) -> requests.Response:
    headers = {"Authorization": authorization} if authorization else {}
    return requests.get(f"{account.base}/api/v2/users/me.json", headers=headers, timeout=5)


def basic(login: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Basic %%%",
        "Bearer nothing",
        basic(f"{BOT}/token", "wrong"),
        basic(BOT, TOKEN),
        basic("nobody@mail.example/token", TOKEN),
        basic("ann@mail.example/token", TOKEN),
    ],
)
def test_strangers_and_customers_are_turned_away(account: Larkfield, authorization: str | None) -> None:
    answer = asked(account, authorization)
    assert (answer.status_code, answer.json()) == (401, {"error": "Couldn't authenticate you"})


def test_an_api_token_and_a_bearer_token_let_staff_in() -> None:
    with larkfield(bearer_tokens={"fake-bearer": BOT}) as account:
        for authorization in (basic(f"{BOT}/token", TOKEN), "Bearer fake-bearer"):
            assert asked(account, authorization).json()["user"]["email"] == BOT


def test_the_json_suffix_is_optional(account: Larkfield) -> None:
    assert account.get("groups").json() == account.get("groups.json").json()


def test_an_unknown_address_and_a_wrong_method_are_named(account: Larkfield) -> None:
    assert account.get("nothing").json()["error"] == "InvalidEndpoint"
    assert account.call("DELETE", "tickets").status_code == 405


def test_a_body_that_is_not_json_is_refused(account: Larkfield) -> None:
    assert account.call("POST", "tickets", data=b"{").status_code == 400
    assert account.call("POST", "tickets", json={"wrong": {}}).status_code == 400


def test_each_answer_tells_what_is_left_of_the_minute(account: Larkfield) -> None:
    first, second = account.get("groups"), account.get("tickets/99")
    assert first.headers["x-rate-limit"] == "700"
    left = [int(each.headers["ratelimit-remaining"]) for each in (first, second)]
    assert left == [699, 698]
    assert account.get("tickets").headers["zendesk-ratelimit-tickets-index"].startswith("total=100; remaining=99")


def test_over_the_limit_the_caller_is_told_how_long_to_wait() -> None:
    with larkfield(requests_per_minute=2) as account:
        account.clock.pass_by(seconds=20)
        assert [account.get("groups").status_code for _ in range(3)] == [200, 200, 429]
        assert account.get("groups").headers["Retry-After"] == "40"
        account.clock.pass_by(seconds=40)
        assert account.get("groups").status_code == 200


def test_one_user_may_update_one_ticket_so_often_in_ten_minutes() -> None:
    with larkfield(updates_per_ticket=2) as account:
        account.call("POST", "tickets", json={"ticket": {"subject": "x", "comment": {"body": "x"}}})
        update = {"ticket": {"comment": {"body": "again"}}}
        assert [account.call("PUT", "tickets/1", json=update).status_code for _ in range(3)] == [200, 200, 429]


def test_a_window_that_is_over_is_forgotten(account: Larkfield) -> None:
    limits: Limits = account.state.limits
    assert limits.spend_request().remaining == 699
    account.clock.pass_by(minutes=1)
    assert limits.spend_request().remaining == 699


#


@pytest.fixture
def five_tickets(account: Larkfield) -> None:
    for number in range(5):
        account.call("POST", "tickets", json={"ticket": {"subject": str(number), "comment": {"body": "x"}}})


def followed(account: Larkfield, url: str | None) -> dict[str, Any]:
    assert str(url).startswith(f"{PUBLIC}/api/v2/")
    assert url is not None
    return dict(account.session.get(url, timeout=5).json())


def ids(page: dict[str, Any]) -> list[int]:
    return [ticket["id"] for ticket in page["tickets"]]


@pytest.mark.usefixtures("five_tickets")
def test_pages_by_number_point_both_ways(account: Larkfield) -> None:
    first = account.get("tickets", per_page=2).json()
    second = followed(account, first["next_page"])
    third = followed(account, second["next_page"])
    assert [ids(page) for page in (first, second, third)] == [[1, 2], [3, 4], [5]]
    assert (first["previous_page"], third["next_page"], third["count"]) == (None, None, 5)
    assert ids(followed(account, second["previous_page"])) == [1, 2]


@pytest.mark.usefixtures("five_tickets")
def test_pages_by_cursor_say_whether_more_follows(account: Larkfield) -> None:
    first = account.get("tickets", **{"page[size]": 3}).json()
    second = followed(account, first["links"]["next"])
    assert [ids(first), ids(second)] == [[1, 2, 3], [4, 5]]
    assert [first["meta"]["has_more"], second["meta"]["has_more"]] == [True, False]
    assert ids(followed(account, second["links"]["prev"])) == [1, 2, 3]
    assert "count" not in first


@pytest.mark.usefixtures("five_tickets")
@pytest.mark.parametrize("query", [{"page": "x"}, {"per_page": "0"}, {"page[after]": "nonsense"}])
def test_a_page_that_cannot_be_is_refused(account: Larkfield, query: dict[str, str]) -> None:
    assert account.get("tickets", **query).status_code == 400


@pytest.mark.usefixtures("five_tickets")
def test_zenpy_walks_all_pages(account: Larkfield) -> None:
    assert [ticket.id for ticket in account.zenpy.tickets(cursor_pagination=2)] == [1, 2, 3, 4, 5]
