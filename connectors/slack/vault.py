"""Tokens as they lie in the database: encrypted, with a key of the installation's own secret."""

import base64
import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import ConfigurationError

_NONCE = 12
_PURPOSE = b"handrail: tokens of Slack workspaces"


class Vault:
    """AES-256-GCM. What is sealed for one workspace cannot be opened as another's."""

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("the installation's own secret is needed")
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
        self._cipher = AESGCM(key)

    def __repr__(self) -> str:
        return "Vault(…)"

    def sealed(self, workspace_id: str, tokens: Mapping[str, str]) -> str:
        nonce = os.urandom(_NONCE)
        hidden = self._cipher.encrypt(nonce, json.dumps(dict(tokens)).encode(), workspace_id.encode())
        return base64.b64encode(nonce + hidden).decode("ascii")

    def opened(self, workspace_id: str, sealed: str) -> dict[str, str]:
        """Raises ConfigurationError where it was sealed under another secret, for another workspace, or was changed."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            told = self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], workspace_id.encode())
        except (InvalidTag, ValueError) as error:
            raise ConfigurationError(
                f"the token of Slack workspace {workspace_id} cannot be read: session_secret is another one than when "
                "the app was installed there. Install it again (handrail connect slack --link)."
            ) from error
        tokens: dict[str, str] = json.loads(told)
        return tokens
