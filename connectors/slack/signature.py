"""Slack's signature of a request, checked by Slack's own verifier. Bolt does the same for what enters through it."""

import re
from datetime import datetime

from slack_sdk.signature import Clock, SignatureVerifier

from core.errors import RejectedError
from core.ports import SignedRequest

TIMESTAMP = "x-slack-request-timestamp"
SIGNATURE = "x-slack-signature"
SECONDS = re.compile("[0-9]{1,12}")


class StandingClock(Clock):
    """A clock that shows the moment it was given."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> float:
        return self._now.timestamp()


class SlackSignature:
    """Implements `core.ports.Signature` with the app's signing secret; older than five minutes is refused."""

    def __init__(self, signing_secret: str) -> None:
        if not signing_secret:
            raise ValueError("Slack's signing secret is needed")
        self._secret = signing_secret

    def __repr__(self) -> str:
        return "SlackSignature(…)"

    def check(self, request: SignedRequest, now: datetime) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        timestamp, signature = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
        # The verifier would trip over what no genuine request has.
        if not SECONDS.fullmatch(timestamp) or not signature.isascii():
            raise RejectedError("the Slack signature cannot be read", code="signature")
        verifier = SignatureVerifier(self._secret, clock=StandingClock(now))
        try:
            body = request.body.decode()
        except UnicodeDecodeError as error:
            raise RejectedError("the body is not text", code="signature") from error
        if not verifier.is_valid(body, timestamp, signature):
            raise RejectedError("the Slack signature does not fit or is not fresh", code="signature")
