"""The SDK's client with our timeouts, without retries, and pointed elsewhere when asked to."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from connectors.twilio.account import TwilioAccount
from connectors.twilio.errors import CODES
from core.errors import TransientError

ORIGINAL_HOST = "X-Original-Host"
DEFAULT_WAIT = timedelta(seconds=30)


class TimedAdapter(HTTPAdapter):
    """Two time limits where the SDK knows one."""

    def __init__(self, timeout: tuple[float, float]) -> None:
        # Trying again is the queue's work: a retry here could send a text twice.
        super().__init__(max_retries=0)
        self._timeout = timeout

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        return super().send(request, *args, **{**kwargs, "timeout": self._timeout})


class AccountHttpClient(TwilioHttpClient):  # type: ignore[misc]  # the SDK carries no types
    """Sends the SDK's requests, to `base_url` when there is one: then X-Original-Host says where they were for."""

    def __init__(self, account: TwilioAccount) -> None:
        super().__init__()
        self._base = urlsplit(account.base_url) if account.base_url else None
        timeout = account.connect_timeout.total_seconds(), account.read_timeout.total_seconds()
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, TimedAdapter(timeout))

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if self._base is not None:
            asked = urlsplit(url)
            kwargs["headers"] = {**(kwargs.get("headers") or {}), ORIGINAL_HOST: asked.netloc}
            path = self._base.path.rstrip("/") + asked.path
            url = urlunsplit((self._base.scheme, self._base.netloc, path, asked.query, ""))
        answer = super().request(method, url, *args, **kwargs)
        if answer.status_code == 429 and issubclass(CODES.get(code_of(answer), TransientError), TransientError):
            raise self._wait(answer, method)
        return answer

    def _wait(self, answer: Response, method: str) -> TransientError:
        """A refusal for now, with Twilio's own wish where it has one: the SDK's error would drop the header."""
        seconds = str((answer.headers or {}).get("Retry-After", ""))
        wait = timedelta(seconds=int(seconds)) if seconds.isdigit() else DEFAULT_WAIT
        return TransientError(f"Twilio takes no {method} for now", retry_after=wait)


def code_of(answer: Response) -> int:
    """Twilio's code in an answer that is no success; 0 where it has none."""
    try:
        code = json.loads(answer.text).get("code")
    except (AttributeError, TypeError, ValueError):
        return 0
    return code if isinstance(code, int) else 0


def connect(account: TwilioAccount) -> Client:
    """The account's client, ready for calls. Nothing is sent yet."""
    return Client(account.sid, account.auth_token, http_client=AccountHttpClient(account))
