"""The address of a receipt: short enough for a text message, signed, and good for a time only."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from core.model.ids import ConversationId

_PREFIX = "co_"
_TIME, _SIGNATURE = 4, 12  # bytes: seconds since 1970, and 96 bits that nobody guesses
_HEX = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """`secret` signs; whoever has an address may read that one conversation's receipt."""

    public_url: str
    secret: str

    def link(self, conversation: ConversationId, until: datetime) -> str:
        # To the hour, so that the same line said twice names the same address.
        ends = int(until.timestamp()) // 3600 * 3600
        told = ends.to_bytes(_TIME) + _pack(conversation)
        token = base64.urlsafe_b64encode(self._signed(told) + told).rstrip(b"=").decode()
        return f"{self.public_url.rstrip('/')}/receipt/{token}"

    def read(self, token: str, now: datetime) -> tuple[ConversationId, datetime] | None:
        """The conversation and until when; None for what is no address of ours, or an old one."""
        try:
            raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except (ValueError, UnicodeEncodeError):
            return None
        signature, told = raw[:_SIGNATURE], raw[_SIGNATURE:]
        if len(told) <= _TIME or not hmac.compare_digest(signature, self._signed(told)):
            return None
        until = datetime.fromtimestamp(int.from_bytes(told[:_TIME]), UTC)
        return (_unpack(told[_TIME:]), until) if now < until else None

    def _signed(self, told: bytes) -> bytes:
        key = hashlib.sha256(b"receipt:" + self.secret.encode()).digest()
        return hmac.digest(key, told, "sha256")[:_SIGNATURE]


def _pack(conversation: ConversationId) -> bytes:
    """Half as long where the id is one of ours."""
    own = conversation.removeprefix(_PREFIX)
    if conversation.startswith(_PREFIX) and len(own) == _HEX and all(c in "0123456789abcdef" for c in own):
        return b"\0" + bytes.fromhex(own)
    return b"\1" + conversation.encode()


def _unpack(packed: bytes) -> ConversationId:
    if packed[:1] == b"\0":
        return ConversationId(f"{_PREFIX}{packed[1:].hex()}")
    return ConversationId(packed[1:].decode())
