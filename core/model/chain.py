"""A record of the ledger, as it stands there."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """`at` and `facts` are the very texts that were hashed, so that the proof does not hang on a database's formats.
    `hash` covers `previous`, the hash of the record before, and so every record up to here."""

    serial: int
    kind: str
    at: str
    facts: str
    previous: str
    hash: str

    @property
    def said(self) -> Mapping[str, Any]:
        """The facts as values. Raises ValueError where they are no JSON object any more."""
        found = json.loads(self.facts)
        if not isinstance(found, dict):
            raise ValueError("the facts are not an object")
        return found

    def follows(self, serial: int, previous: str) -> bool:
        """Whether it is what it was when it was written after the record with that serial and hash."""
        stands = self.serial == serial + 1 and self.previous == previous
        return stands and self.hash == hash_of(self.serial, self.kind, self.at, self.facts, previous)


def hash_of(serial: int, kind: str, at: str, facts: str, previous: str) -> str:
    return hashlib.sha256(json.dumps([serial, kind, at, facts, previous]).encode()).hexdigest()
