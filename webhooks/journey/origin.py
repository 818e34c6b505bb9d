"""Which pages may tell us anything, as a signature check. A browser cannot lie about its Origin; a script can, so what
comes this way is never more than a hint, and is paced."""

from collections.abc import Collection
from datetime import datetime

from core.errors import RejectedError
from core.ports import SignedRequest


class KnownOrigin:
    """The request's Origin must be one of the company's."""

    def __init__(self, origins: Collection[str]) -> None:
        self.origins = frozenset(origin.rstrip("/") for origin in origins)

    def check(self, request: SignedRequest, now: datetime) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if headers.get("origin", "") not in self.origins:
            raise RejectedError("this page's origin is not in the setting journey.origins")
