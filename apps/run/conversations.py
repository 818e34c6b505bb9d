"""Reading a conversation file: one JSON object a line, gzip or plain, each checked on its own."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from apps.validation import tell
from core.errors import ConfigurationError
from core.model.conversation import CaseContext, Conversation, Message, Role
from core.model.customer import Channel, Customer
from core.model.ids import ConversationId, CustomerId, MessageId, derive_id

CHANNELS = [channel.value for channel in Channel]
ROLES = [role.value for role in (Role.CUSTOMER, Role.AGENT, Role.ASSISTANT)]
# Messages without a time are taken to be a minute apart, in the order of the file.
START = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=1)
LONGEST_TEXT = 200_000


class Known(Schema):
    class Meta:
        unknown = EXCLUDE


class Words(fields.String):
    """What strangers wrote: half an emoji, which no UTF-8 file can hold, becomes a question mark."""

    def _deserialize(self, *given: Any, **context: Any) -> str:
        text: str = super()._deserialize(*given, **context)
        return text.encode("utf-8", "replace").decode()


class MessageSchema(Known):
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    text = Words(required=True, validate=validate.Length(max=LONGEST_TEXT))
    at = fields.AwareDateTime(load_default=None, allow_none=True, default_timezone=UTC)


class CustomerSchema(Known):
    name = Words(load_default="")
    tier = Words(load_default="standard")
    locale = Words(load_default="en")


class ConversationSchema(Known):
    id = Words(required=True, validate=validate.Length(min=1, max=200))
    brand = Words(load_default="")
    subject = Words(load_default="")
    channel = fields.String(load_default="email", validate=validate.OneOf(CHANNELS))
    customer = fields.Nested(CustomerSchema, load_default=dict)
    messages = fields.List(fields.Nested(MessageSchema), required=True, validate=validate.Length(min=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    number: int
    reason: str


def cases_from(path: Path) -> Iterator[tuple[int, CaseContext] | BadLine]:
    """Each line as (its number, the case), or what is wrong with it. Blank lines are passed over.

    Raises ConfigurationError when the file itself cannot be read (to its end)."""
    for number, raw in _lines(path):
        if raw.strip():
            yield _read(number, raw)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with _opened(path) as lines:
            yield from enumerate(lines, 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def _read(number: int, raw: bytes) -> tuple[int, CaseContext] | BadLine:
    try:
        row = ConversationSchema().load(json.loads(raw.decode("utf-8")))
    except UnicodeDecodeError:
        return BadLine(number=number, reason="is not UTF-8")
    except ValidationError as error:
        return BadLine(number=number, reason=tell(error.messages))
    except (ValueError, RecursionError) as error:
        return BadLine(number=number, reason=f"is not JSON: {getattr(error, 'msg', error)}")
    if not any(message["role"] == Role.CUSTOMER for message in row["messages"]):
        return BadLine(number=number, reason="messages: none is the customer's")
    return number, case_of(row)


def case_of(row: dict[str, Any]) -> CaseContext:
    """The case of a row of `ConversationSchema`."""
    conversation_id = ConversationId(derive_id("co", "file", row["id"]))
    channel = Channel(row["channel"])
    customer = Customer(
        id=CustomerId(derive_id("cu", "file", row["id"])),
        name=row["customer"].get("name", ""),
        tier=row["customer"].get("tier", "standard"),
        locale=row["customer"].get("locale", "en"),
    )
    timeline = tuple(
        Message(
            id=MessageId(derive_id("ms", "file", row["id"], str(place))),
            conversation_id=conversation_id,
            channel=channel,
            role=Role(message["role"]),
            author=customer.name if message["role"] == Role.CUSTOMER else message["role"],
            text=message["text"],
            at=message["at"] or START + place * STEP,
            vendor_ref=f"file:{row['id']}:{place}",
        )
        for place, message in enumerate(row["messages"])
    )
    conversation = Conversation(
        id=conversation_id,
        customer_id=customer.id,
        subject=row["subject"],
        channel=channel,
        updated_at=timeline[-1].at,
        brand=row["brand"],
    )
    return CaseContext(customer=customer, conversation=conversation, timeline=timeline, now=timeline[-1].at)
