"""The status page over HTTP: Statuspage's public JSON, its Atom and RSS histories; and its editors' buttons."""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

from flask import Blueprint, Response, jsonify, request

from apps.sandbox.page_api import Answer, PageError, needed, wish
from apps.sandbox.status.board import StatusBoard, UnknownError

TITLE, HOME = "Larkfield Home Status", "https://status.larkfield.example"
Row = dict[str, Any]


def status_blueprint(board: StatusBoard) -> Blueprint:
    """Everybody may read it. Every answer has an ETag, and whoever knows it already gets a 304."""
    status = Blueprint("status", __name__)

    @status.get("/api/v2/incidents.json")
    def incidents() -> Response:
        return _known(jsonify(page=_page(board), incidents=board.incidents()))

    @status.get("/api/v2/incidents/unresolved.json")
    def unresolved() -> Response:
        return _known(jsonify(page=_page(board), incidents=board.incidents(unresolved=True)))

    @status.get("/api/v2/summary.json")
    def summary() -> Response:
        still = board.incidents(unresolved=True)
        words = {"indicator": "major" if still else "none", "description": "Outage" if still else "All is well"}
        page = _page(board)
        return _known(
            jsonify(page=page, components=board.states(), incidents=still, scheduled_maintenances=[], status=words)
        )

    @status.get("/history.atom")
    def atom() -> Response:
        return _known(Response(_atom(board), mimetype="application/atom+xml"))

    @status.get("/history.rss")
    def rss() -> Response:
        return _known(Response(_rss(board), mimetype="application/rss+xml"))

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
        given = wish()
        components = given.get("components")
        if not isinstance(components, list):
            raise PageError(400, "components is missing.")
        impact = str(given.get("impact") or "major")
        return jsonify(board.begin(needed(given, "name"), components, needed(given, "body"), impact)), 201

    @page.post("/status_page/incidents/<incident>/updates")
    def incident_updated(incident: str) -> Answer:
        given = wish()
        return jsonify(board.update(incident, needed(given, "status"), needed(given, "body"))), 201


def _known(answer: Response) -> Response:
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
