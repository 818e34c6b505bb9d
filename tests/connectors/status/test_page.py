"""The status page's connector against the sandbox's page, over HTTP, and against pages that answer badly."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import responses
from flask import Flask
from werkzeug.serving import make_server

from apps.sandbox.company_rows import company_rows
from apps.sandbox.settings import SandboxSettings
from apps.sandbox.status_page import StatusBoard, status_blueprint
from connectors.status.page import MOST_BYTES, HttpStatusPage, read_places
from core.errors import ConfigurationError, RejectedError, TransientError
from core.model.outreach import Place

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
URL = "https://status.example.com"


class Company:
    """The sandbox's status page on a port, with a clock that stands."""

    def __init__(self) -> None:
        self.at = NOON
        components = company_rows(SandboxSettings().seed, "status_page", "components")
        self.board = StatusBoard(components=components, now=lambda: self.at)
        app = Flask(__name__)
        app.register_blueprint(status_blueprint(self.board), url_prefix="/status")
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.port}/status"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def company() -> Iterator[Company]:
    made = Company()
    yield made
    made.server.shutdown()


ADDRESSES = ["", "/api/v2/summary.json", "/history.atom", "/history.rss"]


@pytest.mark.parametrize("where", ADDRESSES)
def test_an_incident_is_read_the_same_wherever_the_page_is_read(company: Company, where: str) -> None:
    page = HttpStatusPage(company.url + where)
    assert page.read("").incidents == ()
    begun = company.board.begin("Cloud & video", ["cmp-north"], "We look into it. Expected fix: 15:30 UTC")
    company.at += timedelta(minutes=7)
    company.board.update(begun["id"], "identified", "A cable & a digger.")
    (incident,) = page.read("").incidents
    assert incident.title == "Cloud & video"
    assert (incident.newest.state, incident.newest.text) == ("identified", "A cable & a digger.")
    assert "Expected fix: 15:30 UTC" in incident.updates[1].text
    assert incident.newest.at == company.at
    assert not incident.over
    if "history" not in where:
        assert (incident.components, incident.impact, incident.started_at) == (
            ("Larkfield cloud North",),
            "major",
            NOON,
        )
    company.board.update(begun["id"], "resolved", "It works.")
    assert all(each.over for each in page.read("").incidents)


@pytest.mark.parametrize("where", ADDRESSES)
def test_every_update_has_a_name_of_its_own_that_stays(company: Company, where: str) -> None:
    page = HttpStatusPage(company.url + where)
    begun = company.board.begin("Cloud", ["cmp-north"], "One")
    names = {page.read("").incidents[0].newest.id}
    assert page.read("").incidents[0].newest.id in names
    company.board.update(begun["id"], "monitoring", "Two")
    names.add(page.read("").incidents[0].newest.id)
    company.board.update(begun["id"], "monitoring", "Three")
    names.add(page.read("").incidents[0].newest.id)
    assert len(names) == 3


def test_a_page_that_has_not_changed_is_not_read_again(company: Company) -> None:
    page = HttpStatusPage(company.url)
    first = page.read("")
    assert page.read(first.mark).unchanged
    company.board.begin("Cloud", ["cmp-north"], "One")
    changed = page.read(first.mark)
    assert (changed.unchanged, len(changed.incidents)) == (False, 1)
    assert page.read("no mark at all").incidents == changed.incidents


@responses.activate
@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"", 200, RejectedError),
        (b"<html><body>Maintenance</body></html>", 200, RejectedError),
        (b'{"incidents": "none"}', 200, RejectedError),
        (b'{"incidents": [{"id": "1"}]}', 200, RejectedError),
        (b'{"a":' * 50_000, 200, RejectedError),
        (b"{" + b" " * (MOST_BYTES + 1), 200, RejectedError),
        (b"gone", 404, RejectedError),
        (b"", 301, RejectedError),
        (b"busy", 429, TransientError),
        (b"broken", 503, TransientError),
    ],
)
def test_an_answer_that_is_none_is_an_error_of_ours(body: bytes, status: int, error: type[Exception]) -> None:
    responses.get(f"{URL}/api/v2/incidents.json", body=body, status=status)
    with pytest.raises(error):
        HttpStatusPage(URL).read("")


