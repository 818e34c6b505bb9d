"""The wire: the last requests that came to the vendors, and what they answered."""

import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import count
from typing import Any

from flask import Flask, Response, g, request

from apps.sandbox.clock import Clock
from apps.sandbox.faults import vendor_of

SECRET_HEADERS = frozenset({"authorization", "cookie", "x-shopify-access-token"})
LONGEST_BODY = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request to a vendor and its answer; credentials are masked, long bodies cut."""

    number: int
    at: datetime
    vendor: str
    method: str
    path: str
    query: str
    request_headers: dict[str, str]
    request_body: str
    status: int
    answer_headers: dict[str, str]
    answer_body: str
    milliseconds: float


class Recorder:
    """Keeps the last `size` exchanges."""

    def __init__(self, size: int = 500) -> None:
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._kept: deque[Exchange] = deque(maxlen=size)

    def keep(self, **parts: Any) -> None:
        """Add one exchange; its number is given here."""
        with self._lock:
            self._kept.append(Exchange(number=next(self._numbers), **parts))

    def exchanges(self, vendor: str | None = None, after: int = 0) -> list[Exchange]:
        """What is kept, oldest first, of one vendor or all, with a number above `after`."""
        with self._lock:
            kept = list(self._kept)
        return [each for each in kept if each.number > after and vendor in (None, each.vendor)]

    def table(self, vendor: str | None = None, after: int = 0) -> list[dict[str, Any]]:
        """The same as plain values, for the page."""
        return [{**asdict(each), "at": each.at.isoformat()} for each in self.exchanges(vendor, after)]


def install_recorder(app: Flask, recorder: Recorder, clock: Clock) -> None:
    """Record every request under a vendor's prefix."""

    @app.before_request
    def note_start() -> None:
        g.started = time.perf_counter()
        # Read the raw bytes first: once Flask has parsed a form, they are gone.
        request.get_data()

    @app.after_request
    def note_answer(response: Response) -> Response:
        vendor = vendor_of(request.path)
        if vendor:
            recorder.keep(
                at=clock.now(),
                vendor=vendor,
                method=request.method,
                path=request.path,
                query=request.query_string.decode(),
                request_headers=_mask_headers(request.headers),
                request_body=request.get_data().decode(errors="replace")[:LONGEST_BODY],
                status=response.status_code,
                answer_headers=_mask_headers(response.headers),
                answer_body="" if response.is_streamed else response.get_data().decode(errors="replace")[:LONGEST_BODY],
                milliseconds=round((time.perf_counter() - g.started) * 1000, 2),
            )
        return response


def _mask_headers(headers: Any) -> dict[str, str]:
    return {name: _mask(name, value) for name, value in headers.items()}


def _mask(name: str, value: str) -> str:
    if name.lower() not in SECRET_HEADERS:
        return value
    scheme, _, rest = value.partition(" ")
    return f"{scheme} ***" if rest else "***"
