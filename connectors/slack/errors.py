"""Slack's error names, and urllib's errors, in our words.

A post that may have reached Slack becomes UnknownOutcome: posted twice is shown twice.
"""

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPException
from socket import gaierror
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import (
    BotUserAccessError,
    SlackApiError,
    SlackClientConfigurationError,
    SlackClientError,
    SlackClientNotConnectedError,
    SlackTokenRotationError,
)

from connectors.faults import CONFUSED, MalformedAnswerError, raised_in
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError, UnknownOutcome
from core.text.outside import read_wait

DEFAULT_WAIT = timedelta(seconds=30)
NAME = re.compile(r"[A-Za-z0-9_.:-]{1,100}")


# Names that are not a plain refusal (RejectedError).
NAMES: dict[str, type[HandrailError]] = {
    "access_denied": ConfigurationError,
    "account_inactive": ConfigurationError,
    "channel_not_found": ConfigurationError,
    "ekm_access_denied": ConfigurationError,
    "enterprise_is_restricted": ConfigurationError,
    "invalid_auth": ConfigurationError,
    "is_archived": ConfigurationError,
    "missing_scope": ConfigurationError,
    "no_permission": ConfigurationError,
    "not_allowed_token_type": ConfigurationError,
    "not_authed": ConfigurationError,
    "not_in_channel": ConfigurationError,
    "org_login_required": ConfigurationError,
    "restricted_action": ConfigurationError,
    "team_access_not_granted": ConfigurationError,
    "token_expired": ConfigurationError,
    "token_revoked": ConfigurationError,
    "accesslimited": TransientError,
    "message_limit_exceeded": TransientError,
    "rate_limited": TransientError,
    "ratelimited": TransientError,
    "service_unavailable": TransientError,
    "team_added_to_org": TransientError,
    # Slack says of these that part of the work may have been done.
    "fatal_error": UnknownOutcome,
    "internal_error": UnknownOutcome,
    "request_timeout": UnknownOutcome,
}

# exception → (error of a read, error of a write); the first that fits wins
EXCEPTIONS: tuple[tuple[type[Exception], type[HandrailError], type[HandrailError]], ...] = (
    (BotUserAccessError, ConfigurationError, ConfigurationError),
    (SlackClientConfigurationError, ConfigurationError, ConfigurationError),
    (SlackTokenRotationError, ConfigurationError, ConfigurationError),
    (SlackClientNotConnectedError, TransientError, TransientError),
    (SlackClientError, RejectedError, RejectedError),  # refused by the SDK before anything was sent
    (ssl.SSLCertVerificationError, ConfigurationError, ConfigurationError),
    (ConnectionRefusedError, TransientError, TransientError),
    (gaierror, TransientError, TransientError),
    (OSError, TransientError, UnknownOutcome),  # timeouts, broken connections
    (HTTPException, TransientError, UnknownOutcome),
    (MalformedAnswerError, RejectedError, UnknownOutcome),
)


@contextmanager
def translate_errors(action: str, *, write: bool = False) -> Iterator[None]:
    """Turn what the block raises into an error of `core.errors`. `action` says what was tried."""
    try:
        yield
    except SlackApiError as error:
        raise refusal(error, action, write=write) from error
    except tuple(kind for kind, _, _ in EXCEPTIONS) as error:
        raise lost_answer(error, action, write=write) from error
    except CONFUSED as error:
        if not raised_in(error, "slack_sdk"):
            raise  # a bug of ours, to be seen as one
        kind = UnknownOutcome if write else RejectedError
        raise kind(f"{action}: the SDK could not read Slack's answer ({type(error).__name__})") from error


def refusal(error: SlackApiError, action: str, *, write: bool) -> HandrailError:
    """The error for an answer that is not a success."""
    answer = error.response
    status = int(getattr(answer, "status_code", 0) or 0)
    name = name_of(getattr(answer, "data", answer))
    message = f"{action}: Slack answered {name or status}"
    if status == 429:
        return TransientError(message, retry_after=retry_after(getattr(answer, "headers", {})))
    if name:
        return by_name(name, message, write=write)
    # No name: not Slack's API but something in front of it.
    if status in (401, 403):
        return ConfigurationError(message)
    if 400 <= status < 500:
        return RejectedError(message, code=str(status))
    return UnknownOutcome(message) if write and status != 503 else TransientError(message)


def by_name(name: str, message: str, *, write: bool) -> HandrailError:
    kind = NAMES.get(name, RejectedError)
    if issubclass(kind, RejectedError):
        return kind(message, code=name)
    if kind is UnknownOutcome and not write:
        return TransientError(message)
    return TransientError(message, retry_after=DEFAULT_WAIT) if kind is TransientError else kind(message)


def lost_answer(error: Exception, action: str, *, write: bool) -> HandrailError:
    """The error for a request without a usable answer."""
    reason = error.reason if isinstance(error, URLError) and isinstance(error.reason, Exception) else error
    for kind, reading, writing in EXCEPTIONS:
        if isinstance(reason, kind):
            return (writing if write else reading)(f"{action}: {type(reason).__name__}")
    return (UnknownOutcome if write else TransientError)(f"{action}: {type(reason).__name__}")


def retry_after(headers: Mapping[str, Any]) -> timedelta:
    """The wait that Slack asks for; half a minute where it does not say."""
    given = {name.lower(): value for name, value in (headers or {}).items()}.get("retry-after", "")
    return read_wait(given[0] if isinstance(given, list) and given else given) or DEFAULT_WAIT


def name_of(body: Any) -> str:
    """Slack's own name for the fault. Of what is no JSON the SDK puts words of its own in that place."""
    name = body.get("error") if isinstance(body, Mapping) else None
    return name if isinstance(name, str) and NAME.fullmatch(name) else ""
