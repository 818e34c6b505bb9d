"""Asking a status page, with its own marks for what has not changed, and bounds on how much and how long."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import requests

from connectors.faults import certificate_refused
from connectors.status.feed import incidents_of_feed
from connectors.status.incidents import incidents_of_json
from core.errors import ConfigurationError, RejectedError, TransientError
from core.model.outreach import PageReading

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
        self._session = requests.Session()
        self._session.trust_env = False
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
