"""Requests to one Zendesk account: the account, the wire with its time limits and rate budget, one zenpy client for
each thread, and long lists read page by page."""

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from zenpy import Zenpy
from zenpy.lib.exception import APIException, RatelimitBudgetExceeded, ZenpyException

from connectors import faults
from connectors.faults import CONFUSED, MalformedAnswerError, json_of, kind_of_status, lost_answer, raised_in
from connectors.measures import calling
from connectors.paging import MOST_PAGES, pages
from connectors.rates import RateBudget
from connectors.zendesk import records
from connectors.zendesk.records import Record
from core.errors import ConflictError, HandrailError, RejectedError, TransientError, UnknownOutcome
from core.ports import Now
from core.text.outside import read_wait

# ------------------------------------------------------------------
# Zendesk's, zenpy's and requests' errors in our words.
#
# The tables are read from the top; the first class that fits wins. A write that may have reached Zendesk becomes
# UnknownOutcome, because trying it again could do it twice.

Translate = Callable[[str], HandrailError]
DEFAULT_WAIT = timedelta(seconds=30)


# status → (error of a read, error of a write)
STATUSES: faults.Statuses = {
    **faults.STATUSES,
    409: (ConflictError, ConflictError),
    423: (TransientError, TransientError),
    425: (TransientError, TransientError),
}

# exception → (error of a read, error of a write)
EXCEPTIONS: faults.Exceptions = (
    *faults.EXCEPTIONS,
    (RatelimitBudgetExceeded, TransientError, TransientError),
    (ZenpyException, RejectedError, UnknownOutcome),
)
CAUGHT = (APIException, *(kind for kind, _, _ in EXCEPTIONS))


@contextmanager
def translate_errors(action: str, *, write: bool = False) -> Iterator[None]:
    """Turn what the block raises into an error of `core.errors`. `action` says what was tried."""
    try:
        yield
    except CAUGHT as error:
        raise our_error(error, action, write=write) from error
    except CONFUSED as error:
        if not raised_in(error, "zenpy"):
            raise  # a bug of ours, to be seen as one
        odd = MalformedAnswerError(f"zenpy could not read the answer: {type(error).__name__}")
        raise our_error(odd, action, write=write) from error


def our_error(error: Exception, action: str, *, write: bool) -> HandrailError:
    """The error of `core.errors` for one of theirs."""
    answer = getattr(error, "response", None)
    if isinstance(answer, requests.Response) and answer.status_code >= 300:
        return refusal(answer, action, write=write)
    return lost_answer(error, "Zendesk", action, EXCEPTIONS, write=write)


def refusal(answer: requests.Response, action: str, *, write: bool) -> HandrailError:
    """The error for an answer that is not a success."""
    status, code = answer.status_code, _code(answer)
    message = f"{action}: Zendesk answered {status} {code}".rstrip()
    kind = kind_of_status(status, STATUSES, write=write)
    if issubclass(kind, TransientError):
        return kind(message, retry_after=retry_after(answer))
    return kind(message, code=code or str(status)) if issubclass(kind, RejectedError) else kind(message)


def retry_after(answer: requests.Response) -> timedelta | None:
    """The wait that the answer asks for; half a minute for a 429 that names none."""
    wait = read_wait(answer.headers.get("Retry-After"))
    return wait or (DEFAULT_WAIT if answer.status_code == 429 else None)


def _code(answer: requests.Response) -> str:
    """Zendesk's own name for the fault. Its texts are left out: they may quote what a customer wrote."""
    try:
        body = json_of(answer)
    except ValueError:
        return ""
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        error = error.get("title")
    return error if isinstance(error, str) else ""


# ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ZendeskAccount:
    """One account and the integration user's credentials.

    `base_url` sends every request elsewhere (the sandbox, a test server); a path in it is kept as a prefix.
    """

    subdomain: str
    email: str
    token: str = field(repr=False)
    base_url: str | None = None
    connect_timeout: timedelta = timedelta(seconds=3)
    read_timeout: timedelta = timedelta(seconds=10)

    def __post_init__(self) -> None:
        for name in ("subdomain", "email", "token"):
            if not getattr(self, name):
                raise ValueError(f"a Zendesk account needs its {name}")
        if self.base_url is not None and not self.base_url.startswith(("http://", "https://")):
            raise ValueError(f"base_url is not an http address: {self.base_url}")

    @property
    def origin(self) -> str:
        return f"https://{self.subdomain}.zendesk.com"

    @property
    def timeout(self) -> tuple[float, float]:
        """Seconds to connect and to read, as requests wants them."""
        return self.connect_timeout.total_seconds(), self.read_timeout.total_seconds()


# The last step before the wire: where a request really goes, how long it may take, what is left of the limits.

ORIGINAL_HOST = "X-Original-Host"
WINDOW = timedelta(minutes=1)  # of the account's limits, where an answer does not say when they reset


