"""What an approval is in the end: a seal over a manifest, under which its messages leave and nothing else does."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.model.ids import ApprovalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealer:
    """Somebody whose yes is in a seal, in the role that the policy gave them at that moment."""

    email: str
    role: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """`digest` is the campaign's, over every word of it; `root` is over the digests of its `size` recipients' messages;
    `whole` is over all else that is stored of the campaign. The words are those that `composer` made under
    `policy_version`. It has sealers, or the `standing` rule of that version in their place. It could be made until
    `expires_at`; nothing leaves under it from `not_after` on."""

    campaign_id: ApprovalId
    digest: str
    root: str
    size: int
    whole: str
    policy_version: str
    composer: str
    at: datetime
    expires_at: datetime
    not_after: datetime
    sealers: tuple[Sealer, ...] = ()
    standing: str = ""


# ------------------------------------------------------------------
# A record of the ledger, as it stands there.


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
