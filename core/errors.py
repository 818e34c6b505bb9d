"""What can go wrong, in the three ways a caller can act on.

HandrailError
├── TransientError      try again later; nothing is known to have happened
│   └── UnknownOutcome  the request may have been carried out: ask the vendor before trying again
├── RejectedError       the other side (or our own rule) says no; trying again changes nothing
│   └── ConflictError   the record changed since it was read: read it again, then decide again
└── ConfigurationError  a setting, credential or permission is wrong; a person must act

Anything else that leaves a connector is a bug of ours.
"""

from datetime import timedelta


class HandrailError(Exception):
    """Base of every error that Handrail raises on purpose."""


class TransientError(HandrailError):
    """Trying again later may work. `retry_after` is the vendor's own wish, when it stated one."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class CircuitOpenError(TransientError):
    """The request was not made: what it was for has failed several times in a row. Waiting for it is no use now."""


class UnknownOutcome(TransientError):  # noqa: N818 - it names a state of knowledge, not a fault
    """The request left the house and no answer came back: it may or may not have been carried out."""


class RejectedError(HandrailError):
    """The request was refused. `code` is the vendor's own code where it has one."""

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code


class ConflictError(RejectedError):
    """The record changed since it was read."""


class ConfigurationError(HandrailError):
    """A person must change a setting, credential or permission."""
