"""The status page of the sandbox: what its editors do, and what everybody reads."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from apps.sandbox.page_api import page_blueprint
from apps.sandbox.status_page import StatusBoard, add_status, status_blueprint

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
COMPONENTS = [{"id": "c1", "name": "Cloud North"}, {"id": "c2", "name": "Shop & more"}]
WISH: dict[str, Any] = {"name": "Cloud down", "components": ["c1"], "body": "We look into it."}


@pytest.fixture
def client() -> FlaskClient:
    moments = iter(NOON + n * timedelta(minutes=1) for n in range(1000))
    board = StatusBoard(components=COMPONENTS, now=lambda: next(moments))
    app, page = Flask(__name__), page_blueprint()
    app.register_blueprint(status_blueprint(board), url_prefix="/status")
    add_status(page, board)
    app.register_blueprint(page, url_prefix="/sandbox/api")
    return app.test_client()


def begun(client: FlaskClient) -> str:
    answer = client.post("/sandbox/api/status_page/incidents", json=WISH)
    assert answer.status_code == 201
    return str(answer.get_json()["id"])


def test_an_incident_is_listed_with_its_updates_newest_first(client: FlaskClient) -> None:
    name = begun(client)
    client.post(
        f"/sandbox/api/status_page/incidents/{name}/updates", json={"status": "identified", "body": "A digger."}
    )
    (incident,) = client.get("/status/api/v2/incidents.json").get_json()["incidents"]
    assert [each["status"] for each in incident["incident_updates"]] == ["identified", "investigating"]
    assert (incident["status"], incident["impact"], incident["resolved_at"]) == ("identified", "major", None)
    assert incident["components"][0]["status"] == "major_outage"


def test_what_is_over_stays_in_the_history_and_leaves_the_summary(client: FlaskClient) -> None:
    name = begun(client)
    assert client.get("/status/api/v2/summary.json").get_json()["components"][0]["status"] == "major_outage"
    client.post(f"/sandbox/api/status_page/incidents/{name}/updates", json={"status": "resolved", "body": "All well."})
    summary = client.get("/status/api/v2/summary.json").get_json()
    assert (summary["incidents"], summary["status"]["indicator"]) == ([], "none")
    assert client.get("/status/api/v2/incidents/unresolved.json").get_json()["incidents"] == []
    assert len(client.get("/status/api/v2/incidents.json").get_json()["incidents"]) == 1
    for feed in ("history.atom", "history.rss"):
        assert "All well." in client.get(f"/status/{feed}").text


@pytest.mark.parametrize("path", ["api/v2/incidents.json", "api/v2/summary.json", "history.atom", "history.rss"])
def test_who_has_read_it_gets_a_304_until_something_changes(client: FlaskClient, path: str) -> None:
    tag = client.get(f"/status/{path}").headers["ETag"]
    assert client.get(f"/status/{path}", headers={"If-None-Match": tag}).status_code == 304
    begun(client)
    assert client.get(f"/status/{path}", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    "wish",
    [{**WISH, "components": ["c9"]}, {**WISH, "impact": "huge"}, {**WISH, "components": "c1"}, {"name": "x"}, {}],
)
def test_an_incident_that_makes_no_sense_is_refused(client: FlaskClient, wish: dict[str, Any]) -> None:
    assert client.post("/sandbox/api/status_page/incidents", json=wish).status_code in (400, 404)
    assert client.get("/sandbox/api/status_page").get_json()["incidents"] == []


def test_an_update_of_nothing_or_into_nothing_is_refused(client: FlaskClient) -> None:
    name, wish = begun(client), {"status": "fine", "body": "x"}
    assert client.post(f"/sandbox/api/status_page/incidents/{name}/updates", json=wish).status_code == 404
    assert client.post("/sandbox/api/status_page/incidents/none/updates", json=wish).status_code == 404
