"""RSS and Atom: one entry is one incident. feedparser reads what a feed should not say too, and never fetches."""

import calendar
import hashlib
import html
import io
import re
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser

from core.errors import RejectedError
from core.model.outreach import Incident, Update

NEWEST = 50
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
    read = feedparser.parse(io.BytesIO(body), resolve_relative_uris=False)
    if not read.get("version"):
        raise RejectedError("its answer is neither JSON nor a feed", code="malformed_answer")
    found = [_incident(entry) for entry in read.entries[:NEWEST]]
    return tuple(incident for incident in found if incident is not None)


def _incident(entry: Any) -> Incident | None:
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
    return datetime.fromtimestamp(calendar.timegm(given), UTC) if given is not None else None
