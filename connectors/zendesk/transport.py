"""The last step before the wire: where a request really goes, how long it may take, what is left of the limits."""

from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

from connectors.rates import RateBudget
from connectors.zendesk.account import ZendeskAccount
from connectors.zendesk.errors import refusal
from core.ports import Now

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
        reset = headers.get("ratelimit-reset")
        wait = timedelta(seconds=int(reset)) if reset else WINDOW
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
        answer = self._sent(request, asked, *args, **kwargs)
        self._budgets.note(asked, answer)
        if answer.status_code == 429:
            raise refusal(answer, f"{request.method} {urlsplit(asked).path}", write=False)
        return answer

    def _sent(self, request: requests.PreparedRequest, asked: str, *args: Any, **kwargs: Any) -> requests.Response:
        if self._account.base_url is None:
            return super().send(request, *args, **kwargs)
        elsewhere = request.copy()
        elsewhere.url = moved(asked, self._account.base_url)
        # Where it was meant to go: an account's brands differ by their hosts alone.
        elsewhere.headers[ORIGINAL_HOST] = urlsplit(asked).netloc
        # The proxies were chosen for the account's own address.
        answer = super().send(elsewhere, *args, **{**kwargs, "proxies": {}})
        # zenpy recognises an answer by the account's address in it.
        answer.url, answer.request = asked, request
        return answer


def moved(url: str, base_url: str) -> str:
    """The same path and query at another origin, below the path that `base_url` has."""
    asked, base = urlsplit(url), urlsplit(base_url)
    return urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + asked.path, asked.query, ""))
