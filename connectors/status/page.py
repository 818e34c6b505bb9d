"""The incidents of a status page: asked politely, read from Statuspage's JSON or a feed, and told by service and
region."""

import calendar
import hashlib
import html
import io
import json
import logging
import re
from datetime import datetime, timedelta
from pathlib import Path
from time import struct_time
from typing import Any
from urllib.parse import urlsplit

import feedparser
import requests
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from connectors.faults import CONFUSED, certificate_refused
from connectors.guarded import own_session
from connectors.moments import Moment
from core.errors import ConfigurationError, RejectedError, TransientError
from core.model.outreach import Incident, PageReading, Place, Update
from core.text.outside import read_json, read_moment

NEWEST = 50
log = logging.getLogger(__name__)
_TAG = re.compile(r"<[^<>]{0,500}>")
# Statuspage: <p><small>Nov 20, 09:14 UTC</small><br><strong>Resolved</strong> - words</p>, newest first.
_ENTRY = re.compile(r"<strong>\s*([\w ]{3,30})\s*</strong>\s*(?:-|–|—|:)?\s*(.*?)(?=<small>|<strong>|\Z)", re.I | re.S)
_OVER = re.compile(
    r"\b(?:resolved|fixed|restored|back to normal|completed|behoben|gelöst|resuelto|résolu|resolvido)\b", re.I
)
_HEADED = re.compile(r"\s*\[?(investigating|identified|monitoring|update|resolved|postmortem)\]?\s*[:\-–]\s*", re.I)


def incidents_of_feed(body: bytes) -> tuple[Incident, ...]:
    """RejectedError where it is no feed at all."""
    # As a file: of bytes it first tries whether a local file is called so.
    try:
        read = feedparser.parse(io.BytesIO(body), resolve_relative_uris=False)
        found = [_incident_of_entry(entry) for entry in read.entries[:NEWEST]]
    except (*CONFUSED, AssertionError) as error:  # feedparser falls over some of what is no feed
        raise RejectedError("its answer is neither JSON nor a feed", code="malformed_answer") from error
    if not read.get("version"):
        raise RejectedError("its answer is neither JSON nor a feed", code="malformed_answer")
    return tuple(incident for incident in found if incident is not None)


def _incident_of_entry(entry: Any) -> Incident | None:
    """None for an entry without a name or a time: nothing could be said of it."""
    name = str(entry.get("id") or entry.get("link") or "")
    # Past feedparser's own `get`, which takes the one for the other with a warning.
    begun, updated = _moment(dict.get(entry, "published_parsed")), _moment(dict.get(entry, "updated_parsed"))
    changed = updated or begun
    if not name or changed is None:
        return None
    title = _plain(str(entry.get("title") or ""))
    contents = entry.get("content") or []
    text = str(contents[0].get("value") if contents else entry.get("summary") or "")
    return Incident(
        id=hashlib.sha256(name.encode()).hexdigest()[:16],
        title=_HEADED.sub("", title, count=1) or title,
        updates=_updates(title, text, changed),
        started_at=begun or changed,
        url=str(entry.get("link") or ""),
    )


def _updates(title: str, text: str, changed: datetime) -> tuple[Update, ...]:
    """As the entry lists them; else the entry is one update, whose headline or words say where it stands. The hours
    within an entry have no year, so all of them count as of its last change."""
    listed = [(state.strip().lower(), _plain(words)) for state, words in _ENTRY.findall(text)]
    if not listed:
        headed = _HEADED.match(title)
        words = _plain(text)
        state = headed[1].lower() if headed else "resolved" if _OVER.search(f"{title} {words}") else "investigating"
        listed = [(state, words)]
    return tuple(Update(id=_name(state, words), state=state, text=words, at=changed) for state, words in listed)


def _name(state: str, words: str) -> str:
    return hashlib.sha256(f"{state}\n{words}".encode()).hexdigest()[:16]


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def _moment(given: struct_time | None) -> datetime | None:
    return read_moment(calendar.timegm(given)) if given is not None else None


# Statuspage's public incidents: `/api/v2/incidents.json`, or the open ones in `/api/v2/summary.json`.

_ID = validate.Length(min=1, max=100)


class _Loose(Schema):
    class Meta:
        unknown = EXCLUDE


class UpdateSchema(_Loose):
    id = fields.String(required=True, validate=_ID)
    status = fields.String(load_default="")
    body = fields.String(load_default="", allow_none=True)
    created_at = Moment(required=True)
    display_at = Moment(load_default=None, allow_none=True)


class ComponentSchema(_Loose):
    name = fields.String(required=True)


class IncidentSchema(_Loose):
    id = fields.String(required=True, validate=_ID)
    name = fields.String(required=True)
    impact = fields.String(load_default="", allow_none=True)
    shortlink = fields.String(load_default="", allow_none=True)
    created_at = Moment(required=True)
    started_at = Moment(load_default=None, allow_none=True)
    components = fields.List(fields.Nested(ComponentSchema), load_default=list, allow_none=True)
    incident_updates = fields.List(fields.Nested(UpdateSchema), load_default=list)


class PageSchema(_Loose):
    incidents = fields.List(fields.Raw(allow_none=True), required=True)


PAGE, INCIDENT = PageSchema(), IncidentSchema()


