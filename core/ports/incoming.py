"""What comes in, and who tells the workers of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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


class Publisher(Protocol):
    """Tells the workers that there is something to do. A hint only: the store is the truth."""

    def event(self, event_id: EventId, *, at: datetime | None = None) -> None: ...
    def effect(self, effect_id: EffectId, *, at: datetime | None = None) -> None: ...
    def statuses(self) -> None:
        """Status callbacks wait in the store; they are worked off many at a time."""

    def campaigns(self) -> None:
        """A campaign has something to do."""
