"""Switches that make a vendor misbehave, and the Flask hooks that obey them."""

import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from flask import Flask, Response, jsonify, request

VENDORS = ("zendesk", "twilio", "slack", "sunshine", "openai", "office", "shopify", "hubspot")
OFFICE = ("orders", "systems")  # the prefixes of the company's back office


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """How one vendor misbehaves. Counts are "the next n"; each use takes one away.

    On its API: `latency_ms` is added to every answer; `rate_limited` requests get 429 with
    `retry_after` seconds; `error_5xx` get a server error; `lost` are dropped before any work;
    `timeout_after_work` are done, then the answer is held for `hold_seconds` and never sent.
    On its webhooks: `webhook_duplicate` are posted twice, `webhook_reorder` are held back until
    the next one has passed, `webhook_lost` are never posted; each is late by `webhook_delay_ms`.
    Where it streams an answer: the next `stream_cut` break off in the middle, the next `stream_malformed` hold a piece
    that is no JSON, the next `stream_twice` say the whole answer a second time; each piece is late by
    `stream_delay_ms`.
    In the back office: the next `says_yes` writes answer as if done and change nothing, the next `forgets_key` ignore
    their idempotency key, the next `odd_answer` are done and answer with fields missing and of other types.
    """

    latency_ms: int = 0
    rate_limited: int = 0
    retry_after: int = 1
    error_5xx: int = 0
    lost: int = 0
    timeout_after_work: int = 0
    hold_seconds: float = 0.0
    webhook_duplicate: int = 0
    webhook_reorder: int = 0
    webhook_lost: int = 0
    webhook_delay_ms: int = 0
    stream_cut: int = 0
    stream_malformed: int = 0
    stream_twice: int = 0
    stream_delay_ms: int = 0
    says_yes: int = 0
    forgets_key: int = 0
    odd_answer: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise ValueError(f"{field.name} must be a number, zero or more, not {value!r}")


class Faults:
    """The switches of every vendor; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._switches = {vendor: Switches() for vendor in VENDORS}

    def of(self, vendor: str) -> Switches:
        """The vendor's switches as they stand."""
        with self._lock:
            return self._switches[vendor]

    def set(self, vendor: str, **changes: Any) -> Switches:
        """Change some switches of one vendor.

        Raises KeyError for an unknown vendor, ValueError for an unknown switch or a bad value.
        """
        unknown = sorted(set(changes) - {field.name for field in fields(Switches)})
        if unknown:
            raise ValueError(f"no such switch: {', '.join(unknown)}")
        with self._lock:
            self._switches[vendor] = replace(self._switches[vendor], **changes)
            return self._switches[vendor]

    def take(self, vendor: str, switch: str) -> bool:
        """Use up one of a counted switch; False when none is left."""
        with self._lock:
            left = getattr(self._switches[vendor], switch)
            if left:
                self._switches[vendor] = replace(self._switches[vendor], **{switch: left - 1})
            return bool(left)

    def clear(self) -> None:
        """Let every vendor behave again."""
        with self._lock:
            self._switches = {vendor: Switches() for vendor in VENDORS}

    def table(self) -> dict[str, dict[str, Any]]:
        """All switches, for the page."""
        with self._lock:
            return {vendor: asdict(switches) for vendor, switches in self._switches.items()}


RATE_LIMITED: dict[str, Mapping[str, Any]] = {
    "zendesk": {
        "error": "APIRateLimitExceeded",
        "description": "Number of allowed API requests per minute exceeded",
    },
    "twilio": {
        "code": 20429,
        "message": "Too Many Requests",
        "more_info": "https://www.twilio.com/docs/errors/20429",
        "status": 429,
    },
    "slack": {"ok": False, "error": "ratelimited"},
    "sunshine": {"errors": [{"code": "too_many_requests", "title": "Too many requests"}]},
    "openai": {
        "error": {
            "message": "Rate limit reached for requests",
            "type": "requests",
            "param": None,
            "code": "rate_limit_exceeded",
        }
    },
    "office": {"error": "too_many_requests"},
    "shopify": {"errors": "Exceeded 2 calls per second for api client."},
    "hubspot": {"status": "error", "message": "You have reached your secondly limit.", "errorType": "RATE_LIMIT"},
}

# Status and body of a vendor that is down.
BROKEN: dict[str, tuple[int, Mapping[str, Any]]] = {
    "zendesk": (503, {"error": "ServiceUnavailable", "description": "Please try again in a moment"}),
    "twilio": (
        503,
        {
            "code": 20503,
            "message": "Service unavailable",
            "more_info": "https://www.twilio.com/docs/errors/20503",
            "status": 503,
        },
    ),
    "slack": (503, {"ok": False, "error": "service_unavailable"}),
    "sunshine": (503, {"errors": [{"code": "service_unavailable", "title": "Service unavailable"}]}),
    "openai": (
        500,
        {
            "error": {
                "message": "The server had an error while processing your request",
                "type": "server_error",
                "param": None,
                "code": None,
            }
        },
    ),
    "office": (503, {"error": "unavailable"}),
    "shopify": (503, {"errors": "Service Unavailable"}),
    "hubspot": (503, {"status": "error", "message": "Service unavailable"}),
}


def vendor_of(path: str) -> str | None:
    """The vendor whose prefix the path carries, or None for the sandbox's own pages."""
    first = path.split("/")[1]
    if first in OFFICE:
        return "office"
    return first if first in VENDORS else None


def install_faults(app: Flask, faults: Faults) -> None:
    """Put the switches in front of and behind every vendor route of the app."""

    @app.before_request
    def misbehave_before() -> Response | None:
        vendor = vendor_of(request.path)
        return _before(faults, vendor) if vendor else None

    @app.after_request
    def misbehave_after(response: Response) -> Response:
        vendor = vendor_of(request.path)
        refused = request.environ.get("sandbox.refused")
        if vendor and not refused and faults.take(vendor, "timeout_after_work"):
            time.sleep(faults.of(vendor).hold_seconds)
            _hang_up()
        return response


def _before(faults: Faults, vendor: str) -> Response | None:
    time.sleep(faults.of(vendor).latency_ms / 1000)
    request.environ["sandbox.refused"] = True
    if faults.take(vendor, "lost"):
        _hang_up()
        return Response(status=503)
    if faults.take(vendor, "rate_limited"):
        limited = jsonify(RATE_LIMITED[vendor])
        limited.status_code = 429
        limited.headers["Retry-After"] = str(faults.of(vendor).retry_after)
        return limited
    if faults.take(vendor, "error_5xx"):
        status, body = BROKEN[vendor]
        broken = jsonify(body)
        broken.status_code = status
        return broken
    request.environ["sandbox.refused"] = False
    return None


def _hang_up() -> None:
    """Cut the connection under the answer, so that the client never reads one."""
    for name in ("gunicorn.socket", "werkzeug.socket"):
        connection = request.environ.get(name)
        if isinstance(connection, socket.socket):
            connection.shutdown(socket.SHUT_RDWR)
