"""The sidebar's HTTP API: the page by signed URL, everything else by bearer token."""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request, send_from_directory

from apps.rate_limit import RateLimit
from apps.zendesk.parts import Door, Looked, Part, bearer, refusal
from apps.zendesk.session import Issued, Sessions
from apps.zendesk.translator import translator_of
from core.errors import RejectedError
from core.ports import Now, TicketAccess

SESSION_MARK = "<!--handrail:session-->"
SDK_MARK = "%ZAF_SDK_URL%"
FRAMES = "frame-ancestors https://*.zendesk.com"
NO_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"  # an empty style element, filled by script alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The built app, and what is written into its first page."""

    folder: Path
    sdk_url: str
    frame_ancestors: str = FRAMES

    def html(self, session: dict[str, Any], nonce: str) -> str:
        text = (self.folder / "index.html").read_text(encoding="utf-8")
        # A name that contains "</script>" or "<!--" would change where the element ends.
        values = json.dumps(session).replace("<", "\\u003c")
        script = f'<script nonce="{nonce}">window.HANDRAIL={values}</script>'
        return text.replace(SDK_MARK, self.sdk_url).replace(SESSION_MARK, script)

    def security_policy(self, nonce: str) -> str:
        """What the page may load and whom it may speak to: us, and the ZAF client from where it comes."""
        sdk = urlsplit(self.sdk_url)
        scripts = f"'self' 'nonce-{nonce}'" + (f" {sdk.scheme}://{sdk.netloc}" if sdk.netloc else "")
        rules = (
            "default-src 'none'",
            "connect-src 'self'",
            "img-src 'self'",
            f"script-src {scripts}",
            f"style-src 'self' {NO_STYLE}",
            "base-uri 'none'",
            "form-action 'none'",
            self.frame_ancestors,
        )
        return "; ".join(rules)


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
    access: TicketAccess
    now: Now
    rate_limit: RateLimit = field(default_factory=RateLimit)
    looked: Looked | None = None

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("sidebar", __name__, url_prefix="/sidebar")
        blueprint.add_url_rule("/", view_func=self.open_page, methods=["POST"])
        blueprint.add_url_rule("/assets/<path:name>", view_func=self.asset)
        blueprint.add_url_rule("/api/session", view_func=self.renew, methods=["POST"])
        door = Door(
            sessions=self.sessions,
            now=self.now,
            access=self.access,
            rate_limit=self.rate_limit,
            looked=self.looked,
        )
        for part in self.parts:
            for route in part.routes():
                name = f"{type(part).__name__}_{route.act.__name__}"
                view = door.guard(route)
                blueprint.add_url_rule(f"/api/{route.rule}", endpoint=name, view_func=view, methods=[route.method])
        blueprint.after_request(translated)
        blueprint.after_request(with_headers)
        return blueprint

    def open_page(self) -> Response:
        """The page itself: who the agent is comes from Zendesk's signature alone, their role from its API."""
        try:
            issued = self.sessions.issue(self.sessions.open(request.form.get("token", ""), self.now()), self.now())
        except RejectedError as error:
            return Response(f"{error}\n", status=401, mimetype="text/plain")
        session = {**_session(issued), "groups": list(self.groups())}
        nonce = secrets.token_urlsafe(16)
        response = Response(self.page.html(session, nonce), mimetype="text/html")
        response.headers["Content-Security-Policy"] = self.page.security_policy(nonce)
        return response

    def renew(self) -> Response:
        """Another token for one that still runs."""
        try:
            return jsonify(_session(self.sessions.renew(bearer(), self.now())))
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


def translated(response: Response) -> Response:
    """Every answer in the agent's language; what is sent bit by bit is translated where it is made."""
    translator = translator_of(request.headers.get("Accept-Language", ""))
    if translator is not None and response.is_json and not response.is_streamed:
        response.set_data(json.dumps(translator.answer(response.get_json()), separators=(",", ":")))
    return response


def with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # Only the built app's files, whose names change with their content, may be kept by anybody.
    if response.cache_control.max_age != YEAR:
        response.headers["Cache-Control"] = "no-store"
    return response
