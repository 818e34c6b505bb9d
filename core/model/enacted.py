"""The life of a policy: its texts, who signed for what, and which version was in force when."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

ORDERED = frozenset({"triggers", "procedures"})  # sections in which the first that fits wins


class Enacting(StrEnum):
    """How a version came into force. STARTED: the first of a store, taken from the file."""

    STARTED = "started"
    APPLIED = "applied"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyText:
    """The file of one version exactly as it was, comments included."""

    version: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Enactment:
    """A version came into force. `replaced` is the version before, None for the first; `serial` rises with each."""

    version: str
    how: Enacting
    by: str
    at: datetime
    note: str = ""
    replaced: str | None = None
    serial: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """A person's yes, in a role, to one change of one section: from the content with hash `before` (that of the policy
    in force) to the one with hash `after`. Any other content, before or after, is another change; and once the section
    has changed, the sign-off is spent."""

    section: str
    role: str
    person: str
    before: str
    after: str
    version: str  # of the file that was signed
    at: datetime


def section_hashes(fields: Mapping[str, Any]) -> dict[str, str]:
    """A hash for each top-level key of a parsed policy. Comments, layout and the order of keys do not count, but for
    those of ORDERED."""
    return {str(name): _hash(value, ordered=name in ORDERED) for name, value in fields.items()}


def version_of(fields: Mapping[str, Any]) -> str:
    """The version of a parsed policy: the same for the same content, another for any other."""
    return _hash(section_hashes(fields))[:12]


def _hash(value: Any, *, ordered: bool = False) -> str:
    order = [_key(key) for key in value] if ordered and isinstance(value, Mapping) else []
    return hashlib.sha256(json.dumps([_plain(value), order], sort_keys=True, default=str).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """With keys that can be sorted: a file may have numbers and words side by side."""
    if isinstance(value, Mapping):
        return {_key(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _key(key: Any) -> str:
    return key if isinstance(key, str) else repr(key)
