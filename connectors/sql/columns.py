"""Column types that mean the same on SQLite and PostgreSQL, and the one collection of tables."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, Text
from sqlalchemy.types import TypeDecorator

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
