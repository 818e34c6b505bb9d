"""The sidebar's HTTP API: the page by signed URL, everything else by bearer token."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, jsonify, request, send_from_directory

from apps.pace import Pace
from apps.zendesk.page import Page
from apps.zendesk.parts import Door, Part, bearer, refusal
from apps.zendesk.session import Issued, Sessions
from core.errors import RejectedError
from core.ports import Now

# On every answer. Who may frame the page stands in its own security policy.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
YEAR = 31_536_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidebar:
    """The page and the parts of its API. `groups` are those that a ticket may be escalated to."""

    sessions: Sessions
    page: Page
    parts: Iterable[Part]
    groups: Callable[[], Iterable[str]]
    now: Now
    pace: Pace = field(default_factory=Pace)

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("sidebar", __name__, url_prefix="/sidebar")
        blueprint.add_url_rule("/", view_func=self.opened, methods=["POST"])
        blueprint.add_url_rule("/assets/<path:name>", view_func=self.asset)
        blueprint.add_url_rule("/api/session", view_func=self.renewed, methods=["POST"])
        door = Door(sessions=self.sessions, now=self.now, pace=self.pace)
        for part in self.parts:
            for route in part.routes():
                name = f"{type(part).__name__}_{route.act.__name__}"
                view = door.guarded(route)
                blueprint.add_url_rule(f"/api/{route.rule}", endpoint=name, view_func=view, methods=[route.method])
        blueprint.after_request(with_headers)
        return blueprint

    def opened(self) -> Response:
        """The page itself: who the agent is comes from Zendesk's signature alone, their role from its API."""
        try:
            issued = self.sessions.issue(self.sessions.opened(request.form.get("token", ""), self.now()), self.now())
        except RejectedError as error:
            return Response(f"{error}\n", status=401, mimetype="text/plain")
        session = {**_session(issued), "groups": list(self.groups())}
        nonce = secrets.token_urlsafe(16)
        response = Response(self.page.html(session, nonce), mimetype="text/html")
        response.headers["Content-Security-Policy"] = self.page.security_policy(nonce)
        return response

    def renewed(self) -> Response:
        """Another token for one that still runs."""
        try:
            return jsonify(_session(self.sessions.renewed(bearer(), self.now())))
        except RejectedError as error:
            return refusal(401, "unauthorized", str(error))

    def asset(self, name: str) -> Response:
        return send_from_directory((self.page.folder / "assets").resolve(), name, max_age=YEAR)


def _session(issued: Issued) -> Mapping[str, Any]:
    """`expires_at` is the token's end, `session_ends_at` that of all renewals. `role_known` false: Zendesk could not
    be asked, and the role is what it said before, or the least."""
    who = issued.sign_in.visitor
    return {
        "token": issued.token,
        "role": who.role,
        "role_known": issued.role_known,
        "agent": {"id": who.agent_id, "name": who.name},
        "expires_at": issued.ends.isoformat(),
        "session_ends_at": issued.sign_in.ends.isoformat(),
    }


def with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # Only the built app's files, whose names change with their content, may be kept by anybody.
    if response.cache_control.max_age != YEAR:
        response.headers["Cache-Control"] = "no-store"
    return response
