"""A calendar with five requests (docs/connect/calendar.md); one that speaks otherwise gets a small translator."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from connectors.guarded import path_part
from connectors.moments import Moment
from connectors.own_systems import TIMEOUT, OwnSystem
from core.errors import RejectedError
from core.model.appointment import Appointment, Booked, Guest, Slot


class _Loose(Schema):
    class Meta:
        unknown = EXCLUDE


class SlotSchema(_Loose):
    id = fields.String(required=True, validate=validate.Length(min=1, max=200))
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    place = fields.String(load_default="")
    zone = fields.String(load_default="")


class AppointmentSchema(_Loose):
    id = fields.String(required=True, validate=validate.Length(min=1, max=200))
    slot = fields.Nested(SlotSchema, required=True)


class BookedSchema(AppointmentSchema):
    who = fields.String(load_default="", allow_none=True)
    name = fields.String(load_default="", allow_none=True)
    phone = fields.String(load_default=None, allow_none=True)
    email = fields.String(load_default=None, allow_none=True)


class SlotsSchema(_Loose):
    slots = fields.List(fields.Nested(SlotSchema), required=True)


class HeldSchema(_Loose):
    held = fields.List(fields.String(), required=True)


class AppointmentsSchema(_Loose):
    appointments = fields.List(fields.Nested(AppointmentSchema), required=True)


class ExpectedSchema(_Loose):
    appointments = fields.List(fields.Nested(BookedSchema), required=True)


SLOTS, HELD, APPOINTMENTS, ONE = SlotsSchema(), HeldSchema(), AppointmentsSchema(), AppointmentSchema()
EXPECTED = ExpectedSchema()


class HttpCalendar:
    """Implements `core.ports.Calendar`."""

    def __init__(self, *, url: str, token: str, timeout: timedelta = TIMEOUT) -> None:
        self._system = OwnSystem("the calendar", "HANDRAIL_CALENDAR_TOKEN", url=url, token=token, timeout=timeout)

    def free(self, visit: str, place: str, since: datetime, until: datetime, *, who: str, limit: int) -> Sequence[Slot]:
        query = {"kind": visit, "from": since.isoformat(), "to": until.isoformat(), "who": who, "limit": str(limit)}
        found = _load(SLOTS, self._system.ask("GET", "/v1/slots", query=query | ({"place": place} if place else {})))
        slots = sorted((_slot(row) for row in found["slots"]), key=lambda slot: slot.starts_at)
        return [slot for slot in slots if since <= slot.starts_at <= until][:limit]

    def hold(self, slots: Sequence[Slot], who: str, span: timedelta) -> Collection[str]:
        body = {"slots": [slot.id for slot in slots], "who": who, "minutes": span / timedelta(minutes=1)}
        # No key: a hold that is made twice is one hold, and one that nobody heard of ends by itself.
        return frozenset(_load(HELD, self._system.ask("POST", "/v1/holds", body=body))["held"])

    def list_bookings_of(self, visit: str, who: str) -> Sequence[Appointment]:
        found = self._system.ask("GET", "/v1/appointments", query={"kind": visit, "who": who})
        made = [_appointment(row) for row in _load(APPOINTMENTS, found)["appointments"]]
        return sorted(made, key=lambda each: each.slot.starts_at)

    def list_bookings(self, visit: str, since: datetime, until: datetime) -> Sequence[Booked]:
        query = {"kind": visit, "from": since.isoformat(), "to": until.isoformat()}
        found = _load(EXPECTED, self._system.ask("GET", "/v1/appointments", query=query))
        made = [_booked(row) for row in found["appointments"]]
        # A calendar that knows no span answers with everything.
        within = [each for each in made if since <= each.appointment.slot.starts_at <= until]
        return sorted(within, key=lambda each: each.appointment.slot.starts_at)

    def book(self, visit: str, slot: Slot, guest: Guest, answers: Mapping[str, str], *, key: str) -> Appointment:
        body = {
            "kind": visit,
            "slot": slot.id,
            "who": guest.who,
            "name": guest.name,
            "phone": guest.phone,
            "email": guest.email,
            "answers": dict(answers),
        }
        return _appointment(_load(ONE, self._system.ask("POST", "/v1/appointments", body=body, key=key)))

    def cancel(self, ref: str, *, key: str) -> None:
        self._system.ask("DELETE", f"/v1/appointments/{path_part(ref)}", key=key, absent=True)


def _load(schema: Schema, found: Mapping[str, Any]) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(found)
    except ValidationError as error:
        raise RejectedError(f"the calendar's answer cannot be read: {error}", code="malformed_answer") from error
    return loaded


def _slot(row: Mapping[str, Any]) -> Slot:
    try:
        return Slot(**row)
    except ValueError as error:
        raise RejectedError(f"the calendar's answer cannot be read: {error}", code="malformed_answer") from error


def _appointment(row: Mapping[str, Any]) -> Appointment:
    return Appointment(ref=row["id"], slot=_slot(row["slot"]))


def _booked(row: Mapping[str, Any]) -> Booked:
    guest = Guest(who=row["who"] or "", name=row["name"] or "", phone=row["phone"], email=row["email"])
    return Booked(appointment=_appointment(row), guest=guest)
