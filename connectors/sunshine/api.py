"""One place for requests to the messaging API: credentials, time limits, errors."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import requests

from connectors.faults import certificate_refused, json_of, never_left
from connectors.measures import MeasuredAdapter
from core.errors import ConfigurationError, RejectedError, TransientError, UnknownOutcome
from core.text.outside import read_wait

AGENT_WORKSPACE = "zd:agentWorkspace"  # the switchboard's own name for Zendesk's agents


@dataclass(frozen=True, slots=True, kw_only=True)
class SunshineAccount:
    """A key of the app, and the custom integration that receives its events.

    `switchboard` is the name of our place in the switchboard, by which control is passed to us. `assistant` is the name
    that customers see over automatic messages. `base_url` sends every request elsewhere (the sandbox).
    """

    subdomain: str
    app_id: str
    key_id: str
    key_secret: str = field(repr=False)
    integration_id: str
    switchboard: str = "handrail"
    assistant: str = "Virtual assistant"
    base_url: str | None = None
    connect_timeout: timedelta = timedelta(seconds=3)
    read_timeout: timedelta = timedelta(seconds=10)

    def __post_init__(self) -> None:
        for name in ("app_id", "key_id", "key_secret", "integration_id"):
            if not getattr(self, name):
                raise ValueError(f"a messaging account needs its {name}")

    @property
    def url(self) -> str:
        """Where the app's resources are."""
        base = (self.base_url or f"https://{self.subdomain}.zendesk.com/sc").rstrip("/")
        return f"{base}/v2/apps/{self.app_id}"


# The API's errors, and requests' errors, in our words. A plain no means that nothing was done. A message that may have
# reached the customer becomes UnknownOutcome: two posts are two messages.

DEFAULT_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
UNREADABLE = "malformed_answer"


@contextmanager
def translate_errors(action: str, *, write: bool = False) -> Iterator[None]:
    """Turn what requests raises into an error of `core.errors`. `action` says what was tried; `write` that doing it
    twice would be two."""
    try:
        yield
    except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema) as error:
        raise ConfigurationError(f"could not {action}: the address of the API is not one") from error
    except requests.RequestException as error:
        if certificate_refused(error):
            raise ConfigurationError(f"could not {action}: the API's certificate is refused") from error
        kind = type(error).__name__
        if write and not never_left(error) and not isinstance(error, requests.ConnectTimeout):
            raise UnknownOutcome(f"no answer to the attempt to {action}: {kind}") from error
        raise TransientError(f"could not {action}: {kind}") from error


def check_answer(answer: requests.Response, action: str, *, write: bool = False) -> None:
    """Raise what a status other than 2xx means."""
    status = answer.status_code
    if 200 <= status < 300:
        return
    code, title = reason(answer)
    said = f"could not {action}: {title or 'HTTP'} ({status}{f' {code}' if code else ''})"
    if status == 429:
        raise TransientError(said, retry_after=_wait(answer))
    if status in (401, 403):
        raise ConfigurationError(said)
    if status == 503:
        raise TransientError(said)
    if status == 408 or status >= 500:
        raise UnknownOutcome(said) if write else TransientError(said)
    raise RejectedError(said, code=code or str(status))


def reason(answer: requests.Response) -> tuple[str, str]:
    """(code, title) of the first error that the answer names; empty where it is not in the API's form."""
    try:
        first = json_of(answer)["errors"][0]
        return str(first.get("code") or ""), str(first.get("title") or "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return "", ""


def _wait(answer: requests.Response) -> timedelta:
    return read_wait(answer.headers.get("Retry-After"), LONGEST_WAIT) or DEFAULT_WAIT


Json = Mapping[str, Any]


class SunshineApi:
    """The app's resources, as JSON. Trying again is the queue's work: nothing is repeated here."""

    def __init__(self, account: SunshineAccount) -> None:
        self.account = account
        self._timeout = account.connect_timeout.total_seconds(), account.read_timeout.total_seconds()
        self._session = requests.Session()
        self._session.auth = (account.key_id, account.key_secret)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, MeasuredAdapter("sunshine", max_retries=0))

    def get(self, path: str, action: str, query: Mapping[str, str] | None = None) -> Json:
        return self._ask("GET", path, action, query=query)

    def post(self, path: str, body: Json, action: str, *, write: bool = False) -> Json:
        """`write`: doing it twice would be two."""
        return self._ask("POST", path, action, body=body, write=write)

    def patch(self, path: str, body: Json, action: str) -> Json:
        return self._ask("PATCH", path, action, body=body)

    def delete(self, path: str, action: str) -> None:
        self._ask("DELETE", path, action)

    def _ask(
        self,
        method: str,
        path: str,
        action: str,
        *,
        body: Json | None = None,
        query: Mapping[str, str] | None = None,
        write: bool = False,
    ) -> Json:
        with translate_errors(action, write=write):
            answer = self._session.request(
                method,
                f"{self.account.url}{path}",
                json=body,
                params=query,
                timeout=self._timeout,
                allow_redirects=False,
            )
        check_answer(answer, action, write=write)
        try:
            found = json_of(answer) if answer.content else {}
        except ValueError as error:
            found = error
        if isinstance(found, dict):
            return found
        unreadable = f"could not read the answer to the attempt to {action}"
        raise UnknownOutcome(unreadable) if write else RejectedError(unreadable, code=UNREADABLE)


def conversation_path(address: str, rest: str = "") -> str:
    return f"/conversations/{quote(address, safe='')}{rest}"