def utc_now() -> datetime:
    return datetime.now(UTC)


class Budgets:
    """The latest word on each of the account's two limits. Zendesk counts the Help Center by itself."""

    def __init__(self, now: Now = utc_now) -> None:
        self._now, self._lock = now, Lock()
        self._latest: dict[str, RateBudget] = {}

    def check(self, url: str) -> None:
        """Raise TransientError when the limit that `url` counts against is all but used up."""
        budget = self.latest(area(url))
        if budget is not None:
            budget.check("Zendesk", self._now())

    def latest(self, area: str) -> RateBudget | None:
        """`area` is `support` or `help_center`."""
        with self._lock:
            return self._latest.get(area)

    def note(self, url: str, answer: requests.Response) -> None:
        budget = stated_budget(answer, self._now())
        if budget is not None:
            with self._lock:
                self._latest[area(url)] = budget


def area(url: str) -> str:
    return "help_center" if "/api/v2/help_center" in url else "support"


def stated_budget(answer: requests.Response, now: datetime) -> RateBudget | None:
    """The budget in an answer's headers; None where they are absent or make no sense."""
    headers = answer.headers
    try:
        limit = int(headers.get("ratelimit-limit") or headers["x-rate-limit"])
        remaining = int(headers.get("ratelimit-remaining") or headers["x-rate-limit-remaining"])
        wait = read_wait(headers.get("ratelimit-reset")) or WINDOW
        return RateBudget(limit=limit, remaining=remaining, resets_at=now + wait)
    except (KeyError, ValueError):
        return None


class AccountAdapter(HTTPAdapter):
    """Carries the account's requests, to `base_url` when there is one.

    A 429 is raised here as TransientError, before zenpy sees it: zenpy would sleep in the worker."""

    def __init__(self, account: ZendeskAccount, budgets: Budgets) -> None:
        # Trying again is the queue's work: a retry here would hide an unknown outcome.
        super().__init__(max_retries=0)
        self._account, self._budgets = account, budgets

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        asked = request.url or ""
        self._budgets.check(asked)
        with calling("zendesk", request.method or "") as call:
            answer = self._send(request, asked, *args, **kwargs)
            call.answered(answer.status_code)
        self._budgets.note(asked, answer)
        if answer.status_code == 429:
            raise refusal(answer, f"{request.method} {urlsplit(asked).path}", write=False)
        return answer

    def _send(self, request: requests.PreparedRequest, asked: str, *args: Any, **kwargs: Any) -> requests.Response:
        if self._account.base_url is None:
            return super().send(request, *args, **kwargs)
        elsewhere = request.copy()
        elsewhere.url = move_to(asked, self._account.base_url)
        # Where it was meant to go: an account's brands differ by their hosts alone.
        elsewhere.headers[ORIGINAL_HOST] = urlsplit(asked).netloc
        # The proxies were chosen for the account's own address.
        answer = super().send(elsewhere, *args, **{**kwargs, "proxies": {}})
        # zenpy recognises an answer by the account's address in it.
        answer.url, answer.request = asked, request
        return answer


def move_to(url: str, base_url: str) -> str:
    """The same path and query at another origin, below the path that `base_url` has."""
    asked, base = urlsplit(url), urlsplit(base_url)
    return urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + asked.path, asked.query, ""))


IDEMPOTENCY = "Idempotency-Key"