@responses.activate
def test_an_answer_that_names_a_file_of_ours_is_not_read_from_it(tmp_path: Path) -> None:
    ours = tmp_path / "feed.xml"
    ours.write_text('<rss version="2.0"><channel><item><guid>a</guid><title>Ours</title></item></channel></rss>')
    responses.get(f"{URL}/feed.xml", body=str(ours))
    with pytest.raises(RejectedError):
        HttpStatusPage(f"{URL}/feed.xml").read("")


@responses.activate
def test_a_page_that_does_not_answer_passes() -> None:
    with pytest.raises(TransientError, match="does not answer"):
        HttpStatusPage(URL).read("")


@responses.activate
def test_a_plain_feed_says_in_its_headline_or_words_where_it_stands() -> None:
    feed = """<?xml version="1.0"?><rss version="2.0"><channel><title>S</title>
      <item><title>Resolved: e-mail is slow</title><guid>a</guid><pubDate>Sat, 21 Nov 2026 09:00:00 GMT</pubDate></item>
      <item><title>Logins fail</title><guid>b</guid><pubDate>Sat, 21 Nov 2026 09:00:00 GMT</pubDate>
        <description>We are looking into it.</description></item>
      <item><title>Shop</title><guid>c</guid><pubDate>Sat, 21 Nov 2026 09:00:00 GMT</pubDate>
        <description>Service was restored at noon.</description></item>
      <item><title>Without a time</title><guid>d</guid></item></channel></rss>"""
    responses.get(f"{URL}/feed.xml", body=feed, headers={"Last-Modified": "Sat, 21 Nov 2026 09:00:00 GMT"})
    reading = HttpStatusPage(f"{URL}/feed.xml").read("")
    assert [(each.title, each.newest.state, each.over) for each in reading.incidents] == [
        ("e-mail is slow", "resolved", True),
        ("Logins fail", "investigating", False),
        ("Shop", "resolved", True),
    ]
    responses.get(f"{URL}/feed.xml", status=304)
    assert HttpStatusPage(f"{URL}/feed.xml").read(reading.mark).unchanged
    assert responses.calls[-1].request.headers["If-Modified-Since"] == "Sat, 21 Nov 2026 09:00:00 GMT"


@responses.activate
def test_a_feed_is_no_way_to_files_or_to_memory() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname"><!ENTITY b "&a;&a;">]>'
    item = "<item><title>T &a; &b;</title><guid>g</guid><pubDate>Sat, 21 Nov 2026 09:00:00 GMT</pubDate></item>"
    responses.get(f"{URL}/f.xml", body=f'{bomb}<rss version="2.0"><channel>{item}</channel></rss>')
    told = "".join(each.title for each in HttpStatusPage(f"{URL}/f.xml").read("").incidents)
    assert Path("/etc/hostname").read_text().strip() not in told


@pytest.mark.parametrize("url", ["status.example.com", "ftp://x", "file:///etc/passwd"])
def test_an_address_that_is_none_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ConfigurationError):
        HttpStatusPage(url)


def test_the_places_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "places.json"
    file.write_text('{"components": [{"component": "Cloud*", "region": "north"}]}')
    assert read_places(file) == (Place(component="Cloud*", region="north"),)
    assert read_places(file)[0].covers("cloud north")
    assert not read_places(file)[0].covers("Shop")
    for text in ("", "[]", '{"components": []}', '{"components": [{"region": "x"}]}'):
        file.write_text(text)
        with pytest.raises(ConfigurationError, match=r"places\.json"):
            read_places(file)
    with pytest.raises(ConfigurationError):
        read_places(tmp_path / "none.json")


def test_the_demo_knows_where_its_components_are() -> None:
    places = read_places(Path("apps/demo/status_places.json"))
    components = [row["name"] for row in company_rows(SandboxSettings().seed, "status_page", "components")]
    assert {place.component for place in places} <= set(components)
