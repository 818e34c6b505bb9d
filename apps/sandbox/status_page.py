"""The company's public status page, served as Statuspage does and as feeds; and its editors' buttons."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count
from typing import Any
from xml.sax.saxutils import escape

from flask import Blueprint, Response, jsonify, request

from apps.sandbox.page_api import Answer, PageError, read_body, require

# What stands on the status page: components, incidents and their updates.

Row = dict[str, Any]
STATES = ("investigating", "identified", "monitoring", "resolved")
IMPACTS = ("none", "minor", "major", "critical")
OVER = "resolved"


class UnknownError(Exception):
    """The page has no such incident, component, state or impact."""


@dataclass(slots=True, kw_only=True)
class StatusBoard:
    """Thread-safe; incidents newest first, their updates too. `now` is the sandbox's clock."""

    components: Sequence[Row]
    now: Callable[[], datetime]
    _incidents: list[Row] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, name: str, components: Sequence[str], body: str, impact: str = "major") -> Row:
        """Raises UnknownError."""
        known = {row["id"]: row for row in self.components}
        if impact not in IMPACTS or any(each not in known for each in components):
            raise UnknownError(f"no impact {impact} or no component of {', '.join(components)}")
        with self._lock:
            number, at = next(self._numbers), _format_time(self.now())
            incident = {
                "id": f"inc{number:09d}",
                "name": name,
                "status": STATES[0],
                "created_at": at,
                "updated_at": at,
                "started_at": at,
                "monitoring_at": None,
                "resolved_at": None,
                "impact": impact,
                "shortlink": f"https://status.larkfield.example/i/{number}",
                "page_id": "larkfield",
                "components": [_component(known[each], "major_outage") for each in components],
                "incident_updates": [],
            }
            self._incidents.insert(0, incident)
            self._update(incident, STATES[0], body)
            return incident

    def update(self, incident_id: str, state: str, body: str) -> Row:
        """Raises UnknownError."""
        with self._lock:
            incident = next((row for row in self._incidents if row["id"] == incident_id), None)
            if incident is None or state not in STATES:
                raise UnknownError(f"no incident {incident_id} or no state {state}")
            self._update(incident, state, body)
            return incident

    def _update(self, incident: Row, state: str, body: str) -> None:
        at = _format_time(self.now())
        update = {
            "id": f"upd{next(self._numbers):09d}",
            "status": state,
            "body": body,
            "incident_id": incident["id"],
            "created_at": at,
            "updated_at": at,
            "display_at": at,
        }
        incident["incident_updates"].insert(0, update)
        incident |= {"status": state, "updated_at": at}
        if state == OVER:
            incident["resolved_at"] = at
            incident["components"] = [{**each, "status": "operational"} for each in incident["components"]]

    def incidents(self, *, unresolved: bool = False) -> list[Row]:
        with self._lock:
            # Copies, for the next update changes the lists.
            rows = [{**row, "incident_updates": list(row["incident_updates"])} for row in self._incidents]
        return [row for row in rows if not unresolved or row["status"] != OVER]

    def states(self) -> list[Row]:
        """The components, each as the open incidents leave it."""
        hurt = {each["id"] for row in self.incidents(unresolved=True) for each in row["components"]}
        return [_component(row, "major_outage" if row["id"] in hurt else "operational") for row in self.components]


def _component(row: Row, status: str) -> Row:
    return {"id": row["id"], "name": row["name"], "status": status, "group": False, "group_id": None}


def _format_time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


# The status page over HTTP: Statuspage's public JSON, its Atom and RSS histories; and its editors' buttons.

TITLE, HOME = "Larkfield Home Status", "https://status.larkfield.example"


