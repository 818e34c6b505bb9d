"""The API's errors, and requests' errors, in our words.

A plain no means that nothing was done. A message that may have reached the customer becomes UnknownOutcome: two posts
are two messages.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import requests

from connectors.faults import certificate_refused, never_left
from core.errors import ConfigurationError, RejectedError, TransientError, UnknownOutcome

DEFAULT_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
UNREADABLE = "malformed_answer"


@contextmanager
def translated(action: str, *, write: bool = False) -> Iterator[None]:
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
        first = answer.json()["errors"][0]
        return str(first.get("code") or ""), str(first.get("title") or "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return "", ""


def _wait(answer: requests.Response) -> timedelta:
    seconds = answer.headers.get("Retry-After", "")
    return min(timedelta(seconds=int(seconds)), LONGEST_WAIT) if seconds.isdigit() else DEFAULT_WAIT
