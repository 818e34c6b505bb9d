"""What comes in, and who tells the workers of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.model.event import Event
from core.model.ids import EffectId, EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """A request as it arrived. `url` is the public address that the vendor signed, query included."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class Signature(Protocol):
    def check(self, request: SignedRequest, now: datetime) -> None:
        """Raise RejectedError unless the vendor's own scheme says that the request is genuine and fresh."""


class SignIns(Protocol):
    """Which signed URLs have opened a page, over all processes."""

    def use(self, token: str, expires_at: datetime) -> bool:
        """False where it was used before. It is remembered until `expires_at` at least."""


class Inbox(Protocol):
    def accept(self, event: Event) -> bool:
        """Store the event durably, then publish its id. False if this delivery was here before.

        A failing publish loses nothing: the sweeper publishes again what is still pending."""

    def get_accepted(self, event_id: EventId) -> Event | None:
        """The delivery as it was accepted."""


class LogName(StrEnum):
    """The lists that are read, in words; what their cursors are kept under."""

    MESSAGES = "Twilio messages"
    CALLS = "Twilio calls"
    TICKETS = "Zendesk tickets"
    CONVERSATIONS = "Zendesk messaging"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """A part of what a vendor keeps: `events` under the delivery ids that its webhooks give them, oldest first, and the
    `cursor` behind them. `problems` are the entries that cannot be read, in words without personal data."""

    events: tuple[Event, ...] = ()
    cursor: str
    problems: tuple[str, ...] = ()


class VendorLog(Protocol):
    """What a vendor itself keeps of what customers sent, whether or not its webhook reached us."""

    @property
    def name(self) -> LogName: ...
    def begin(self, now: datetime) -> str:
        """The cursor of a first reading: what is older than `now` is not ours."""

    def pages(self, cursor: str, now: datetime) -> Iterator[LogPage]:
        """What came in since the cursor, and a little before it: lists lag. To what is so fresh that its webhook may
        still be on its way it comes the next time. Ends, whatever the vendor answers."""


class Publisher(Protocol):
    """Tells the workers that there is something to do. A hint only: the store is the truth."""

    def event(self, event_id: EventId, *, at: datetime | None = None) -> None: ...
    def effect(self, effect_id: EffectId, *, at: datetime | None = None) -> None: ...
    def statuses(self) -> None:
        """Status callbacks wait in the store; they are worked off many at a time."""

    def campaigns(self) -> None:
        """A campaign has something to do."""
