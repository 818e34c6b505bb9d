"""The account over HTTP: authenticate, count against the rate limit, find the endpoint, answer."""

import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule

from apps.sandbox.zendesk.access import authenticated
from apps.sandbox.zendesk.answers import Answer, Call, Record, RefusedError, Route
from apps.sandbox.zendesk.limits import headers_of
from apps.sandbox.zendesk.routes import ROUTES
from apps.sandbox.zendesk.state import ZendeskState
from apps.sandbox.zendesk.uploads import CONTENT

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Zendesk serves these without credentials.
PUBLIC = frozenset({"/api/v2/apps/<int:app_id>/public_key.pem", CONTENT})


def zendesk_blueprint(state: ZendeskState) -> Blueprint:
    """The whole API of `state` as one blueprint; mount it at `/zendesk`."""
    blueprint = Blueprint("zendesk", __name__)
    routes = {f"{route.method} {route.rule}": route for route in ROUTES}
    rules = Map([Rule(route.rule, methods=[route.method], endpoint=name) for name, route in routes.items()])

    @blueprint.route("/<path:path>", methods=METHODS)
    def answer(path: str) -> Response:
        return _response(_answer(state, rules, routes, f"/{path}"))

    return blueprint


def _answer(state: ZendeskState, rules: Map, routes: Mapping[str, Route], path: str) -> Answer:
    try:
        name, arguments = rules.bind("").match(path.removesuffix(".json"), request.method)
        return _called(state, routes[name], path, arguments)
    except RefusedError as refusal:
        return refusal.answer
    except MethodNotAllowed:
        return Answer(status=405, body={"error": "MethodNotAllowed", "description": "Method not allowed"})
    except HTTPException:
        return Answer(status=404, body={"error": "InvalidEndpoint", "description": "Not found"})


def _called(state: ZendeskState, route: Route, path: str, arguments: Mapping[str, object]) -> Answer:
    with state.lock:
        known = {} if route.rule in PUBLIC else authenticated(state, request.headers.get("Authorization"))
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
