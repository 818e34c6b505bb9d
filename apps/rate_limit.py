"""How often one agent's pages, or one address, may ask: a page that runs wild, or a script with a stolen token, slows
nobody else."""

import math
import time
from collections.abc import Mapping, Sequence

from flask import Flask, Response, jsonify, request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from prometheus_client import CollectorRegistry, Counter

from apps.forwarded import Network, is_within, read_address

# As they suit agents: opening a ticket asks three or four times, an open one once a second while something happens;
# agents keep ten tickets open, of which one is visible.
OF_AN_AGENT = "150 per 10 seconds"

# By blueprint, or by endpoint where there is none. Whole offices, and all that a vendor sends, come from one address.
OF_A_VENDOR = "30000 per minute"
OF_A_SOURCE: Mapping[str, str] = {
    "zendesk_webhooks": OF_A_VENDOR,
    "twilio_webhooks": OF_A_VENDOR,
    "voice_webhooks": OF_A_VENDOR,
    "sunshine_webhooks": OF_A_VENDOR,
    "slack_requests": OF_A_VENDOR,
    "signal_webhooks": "6000 per minute",
    "sidebar": "30000 per minute",
    "decisions": "600 per minute",
    "receipts": "120 per minute",
    "data_page": "120 per minute",
    "journey_webhooks": "60 per minute",
    "journey_pages": "300 per minute",
    "slack_installing": "60 per minute",
    "health": "600 per minute",
    "metrics": "600 per minute",
}
ELSEWHERE = "300 per minute"  # paths that lead nowhere
# Answered with 401, for want of a signature, token or key: counted apart, so that a stranger who calls from a vendor's
# own addresses takes nothing from what the vendor may send.
NOT_LET_IN = "300 per minute"
# Where 401 is how a page hears that its token has run out, a whole office's at once after a pause: it has to hear it.
SIGN_IN_ANEW = {"sidebar"}


class RateLimit:
    """So many in any such time, counted in each web process. The window slides: `most` at once after a quiet time, and
    that rate in the long run. A clock that jumps locks nobody out: each window has a count of its own."""

    def __init__(self, most: str = OF_AN_AGENT) -> None:
        self._item = parse(most)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def wait(self, asker: str) -> int:
        """Whole seconds until an agent or an address may ask again; 0 where they may now, and then this one counts."""
        return 0 if self._limiter.hit(self._item, asker) else self._seconds(asker)

    def look(self, asker: str) -> int:
        """The same, and nothing counts."""
        return 0 if self._limiter.test(self._item, asker) else self._seconds(asker)

    def _seconds(self, asker: str) -> int:
        return max(1, math.ceil(self._limiter.get_window_stats(self._item, asker).reset_time - time.time()))


def limit_sources(app: Flask, proxies: Sequence[Network], registry: CollectorRegistry) -> None:
    """Every route has its limit for each address. Our own proxies have none: what comes from one without a word about
    its client is its own, such as a look at /healthz."""
    limits = {name: RateLimit(most) for name, most in {**OF_A_SOURCE, "": ELSEWHERE}.items()}
    strangers = RateLimit(NOT_LET_IN)
    refused = Counter("handrail_rate_limited", "Requests refused for their number", ["route"], registry=registry)

    def refuse(name: str, seconds: int) -> Response:
        refused.labels(route=name or "elsewhere").inc()
        response = jsonify({"error": {"code": "rate_limited", "message": "Too many requests; please wait a moment."}})
        response.status_code = 429
        response.headers["Retry-After"] = str(seconds)
        return response

    @app.before_request
    def look() -> Response | None:
        name, source = route_name(), source_of(request.remote_addr or "")
        if is_within(request.remote_addr or "", proxies):
            return None
        seconds = limits[name].look(source)
        return refuse(name, seconds) if seconds else None

    @app.after_request
    def count(response: Response) -> Response:
        name, source = route_name(), source_of(request.remote_addr or "")
        if response.status_code == 429 or is_within(request.remote_addr or "", proxies):
            return response
        if response.status_code != 401 or name in SIGN_IN_ANEW:
            limits[name].wait(source)
            return response
        seconds = strangers.wait(source)
        return refuse(name, seconds) if seconds else response


def route_name() -> str:
    return request.blueprint or request.endpoint or ""


def source_of(address: str) -> str:
    """An IPv6 client has a whole network to itself, of which it may use any address."""
    known = read_address(address)
    return address if known is None or known.version == 4 else f"{known.exploded[:19]}::"
