"""Fetches one page at a time within bounds: public addresses only, redirects within the site, bytes, time, and how
long a busy server is waited for."""

import ipaddress
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from connectors.faults import certificate_refused


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


# Only public addresses are spoken to: a page must not lead us to machines inside the company's own network.

Resolve = Callable[[str], list[str]]
_USUAL = {"http": 80, "https": 443}
# Translated from IPv4 by a network at its edge; the last four bytes are the IPv4 address.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
# Translation within one network, IPv4 written the old way, and tunnels (Teredo): no help page is behind these.
_NEVER = tuple(map(ipaddress.IPv6Network, ("64:ff9b:1::/48", "::/96", "2001::/32")))


class RefusedAddressError(Exception):
    """The address is not to be spoken to; the message says why. No ValueError: requests would make it its own."""


def addresses_of(host: str) -> list[str]:
    """The numeric addresses of a host, each once. Raises OSError when it has none."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)))


def is_public(address: str) -> bool:
    """Whether it is a machine of the internet; an IPv4 address that is written into an IPv6 one counts."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv4Address):
        return found.is_global and not found.is_multicast
    if any(found in network for network in _NEVER):
        return False
    within = found.ipv4_mapped or found.sixtofour or _translate_errors(found)
    if within is not None:
        return is_public(str(within))
    return found.is_global and not found.is_multicast and not found.is_site_local


def place_of(url: str) -> tuple[str, int] | None:
    """(host, port) of an address: what is behind another port is another site. None where it has none.

    The usual ports of http and https are one place: a site moves from the one to the other."""
    try:
        parts = urlsplit(url)
        port, usual = parts.port, _USUAL.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname, 0 if port in (None, usual) else port or -1) if usual and parts.hostname else None


def _translate_errors(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF) if address in _TRANSLATED else None


class GuardedAdapter(HTTPAdapter):
    """Looks a host up once, checks every address it has, and connects to the one checked.

    A name that leads elsewhere the second time (to get past the check) is therefore of no use."""

    def __init__(self, *, private: bool = False, resolve: Resolve = addresses_of) -> None:
        self._private = private
        self._resolve = resolve
        super().__init__()

    def address_of(self, url: str) -> str:
        """The numeric address to connect to. Raises RefusedAddressError."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise RefusedAddressError(f"{url} is no web address")
        if parts.username or parts.password:
            raise RefusedAddressError("the address holds a name or password")
        try:
            found = self._resolve(parts.hostname)
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise RefusedAddressError(f"there is no host {parts.hostname}")
        if not self._private and not all(is_public(address) for address in found):
            raise RefusedAddressError(f"{parts.hostname} is inside a private network, which is not allowed")
        return found[0]

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        request.headers["Host"] = urlsplit(request.url or "").netloc
        return super().send(request, *args, **kwargs)

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: bool | str, cert: Any = None
    ) -> tuple[Any, Any]:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        name = urlsplit(request.url or "").hostname
        return {**host, "host": self.address_of(request.url or "")}, {**pool, **_certificate_names(host, name)}


def _certificate_names(host: Mapping[str, Any], name: str | None) -> dict[str, str | None]:
    """The certificate must be the host's, not the number's."""
    return {"server_hostname": name, "assert_hostname": name} if host.get("scheme") == "https" else {}


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
        if said.isascii() and said.isdigit():
            return timedelta(seconds=min(int(said), 10**6))
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
        if "Content-Encoding" not in answer.headers and wanted.isdigit() and len(read) < int(wanted):
            raise PageError("broke off halfway")
        return bytes(read)


def _error_of_status(answer: Response) -> PageError:
    return PageError(f"answers {answer.status_code} {answer.reason or ''}".strip(), status=answer.status_code)
