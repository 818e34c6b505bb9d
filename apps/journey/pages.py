"""What the beacon fetches: its script with the pages to watch, and the offer that is there for its visitor."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request

from core.errors import RejectedError
from core.model.journey import JourneyStepKind
from core.policy import Policy
from core.ports import Now, SignedRequest, Store
from webhooks.journey.origin import KnownOrigin
from webhooks.journey.schema import VISITOR

SCRIPT = Path(__file__).with_name("beacon.js")
PLACE = "/*RULES*/ {}"
MAY_BE_KEPT_S = 300  # a changed policy is on the pages five minutes later


def journey_pages(store: Store, policy: Callable[[], Policy], origin: KnownOrigin, now: Now) -> Blueprint:
    """Served to the company's own origins alone; nothing in it is secret."""
    blueprint = Blueprint("journey_pages", __name__, url_prefix="/journey")

    @blueprint.get("/beacon.js")
    def beacon() -> Response:
        script = SCRIPT.read_text(encoding="utf-8").replace(PLACE, json.dumps(list_watched(policy())))
        response = Response(script, mimetype="text/javascript")
        response.headers["Cache-Control"] = f"public, max-age={MAY_BE_KEPT_S}"
        return response

    @blueprint.get("/offer")
    def offer() -> tuple[Response, int] | Response:
        visitor = request.args.get("visitor", "")
        if not _may_ask(origin, now()) or not re.match(VISITOR, visitor):
            return jsonify({"error": {"code": "forbidden"}}), 403
        with store.read() as unit:
            if not unit.journey.waiting(visitor, now()):
                return Response(status=204)
        with store.begin() as unit:
            found = unit.journey.show(visitor, now())
        if found is None:
            return Response(status=204)
        return jsonify({"id": found.id, "text": found.text, "language": found.language})

    @blueprint.after_request
    def shared(response: Response) -> Response:
        asking = request.headers.get("Origin", "")
        if asking in origin.origins:
            response.headers["Access-Control-Allow-Origin"] = asking
            response.headers["Vary"] = "Origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return blueprint


def _may_ask(origin: KnownOrigin, now: datetime) -> bool:
    try:
        origin.check(SignedRequest(url=request.url, headers=dict(request.headers), body=b""), now)
    except RejectedError:
        return False
    return True


def list_watched(policy: Policy) -> dict[str, Any]:
    """On which pages a hesitation counts, and from how many seconds on; whether opening a page may be a moment; and
    what a browser may not be asked beyond, whatever tab it is in: `perDay` offers, none for `afterNoSeconds`."""
    journey = policy.journey
    rules = [rule for rule in journey.rules.values() if rule.step is JourneyStepKind.HESITATED]
    return {
        "hesitation": [{"pages": list(rule.pages), "seconds": rule.seconds} for rule in rules],
        "opened": any(rule.step is JourneyStepKind.PAGE for rule in journey.rules.values()),
        "perDay": journey.per_day,
        "afterNoSeconds": journey.after_no.total_seconds(),
    }
