"""The company's calendar and its checks of devices over HTTP, as the company's own systems answer, and for the page."""

from datetime import datetime, timedelta

from flask import Blueprint, Response, abort, jsonify, request

from apps.sandbox.bearer import refused
from apps.sandbox.clock import Clock
from apps.sandbox.company_rows import company_rows
from apps.sandbox.page_api import Answer, PageError, needed, wish
from apps.sandbox.settings import SandboxSettings
from apps.sandbox.timebook import SOMEBODY, RefusedError, Row, Timebook, Visits

MOST = 50


def timebook(settings: SandboxSettings, clock: Clock) -> Timebook:
    """With the visits of the company's folder, and nothing booked."""
    rows = company_rows(settings.seed, "calendar", "visits")
    return Timebook(visits=tuple(Visits(**{**row, "days": tuple(row["days"])}) for row in rows), now=clock.now)


def calendar_system(book: Timebook, settings: SandboxSettings) -> Blueprint:
    """Five requests, with the calendar's own bearer token."""
    calendar = Blueprint("calendar", __name__)

    @calendar.before_request
    def signed() -> Answer | None:
        return refused(settings.calendar_token)

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
    checks = Blueprint("checks", __name__)

    @checks.before_request
    def signed() -> Answer | None:
        return refused(settings.checks_token)

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
        slot = needed(wish(), "slot")
        kind = slot.rpartition(":")[0]
        book.release(slot)
        try:
            made = book.book({"kind": kind, "slot": slot, "who": SOMEBODY, "name": "Somebody else"}, "")
        except RefusedError as error:
            raise PageError(error.status, error.code) from error
        return jsonify(made), 201

    @page.put("/checks/<customer>/<name>")
    def told(customer: str, name: str) -> Answer:
        devices.set(customer, name, needed(wish(), "value"))
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
