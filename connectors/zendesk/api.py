"""One account's zenpy client for whoever asks: one per thread and process, none of them retrying or caching."""

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

import requests
from zenpy import Zenpy

from connectors.rates import RateBudget
from connectors.zendesk.account import ZendeskAccount
from connectors.zendesk.errors import MalformedAnswerError, translated
from connectors.zendesk.transport import AccountAdapter, Budgets, utc_now
from core.ports import Now

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
        with translated(action):
            yield self._client()

    @contextmanager
    def writing(self, action: str, *, repeatable: bool = False) -> Iterator[Any]:
        """The client, for one call that changes something.

        A call that is `repeatable` comes to the same however often it is made; losing one's answer is then a
        TransientError and not an UnknownOutcome."""
        with translated(action, write=not repeatable):
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
