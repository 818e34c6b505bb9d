"""Master keys: they wrap the keys that data are encrypted with, and encrypt nothing else."""

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import ConfigurationError

SHORTEST = 32  # characters of a master key: what `secrets.token_urlsafe(32)` makes has 43
_NONCE = 12


def derive(secret: bytes, purpose: str, length: int = 32) -> bytes:
    """A key for one purpose: who has it can find neither the secret nor the key for another."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"handrail: {purpose}".encode()).derive(secret)


class MasterKey:
    """One master key. Its `id` says nothing about it."""

    def __init__(self, text: str) -> None:
        if len(text) < SHORTEST:
            raise ConfigurationError(
                f"master_key has {len(text)} characters, and needs {SHORTEST} or more that nobody can guess."
            )
        self.id = derive(text.encode(), "name of a master key", 8).hex()
        self._cipher = AESGCM(derive(text.encode(), "wrapping of data keys"))

    def __repr__(self) -> str:
        return f"MasterKey({self.id})"

    def wrap(self, key: bytes, name: str) -> bytes:
        """The key of this name as it may lie in a database."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, key, name.encode())

    def unwrap(self, wrapped: bytes, name: str) -> bytes:
        """ConfigurationError where it was wrapped under another master key or another name, or was changed."""
        try:
            return self._cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], name.encode())
        except InvalidTag as error:
            raise ConfigurationError(f"data key {name} cannot be unwrapped: it was changed in the database.") from error


@lru_cache(maxsize=8)
def _made(text: str) -> MasterKey:
    return MasterKey(text)


class Masters(Protocol):
    def __call__(self, *, new: bool = False) -> "MasterKeys":
        """`new` where nothing is under a master key yet, so that one may be made."""


class MasterKeys:
    """The master key in force, and while one is changed the older ones: `text` has them all, the newest first."""

    def __init__(self, text: str) -> None:
        self.texts = tuple(dict.fromkeys(text.replace(",", " ").split()))
        if not self.texts:
            raise ConfigurationError("there is no master key.")

    @property
    def all(self) -> Sequence[MasterKey]:
        return [_made(each) for each in self.texts]

    @property
    def newest(self) -> MasterKey:
        return self.all[0]

    def named(self, name: str) -> MasterKey:
        """ConfigurationError where this key is not here."""
        found = next((each for each in self.all if each.id == name), None)
        if found is None:
            here = ", ".join(each.id for each in self.all)
            raise ConfigurationError(
                f"the data of this store are encrypted under master key {name}, and here is {here}: set master_key "
                "(HANDRAIL_MASTER_KEY, its _FILE, or master.key in the data folder) to the one that the store was "
                "encrypted with. Without it nobody can read the data."
            )
        return found
