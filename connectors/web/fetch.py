"""Fetches one page at a time within bounds: public addresses only, redirects within the site, bytes, time, and how
long a busy server is waited for."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import requests
from requests import Response, Session
from urllib3.exceptions import HTTPError

from connectors.faults import certificate_refused
from connectors.guarded import GuardedAdapter, RefusedAddressError, Resolve, addresses_of
from core.text.outside import read_wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`page_bytes` counts what a page unpacks to; `total_wait` is all the waiting that one reading of a site may do
    because the site asks for it, `longest_wait` the most at once."""

    pages: int = 5_000
    sitemaps: int = 100
    page_bytes: int = 10_000_000
    page_time: timedelta = timedelta(seconds=30)
    redirects: int = 5
    attempts: int = 3
    pause: timedelta = timedelta(milliseconds=200)
    longest_wait: timedelta = timedelta(seconds=30)
    total_wait: timedelta = timedelta(seconds=120)


_USUAL = {"http": 80, "https": 443}


def place_of(url: str) -> tuple[str, int] | None:
    """(host, port) of an address: what is behind another port is another site. None where it has none.

    The usual ports of http and https are one place: a site moves from the one to the other."""
    try:
        parts = urlsplit(url)
        port, usual = parts.port, _USUAL.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname, 0 if port in (None, usual) else port or -1) if usual and parts.hostname else None


AGENT = "Handrail"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({429, 500, 502, 503, 504})
_CHUNK = 65_536


class PageError(Exception):
    """The page could not be had; the message says why. `status` is the server's, 0 when it did not answer."""

    def __init__(self, message: str, *, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """`url` is where the page was found in the end. `unchanged` pages have no body."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    unchanged: bool = False


def session_of(*, private: bool = False, resolve: Resolve = addresses_of) -> Session:
    """A session that speaks to public addresses only, unless `private`; no proxy or password of the machine's."""
    session = Session()
    session.trust_env = False
    session.headers["User-Agent"] = f"{AGENT} (reads help pages)"
    adapter = GuardedAdapter(private=private, resolve=resolve)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


class Fetcher:
    """Reads pages of one host."""

    def __init__(
        self,
        host: str,
        session: Session,
        limits: Limits,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._host = host
        self._session = session
        self._limits = limits
        self._sleep = sleep
        self._clock = clock
        self._now = now
        self._wait_left = limits.total_wait
        self.pause = limits.pause

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        """The page at `url`, or behind it. Raises PageError."""
        path = [url]
        while True:
            answer = self._patiently(path[-1], headers or {})
            if answer.status_code not in _REDIRECTS:
                return self._read(path[-1], answer)
            answer.close()
            self._follow(path, answer)

    def _follow(self, path: list[str], answer: Response) -> None:
        location = answer.headers.get("Location", "")
        following = urljoin(path[-1], location).partition("#")[0]
        wrong = ""
        if not location:
            wrong = "redirects without saying where to"
        elif following in path:
            wrong = f"redirects in a loop: {' → '.join([*path, following])}"
        elif len(path) > self._limits.redirects:
            wrong = f"redirects more than {self._limits.redirects} times"
        elif urlsplit(following).hostname != self._host or place_of(following) != place_of(path[0]):
            wrong = f"redirects to another host: {following}"
        if wrong:
            raise PageError(wrong, status=answer.status_code)
        path.append(following)

    def _patiently(self, url: str, headers: Mapping[str, str]) -> Response:
        """The first answer that is not "come back later", within the time left for waiting."""
        for attempt in range(1, self._limits.attempts + 1):
            answer = self._ask(url, headers)
            if answer.status_code not in _BUSY:
                return answer
            answer.close()
            wait = self._wanted_wait(answer, attempt)
            if attempt == self._limits.attempts or wait > min(self._limits.longest_wait, self._wait_left):
                break
            self._wait_left -= wait
            self._sleep(wait.total_seconds())
        raise _error_of_status(answer)

    def _ask(self, url: str, headers: Mapping[str, str]) -> Response:
        self._sleep(self.pause.total_seconds())
        seconds = self._limits.page_time.total_seconds()
        try:
            return self._session.get(
                url, headers=dict(headers), timeout=(min(10.0, seconds), seconds), stream=True, allow_redirects=False
            )
        except RefusedAddressError as error:
            raise PageError(str(error)) from error
        except (requests.RequestException, HTTPError, UnicodeError) as error:
            why = "has a certificate that is not valid" if certificate_refused(error) else "did not answer"
            raise PageError(f"{why} ({type(error).__name__})") from error

    def _wanted_wait(self, answer: Response, attempt: int) -> timedelta:
        said = answer.headers.get("Retry-After", "").strip()
        if (wait := read_wait(said)) is not None:
            return wait
        try:
            return max(parsedate_to_datetime(said) - self._now(), timedelta())
        except (ValueError, TypeError):
            return timedelta(seconds=2**attempt)

    def _read(self, url: str, answer: Response) -> Fetched:
        with answer:
            if answer.status_code == requests.codes.not_modified:
                return Fetched(url=url, body=b"", headers=answer.headers, unchanged=True)
            if answer.status_code != requests.codes.ok:
                raise _error_of_status(answer)
            return Fetched(url=url, body=self._body(answer), headers=answer.headers)

    def _body(self, answer: Response) -> bytes:
        late = self._clock() + self._limits.page_time.total_seconds()
        read = bytearray()
        try:
            for chunk in answer.iter_content(_CHUNK):
                read += chunk
                if len(read) > self._limits.page_bytes:
                    raise PageError(f"is larger than {self._limits.page_bytes / 1_000_000:g} MB")
                if self._clock() > late:
                    raise PageError(f"takes longer than {self._limits.page_time.total_seconds():g} seconds")
        except (requests.RequestException, HTTPError) as error:
            raise PageError(f"broke off ({type(error).__name__})") from error
        wanted = answer.headers.get("Content-Length", "")
        if (
            "Content-Encoding" not in answer.headers
            and wanted.isdecimal()
            and wanted.isascii()
            and len(read) < int(wanted[:18])
        ):
            raise PageError("broke off halfway")
        return bytes(read)


def _error_of_status(answer: Response) -> PageError:
    return PageError(f"answers {answer.status_code} {answer.reason or ''}".strip(), status=answer.status_code)
