"""What the sidebar's API is made of: parts with their routes, each behind the sign-in, and
what the sidebar posts."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from flask import Response, jsonify, request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from apps.rate_limit import RateLimit
from apps.zendesk.session import Sessions, Visitor
from core.errors import ConflictError, HandrailError, RejectedError
from core.model.agent import RANKS
from core.model.ids import TicketId
from core.ports import Now, TicketAccess
from core.text.outside import read_json

# Of a name, so nothing that no database and no helpdesk could hold.
PRINTABLE = validate.Predicate("isprintable")
LONGEST_NAME = 100  # characters


def read_body() -> Any:
    """The body's JSON; no body is an empty object."""
    if not request.get_data():
        return {}
    try:
        return read_json(request.get_data())
    except ValueError as error:
        raise ValidationError({"body": ["is not JSON"]}) from error


def read_name(field: str) -> str:
    """The one name that the body holds under `field`.

    Raises:
        ValidationError: it holds none, or one that is too long or no single line.
    """
    return str(name_schema(field).load(read_body())[field])


@cache
def name_schema(field: str) -> Schema:
    """Of a body that holds one name."""
    name = fields.String(required=True, validate=[validate.Length(min=1, max=LONGEST_NAME), PRINTABLE])
    return Schema.from_dict({field: name}, name=f"{field.capitalize()}NameSchema")(unknown=EXCLUDE)


log = logging.getLogger("handrail.web")
Act = Callable[..., Response]
AWAY = "Something that Handrail needs does not answer just now; please try again in a moment."


@dataclass(frozen=True, slots=True)
class Route:
    """`act` is called with the visitor, then the rule's places by name. `role`: the least one that may call it."""

    rule: str
    method: str
    act: Act
    role: str = "agent"


class Part(Protocol):
    """Some routes that belong together."""

    def routes(self) -> Sequence[Route]: ...


class Looked(Protocol):
    """Writes down who looked at what; neither waits nor raises."""

    def __call__(self, who: str, way: str, what: str, *, ref: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Who may come in: whoever is signed in, has the role, does not ask too often, and may read the ticket that it is
    about."""

    sessions: Sessions
    now: Now
    access: TicketAccess
    rate_limit: RateLimit = field(default_factory=RateLimit)
    looked: Looked | None = None  # None: nobody writes it down

    def guard(self, route: Route) -> Act:
        """The route's action behind the door; every error as JSON with a code and plain words."""

        def view(**places: str) -> Response:
            try:
                who = self.sessions.visitor(bearer(), self.now())
            except RejectedError as error:
                return refusal(401, "unauthorized", str(error))
            return self._turned_away(who, route) or answer(self._about(route.act), who, places)

        return view

    def _about(self, act: Act) -> Act:
        """What is about a ticket is for whoever the helpdesk shows that ticket."""

        def allowed(who: Visitor, **places: str) -> Response:
            ticket = places.get("ticket_id")
            if ticket is not None and not self.access.may_read(who.agent_id, TicketId(ticket)):
                return refusal(403, "no_access", "Your role in Zendesk does not show you this ticket.")
            if ticket is not None and self.looked is not None:
                self.looked(" ".join(("agent", who.agent_id, who.name)), "sidebar", "ticket", ref=ticket)
            return act(who, **places)

        return allowed

    def _turned_away(self, who: Visitor, route: Route) -> Response | None:
        if RANKS.get(who.role, -1) < RANKS[route.role]:
            return refusal(403, "forbidden", "Your role in Zendesk does not open this.")
        seconds = self.rate_limit.wait(who.agent_id)
        if not seconds:
            return None
        response = refusal(429, "rate_limited", "Too many requests at once; please wait a moment.")
        response.headers["Retry-After"] = str(seconds)
        return response


def bearer() -> str:
    """The request's token; empty where it brings none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


def answer(act: Act, who: Visitor, places: dict[str, str]) -> Response:
    try:
        return act(who, **places)
    except ValidationError as error:
        return refusal(400, "invalid", str(error.messages))
    except HandrailError as error:
        status, told = fault(error)
        return refusal(status, told["code"], told["message"])


def plainly(error: HandrailError) -> str:
    """What an agent is told of a failure: our own rules' words. A vendor's or a database's go to the log."""
    if isinstance(error, RejectedError):
        return str(error)
    log.warning("%s: %s", type(error).__name__, error)
    return AWAY


def fault(error: HandrailError) -> tuple[int, dict[str, str]]:
    """The status of an answer that fails so, and what it says."""
    if isinstance(error, ConflictError):
        return 409, {"code": "invalid", "message": "The ticket changed in this moment; please try again."}
    if isinstance(error, RejectedError):
        return 404, {"code": "not_found", "message": str(error)}
    return 503, {"code": "unavailable", "message": plainly(error)}


def refusal(status: int, code: str, message: str) -> Response:
    response = jsonify({"error": {"code": code, "message": message}})
    response.status_code = status
    return response
