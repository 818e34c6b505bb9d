"""The company's calendar and its checks of devices over HTTP, as the company's own systems answer, and for the page."""

import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, jsonify, request

from apps.sandbox.clock import Clock
from apps.sandbox.company_rows import company_rows
from apps.sandbox.page_api import Answer, PageError, read_body, require
from apps.sandbox.settings import SandboxSettings
from apps.sandbox.systems import system_blueprint

# A calendar in which people book visits: its times, what is held for whom, and what is booked.

Row = dict[str, Any]
SOMEBODY = "somebody-else"  # who books from the sandbox's page


class RefusedError(Exception):
    """The calendar says no: `status` is that of the answer."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """One kind of visit and its opening hours, on the clock of its place."""

    kind: str
    place: str
    zone: str
    opens: str
    closes: str
    minutes: int
    days: tuple[int, ...]

    def slots(self, since: datetime, until: datetime) -> Iterator[Row]:
        """Every time that begins in the span, booked or not."""
        zone, length = ZoneInfo(self.zone), timedelta(minutes=self.minutes)
        day = since.astimezone(zone).date()
        while day <= until.astimezone(zone).date():
            start = datetime.combine(day, time.fromisoformat(self.opens), zone)
            closes = datetime.combine(day, time.fromisoformat(self.closes), zone)
            while start + length <= closes and day.weekday() in self.days:
                if since <= start <= until:
                    yield self._row(start, start + length)
                start += length
            day += timedelta(days=1)

    def _row(self, start: datetime, end: datetime) -> Row:
        return {
            "id": f"{self.kind}:{start.astimezone(UTC):%Y%m%dT%H%MZ}",
            "starts_at": start.isoformat(),
            "ends_at": end.isoformat(),
            "place": self.place,
            "zone": self.zone,
        }


@dataclass(slots=True, kw_only=True)
class Timebook:
    """Thread-safe. `now` is the sandbox's clock."""

    visits: tuple[Visits, ...]
    now: Callable[[], datetime]
    _held: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _booked: dict[str, Row] = field(default_factory=dict)
    _done: dict[str, Row] = field(default_factory=dict)  # by idempotency key
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def free(self, kind: str, place: str, since: datetime, until: datetime, who: str, limit: int) -> list[Row]:
        """The first free times; what `who` holds is free for them."""
        found: list[Row] = []
        with self._lock:
            for visit in self._of(kind):
                if place and visit.place != place:
                    continue
                found += [slot for slot in visit.slots(max(since, self.now()), until) if self._is_free(slot["id"], who)]
        return sorted(found, key=lambda slot: str(slot["starts_at"]))[:limit]

    def hold(self, slots: list[str], who: str, span: timedelta) -> list[str]:
        """Those that are theirs now."""
        with self._lock:
            held = [slot for slot in slots if self._is_free(slot, who) and self._slot(slot) is not None]
            self._held |= {slot: (who, self.now() + span) for slot in held}
        return held

    def release(self, slot: str) -> None:
        """Nobody holds it any more."""
        with self._lock:
            self._held.pop(slot, None)

    def book(self, wish: Row, key: str) -> Row:
        """The booking; made once for each key. RefusedError 409 where somebody else has the time."""
        with self._lock:
            if key and key in self._done:
                return self._done[key]
            slot = self._slot(wish["slot"])
            if slot is None:
                raise RefusedError(404, "no_such_slot")
            if not self._is_free(wish["slot"], wish["who"]):
                raise RefusedError(409, "taken")
            made = {"id": f"ap-{secrets.token_hex(4)}", "kind": wish["kind"], "slot": slot, **_guest(wish)}
            self._booked[made["id"]] = made
            # What else was held for them is free again.
            self._held = {name: held for name, held in self._held.items() if held[0] != wish["who"]}
            if key:
                self._done[key] = made
        return made

    def cancel(self, ref: str) -> bool:
        """False where it is not booked."""
        with self._lock:
            return self._booked.pop(ref, None) is not None

    def booked(
        self, kind: str = "", who: str = "", *, since: datetime | None = None, until: datetime | None = None
    ) -> list[Row]:
        """What is still to come, by time; of everybody and every kind where none is named."""
        with self._lock:
            rows = [
                row
                for row in self._booked.values()
                if (not kind or row["kind"] == kind) and (not who or row["who"] == who) and self._is_ahead(row["slot"])
            ]
        starts = [(datetime.fromisoformat(row["slot"]["starts_at"]), row) for row in rows]
        within = [each for each in starts if (since or each[0]) <= each[0] <= (until or each[0])]
        return [row for _, row in sorted(within, key=lambda each: each[0])]

    def _is_ahead(self, slot: Row) -> bool:
        return datetime.fromisoformat(slot["starts_at"]) > self.now()

    def _is_free(self, slot: str, who: str) -> bool:
        if any(row["slot"]["id"] == slot for row in self._booked.values()):
            return False
        holder, until = self._held.get(slot, ("", self.now()))
        return holder in ("", who) or until <= self.now()

    def _of(self, kind: str) -> list[Visits]:
        return [visit for visit in self.visits if visit.kind == kind]

    def _slot(self, name: str) -> Row | None:
        kind, _, moment = name.rpartition(":")
        try:
            start = datetime.strptime(moment, "%Y%m%dT%H%MZ").replace(tzinfo=UTC)
        except ValueError:
            return None
        return next((slot for visit in self._of(kind) for slot in visit.slots(start, start)), None)


