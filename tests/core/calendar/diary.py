"""A calendar in memory that keeps its word: what is held for one is not free for another."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from core.errors import RejectedError, TransientError
from core.model.appointment import Appointment, Booked, Guest, Slot
from core.ports.vendors import GONE
from tests.core.people import NOW

HOUR = timedelta(hours=1)


def slots(count: int = 6, first: datetime = NOW + timedelta(days=1)) -> list[Slot]:
    """Hourly times from tomorrow on."""
    starts = [first + place * HOUR for place in range(count)]
    return [Slot(id=f"s{n}", starts_at=at, ends_at=at + HOUR, zone="Europe/London") for n, at in enumerate(starts, 1)]


class Diary:
    """Implements `core.ports.Calendar`."""

    def __init__(self, times: Sequence[Slot] = (), *, away: bool = False) -> None:
        self.times, self.away = list(times or slots()), away
        self.held: dict[str, str] = {}
        self.appointments: dict[str, tuple[str, Appointment]] = {}
        self.guests: dict[str, Guest] = {}
        self.done: dict[str, Appointment] = {}
        self.answers: Mapping[str, str] = {}

    def free(self, visit: str, place: str, since: datetime, until: datetime, *, who: str, limit: int) -> Sequence[Slot]:
        if self.away:
            raise TransientError("the calendar does not answer")
        free = [s for s in self.times if self._free(s.id, who) and since <= s.starts_at <= until]
        return free[:limit]

    def hold(self, slots: Sequence[Slot], who: str, span: timedelta) -> Collection[str]:
        held = [slot.id for slot in slots if self._free(slot.id, who)]
        self.held |= dict.fromkeys(held, who)
        return held

    def list_bookings_of(self, visit: str, who: str) -> Sequence[Appointment]:
        if self.away:
            raise TransientError("the calendar does not answer")
        return [appointment for owner, appointment in self.appointments.values() if owner == who]

    def list_bookings(self, visit: str, since: datetime, until: datetime) -> Sequence[Booked]:
        made = [one for _, one in self.appointments.values() if since <= one.slot.starts_at <= until]
        return [Booked(appointment=one, guest=self.guests[one.ref]) for one in made if one.ref in self.guests]

    def book(self, visit: str, slot: Slot, guest: Guest, answers: Mapping[str, str], *, key: str) -> Appointment:
        if key in self.done:
            return self.done[key]
        if not self._free(slot.id, guest.who):
            raise RejectedError("taken", code=GONE)
        made = Appointment(ref=f"ap-{len(self.done) + 1}", slot=slot)
        self.appointments[made.ref] = (guest.who, made)
        self.guests[made.ref] = guest
        self.done[key], self.answers = made, answers
        return made

    def cancel(self, ref: str, *, key: str) -> None:
        self.appointments.pop(ref, None)

    def taken_by_another(self, slot: Slot) -> None:
        self.held[slot.id] = "somebody else"

    def _free(self, slot_id: str, who: str) -> bool:
        booked = {a.slot.id: owner for owner, a in self.appointments.values()}
        return self.held.get(slot_id, who) == who and slot_id not in booked
