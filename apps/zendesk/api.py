"""The sidebar's HTTP API: the page by signed URL, everything else by bearer token."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request, send_from_directory
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from apps.zendesk.body import sent
from apps.zendesk.offers import OfferViews
from apps.zendesk.session import Sessions, Visitor
from apps.zendesk.view import passage_view, ticket_view
from apps.zendesk.writing import Writing
from core.answer.search import Search
from core.errors import ConflictError, HandrailError, RejectedError
from core.execute.agent import AgentActions
from core.measure.correct import CorrectIntent
from core.model.ids import DraftId, TicketId
from core.ports import Now, Store

SESSION_MARK = "<!--handrail:session-->"
SDK_MARK = "%ZAF_SDK_URL%"
FRAMES = "frame-ancestors https://*.zendesk.com"
NO_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"  # an empty style element, filled by script alone

Body = dict[str, Any]


class Meta(Schema):
    class Meta:
        unknown = EXCLUDE


class RatingSchema(Meta):
    thumb = fields.String(required=True, validate=validate.OneOf(["up", "down"]))
    reason = fields.String(load_default="", validate=validate.Length(max=500))
    sentence = fields.Integer(load_default=None, allow_none=True)


class EscalateSchema(Meta):
    group = fields.String(required=True, validate=validate.Length(min=1, max=100))
    note = fields.String(load_default="", validate=validate.Length(max=2000))


class IntentSchema(Meta):
    intent = fields.String(required=True, validate=validate.Length(min=1, max=200))
    decision = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))


class HandBackSchema(Meta):
    instruction = fields.String(load_default="", validate=validate.Length(max=2000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The built app, and what is written into its first page."""

    folder: Path
    sdk_url: str
    frame_ancestors: str = FRAMES

    def html(self, session: Body, nonce: str) -> str:
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
            self.frame_ancestors,
        )
        return "; ".join(rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidebar:
    store: Store
    sessions: Sessions
    actions: Callable[[], AgentActions]  # under the policy that is in force at each call
    search: Search
    offered: OfferViews
    writing: Writing
    page: Page
    now: Now
    correcting: CorrectIntent
    intent_labels: Callable[[], Mapping[str, str]]

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("sidebar", __name__, url_prefix="/sidebar")
        blueprint.add_url_rule("/", view_func=self.opened, methods=["POST"])
        blueprint.add_url_rule("/assets/<path:name>", view_func=self.asset)
        for rule, method, act in (
            ("tickets/<ticket_id>", "GET", self.ticket),
            ("tickets/<ticket_id>/drafts/<draft_id>/inserted", "POST", self.inserted),
            ("tickets/<ticket_id>/drafts/<draft_id>/rating", "POST", self.rating),
            ("tickets/<ticket_id>/escalate", "POST", self.escalate),
            ("tickets/<ticket_id>/hand_back", "POST", self.hand_back),
            ("tickets/<ticket_id>/intent", "POST", self.intent),
            ("intents", "GET", self.intents),
            ("tickets/<ticket_id>/scenarios", "GET", self.offered.scenarios),
            ("tickets/<ticket_id>/scenarios/<order_id>/<rule>/chosen", "POST", self.offered.chosen),
            ("writing", "GET", self.writing.help),
            ("tickets/<ticket_id>/rewrite", "POST", self.writing.rewrite),
            ("tickets/<ticket_id>/review", "POST", self.writing.review),
            ("tickets/<ticket_id>/compose", "POST", self.writing.compose),
            ("search", "GET", self.find),
        ):
            view = self._guarded(act)
            blueprint.add_url_rule(f"/api/{rule}", endpoint=act.__name__, view_func=view, methods=[method])
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
            "groups": list(self.actions().policy.teams),
        }
        nonce = secrets.token_urlsafe(16)
        response = Response(self.page.html(session, nonce), mimetype="text/html")
        response.headers["Content-Security-Policy"] = self.page.security_policy(nonce)
        response.headers["Cache-Control"] = "no-store"
        return response

    def asset(self, name: str) -> Response:
        return send_from_directory((self.page.folder / "assets").resolve(), name, max_age=31_536_000)

    def ticket(self, _: Visitor, ticket_id: str) -> Response:
        with self.store.read() as unit:
            view = ticket_view(unit, TicketId(ticket_id))
        if view is None:
            raise RejectedError("Handrail has not seen this ticket yet.")
        if request.args.get("after") == str(view["version"]):
            return Response(status=204)
        return jsonify(view)

    def inserted(self, who: Visitor, ticket_id: str, draft_id: str) -> Response:
        self.actions().inserted(DraftId(draft_id), who.name, self.now())
        return Response(status=204)

    def rating(self, who: Visitor, ticket_id: str, draft_id: str) -> Response:
        self.actions().rated(DraftId(draft_id), who.name, RatingSchema().load(sent()), self.now())
        return Response(status=204)

    def escalate(self, who: Visitor, ticket_id: str) -> Response:
        wish = EscalateSchema().load(sent())
        self.actions().escalate(TicketId(ticket_id), wish["group"], wish["note"], who.name, self.now())
        return Response(status=202)

    def hand_back(self, who: Visitor, ticket_id: str) -> Response:
        wish = HandBackSchema().load(sent())
        self.actions().hand_back(TicketId(ticket_id), wish["instruction"], who.name, self.now())
        return Response(status=202)

    def intents(self, _: Visitor) -> Response:
        """What an agent may correct an intent to."""
        return jsonify({"intents": [{"value": name, "label": label} for name, label in self.intent_labels().items()]})

    def intent(self, who: Visitor, ticket_id: str) -> Response:
        """What the customer really wanted. It counts from the next message on."""
        wish = IntentSchema().load(sent())
        self.correcting.correct(TicketId(ticket_id), wish["intent"], who.name, self.now(), wish["decision"])
        return Response(status=204)

    def find(self, _: Visitor) -> Response:
        """Where the ticket is known, what its brand's customers may be told; else of every brand."""
        with self.store.read() as unit:
            conversation = unit.conversations.by_ticket(TicketId(request.args.get("ticket", "")[:100]))
        brand = conversation.brand if conversation else ""
        hits = self.search.find(request.args.get("q", "")[:400], limit=8, brand=brand)
        return jsonify({"results": [passage_view(hit.passage, hit.score, self.now()) for hit in hits]})

    def _guarded(self, act: Callable[..., Response]) -> Callable[..., Response]:
        """Sign-in first, then the action; every error as JSON with a code and plain words."""

        def view(**places: str) -> Response:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            try:
                who = self.sessions.visitor(token if scheme == "Bearer" else "", self.now())
            except RejectedError as error:
                return _error(401, "unauthorized", str(error))
            try:
                return act(who, **places)
            except ValidationError as error:
                return _error(400, "invalid", str(error.messages))
            except ConflictError:
                return _error(409, "invalid", "The ticket changed in this moment; please try again.")
            except RejectedError as error:
                return _error(404, "not_found", str(error))
            except HandrailError as error:
                return _error(503, "unavailable", str(error))

        return view


def _error(status: int, code: str, message: str) -> Response:
    response = jsonify({"error": {"code": code, "message": message}})
    response.status_code = status
    return response
