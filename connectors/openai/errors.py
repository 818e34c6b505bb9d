"""The endpoint's errors in our words. A completion changes nothing, so a lost one may simply be asked for again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx2
import openai

from connectors.faults import CONFUSED, raised_in
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError

LONGEST_WAIT = timedelta(hours=1)
DEFAULT_WAIT = timedelta(seconds=20)

# The endpoint's own codes come before the status.
CODES: dict[str, type[HandrailError]] = {
    "insufficient_quota": ConfigurationError,
    "billing_hard_limit_reached": ConfigurationError,
    "billing_not_active": ConfigurationError,
    "account_deactivated": ConfigurationError,
    "invalid_api_key": ConfigurationError,
    "model_not_found": ConfigurationError,
    "rate_limit_exceeded": TransientError,
}

# The first that fits wins.
EXCEPTIONS: tuple[tuple[type[Exception], type[HandrailError]], ...] = (
    (openai.APIConnectionError, TransientError),  # timeouts among them
    (openai.AuthenticationError, ConfigurationError),
    (openai.PermissionDeniedError, ConfigurationError),
    (openai.NotFoundError, ConfigurationError),  # the model, or the address
    (openai.RateLimitError, TransientError),
    (openai.ConflictError, TransientError),
    (openai.InternalServerError, TransientError),
    (openai.APIStatusError, RejectedError),
    (openai.APIResponseValidationError, RejectedError),
    (openai.LengthFinishReasonError, RejectedError),
    (openai.ContentFilterFinishReasonError, RejectedError),
    (openai.APIError, TransientError),
    (openai.OpenAIError, ConfigurationError),  # raised before anything is sent: no key, no address
)


@contextmanager
def translate_errors(action: str) -> Iterator[None]:
    """Turn what the block raises into an error of `core.errors`. `action` says what was tried."""
    try:
        yield
    except openai.OpenAIError as error:
        raise our_error(error, action) from error
    except httpx2.HTTPError as error:
        # A stream breaks outside of the SDK's own calls.
        raise TransientError(f"{action}: {type(error).__name__}") from error
    except (*CONFUSED, RecursionError) as error:
        if not raised_in(error, "openai"):
            raise  # a bug of ours, to be seen as one
        name = type(error).__name__
        raise RejectedError(f"{action}: the answer cannot be read ({name})", code="malformed_answer") from error


def our_error(error: openai.OpenAIError, action: str) -> HandrailError:
    """The error of `core.errors` for one of theirs. Its text is left out: it may quote the prompt."""
    code = getattr(error, "code", None)
    code = code if isinstance(code, str) else None  # it stands in the answer, so it may be anything
    status = getattr(error, "status_code", None)
    kind = CODES.get(code or "") or next(ours for theirs, ours in EXCEPTIONS if isinstance(error, theirs))
    if status == 408:
        kind = TransientError
    message = f"{action}: {type(error).__name__}" + (f" {code}" if code else "")
    if issubclass(kind, TransientError):
        return kind(message, retry_after=wait(error))
    return kind(message, code=code or str(status or "")) if issubclass(kind, RejectedError) else kind(message)


def wait(error: openai.OpenAIError) -> timedelta | None:
    """The wait that the endpoint asks for."""
    if not isinstance(error, openai.APIStatusError):
        return None
    headers = error.response.headers
    for name, unit in (("retry-after-ms", timedelta(milliseconds=1)), ("retry-after", timedelta(seconds=1))):
        try:
            return min(max(float(headers[name]) * unit, timedelta(0)), LONGEST_WAIT)
        except (KeyError, ValueError, OverflowError):
            continue
    return DEFAULT_WAIT if error.status_code == 429 else None
