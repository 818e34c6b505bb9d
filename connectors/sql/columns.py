"""Column types that mean the same on SQLite and PostgreSQL, and the one collection of tables."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, Text
from sqlalchemy.types import TypeDecorator

from core.errors import ConfigurationError

# SQLite numbers rows by itself only when the column is called INTEGER.
Serial = BigInteger().with_variant(Integer(), "sqlite")


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive one is refused, because nobody knows when it is."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC)


def clean(text: str) -> str:
    """The text without what a UTF-8 database cannot hold: half an emoji, and NUL (PostgreSQL refuses it)."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    # Vendors cut long texts in the middle of a surrogate pair; losing the event for it would be worse.
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def dump(value: Any) -> str:
    """Compact JSON in ASCII, so that odd characters survive as escapes."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


class Moment(TypeDecorator[datetime]):
    """An aware datetime: stored in UTC, returned in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return utc(value) if dialect.name == "postgresql" else utc(value).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        stored: datetime = value
        return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text that strangers wrote."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value)


class Json(TypeDecorator[Any]):
    """A JSON value as text: the same bytes on both databases, whatever escapes it holds."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else dump(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any | None:
        return None if value is None else json.loads(value)


# ------------------------------------------------------------------
# What is encrypted. The store hangs its key ring on the dialect of its engines; a store that was opened without keys
# writes in clear.

SEALED = "\x02s1:"  # begins what is encrypted; the key's name comes next, so reading needs no other column
HASHED = "\x02h1:"  # begins a keyed hash


class Key(Protocol):
    def seal(self, text: str, place: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value that is to be encrypted under the key of whoever it is about."""

    key: Key
    value: Any


class Private(TypeDecorator[Any]):
    """Text that is encrypted: under the key of a `Sealed`, else under the installation's. `place` is the column's name;
    what is copied into another column cannot be read there. It cannot be compared: for that, a `Token` stands beside
    it. What was written before reads as it stands; what was destroyed reads as `destroyed`."""

    impl = Text
    cache_ok = True

    def __init__(self, place: str, destroyed: str = "") -> None:
        super().__init__()
        self.place, self.destroyed = place, destroyed

    def written(self, value: Any) -> str:
        return clean(value)

    def read(self, value: str) -> Any:
        return value

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        key, value = (value.key, value.value) if isinstance(value, Sealed) else (None, value)
        ring = getattr(dialect, "ring", None)
        if ring is None:
            return self.written(value)
        sealed: str = (key or ring.common).seal(self.written(value), self.place)
        return sealed

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any | None:
        if value is None:
            return None
        if value.startswith(SEALED):
            ring = getattr(dialect, "ring", None)
            if ring is None:
                raise ConfigurationError(f"{self.place} is encrypted, and this store was opened without a master key.")
            opened: str | None = ring.unseal(value, self.place)
            return self.read(self.destroyed if opened is None else opened)
        return self.read(value)


class PrivateJson(Private):
    """As `Private`, a JSON value."""

    cache_ok = True

    def __init__(self, place: str, destroyed: str = "null") -> None:
        super().__init__(place, destroyed)

    def written(self, value: Any) -> str:
        return dump(value)

    def read(self, value: str) -> Any:
        return json.loads(value)


class Token(TypeDecorator[str]):
    """A keyed hash in place of an address: equal addresses have equal ones, in every table. It is written and looked
    for by the address itself, or by a hash that was read. Empty stays empty."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        ring = getattr(dialect, "ring", None)
        if not value or ring is None or value.startswith(HASHED):
            return value and clean(value)
        return f"{HASHED}{ring.token('address', clean(value))}"


# A number as the vendors write it, or an e-mail address, alone or in the middle of words.
ADDRESS = re.compile(r"\+[1-9]\d{6,14}(?!\d)|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class Scrubbed(TypeDecorator[str]):
    """Words of vendors and of ours in which an address may stand by accident: its keyed hash stands there instead."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        ring = getattr(dialect, "ring", None)
        if not value or ring is None or HASHED in value:
            return value and clean(value)
        return ADDRESS.sub(lambda found: f"{HASHED}{ring.token('address', found[0])}", clean(value))


class Masked(Token):
    """A text that holds an address: as `Scrubbed`, and what it was is encrypted beside it, as with a Token."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return Scrubbed().process_bind_param(value, dialect)


def keyed_digest(ring: Any, digest: str) -> str:
    """The keyed hash of a digest, by which whoever guesses an address and the words to it cannot confirm the guess; of
    one that is one already, itself."""
    return (
        digest if ring is None or not digest or digest.startswith(KEYED) else f"{KEYED}{ring.token('digest', digest)}"
    )


KEYED = "h1:"  # begins a keyed hash in the ledger, and of a digest


class Digest(TypeDecorator[str]):
    """A digest of what somebody got, as its keyed hash: nobody needs it but the ledger, which has the same."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value and keyed_digest(getattr(dialect, "ring", None), value)


# The one collection of tables, with predictable names for indexes and constraints.

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