def incidents_of_json(body: bytes) -> tuple[Incident, ...]:
    """RejectedError where it is something else."""
    try:
        rows = _readable(PAGE.load(read_json(body))["incidents"])
    except (ValueError, ValidationError) as error:
        told = "is not as Statuspage writes it" if isinstance(error, ValidationError) else "is not JSON"
        raise RejectedError(f"its answer {told}", code="malformed_answer") from error
    return tuple(_incident(row) for row in rows[:NEWEST] if row["incident_updates"])


def _readable(listed: list[Any]) -> list[dict[str, Any]]:
    """Those that are as Statuspage writes them; ValidationError where none is."""
    found, wrong = [], None
    for each in listed:
        try:
            found.append(INCIDENT.load(each))
        except ValidationError as error:
            wrong = error
    if wrong is not None:
        if not found:
            raise wrong
        log.warning("incidents of the status page are left out: %s", wrong)
    return found


def _incident(row: dict[str, Any]) -> Incident:
    updates = [
        Update(
            id=each["id"], state=each["status"], text=each["body"] or "", at=each["display_at"] or each["created_at"]
        )
        for each in row["incident_updates"]
    ]
    return Incident(
        id=row["id"],
        title=row["name"],
        updates=tuple(sorted(updates, key=lambda update: update.at, reverse=True)),
        started_at=row["started_at"] or row["created_at"],
        components=tuple(each["name"] for each in row["components"] or ()),
        impact=row["impact"] or "",
        url=row["shortlink"] or "",
    )


TIMEOUT = timedelta(seconds=5)
MOST_BYTES = 2_000_000
INCIDENTS = "/api/v2/incidents.json"
AGENT = "Handrail (reads the company's status page)"


class HttpStatusPage:
    """Implements `core.ports.StatusPage`. `url` is a feed, an address that ends in .json, or the page itself: then its
    incidents are where Statuspage has them."""

    def __init__(self, url: str, *, timeout: timedelta = TIMEOUT) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigurationError(f"HANDRAIL_STATUS_URL is no web address: {url}")
        is_file = "." in parts.path.rpartition("/")[2]
        self._url = url if is_file or parts.query else url.rstrip("/") + INCIDENTS
        self._host, self._timeout = parts.hostname, timeout.total_seconds()
        self._session = own_session(self._url, system="status_page")
        self._session.headers["User-Agent"] = AGENT

    @property
    def name(self) -> str:
        return self._host

    def read(self, mark: str) -> PageReading:
        asked = _marks(mark)
        try:
            answer = self._session.get(
                self._url, headers=asked, timeout=self._timeout, stream=True, allow_redirects=False
            )
            with answer:
                if answer.status_code == requests.codes.not_modified:
                    return PageReading(mark=mark, unchanged=True)
                self._check(answer.status_code)
                body = self._body(answer)
        except requests.RequestException as error:
            if certificate_refused(error):
                raise ConfigurationError(f"its certificate is refused: {error}") from error
            raise TransientError(f"it does not answer: {type(error).__name__}") from error
        return PageReading(incidents=incidents_of(body), mark=_mark(answer))

    def _check(self, status: int) -> None:
        if status == 429 or status >= 500:
            raise TransientError(f"it answers with HTTP {status}")
        if status != 200:
            raise RejectedError(f"it answers with HTTP {status}", code=str(status))

    def _body(self, answer: requests.Response) -> bytes:
        read = bytearray()
        for chunk in answer.iter_content(65_536):
            read += chunk
            if len(read) > MOST_BYTES:
                raise RejectedError(f"its answer is larger than {MOST_BYTES:,} bytes", code="too_large")
        return bytes(read)


def incidents_of(body: bytes) -> Any:
    """By what it looks like, for servers say all kinds of things about the type of what they serve."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return incidents_of_json(body)
    return incidents_of_feed(body)


def _marks(mark: str) -> dict[str, str]:
    try:
        kept = json.loads(mark) if mark else {}
    except ValueError:
        return {}
    return {name: str(kept[name]) for name in ("If-None-Match", "If-Modified-Since") if kept.get(name)}


def _mark(answer: requests.Response) -> str:
    kept = {"If-None-Match": answer.headers.get("ETag"), "If-Modified-Since": answer.headers.get("Last-Modified")}
    return json.dumps({name: value for name, value in kept.items() if value})


# Which component of the status page is which service in which region: a small file that a person writes.


class PlaceSchema(Schema):
    component = fields.String(required=True, validate=validate.Length(min=1, max=200))
    service = fields.String(load_default="", validate=validate.Length(max=100))
    region = fields.String(load_default="", validate=validate.Length(max=100))


class PlacesSchema(Schema):
    components = fields.List(fields.Nested(PlaceSchema), required=True, validate=validate.Length(min=1, max=1000))


def read_places(path: Path) -> tuple[Place, ...]:
    """ConfigurationError, with what is wrong and where, for a file that is none."""
    try:
        rows = PlacesSchema().load(json.loads(path.read_text(encoding="utf-8")))["components"]
    except (OSError, UnicodeDecodeError, ValueError, ValidationError) as error:
        raise ConfigurationError(f"HANDRAIL_STATUS_PLACES, {path.name}: {error}") from error
    return tuple(Place(**row) for row in rows)
