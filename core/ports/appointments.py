"""The calendar of the company, and what else its systems can be asked about a customer."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from core.model.appointment import Appointment, Booked, Guest, Slot
from core.model.customer import Customer

GONE = "gone"  # the code of the RejectedError for a time that somebody else has by now


class Calendar(Protocol):
    """Times of one or several places. Everything that changes something has a key: done twice, it is done once."""

    def free(self, visit: str, place: str, since: datetime, until: datetime, *, who: str, limit: int) -> Sequence[Slot]:
        """The first `limit` free times that begin in the span, by time; what `who` holds is free for them."""

    def hold(self, slots: Sequence[Slot], who: str, span: timedelta) -> Collection[str]:
        """Keep times for somebody for a while; the ids of those that are theirs now. Holding again begins the span
        anew."""

    def booked(self, visit: str, who: str) -> Sequence[Appointment]:
        """What they have booked that is still to come, by time."""

    def expected(self, visit: str, since: datetime, until: datetime) -> Sequence[Booked]:
        """Everybody's bookings that begin in the span, by time."""

    def book(self, visit: str, slot: Slot, guest: Guest, answers: Mapping[str, str], *, key: str) -> Appointment:
        """RejectedError with the code GONE where somebody else has it."""

    def cancel(self, ref: str, *, key: str) -> None:
        """Nothing happens where it is not booked any more."""


class Probe(Protocol):
    """What a step of a procedure asks the company's systems: is the device online, is there an outage …"""

    def look(self, name: str, customer: Customer) -> str | None:
        """One word or number; None where the systems do not know this check or this customer."""
