import re
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from apps.rate_limit import ELSEWHERE, NOT_LET_IN, OF_A_SOURCE, OF_A_VENDOR, RateLimit, source_of
from apps.wsgi import create_app
from connectors.sql.store import SqlStore
from tests.apps.container import QuietContainer, quiet_container
from tests.webhooks.receiving import API_KEY, zendesk_headers

EVERYTHING = {
    "HANDRAIL_JOURNEY_ORIGINS": "https://shop.example.com",
    "HANDRAIL_TWILIO_VOICE_NUMBER": "+15005550006",
    "HANDRAIL_SUNSHINE_APP_ID": "app" + "5" * 21,
    "HANDRAIL_SLACK_BOT_TOKEN": "",
    "HANDRAIL_SLACK_CLIENT_ID": "1.2",
    "HANDRAIL_SLACK_CLIENT_SECRET": "fake-client-secret",
    "HANDRAIL_TRUSTED_PROXIES": "10.0.0.0/24, 2001:db8::7",
}
SOMEWHERE = "203.0.113.9"
ANOTHER = "198.51.100.4"


@pytest.fixture
def container(store: SqlStore, tmp_path: Path) -> Iterator[QuietContainer]:
    made = quiet_container(store, tmp_path, **EVERYTHING)
    yield made
    made.store.close()


@pytest.fixture
def app(container: QuietContainer) -> Flask:
    return create_app(container)


@pytest.fixture
def web(app: Flask) -> FlaskClient:
    return app.test_client()


def asks(web: FlaskClient, path: str, times: int, source: str = SOMEWHERE, **more: str) -> list[int]:
    base = {"REMOTE_ADDR": source}
    return [web.get(path, environ_base=base, headers=more).status_code for _ in range(times)]


MORE = 5  # than allowed: where a minute ends meanwhile, one of those before counts no more


def stopped(answers: Sequence[int], allowed: int) -> bool:
    return set(answers[:allowed]) == {200} and answers[-1] == 429


def most(limit: str) -> int:
    return int(limit.partition(" ")[0])


def test_every_route_has_a_limit_and_every_limit_a_route(app: Flask) -> None:
    names = {rule.endpoint.rpartition(".")[0] or rule.endpoint for rule in app.url_map.iter_rules()}
    assert names == set(OF_A_SOURCE)


