"""Zendesk's signature of a webhook: base64 of HMAC-SHA256 over timestamp and raw body."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from core.errors import RejectedError
from core.ports import SignedRequest

SIGNATURE = "x-zendesk-webhook-signature"
TIMESTAMP = "x-zendesk-webhook-signature-timestamp"
TOLERANCE = timedelta(minutes=5)  # either way; Zendesk names no window of its own


class ZendeskSignature:
    """Implements `core.ports.Signature` with the signing secret of one webhook."""

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("a webhook's signing secret is needed")
        self._secret = secret.encode()

    def __repr__(self) -> str:
        return "ZendeskSignature(…)"

    def check(self, request: SignedRequest, now: datetime) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        stamp = headers.get(TIMESTAMP, "")
        expected = sign(self._secret, stamp, request.body)
        if not hmac.compare_digest(expected, headers.get(SIGNATURE, "").encode()):
            raise RejectedError("the Zendesk signature does not fit", code="signature")
        if abs(now - signed_at(stamp)) > TOLERANCE:
            raise RejectedError("the Zendesk signature is not fresh", code="stale")


def sign(secret: bytes, stamp: str, body: bytes) -> bytes:
    """What Zendesk writes into its header for this body at this time."""
    return base64.b64encode(hmac.new(secret, stamp.encode() + body, hashlib.sha256).digest())


def signed_at(stamp: str) -> datetime:
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError as error:
        raise RejectedError("the Zendesk signature has no time that can be read", code="stale") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
