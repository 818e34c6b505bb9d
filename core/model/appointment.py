"""Times in a calendar, and what is arranged about them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time that can be booked. `id` is the calendar's own; `zone` the time zone of the place, empty where the
    calendar does not say."""

    id: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    zone: str = ""

    def __post_init__(self) -> None:
        if not self.id or self.starts_at.tzinfo is None or self.ends_at <= self.starts_at:
            raise ValueError(f"{self.id!r} from {self.starts_at} to {self.ends_at} is no time that could be booked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A booked time; `ref` is the calendar's own name of the booking."""

    ref: str
    slot: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Whom a time is booked for: `who` is our id of them, the rest is how the place reaches them."""

    who: str
    name: str
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A booked time with whom it is booked for; `guest.who` may be a name that is not ours, where a desk booked it."""

    appointment: Appointment
    guest: Guest


class Do(StrEnum):
    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """What the customer said yes to. `slot` is the time to book (none to CANCEL), `ref` the booking that is moved or
    given up (none to BOOK)."""

    do: Do
    visit: str
    slot: Slot | None = None
    ref: str = ""
