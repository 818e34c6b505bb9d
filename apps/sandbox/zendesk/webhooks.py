"""Webhooks over HTTP: declare, test, read the secret, see what was sent."""

import base64
import json

from apps.sandbox.deliveries import Attempt
from apps.sandbox.zendesk.answers import Answer, Call, Record, RefusedError, Route
from apps.sandbox.zendesk.paging import paged
from apps.sandbox.zendesk.posting import CONDITIONAL, VENDOR, post_now
from apps.sandbox.zendesk.state import ZendeskState, stamp

# Zendesk's published secret for tests of a webhook that does not exist yet.
TEST_SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="  # noqa: S105 - public, for tests
NEEDED = ("name", "endpoint", "http_method", "request_format", "status")
CHANGEABLE = (*NEEDED, "description", "authentication", "custom_headers", "subscriptions")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def webhook(state: ZendeskState, asked: Record, actor: Record) -> Record:
    """Keep a new webhook; 400 in the style of JSON:API when something is missing or does not fit."""
    _check(asked)
    now, key = state.now(), state.ulid()
    made: Record = {
        "id": key,
        "name": asked["name"],
        "description": asked.get("description") or "",
        "status": asked["status"],
        "endpoint": asked["endpoint"],
        "http_method": asked["http_method"],
        "request_format": asked["request_format"],
        "subscriptions": list(asked.get("subscriptions") or []),
        "signing_secret": {"algorithm": "SHA256", "secret": _secret(state)},
        "created_at": now,
        "created_by": str(actor["id"]),
        "updated_at": now,
        "updated_by": str(actor["id"]),
        "custom_headers": asked.get("custom_headers") or {},
    }
    if asked.get("authentication"):
        made["authentication"] = asked["authentication"]
    state.webhooks[key] = made
    return made


def _secret(state: ZendeskState) -> str:
    return base64.b64encode(state.chance.randbytes(32)).decode()


def _check(asked: Record) -> None:
    for name in NEEDED:
        if not asked.get(name):
            raise _refused("MissingAttribute", f"Attribute {name} is required")
    if asked["http_method"] not in METHODS:
        raise _refused("InvalidAttribute", f"http_method {asked['http_method']} is not known")
    if not str(asked["endpoint"]).startswith(("http://", "https://")):
        raise _refused("InvalidAttribute", "endpoint must be an http or https address")
    events = [each for each in asked.get("subscriptions") or [] if each != CONDITIONAL]
    if events and CONDITIONAL in asked["subscriptions"]:
        raise _refused("InvalidSubscription", f"{CONDITIONAL} cannot be combined with events")
    if events and (asked["http_method"], asked["request_format"]) != ("POST", "json"):
        raise _refused("InvalidSubscription", "Event subscriptions must be POST with format json")


def _refused(code: str, title: str, status: int = 400) -> RefusedError:
    error = {"code": code, "title": title, "detail": title, "id": "sandbox", "status": str(status)}
    return RefusedError(status, {"errors": [error]})


def _find(call: Call, webhook_id: str) -> Record:
    if webhook_id not in call.state.webhooks:
        raise _refused("WebhookNotFound", "Webhook not found", 404)
    return call.state.webhooks[webhook_id]


def _shown(found: Record) -> Record:
    """Secrets are read at their own address, and given back once, when the webhook is made."""
    return {name: value for name, value in found.items() if name != "signing_secret"}


def _list(call: Call) -> Answer:
    rows = [_shown(each) for each in call.state.webhooks.values()]
    if "filter[name_contains]" in call.query:
        rows = [each for each in rows if call.query["filter[name_contains]"].lower() in each["name"].lower()]
    if "filter[status]" in call.query:
        rows = [each for each in rows if each["status"] == call.query["filter[status]"]]
    if call.query.get("sort") in ("name", "status"):
        rows.sort(key=lambda each: str(each[call.query["sort"]]))
    return _cursor_page(call, "webhooks", rows)


def _cursor_page(call: Call, name: str, rows: list[Record]) -> Answer:
    """These lists know the cursor only, also when nothing was said about paging."""
    page = paged(call, name, rows).body
    kept = {"meta": {"has_more": False, "after_cursor": None, "before_cursor": None}, "links": {}}
    return Answer(body={name: page[name], **{key: page.get(key, value) for key, value in kept.items()}})


def _create(call: Call) -> Answer:
    if "clone_webhook_id" in call.query:
        source = _find(call, call.query["clone_webhook_id"])
        asked = {**source, "name": f"{source['name']} (copy)"}
    else:
        asked = call.part("webhook")
    return Answer(status=201, body={"webhook": webhook(call.state, asked, call.actor)})


def _show(call: Call, webhook_id: str) -> Answer:
    return Answer(body={"webhook": _shown(_find(call, webhook_id))})


