"""Slack's request signature, written from its public description."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime


def signed_headers(secret: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """The timestamp and v0 signature headers of a post made now."""
    stamp = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