def _guest(wish: Row) -> Row:
    return {name: wish.get(name) for name in ("who", "name", "phone", "email", "answers")}


# The calendar and the checks over HTTP, and for the page.

MOST = 50


def build_timebook(settings: SandboxSettings, clock: Clock) -> Timebook:
    """With the visits of the company's folder, and nothing booked."""
    rows = company_rows(settings.seed, "calendar", "visits")
    return Timebook(visits=tuple(Visits(**{**row, "days": tuple(row["days"])}) for row in rows), now=clock.now)


def calendar_system(book: Timebook, settings: SandboxSettings) -> Blueprint:
    """Five requests, with the calendar's own bearer token."""
    calendar = system_blueprint("calendar", settings.calendar_token)

    @calendar.errorhandler(RefusedError)
    def not_possible(error: RefusedError) -> Answer:
        return jsonify(error=error.code), error.status

    @calendar.get("/v1/slots")
    def slots() -> Response:
        given = request.args
        limit = max(1, min(given.get("limit", 10, int), MOST))
        since, until = _moment(given.get("from", "")), _moment(given.get("to", ""))
        kind, place, who = given.get("kind", ""), given.get("place", ""), given.get("who", "")
        return jsonify(slots=book.free(kind, place, since, until, who, limit))

    @calendar.post("/v1/holds")
    def holds() -> Response:
        given = _body("slots", "who", "minutes")
        return jsonify(held=book.hold(list(given["slots"]), str(given["who"]), timedelta(minutes=given["minutes"])))

    @calendar.get("/v1/appointments")
    def appointments() -> Response:
        given, span = request.args, _span()
        return jsonify(
            appointments=book.booked(given.get("kind", ""), given.get("who", ""), since=span[0], until=span[1])
        )

    @calendar.post("/v1/appointments")
    def made() -> Answer:
        return jsonify(book.book(_body("kind", "slot", "who"), request.headers.get("Idempotency-Key", ""))), 201

    @calendar.delete("/v1/appointments/<ref>")
    def gone(ref: str) -> Answer:
        return jsonify(), 204 if book.cancel(ref) else 404

    return calendar


class Devices:
    """What the company's systems say of a customer's devices: all is well, until the page says otherwise."""

    def __init__(self, usual: Row) -> None:
        self._usual, self._said = usual, dict[tuple[str, str], str]()

    def look(self, customer: str, name: str) -> str | None:
        return self._said.get((customer, name), self._usual.get(name))

    def set(self, customer: str, name: str, value: str) -> None:
        self._said[customer, name] = value


def check_system(devices: Devices, settings: SandboxSettings) -> Blueprint:
    """One request: what is the case with this customer's device?"""
    checks = system_blueprint("checks", settings.checks_token)

    @checks.get("/v1/customers/<customer>/checks/<name>")
    def look(customer: str, name: str) -> Answer:
        found = devices.look(customer, name)
        return (jsonify(value=found), 200) if found is not None else (jsonify(error="not known"), 404)

    return checks


def add_calendar(page: Blueprint, book: Timebook, devices: Devices) -> None:
    """For the page: what is booked, somebody who is faster, and a device that fails."""

    @page.get("/appointments")
    def shown() -> Answer:
        return jsonify(appointments=book.booked())

    @page.post("/appointments")
    def taken() -> Answer:
        """Somebody else books this time: what is held for others included, as when a desk books by hand."""
        slot = require(read_body(), "slot")
        kind = slot.rpartition(":")[0]
        book.release(slot)
        try:
            made = book.book({"kind": kind, "slot": slot, "who": SOMEBODY, "name": "Somebody else"}, "")
        except RefusedError as error:
            raise PageError(error.status, error.code) from error
        return jsonify(made), 201

    @page.put("/checks/<customer>/<name>")
    def told(customer: str, name: str) -> Answer:
        devices.set(customer, name, require(read_body(), "value"))
        return jsonify(value=devices.look(customer, name))


def _span() -> tuple[datetime | None, datetime | None]:
    """Of a list that is asked for between two moments; open where one is not named."""
    given = request.args
    since, until = (_moment(given[name]) if name in given else None for name in ("from", "to"))
    return since, until


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        abort(400)
    return moment if moment.tzinfo else abort(400)


def _body(*names: str) -> Row:
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or any(name not in given for name in names):
        abort(400)
    return given