def _change(call: Call, webhook_id: str) -> Answer:
    found, asked = _find(call, webhook_id), call.part("webhook")
    merged = {**found, **{name: asked[name] for name in CHANGEABLE if name in asked}}
    _check(merged)
    if (CONDITIONAL in found["subscriptions"]) != (CONDITIONAL in merged["subscriptions"]):
        raise _refused("InvalidSubscription", "The way a webhook is connected cannot be changed")
    found.update(merged, updated_at=call.state.now(), updated_by=str(call.actor["id"]))
    return Answer(status=204)


def _delete(call: Call, webhook_id: str) -> Answer:
    _find(call, webhook_id)
    del call.state.webhooks[webhook_id]
    return Answer(status=204)


def _show_secret(call: Call, webhook_id: str) -> Answer:
    return Answer(body={"signing_secret": _find(call, webhook_id)["signing_secret"]})


def _reset_secret(call: Call, webhook_id: str) -> Answer:
    found = _find(call, webhook_id)
    found["signing_secret"] = {"algorithm": "SHA256", "secret": _secret(call.state)}
    return Answer(status=201, body={"signing_secret": found["signing_secret"]})


def _test(call: Call) -> Answer:
    """Post once, now, and show what the receiver answered."""
    asked = call.body.get("request") or {}
    unsaved = {"id": "", "request_format": "json", "signing_secret": {"secret": TEST_SECRET}}
    known = _find(call, call.query["webhook_id"]) if "webhook_id" in call.query else unsaved
    aimed = {**known, **{name: asked[name] for name in CHANGEABLE if asked.get(name)}}
    if not aimed.get("endpoint"):
        raise _refused("MissingAttribute", "Attribute endpoint is required")
    payload = asked.get("payload")
    body = payload if isinstance(payload, str) else json.dumps(payload) if payload else ""
    made = post_now(call.state, aimed, body.encode())
    headers = [{"key": key, "value": value} for key, value in made.answer_headers.items()]
    return Answer(body={"response": {"status": made.status or 0, "headers": headers, "payload": made.answer}})


def _invocations(call: Call, webhook_id: str) -> Answer:
    _find(call, webhook_id)
    made: dict[str, list[Attempt]] = {key: [] for key in call.state.invocations[webhook_id]}
    for attempt in call.state.courier.attempts(VENDOR):
        if attempt.delivery_id in made:
            made[attempt.delivery_id].append(attempt)
    rows = [_invocation(key, attempts) for key, attempts in made.items()]
    if "filter[status]" in call.query:
        rows = [each for each in rows if each["status"] == call.query["filter[status]"]]
    return _cursor_page(call, "invocations", rows[::-1])


def _invocation(key: str, attempts: list[Attempt]) -> Record:
    if not attempts:
        return {"id": key, "status": "pending", "status_code": None}
    last = attempts[-1]
    return {
        "id": key,
        "status": "success" if last.accepted else "failed",
        "status_code": last.status,
        "latest_completed_at": stamp(last.at),
    }


def _attempts(call: Call, webhook_id: str, invocation_id: str) -> Answer:
    _find(call, webhook_id)
    if invocation_id not in call.state.invocations[webhook_id]:
        raise _refused("InvocationNotFound", "Invocation not found", 404)
    made = [each for each in call.state.courier.attempts(VENDOR) if each.delivery_id == invocation_id]
    return Answer(body={"attempts": [_attempt(each, webhook_id) for each in made]})


def _attempt(made: Attempt, webhook_id: str) -> Record:
    headers = [{"key": key, "value": value} for key, value in made.answer_headers.items()]
    return {
        "id": f"{made.delivery_id}-{made.attempt}",
        "invocation_id": made.delivery_id,
        "webhook_id": webhook_id,
        "status": "success" if made.accepted else "failed",
        "status_code": made.status,
        "request": {"headers": [], "payload": made.body},
        "response": {"headers": headers, "payload": made.answer or made.error},
        "completed_at": stamp(made.at),
    }


ROUTES = (
    Route("GET", "/api/v2/webhooks", _list),
    Route("POST", "/api/v2/webhooks", _create),
    Route("POST", "/api/v2/webhooks/test", _test, locked=False),
    Route("GET", "/api/v2/webhooks/<webhook_id>", _show),
    Route("PUT", "/api/v2/webhooks/<webhook_id>", _change),
    Route("PATCH", "/api/v2/webhooks/<webhook_id>", _change),
    Route("DELETE", "/api/v2/webhooks/<webhook_id>", _delete),
    Route("GET", "/api/v2/webhooks/<webhook_id>/signing_secret", _show_secret),
    Route("POST", "/api/v2/webhooks/<webhook_id>/signing_secret", _reset_secret),
    Route("GET", "/api/v2/webhooks/<webhook_id>/invocations", _invocations),
    Route("GET", "/api/v2/webhooks/<webhook_id>/invocations/<invocation_id>/attempts", _attempts),
)
