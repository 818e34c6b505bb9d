from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
import requests
import responses

from connectors.rates import RateBudget
from connectors.zendesk.api import ZendeskAccount, area, connect, header_safe, move_to, stated_budget
from connectors.zendesk.helpdesk import ZendeskHelpdesk
from core.errors import RejectedError, TransientError

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
USER = {"user": {"id": 7, "name": "Ann", "role": "end-user", "created_at": "2026-01-01T00:00:00Z"}}
PUBLIC = "https://larkfield.zendesk.com/api/v2/users/7.json"


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def test_another_address_keeps_its_prefix_path_and_the_question() -> None:
    asked = "https://larkfield.zendesk.com/api/v2/users.json?page[size]=2"
    assert move_to(asked, "http://127.0.0.1:9000/zendesk/") == (
        "http://127.0.0.1:9000/zendesk/api/v2/users.json?page[size]=2"
    )


def test_requests_go_to_base_url_and_answers_seem_to_come_from_the_account(zendesk: responses.RequestsMock) -> None:
    elsewhere = ZendeskAccount(
        subdomain="larkfield", email="i@larkfield.example", token="fake", base_url="http://127.0.0.1:9000/zendesk"
    )
    zendesk.get("http://127.0.0.1:9000/zendesk/api/v2/users/7.json", json=USER)
    api = connect(elsewhere)
    seen: list[str] = []
    api.session.hooks["response"].append(lambda answer, **_: seen.append(answer.url))
    assert ZendeskHelpdesk(api).person("7").name == "Ann"
    assert seen == [PUBLIC]


def test_the_timeouts_are_three_and_ten_seconds(account: ZendeskAccount, zendesk: responses.RequestsMock) -> None:
    zendesk.get(PUBLIC, json=USER)
    ZendeskHelpdesk(connect(account)).person("7")
    assert zendesk.calls[0].request.req_kwargs["timeout"] == (3.0, 10.0)  # type: ignore[attr-defined]


def test_a_lost_answer_is_not_asked_for_again(account: ZendeskAccount, zendesk: responses.RequestsMock) -> None:
    zendesk.get(PUBLIC, body=requests.ConnectionError("reset"))
    with pytest.raises(TransientError):
        ZendeskHelpdesk(connect(account)).person("7")
    assert len(zendesk.calls) == 1


def test_a_budget_below_three_percent_is_kept_for_others(
    account: ZendeskAccount, zendesk: responses.RequestsMock
) -> None:
    clock = Clock()
    api = connect(account, clock)
    desk = ZendeskHelpdesk(api)
    left = {"ratelimit-limit": "400", "ratelimit-remaining": "11", "ratelimit-reset": "20"}
    zendesk.get(PUBLIC, json=USER, headers=left)
    desk.person("7")
    assert api.budget() == RateBudget(limit=400, remaining=11, resets_at=NOW + timedelta(seconds=20))
    with pytest.raises(TransientError) as caught:
        desk.person("7")
    assert caught.value.retry_after == timedelta(seconds=20)
    assert len(zendesk.calls) == 1
    clock.at += timedelta(seconds=20)
    desk.person("7")
    assert len(zendesk.calls) == 2


def test_the_help_center_has_a_budget_of_its_own(account: ZendeskAccount, zendesk: responses.RequestsMock) -> None:
    api = connect(account, Clock())
    spent = {"x-rate-limit": "400", "x-rate-limit-remaining": "0"}
    zendesk.get("https://larkfield.zendesk.com/api/v2/help_center/locales.json", json={}, headers=spent)
    zendesk.get(PUBLIC, json=USER)
    with api.reading("look"):
        api.get("/api/v2/help_center/locales.json")
    assert ZendeskHelpdesk(api).person("7").name == "Ann"
    with pytest.raises(TransientError), api.reading("look"):
        api.get("/api/v2/help_center/locales.json")


@pytest.mark.parametrize(
    "headers",
    [{}, {"x-rate-limit": "400"}, {"x-rate-limit": "many", "x-rate-limit-remaining": "3"},
     {"x-rate-limit": "0", "x-rate-limit-remaining": "0"}],
)  # fmt: skip
def test_headers_that_make_no_sense_are_no_budget(headers: dict[str, str]) -> None:
    answer = requests.Response()
    answer.headers.update(headers)
    assert stated_budget(answer, NOW) is None


def test_areas_are_told_apart_by_path() -> None:
    assert area("https://a.zendesk.com/api/v2/help_center/sections.json") == "help_center"
    assert area("https://a.zendesk.com/api/v2/tickets/1.json") == "support"


def test_credentials_never_leave_the_account(account: ZendeskAccount, zendesk: responses.RequestsMock) -> None:
    api = connect(account)
    for address in ("https://elsewhere.example/x", "https://larkfield.zendesk.com.elsewhere.example/x", "//other/x"):
        with pytest.raises(RejectedError), api.reading("look"):
            api.get(address)
    assert len(zendesk.calls) == 0


def test_each_thread_has_a_client_of_its_own(account: ZendeskAccount) -> None:
    api = connect(account)
    sessions = [api.session]
    other = Thread(target=lambda: sessions.append(api.session))
    other.start()
    other.join()
    assert sessions[0] is api.session
    assert sessions[0] is not sessions[1]


def test_a_key_fits_into_a_header() -> None:
    assert header_safe("reply:7") == "reply:7"
    assert len(header_safe("k" * 300)) == 64
    assert header_safe("ü").isascii()


def test_the_token_is_not_shown(account: ZendeskAccount) -> None:
    assert "fake-zendesk-token" not in repr(account)


@pytest.mark.parametrize("change", [{"subdomain": ""}, {"email": ""}, {"token": ""}, {"base_url": "ftp://x"}])
def test_an_account_without_what_it_needs_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        ZendeskAccount(**{"subdomain": "a", "email": "b", "token": "c", **change})  # type: ignore[arg-type]
