"""Signed words that are good for a time: who may install the app, and which installation was begun here."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from core.ports import Now

_TIME, _NONCE, _SIGNATURE = 5, 9, 16  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Passes:
    """`purpose` keeps one kind from being used as another."""

    secret: str
    purpose: str
    life: timedelta
    now: Now

    def made(self) -> str:
        ends = int((self.now() + self.life).timestamp())
        told = ends.to_bytes(_TIME) + secrets.token_bytes(_NONCE)
        return base64.urlsafe_b64encode(told + self._signed(told)).rstrip(b"=").decode()

    def holds(self, word: str) -> bool:
        try:
            raw = base64.urlsafe_b64decode(word.encode("ascii") + b"=" * (-len(word) % 4))
        except (ValueError, UnicodeEncodeError):
            return False
        told, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
        if len(told) != _TIME + _NONCE or not hmac.compare_digest(signature, self._signed(told)):
            return False
        return self.now().timestamp() < int.from_bytes(told[:_TIME])

    def _signed(self, told: bytes) -> bytes:
        key = hashlib.sha256(f"{self.purpose}:{self.secret}".encode()).digest()
        return hmac.digest(key, told, "sha256")[:_SIGNATURE]
