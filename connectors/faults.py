"""What a vendor's fault means in our errors, where the vendors and their SDKs are alike: statuses, errors of
requests, whose a confused SDK's error is, and whether anything was sent at all."""

from collections.abc import Mapping, Sequence
from typing import Any

import requests
from requests import exceptions as http
from urllib3 import exceptions as sockets

from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError, UnknownOutcome
from core.text.outside import read_json

Kind = type[HandrailError]
Statuses = Mapping[int, tuple[Kind, Kind]]
Exceptions = Sequence[tuple[type[Exception], Kind, Kind]]


class MalformedAnswerError(ValueError):
    """A vendor's answer does not have the shape that its documentation promises."""


def json_of(answer: requests.Response) -> Any:
    """An answer's JSON, as `read_json` takes it. As requests does, JSONDecodeError where it is none:
    it may have been cut off on its way."""
    try:
        try:
            return read_json(answer.content)
        except UnicodeDecodeError:
            return read_json(answer.text)  # in another encoding, which its head names
    except ValueError as error:
        raise http.JSONDecodeError("is not JSON that can be read", "", 0) from error


# What an SDK raises that tripped over an answer, and our own code over its mistakes: `raised_in` tells them apart.
CONFUSED = (AttributeError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError)

# status → (error of a read, error of a write)
STATUSES: Statuses = {
    401: (ConfigurationError, ConfigurationError),
    403: (ConfigurationError, ConfigurationError),
    408: (TransientError, UnknownOutcome),
    429: (TransientError, TransientError),
    503: (TransientError, TransientError),  # refused before it starts: maintenance, overload
}

# exception → (error of a read, error of a write); the first that fits wins
EXCEPTIONS: Exceptions = (
    (http.ConnectTimeout, TransientError, TransientError),
    (http.InvalidURL, ConfigurationError, ConfigurationError),
    (http.MissingSchema, ConfigurationError, ConfigurationError),
    (http.InvalidSchema, ConfigurationError, ConfigurationError),
    (http.InvalidHeader, ConfigurationError, ConfigurationError),
    (http.TooManyRedirects, ConfigurationError, ConfigurationError),
    (http.RequestException, TransientError, UnknownOutcome),
    (sockets.HTTPError, TransientError, UnknownOutcome),
    (MalformedAnswerError, RejectedError, UnknownOutcome),
)


def kind_of_status(status: int, statuses: Statuses, *, write: bool) -> Kind:
    """The error that a status other than a success means."""
    if status in statuses:
        return statuses[status][write]
    if status >= 500:
        return UnknownOutcome if write else TransientError
    return RejectedError


def lost_answer(
    error: Exception,
    vendor: str,
    action: str,
    exceptions: Exceptions,
    *,
    write: bool,
) -> HandrailError:
    """The error for a request without a usable answer."""
    if certificate_refused(error):
        return ConfigurationError(f"{action}: {vendor}'s certificate is not to be trusted")
    if never_left(error):
        return TransientError(f"{action}: {vendor} could not be reached")
    fitting = ((reading, writing) for kind, reading, writing in exceptions if isinstance(error, kind))
    return next(fitting, (RejectedError, RejectedError))[write](f"{action}: {type(error).__name__}")


def raised_in(error: Exception, package: str) -> bool:
    """Whether the SDK `package` tripped over an answer, rather than our own code over its own mistake."""
    trace, modules = error.__traceback__, []
    while trace is not None:
        modules.append(str(trace.tb_frame.f_globals.get("__name__", "")))
        trace = trace.tb_next
    # The last frame that is the SDK's or ours decides: json and the like are called by both.
    decisive = [module for module in modules if module.startswith((f"{package}.", "connectors."))]
    return bool(decisive) and decisive[-1].startswith(f"{package}.")


def never_left(error: Exception) -> bool:
    """Whether requests could not even connect, so that nothing can have been carried out."""
    reasons = [error, *error.args]
    reasons += [reason.reason for reason in reasons if isinstance(reason, sockets.MaxRetryError)]
    return any(isinstance(reason, sockets.NewConnectionError | sockets.ConnectTimeoutError) for reason in reasons)


def certificate_refused(error: Exception) -> bool:
    """Whether the other side's certificate is not to be trusted; other troubles with TLS may pass."""
    return "CERTIFICATE_VERIFY_FAILED" in str(error)
