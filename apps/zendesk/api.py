"""The sidebar's HTTP API: the page by signed URL, everything else by bearer token."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import Blueprint, Response, request, send_from_directory

from apps.zendesk.page import Page
from apps.zendesk.parts import Part, guarded
from apps.zendesk.session import Sessions
from core.errors import RejectedError
from core.ports import Now


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidebar:
    """The page and the parts of its API. `groups` are those that a ticket may be escalated to."""

    sessions: Sessions
    page: Page
    parts: Iterable[Part]
    groups: Callable[[], Iterable[str]]
    now: Now

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("sidebar", __name__, url_prefix="/sidebar")
        blueprint.add_url_rule("/", view_func=self.opened, methods=["POST"])
        blueprint.add_url_rule("/assets/<path:name>", view_func=self.asset)
        for part in self.parts:
            for route in part.routes():
                name = f"{type(part).__name__}_{route.act.__name__}"
                view = guarded(route.act, self.sessions, self.now)
                blueprint.add_url_rule(f"/api/{route.rule}", endpoint=name, view_func=view, methods=[route.method])
        return blueprint

    def opened(self) -> Response:
        """The page itself: who the agent is comes from Zendesk's signature alone."""
        try:
            who = self.sessions.opened(request.form.get("token", ""), self.now())
        except RejectedError as error:
            return Response(f"{error}\n", status=401, mimetype="text/plain")
        token, ends = self.sessions.issue(who, self.now())
        session = {
            "token": token,
            "role": who.role,
            "agent": {"id": who.agent_id, "name": who.name},
            "expires_at": ends.isoformat(),
            "groups": list(self.groups()),
        }
        nonce = secrets.token_urlsafe(16)
        response = Response(self.page.html(session, nonce), mimetype="text/html")
        response.headers["Content-Security-Policy"] = self.page.security_policy(nonce)
        response.headers["Cache-Control"] = "no-store"
        return response

    def asset(self, name: str) -> Response:
        return send_from_directory((self.page.folder / "assets").resolve(), name, max_age=31_536_000)
