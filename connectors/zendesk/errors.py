"""Zendesk's, zenpy's and requests' errors in our words.

The tables are read from the top; the first class that fits wins. A write that may have reached Zendesk
becomes UnknownOutcome, because trying it again could do it twice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import requests
from zenpy.lib.exception import APIException, RatelimitBudgetExceeded, ZenpyException

from connectors import faults
from connectors.faults import CONFUSED, MalformedAnswerError, kind_of_status, lost_answer, raised_in
from core.errors import (
    ConflictError,
    HandrailError,
    RejectedError,
    TransientError,
    UnknownOutcome,
)

Translate = Callable[[str], HandrailError]
LONGEST_WAIT = timedelta(hours=1)
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