class ZendeskApi:
    """Gives out the account's client for one call at a time; every error of the call is one of ours."""

    def __init__(self, account: ZendeskAccount, now: Now = utc_now) -> None:
        self.account, self.now = account, now
        self._budgets = Budgets(now)
        self._mine = threading.local()

    @contextmanager
    def reading(self, action: str) -> Iterator[Any]:
        """The client, for calls that change nothing."""
        with translate_errors(action):
            yield self._client()

    @contextmanager
    def writing(self, action: str, *, repeatable: bool = False) -> Iterator[Any]:
        """The client, for one call that changes something.

        A call that is `repeatable` comes to the same however often it is made; losing one's answer is then a
        TransientError and not an UnknownOutcome."""
        with translate_errors(action, write=not repeatable):
            yield self._client()

    @contextmanager
    def opening(self, action: str, key: str) -> Iterator[Any]:
        """The client, for one create that Zendesk does once for the same `key` within two hours."""
        with self.writing(action, repeatable=True) as client:
            self.session.headers[IDEMPOTENCY] = header_safe(key)
            try:
                yield client
            finally:
                del self.session.headers[IDEMPOTENCY]

    def budget(self, area: str = "support") -> RateBudget | None:
        """What Zendesk's last answer left of the limit of `support` or `help_center`."""
        return self._budgets.latest(area)

    def get(self, path: str) -> requests.Response:
        """A plain GET for what zenpy has no call for; to be used within `reading`.

        `path` starts at the account's root, or is a full address that the account gave us."""
        url = urljoin(self.account.origin, path)
        if not url.startswith(f"{self.account.origin}/"):
            # The session would send the credentials along.
            raise MalformedAnswerError("the address of a page lies outside the account")
        answer = self.session.get(url, timeout=self.account.timeout)
        if answer.status_code != 200:
            raise requests.HTTPError(str(answer.status_code), response=answer)
        return answer

    @property
    def session(self) -> requests.Session:
        """This thread's session."""
        self._client()
        session: requests.Session = self._mine.session
        return session

    def of_brand(self, subdomain: str) -> "ZendeskApi":
        """The same account at the address of one of its brands, where that brand's Help Center is."""
        if subdomain == self.account.subdomain:
            return self
        return ZendeskApi(replace(self.account, subdomain=subdomain), self.now)

    def close(self) -> None:
        """Close this thread's connections; the next call opens new ones."""
        if hasattr(self._mine, "session"):
            self._mine.session.close()

    def _client(self) -> Any:
        # zenpy and its session are not made for sharing between threads, nor across a fork.
        if getattr(self._mine, "pid", None) != os.getpid():
            session = requests.Session()
            session.mount(self.account.origin, AccountAdapter(self.account, self._budgets))
            self._mine.session, self._mine.client = session, zenpy_client(self.account, session)
            self._mine.pid = os.getpid()
        return self._mine.client


def header_safe(key: str) -> str:
    """The key as a header may carry it: plain characters, at most 255."""
    return key if key.isascii() and key.isprintable() and len(key) <= 255 else hashlib.sha256(key.encode()).hexdigest()


def zenpy_client(account: ZendeskAccount, session: requests.Session) -> Any:
    """zenpy for this account over this session."""
    return Zenpy(
        subdomain=account.subdomain,
        email=account.email,
        token=account.token,
        session=session,
        timeout=account.timeout,
        ratelimit_budget=1,  # should a 429 ever get past the adapter: raise rather than sleep
        disable_cache=True,
    )


def connect(account: ZendeskAccount, now: Now = utc_now) -> ZendeskApi:
    """The account, ready for calls. Nothing is sent yet."""
    return ZendeskApi(account, now)


# Long lists of the account, page by page; a busy account is waited for as long as the reader allows.

Read = TypeVar("Read")
TRIES = 4  # of one page
BACKOFF = timedelta(seconds=1)


class Pages:
    """Reads lists; a page that comes with an error or cut in half is asked for again.

    `total_wait` is the time that all waiting together may take, zero where nobody can wait: what is longer raises
    TransientError, as the last of several tries does."""

    def __init__(
        self, api: ZendeskApi, *, total_wait: timedelta = timedelta(0), sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.api, self._left, self._sleep = api, total_wait, sleep

    def body(self, path: str, *names: str) -> Record:
        """One answer, an object with lists of these names."""
        return self._ask(path, lambda body: body | {name: records.records_of(body, name) for name in names})

    def lists(self, path: str, name: str) -> Iterator[list[Record]]:
        """The list called `name`, a page at a time, to its end."""
        return (body[name] for body in self.bodies(path, name))

    def bodies(
        self, path: str, *names: str, most: int = MOST_PAGES, warn: Callable[[str], object] | None = None
    ) -> Iterator[Record]:
        """Every page of an answer that has lists of these names; `most` and `warn` are those of `paging.pages`."""

        def read(following: str) -> tuple[Record, str]:
            body = self.body(following, *names)
            return body, records.next_page(body)

        return pages(_place(path), read, first=path, most=most, warn=warn)

    def all(self, path: str, name: str) -> list[Record]:
        return [record for page in self.lists(path, name) for record in page]

    def _ask(self, path: str, read: Callable[[dict[str, Any]], Read]) -> Read:
        wait = BACKOFF
        for last in (False,) * (TRIES - 1) + (True,):
            try:
                return self._once(path, read)
            except TransientError as error:
                pause = error.retry_after or wait
                if last or pause > self._left:
                    raise
            except MalformedAnswerError as error:
                pause = wait
                if last or pause > self._left:
                    raise RejectedError(f"read {_place(path)}: {error}") from error
            self._left -= pause
            self._sleep(pause.total_seconds())
            wait *= 2
        raise AssertionError("the last try returns or raises")

    def _once(self, path: str, read: Callable[[dict[str, Any]], Read]) -> Read:
        with self.api.reading(f"read {_place(path)}"):
            body = json_of(self.api.get(path))
        if not isinstance(body, dict):
            raise MalformedAnswerError("the answer is not an object")
        return read(body)


def _place(path: str) -> str:
    """The path alone, without account, query and extension."""
    return path.partition("?")[0].partition("/api/v2/")[2].removesuffix(".json") or path
