"""The account over HTTP: authenticate, count against the rate limit, find the endpoint, answer."""

import base64
import binascii
import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule

from apps.sandbox.zendesk import (
    apps,
    casework,
    comments,
    fields,
    help_center,
    macros,
    search,
    teams,
    tickets,
    triggers,
    users,
    webhooks,
)
from apps.sandbox.zendesk.answers import Answer, Record, RefusedError
from apps.sandbox.zendesk.calls import Call, Route
from apps.sandbox.zendesk.comments import FILE_ADDRESS
from apps.sandbox.zendesk.state import STAFF, ZendeskState, headers_of
from apps.sandbox.zendesk.users import user_by_email

ROUTES: tuple[Route, ...] = (
    *tickets.ROUTES,
    *comments.ROUTES,
    *casework.ROUTES,
    *users.ROUTES,
    *teams.ROUTES,
    *fields.ROUTES,
    *triggers.ROUTES,
    *webhooks.ROUTES,
    *search.ROUTES,
    *help_center.ROUTES,
    *macros.ROUTES,
    *apps.ROUTES,
)
BY_NAME = {f"{route.method} {route.rule}": route for route in ROUTES}
# Of every account the same: putting it together is most of what an account costs to make.
RULES = Map([Rule(route.rule, methods=[route.method], endpoint=name) for name, route in BY_NAME.items()])
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Zendesk serves these without credentials.
PUBLIC = frozenset({"/api/v2/apps/<int:app_id>/public_key.pem", FILE_ADDRESS})


def zendesk_blueprint(state: ZendeskState) -> Blueprint:
    """The whole API of `state` as one blueprint; mount it at `/zendesk`."""
    blueprint = Blueprint("zendesk", __name__)

    @blueprint.route("/<path:path>", methods=METHODS)
    def answer(path: str) -> Response:
        return _response(_answer(state, f"/{path}"))

    return blueprint


def _answer(state: ZendeskState, path: str) -> Answer:
    try:
        name, arguments = RULES.bind("").match(path.removesuffix(".json"), request.method)
        return _call(state, BY_NAME[name], path, arguments)
    except RefusedError as refusal:
        return refusal.answer
    except MethodNotAllowed:
        return Answer(status=405, body={"error": "MethodNotAllowed", "description": "Method not allowed"})
    except HTTPException:
        return Answer(status=404, body={"error": "InvalidEndpoint", "description": "Not found"})


def _call(state: ZendeskState, route: Route, path: str, arguments: Mapping[str, object]) -> Answer:
    with state.lock:
        known = {} if route.rule in PUBLIC else authenticate(state, request.headers.get("Authorization"))
        headers = headers_of(state.limits.spend_request())
    call = Call(state=state, actor=known, path=path, query=request.args, body=_body(), headers=request.headers)
    with state.lock if route.locked else nullcontext():
        try:
            answer = route.endpoint(call, **arguments)
        except RefusedError as refusal:
            answer = refusal.answer
        # Into text while the lock is held: the body holds the records themselves, which others may change.
        return replace(answer, body=_text(answer.body), headers={**headers, **answer.headers})


def _body() -> Record:
    if request.mimetype == "multipart/form-data":
        return {name: sent.read() for name, sent in request.files.items()}
    raw = request.get_data()
    if "filename" in request.args:
        return {"content": raw}
    if not raw:
        return {}
    try:
        parsed = json.loads(raw)
    except ValueError as error:
        message = {"error": {"title": "Unparsable", "message": "The body is not valid JSON"}}
        raise RefusedError(400, message) from error
    # zenpy sends a JSON null where it has nothing to say.
    return parsed if isinstance(parsed, dict) else {}


def _text(body: Any) -> str | bytes:
    if body is None:
        return ""
    return body if isinstance(body, str | bytes) else json.dumps(body)


def _response(answer: Answer) -> Response:
    return Response(_text(answer.body), answer.status, dict(answer.headers), content_type=answer.content_type)


def authenticate(state: ZendeskState, authorization: str | None) -> Record:
    """The staff member the header names; 401 in Zendesk's words otherwise."""
    scheme, _, credentials = (authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        email = state.account.bearer_tokens.get(credentials.strip(), "")
    elif scheme.lower() == "basic":
        email = _email_of_token(state, credentials)
    else:
        email = ""
    actor = email and user_by_email(state, email)
    if not actor or actor["role"] not in STAFF or actor["suspended"]:
        raise RefusedError(401, {"error": "Couldn't authenticate you"}, {"WWW-Authenticate": 'Basic realm="Zendesk"'})
    return actor


def _email_of_token(state: ZendeskState, credentials: str) -> str:
    try:
        decoded = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    login, _, token = decoded.partition(":")
    known = token in state.account.api_tokens and login.endswith("/token")
    return login.removesuffix("/token") if known else ""
