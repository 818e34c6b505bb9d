"""Tokens as Zendesk signs them, and as somebody else would."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

AUDIENCE = "https://larkfield.zendesk.com/api/v2/apps/installations/8807.json"
SESSION_SECRET = "fake-session-secret-of-32-letters"


@cache
def key_pair(name: str) -> tuple[str, str]:
    """(private, public) in PEM; another pair for another name."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def claims(now: datetime, jti: str = "jti-1", **changes: Any) -> dict[str, Any]:
    """What a signed URL says of the agent; a change to `...` leaves the claim out."""
    whole = {
        "iss": "larkfield.zendesk.com",
        "aud": AUDIENCE,
        "sub": "501",
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=2)).timestamp()),
        "jti": jti,
        "context": {
            "product": "support",
            "location": "ticket_sidebar",
            "user": {"id": "501", "name": "Maria Lopez", "role": "agent"},
            "role": "agent",
        },
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not ...}


def signed(said: Mapping[str, Any], key: str = "zendesk") -> str:
    return jwt.encode(dict(said), key_pair(key)[0], algorithm="RS256")


def by_hand(header: Mapping[str, Any], said: Mapping[str, Any], secret: bytes | None) -> str:
    """A token with any header at all, signed with HMAC or not signed."""
    head, body = (_part(json.dumps(dict(part)).encode()) for part in (header, said))
    text = f"{head}.{body}"
    mark = _part(hmac.new(secret, text.encode(), hashlib.sha256).digest()) if secret is not None else ""
    return f"{text}.{mark}"


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
