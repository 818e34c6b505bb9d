"""The web process as one: every face is there, each with its own kind of lock."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from apps.health import KEPT_FOR
from apps.wsgi import create_app
from connectors.sql.store import SqlStore
from core.errors import ConfigurationError
from tests.apps.container import QuietContainer, quiet_container
from tests.webhooks.receiving import API_KEY

FACTS = {
    "incident": "INC-1",
    "region": "eu-west",
    "service": "The cloud",
    "started": "09:00 UTC",
    "expected_fix": "12:00 UTC",
}
SIGNAL = {"id": "outage-1", "kind": "outage", "facts": FACTS}


@pytest.fixture
def container(store: SqlStore, tmp_path: Path) -> Iterator[QuietContainer]:
    made = quiet_container(store, tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def web(container: QuietContainer) -> FlaskClient:
    return create_app(container).test_client()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/webhooks/zendesk/events"),
        ("POST", "/webhooks/zendesk/trigger"),
        ("POST", "/webhooks/twilio/message"),
        ("POST", "/webhooks/twilio/status"),
        ("POST", "/slack/events"),
        ("POST", "/signals"),
        ("POST", "/sidebar/"),
        ("GET", "/sidebar/api/tickets/42"),
        ("GET", "/sidebar/api/search"),
        ("GET", "/decisions"),
    ],
)
def test_nobody_comes_in_without_a_signature_a_token_or_a_key(web: FlaskClient, method: str, path: str) -> None:
    assert web.open(path, method=method, data=b"{}", content_type="application/json").status_code == 401


def test_the_times_of_day_are_open(web: FlaskClient) -> None:
    assert [web.get(path).status_code for path in ("/healthz", "/readyz", "/metrics")] == [200, 200, 200]


ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}
TOKEN = "fake-metrics-token"


def test_metrics_are_for_those_whom_the_settings_name(store: SqlStore, tmp_path: Path) -> None:
    named = {"HANDRAIL_METRICS_FROM": "10.0.0.0/24", "HANDRAIL_METRICS_TOKEN": TOKEN}
    web = create_app(quiet_container(store, tmp_path, **named)).test_client()
    assert web.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 200
    assert web.get("/metrics").status_code == 403
    for given, status in ((TOKEN, 200), ("guess", 403), ("", 403)):
        headers = {"Authorization": f"Bearer {given}"}
        assert web.get("/metrics", environ_base=ELSEWHERE, headers=headers).status_code == status


def test_metrics_are_for_nobody_elsewhere_where_no_token_is_set(web: FlaskClient) -> None:
    assert web.get("/metrics", environ_base=ELSEWHERE).status_code == 403
    assert web.get("/metrics", environ_base=ELSEWHERE, headers={"Authorization": "Bearer "}).status_code == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via"])
def test_what_an_unknown_proxy_on_this_machine_passes_on_is_not_from_this_machine(
    web: FlaskClient, header: str
) -> None:
    assert web.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403
    assert "checks" not in web.get("/readyz", headers={header: "127.0.0.1"}).get_json()


def test_a_balancer_sees_whether_it_is_ready_and_only_those_named_see_why_not(
    container: QuietContainer, web: FlaskClient
) -> None:
    assert web.get("/readyz", environ_base=ELSEWHERE).get_json() == {"ready": True}
    container.workers_there = 0
    time.sleep(KEPT_FOR)
    answer = web.get("/readyz", environ_base=ELSEWHERE)
    assert (answer.status_code, answer.get_json()) == (503, {"ready": False})
    assert web.get("/readyz").get_json()["checks"]["workers"] is False


def test_what_came_in_is_counted_in_the_metrics(web: FlaskClient) -> None:
    headers = {"X-Api-Key": API_KEY}
    for _ in range(2):
        assert web.post("/signals", json=SIGNAL, headers=headers).status_code == 202
    web.post("/webhooks/zendesk/events", data=b"{}")
    web.post("/slack/events", data=b"{}")
    text = web.get("/metrics").text
    for line in (
        'handrail_received_total{result="accepted",source="signals"} 1.0',
        'handrail_received_total{result="duplicate",source="signals"} 1.0',
        'handrail_received_total{result="bad_signature",source="zendesk"} 1.0',
        'handrail_received_total{result="bad_signature",source="slack"} 1.0',
    ):
        assert line in text


def test_an_accepted_signal_is_in_the_store_and_told_to_the_workers(
    web: FlaskClient, container: QuietContainer
) -> None:
    web.post("/signals", json=SIGNAL, headers={"X-Api-Key": API_KEY})
    with container.store.read() as unit:
        assert unit.events.counts()["pending"] == 1
    assert len(container.publisher.events) == 1


def test_a_page_that_does_not_exist_is_answered_in_json(web: FlaskClient) -> None:
    answer = web.get("/nowhere")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "Not Found")


def test_nothing_of_the_source_tree_is_served(web: FlaskClient) -> None:
    for path in ("/static/wsgi.py", "/apps/wsgi.py", "/sidebar/assets/../../api.py"):
        assert web.get(path).status_code == 404


def test_an_app_key_that_cannot_be_read_stops_the_start(store: SqlStore, tmp_path: Path) -> None:
    container = quiet_container(store, tmp_path, HANDRAIL_ZENDESK_APP_KEY_FILE=str(tmp_path / "absent.pem"))
    with pytest.raises(ConfigurationError, match="HANDRAIL_ZENDESK_APP_KEY_FILE"):
        create_app(container)
    container.store.close()


def test_without_an_app_key_webhooks_are_taken_and_the_sidebar_stays_shut(store: SqlStore, tmp_path: Path) -> None:
    container = quiet_container(store, tmp_path, HANDRAIL_ZENDESK_APP_KEY_FILE="")
    web = create_app(container).test_client()
    assert web.post("/signals", json=SIGNAL, headers={"X-Api-Key": API_KEY}).status_code == 202
    assert web.post("/sidebar/", data={"token": ""}).status_code == 401
    container.store.close()


def test_a_policy_that_is_wrong_stops_the_start(store: SqlStore, tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("channels: {}\n", encoding="utf-8")
    container = quiet_container(store, tmp_path, HANDRAIL_POLICY=str(tmp_path / "policy.yaml"))
    with pytest.raises(ConfigurationError, match=r"owners\.default"):
        create_app(container)
    container.store.close()
