"""The API key of /signals and /decisions as a signature check."""

import hmac
from datetime import datetime

from core.errors import RejectedError
from core.ports import SignedRequest

HEADER = "x-api-key"


class ApiKey:
    """Constant-time comparison with the configured key."""

    def __init__(self, key: str) -> None:
        if not key:
            raise ValueError("an empty API key would let everybody in")
        self._key = key.encode()

    def check(self, request: SignedRequest, now: datetime) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not hmac.compare_digest(headers.get(HEADER, "").encode(), self._key):
            raise RejectedError("the X-Api-Key header is missing or wrong")