def test_so_many_at_once_and_no_more() -> None:
    limit = RateLimit("5 per 1 second")
    _begin_a_second()
    assert [limit.wait("maria") for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    assert limit.wait("tom") == 0


def test_a_rate_in_the_long_run_is_so_many_a_second() -> None:
    limit, allowed, until = RateLimit("10 per 1 second"), 0, time.monotonic() + 3
    while time.monotonic() < until:
        allowed += limit.wait("maria") == 0
        time.sleep(0.01)
    assert 25 <= allowed <= 42


@pytest.mark.parametrize("jump", [-3600, 3600])
def test_a_clock_that_jumps_locks_nobody_out(monkeypatch: pytest.MonkeyPatch, jump: float) -> None:
    now = 1_795_600_800.0
    clock = SimpleNamespace(time=lambda: now)
    monkeypatch.setattr("limits.storage.memory.time", clock)
    monkeypatch.setattr("limits.strategies.time", clock)
    limit = RateLimit("5 per 1 minute")
    assert [limit.wait("maria") > 0 for _ in range(6)] == [False] * 5 + [True]
    now += jump
    assert [limit.wait("maria") > 0 for _ in range(6)] == [False] * 5 + [True]
    now += 120
    assert limit.wait("maria") == 0


def test_to_look_is_not_to_ask() -> None:
    limit = RateLimit("1 per 1 minute")
    assert [limit.look("maria") for _ in range(3)] == [0, 0, 0]
    assert limit.wait("maria") == 0
    assert limit.look("maria") >= 1


def test_an_address_that_asks_too_often_waits_and_no_other_does(web: FlaskClient) -> None:
    allowed = most(OF_A_SOURCE["receipts"])
    assert stopped(asks(web, "/receipt/style.css", allowed + MORE), allowed)
    assert asks(web, "/receipt/style.css", 1, ANOTHER) == [200]
    assert asks(web, "/healthz", 1) == [200]
    refused = web.get("/receipt/style.css", environ_base={"REMOTE_ADDR": SOMEWHERE})
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.get_json()["error"]["code"] == "rate_limited"


def test_paths_that_lead_nowhere_are_counted_too(web: FlaskClient) -> None:
    answers = asks(web, "/.env", most(ELSEWHERE) + MORE)
    assert (answers[0], answers[-1]) == (404, 429)


def test_a_strangers_calls_take_nothing_from_the_vendor_at_the_same_address(web: FlaskClient) -> None:
    strangers = [
        web.post("/webhooks/zendesk/events", data=b"{}", environ_base={"REMOTE_ADDR": SOMEWHERE}).status_code
        for _ in range(most(NOT_LET_IN) + MORE)
    ]
    assert (strangers[0], strangers[-1]) == (401, 429)
    body = b'{"id": "1", "type": "zen:event-type:handrail.test", "time": "2026-11-24T00:00:00Z", "detail": {"id": "0"}}'
    headers = zendesk_headers(body, datetime.now(UTC))
    genuine = web.post(
        "/webhooks/zendesk/events",
        data=body,
        headers=headers,
        content_type="application/json",
        environ_base={"REMOTE_ADDR": SOMEWHERE},
    )
    assert genuine.status_code == 202


def test_a_burst_that_a_vendor_signed_is_far_below_the_limit() -> None:
    assert most(OF_A_VENDOR) >= 10 * 1_000
    assert most(NOT_LET_IN) * 50 <= most(OF_A_VENDOR)


def test_a_whole_office_whose_tokens_have_run_out_hears_so_and_no_stranger_takes_that_from_it(web: FlaskClient) -> None:
    assert asks(web, "/decisions", most(NOT_LET_IN) + MORE, **{"X-Api-Key": "guess"})[-1] == 429
    answers = asks(web, "/sidebar/api/tickets/42", most(NOT_LET_IN) + MORE, Authorization="Bearer run-out")
    assert set(answers) == {401}


def test_a_key_that_is_guessed_is_soon_answered_no_more(web: FlaskClient) -> None:
    answers = asks(web, "/decisions", most(NOT_LET_IN) + MORE, **{"X-Api-Key": "guess"})
    assert (answers[0], answers[-1]) == (401, 429)
    assert asks(web, "/decisions", 1, **{"X-Api-Key": API_KEY}) == [200]


def test_visitors_behind_our_proxy_are_counted_each(web: FlaskClient) -> None:
    allowed = most(OF_A_SOURCE["receipts"])
    path, proxy = "/receipt/style.css", "10.0.0.7"
    assert stopped(asks(web, path, allowed + MORE, proxy, **{"X-Forwarded-For": f"{ANOTHER}, {SOMEWHERE}"}), allowed)
    assert asks(web, path, 1, proxy, **{"X-Forwarded-For": ANOTHER}) == [200]
    assert set(asks(web, path, allowed + MORE, proxy)) == {200}
    assert set(asks(web, path, allowed + MORE, "2001:db8::7")) == {200}


def test_a_stranger_cannot_be_somebody_else_at_each_request(web: FlaskClient) -> None:
    allowed = most(OF_A_SOURCE["receipts"])
    said = [{"X-Forwarded-For": f"192.0.2.{number}"} for number in range(allowed + MORE)]
    assert stopped([asks(web, "/receipt/style.css", 1, **each)[0] for each in said], allowed)


def test_what_is_refused_is_counted(web: FlaskClient) -> None:
    asks(web, "/receipt/style.css", most(OF_A_SOURCE["receipts"]) + MORE)
    assert re.search(r'handrail_rate_limited_total\{route="receipts"\} [1-5]\.0', web.get("/metrics").text)


def test_one_ipv6_network_is_one_source() -> None:
    assert source_of("2001:db8:1:2::7") == source_of("2001:db8:1:2:ffff::1") != source_of("2001:db8:1:3::7")
    assert source_of("::ffff:203.0.113.9") == "::ffff:203.0.113.9"
    assert source_of("203.0.113.9") == "203.0.113.9"


def _begin_a_second() -> None:
    """A window begins with each whole second."""
    time.sleep(1 - time.time() % 1)
