"""What the sidebar's API is made of: parts with their routes, each behind the sign-in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask import Response, jsonify, request
from marshmallow import ValidationError

from apps.zendesk.session import Sessions
from core.errors import ConflictError, HandrailError, RejectedError
from core.ports import Now

Act = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Route:
    """`act` is called with the visitor, then the rule's places by name."""

    rule: str
    method: str
    act: Act


class Part(Protocol):
    """Some routes that belong together."""

    def routes(self) -> Sequence[Route]: ...


def guarded(act: Act, sessions: Sessions, now: Now) -> Act:
    """Sign-in first, then the action; every error as JSON with a code and plain words."""

    def view(**places: str) -> Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            who = sessions.visitor(token if scheme == "Bearer" else "", now())
        except RejectedError as error:
            return refusal(401, "unauthorized", str(error))
        try:
            return act(who, **places)
        except ValidationError as error:
            return refusal(400, "invalid", str(error.messages))
        except ConflictError:
            return refusal(409, "invalid", "The ticket changed in this moment; please try again.")
        except RejectedError as error:
            return refusal(404, "not_found", str(error))
        except HandrailError as error:
            return refusal(503, "unavailable", str(error))

    return view


def refusal(status: int, code: str, message: str) -> Response:
    response = jsonify({"error": {"code": code, "message": message}})
    response.status_code = status
    return response
