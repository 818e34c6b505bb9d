"""A webhook of the app is known by its secret: it is sent along as it is, and covers neither body nor time."""

import hmac
from datetime import datetime

from core.errors import RejectedError
from core.ports import SignedRequest

HEADER = "x-api-key"


class SunshineSignature:
    """Implements `core.ports.Signature`. Without a secret nobody is let in.

    A repeated request is recognised by the ids of its events, not here."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def __repr__(self) -> str:
        return "SunshineSignature(…)"

    def check(self, request: SignedRequest, now: datetime) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        given = headers.get(HEADER, "").encode()
        if not self._secret or not hmac.compare_digest(given, self._secret):
            raise RejectedError("the X-Api-Key header is missing or wrong", code="signature")
