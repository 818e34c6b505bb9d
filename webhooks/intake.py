"""What every receiver shares: read the raw bytes, verify them, parse them, accept the events, answer, count."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Request, Response
from marshmallow import ValidationError
from prometheus_client import CollectorRegistry, Counter

from core.errors import RejectedError
from core.model.event import Event
from core.ports import Inbox, Now, Signature, SignedRequest

LARGEST = 1024 * 1024

Parse = Callable[[Request, bytes], Iterable[Event]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """`public_url` is what the vendors were told; behind a proxy the Host header says something else."""

    inbox: Inbox
    now: Now
    public_url: str
    received: Counter

    def take(self, source: str, request: Request, signature: Signature, parse: Parse, answer: Response) -> Response:
        """Verify, parse, accept. 4xx with a reason where the request is not one of the vendor's, or not readable."""
        length = request.content_length
        if length is None or length > LARGEST:
            return self._refuse(source, 413 if length else 411, "too_large" if length else "no_length")
        body = request.get_data(cache=True)
        try:
            signature.check(self._signed(request, body), self.now())
        except RejectedError as error:
            return self._refuse(source, 401, "bad_signature", str(error))
        try:
            events = list(parse(request, body))
        except ValidationError as error:
            return self._refuse(source, 400, "malformed", _told(error))
        except ValueError as error:
            return self._refuse(source, 400, "malformed", str(error))
        for event in events:
            fresh = self.inbox.accept(event)
            self.received.labels(source=source, result="accepted" if fresh else "duplicate").inc()
        if not events:
            self.received.labels(source=source, result="ignored").inc()
        return answer

    def _signed(self, request: Request, body: bytes) -> SignedRequest:
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        url = f"{self.public_url}{request.path}{query}"
        return SignedRequest(url=url, headers=dict(request.headers), body=body)

    def _refuse(self, source: str, status: int, result: str, reason: str = "") -> Response:
        self.received.labels(source=source, result=result).inc()
        return Response(f"{result}: {reason}\n" if reason else f"{result}\n", status=status, mimetype="text/plain")


def counter(registry: CollectorRegistry) -> Counter:
    """Requests by source and result; one series per vendor and outcome."""
    return Counter("handrail_received", "Webhook events by source and result", ["source", "result"], registry=registry)


def _told(error: ValidationError) -> str:
    """Which field is wrong, without repeating what was sent."""
    messages: Any = error.messages
    return (
        "; ".join(f"{name}: {' '.join(map(str, said))}" for name, said in messages.items()) if messages else "invalid"
    )
