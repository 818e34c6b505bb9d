"""Twilio's error codes, and requests' errors, in our words.

A refusal by code means that nothing was sent. A create that may have reached Twilio becomes UnknownOutcome:
two creates are two messages.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from twilio.base.exceptions import (  # type: ignore[import-untyped]
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)

from connectors import faults
from connectors.faults import CONFUSED, STATUSES, kind_of_status, lost_answer, raised_in
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError, UnknownOutcome

# What a code means, whatever the status; one that is not here is a plain refusal (RejectedError) unless its status says
# otherwise.
CODES: dict[int, type[HandrailError]] = {
    20003: ConfigurationError,  # credentials
    20005: ConfigurationError,  # account not active
    20006: ConfigurationError,  # access denied
    20008: ConfigurationError,  # not with test credentials
    20429: TransientError,  # too many requests
    20503: TransientError,  # service unavailable
    21212: ConfigurationError,  # From is no number
    21603: ConfigurationError,  # From is missing
    21606: ConfigurationError,  # From cannot send
    21609: ConfigurationError,  # status callback address is wrong
    21611: TransientError,  # the sender's queue is full
    21659: ConfigurationError,  # From is not ours
    21660: ConfigurationError,  # From belongs to another account
    21703: ConfigurationError,  # messaging service without senders
    21705: ConfigurationError,  # messaging service unknown
    30001: TransientError,  # queue overflow
    30002: ConfigurationError,  # account suspended
    30034: ConfigurationError,  # sender not registered for US traffic
    63007: ConfigurationError,  # no such channel sender
    63018: TransientError,  # channel's rate limit
    63038: RejectedError,  # the account's limit for the day; comes with a 429, and lasts until the day is over
}
WAITS = {
    20429: timedelta(seconds=30),
    21611: timedelta(minutes=30),
    30001: timedelta(minutes=5),
    63018: timedelta(seconds=30),
}

# exception → (error of a read, error of a create); the first that fits wins
EXCEPTIONS: faults.Exceptions = (*faults.EXCEPTIONS, (TwilioException, RejectedError, UnknownOutcome))


@contextmanager
def translate_errors(action: str, *, write: bool = False) -> Iterator[None]:
    """Turn what the block raises into an error of `core.errors`. `action` says what was tried."""
    try:
        yield
    except (TwilioRestException, TwilioServiceException) as error:
        raise refusal(error.status, error.code, action, write=write) from error
    except tuple(kind for kind, _, _ in EXCEPTIONS) as error:
        raise lost_answer(error, "Twilio", action, EXCEPTIONS, write=write) from error
    except CONFUSED as error:
        if not raised_in(error, "twilio"):
            raise  # a bug of ours, to be seen as one
        kind = UnknownOutcome if write else RejectedError
        raise kind(f"{action}: the SDK could not read Twilio's answer ({type(error).__name__})") from error


def refusal(status: int, code: int | None, action: str, *, write: bool) -> HandrailError:
    """The error for an answer that is not a success. Twilio's texts are left out: they may hold phone numbers."""
    # Where Twilio names no code, its SDK puts the status there.
    named = code if code and code != status else None
    message = f"{action}: Twilio answered {status}" + (f" with code {named}" if named else "")
    kind = CODES.get(named) if named else None
    if kind is None:
        kind = kind_of_status(status, STATUSES, write=write)
    if issubclass(kind, TransientError):
        return kind(message, retry_after=WAITS.get(named or 0))
    return kind(message, code=str(named or status)) if issubclass(kind, RejectedError) else kind(message)
