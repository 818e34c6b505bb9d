"""Zendesk's, zenpy's and requests' errors in our words.

The tables are read from the top; the first class that fits wins. A write that may have reached Zendesk
becomes UnknownOutcome, because trying it again could do it twice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import requests
from requests import exceptions as http
from urllib3 import exceptions as sockets
from zenpy.lib.exception import APIException, RatelimitBudgetExceeded, ZenpyException

from connectors.faults import certificate_refused, never_left, raised_in
from core.errors import (
    ConfigurationError,
    ConflictError,
    HandrailError,
    RejectedError,
    TransientError,
    UnknownOutcome,
)

Translate = Callable[[str], HandrailError]
LONGEST_WAIT = timedelta(hours=1)
DEFAULT_WAIT = timedelta(seconds=30)


class MalformedAnswerError(ValueError):
    """Zendesk's answer does not have the shape that its documentation promises."""


# status → (error of a read, error of a write)
STATUSES: dict[int, tuple[type[HandrailError], type[HandrailError]]] = {
    401: (ConfigurationError, ConfigurationError),
    403: (ConfigurationError, ConfigurationError),
    408: (TransientError, UnknownOutcome),
    409: (ConflictError, ConflictError),
    423: (TransientError, TransientError),
    425: (TransientError, TransientError),
    429: (TransientError, TransientError),
    503: (TransientError, TransientError),  # Zendesk refuses before it starts: maintenance, overload
}

# exception → (error of a read, error of a write)
EXCEPTIONS: tuple[tuple[type[Exception], type[HandrailError], type[HandrailError]], ...] = (
    (http.ConnectTimeout, TransientError, TransientError),
    (http.InvalidProxyURL, ConfigurationError, ConfigurationError),
    (http.InvalidURL, ConfigurationError, ConfigurationError),
    (http.MissingSchema, ConfigurationError, ConfigurationError),
    (http.InvalidSchema, ConfigurationError, ConfigurationError),
    (http.InvalidHeader, ConfigurationError, ConfigurationError),
    (http.TooManyRedirects, ConfigurationError, ConfigurationError),
    (http.RequestException, TransientError, UnknownOutcome),
    (sockets.HTTPError, TransientError, UnknownOutcome),
    (RatelimitBudgetExceeded, TransientError, TransientError),
    (MalformedAnswerError, RejectedError, UnknownOutcome),
    (ZenpyException, RejectedError, UnknownOutcome),
)
CAUGHT = (APIException, *(kind for kind, _, _ in EXCEPTIONS))
CONFUSED = (AttributeError, LookupError, TypeError, ValueError)


@contextmanager
def translated(action: str, *, write: bool = False) -> Iterator[None]:
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
    if certificate_refused(error):
        return ConfigurationError(f"{action}: Zendesk's certificate is not to be trusted")
    if never_left(error):
        return TransientError(f"{action}: Zendesk could not be reached")
    for kind, reading, writing in EXCEPTIONS:
        if isinstance(error, kind):
            return (writing if write else reading)(f"{action}: {type(error).__name__}")
    return RejectedError(f"{action}: {type(error).__name__}")


def refusal(answer: requests.Response, action: str, *, write: bool) -> HandrailError:
    """The error for an answer that is not a success."""
    status, code = answer.status_code, _code(answer)
    message = f"{action}: Zendesk answered {status} {code}".rstrip()
    if status in STATUSES:
        kind = STATUSES[status][write]
    elif status >= 500:
        kind = UnknownOutcome if write else TransientError
    else:
        kind = RejectedError
    if issubclass(kind, TransientError):
        return kind(message, retry_after=retry_after(answer))
    return kind(message, code=code or str(status)) if issubclass(kind, RejectedError) else kind(message)


def retry_after(answer: requests.Response) -> timedelta | None:
    """The wait that the answer asks for; half a minute for a 429 that names none."""
    text = answer.headers.get("Retry-After", "")
    if text.isdigit():
        return min(timedelta(seconds=int(text)), LONGEST_WAIT)
    return DEFAULT_WAIT if answer.status_code == 429 else None


def _code(answer: requests.Response) -> str:
    """Zendesk's own name for the fault. Its texts are left out: they may quote what a customer wrote."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        error = error.get("title")
    return error if isinstance(error, str) else ""