def status_blueprint(board: StatusBoard) -> Blueprint:
    """Everybody may read it. Every answer has an ETag, and whoever knows it already gets a 304."""
    status = Blueprint("status", __name__)

    @status.get("/api/v2/incidents.json")
    def incidents() -> Response:
        return _answer_with_etag(jsonify(page=_page(board), incidents=board.incidents()))

    @status.get("/api/v2/incidents/unresolved.json")
    def unresolved() -> Response:
        return _answer_with_etag(jsonify(page=_page(board), incidents=board.incidents(unresolved=True)))

    @status.get("/api/v2/summary.json")
    def summary() -> Response:
        still = board.incidents(unresolved=True)
        words = {"indicator": "major" if still else "none", "description": "Outage" if still else "All is well"}
        page = _page(board)
        return _answer_with_etag(
            jsonify(page=page, components=board.states(), incidents=still, scheduled_maintenances=[], status=words)
        )

    @status.get("/history.atom")
    def atom() -> Response:
        return _answer_with_etag(Response(_atom(board), mimetype="application/atom+xml"))

    @status.get("/history.rss")
    def rss() -> Response:
        return _answer_with_etag(Response(_rss(board), mimetype="application/rss+xml"))

    return status


def add_status(page: Blueprint, board: StatusBoard) -> None:
    """What the status page's editors do."""

    @page.errorhandler(UnknownError)
    def unknown(error: UnknownError) -> Answer:
        return jsonify(error={"message": str(error)}), 404

    @page.get("/status_page")
    def status_shown() -> Answer:
        return jsonify(components=board.states(), incidents=board.incidents())

    @page.post("/status_page/incidents")
    def incident_begins() -> Answer:
        given = read_body()
        components = given.get("components")
        if not isinstance(components, list):
            raise PageError(400, "components is missing.")
        impact = str(given.get("impact") or "major")
        return jsonify(board.begin(require(given, "name"), components, require(given, "body"), impact)), 201

    @page.post("/status_page/incidents/<incident>/updates")
    def incident_updated(incident: str) -> Answer:
        given = read_body()
        return jsonify(board.update(incident, require(given, "status"), require(given, "body"))), 201


def _answer_with_etag(answer: Response) -> Response:
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32], weak=True)
    answer.make_conditional(request)
    return answer


def _page(board: StatusBoard) -> Row:
    newest = [row["updated_at"] for row in board.incidents()]
    at = max(newest, default="2026-01-01T00:00:00.000+00:00")
    return {"id": "larkfield", "name": "Larkfield Home", "url": HOME, "time_zone": "Etc/UTC", "updated_at": at}


def _atom(board: StatusBoard) -> str:
    entries = "".join(
        f"<entry><id>tag:status.larkfield.example,2005:Incident/{row['id']}</id>"
        f"<published>{row['created_at']}</published><updated>{row['updated_at']}</updated>"
        f'<link rel="alternate" type="text/html" href="{row["shortlink"]}"/>'
        f'<title>{escape(row["name"])}</title><content type="html">{escape(_history(row))}</content></entry>'
        for row in board.incidents()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>tag:status.larkfield.example,2005:/history</id><title>{TITLE}</title>"
        f"<updated>{_page(board)['updated_at']}</updated>{entries}</feed>"
    )


def _rss(board: StatusBoard) -> str:
    items = "".join(
        f"<item><title>{escape(row['name'])}</title><description>{escape(_history(row))}</description>"
        f"<pubDate>{format_datetime(datetime.fromisoformat(row['updated_at']).astimezone(UTC))}</pubDate>"
        f"<link>{row['shortlink']}</link><guid>{row['shortlink']}</guid></item>"
        for row in board.incidents()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>{TITLE}</title><link>{HOME}</link><description>Statuspage</description>{items}</channel></rss>"
    )


def _history(row: Row) -> str:
    """All updates in one piece of HTML, the newest first, as Statuspage writes them."""
    parts = [
        f"<p><small>{datetime.fromisoformat(each['created_at']):%b <var>%d</var>, <var>%H:%M</var> UTC}</small><br>"
        f"<strong>{each['status'].capitalize()}</strong> - {escape(each['body'])}</p>"
        for each in row["incident_updates"]
    ]
    return "".join(parts)
