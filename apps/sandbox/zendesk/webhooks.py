"""Webhooks over HTTP: declare, test, read the secret, see what was sent."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace

from werkzeug.datastructures import MultiDict

from apps.sandbox.courier import Attempt, RetryRule
from apps.sandbox.zendesk.answers import Answer, Record, RefusedError
from apps.sandbox.zendesk.calls import Call, Route, answer_page
from apps.sandbox.zendesk.state import ZendeskState, stamp

# Hands webhooks to the courier: signed as Zendesk signs, tried again as Zendesk tries again.

VENDOR = "zendesk"
RETRY = RetryRule(
    connect_seconds=5.0,
    read_seconds=10.0,
    delays=(1.0, 2.0, 4.0),
    statuses=frozenset({409}),
    needs_retry_after=frozenset({429, 503}),
    longest_retry_after=59.0,
    on_timeout=True,
)
# No more than the courier's own log can still tell the outcome of.
INVOCATIONS_KEPT = 200
CONDITIONAL = "conditional_ticket_events"
CONTENT_TYPES = {
    "json": "application/json; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "form_encoded": "application/x-www-form-urlencoded",
}


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """base64 of the HMAC-SHA256 over timestamp and body; the secret is used as it stands."""
    digest = hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def post_event(state: ZendeskState, payload: Record) -> None:
    """Send the event to every active webhook that subscribed to its type."""
    for webhook in state.webhooks.values():
        if webhook["status"] == "active" and payload["type"] in webhook["subscriptions"]:
            post(state, webhook, json.dumps(payload, separators=(",", ":")).encode())


def post(state: ZendeskState, webhook: Record, body: bytes) -> None:
    """Queue one invocation of a webhook."""
    state.courier.deliver(**_delivery(state, webhook, body))


def post_now(state: ZendeskState, webhook: Record, body: bytes) -> Attempt:
    """Send a test at once and return what came of it."""
    return state.courier.post_now(**_delivery(state, webhook, body))


def _delivery(state: ZendeskState, webhook: Record, body: bytes) -> Record:
    invocation_id = note_invocation(state, webhook)
    return {
        "vendor": VENDOR,
        "url": webhook["endpoint"],
        "body": body,
        "headers": lambda attempt: headers(state, webhook, body, invocation_id),
        "retry": RETRY,
        "delivery_id": invocation_id,
    }


def note_invocation(state: ZendeskState, webhook: Record) -> str:
    with state.lock:
        invocation_id = state.ulid()
        kept = state.invocations[webhook["id"]]
        kept[invocation_id] = {"id": invocation_id, "created_at": state.now()}
        while len(kept) > INVOCATIONS_KEPT:
            del kept[next(iter(kept))]
    return invocation_id


def headers(state: ZendeskState, webhook: Record, body: bytes, invocation_id: str) -> Mapping[str, str]:
    """The headers of one attempt: the invocation stays the same, timestamp and signature are new."""
    timestamp = stamp(state.clock.now())
    return {
        "Content-Type": CONTENT_TYPES.get(webhook["request_format"], CONTENT_TYPES["json"]),
        "User-Agent": "Zendesk Webhook",
        "X-Zendesk-Webhook-Signature": signature(webhook["signing_secret"]["secret"], timestamp, body),
        "X-Zendesk-Webhook-Signature-Timestamp": timestamp,
        "x-zendesk-account-id": str(state.account.account_id),
        "x-zendesk-webhook-id": str(webhook["id"]),
        "x-zendesk-webhook-invocation-id": invocation_id,
        **(webhook.get("custom_headers") or {}),
        **_authentication(webhook.get("authentication") or {}),
    }


def _authentication(asked: Record) -> dict[str, str]:
    given = asked.get("data") or {}
    if asked.get("type") == "basic_auth":
        login = f"{given.get('username', '')}:{given.get('password', '')}"
        return {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
    if asked.get("type") == "bearer_token":
        return {"Authorization": f"Bearer {given.get('token', '')}"}
    if asked.get("type") == "api_key":
        return {str(given.get("name", "X-Api-Key")): str(given.get("value", ""))}
    return {}


# Webhooks over HTTP: declare, test, read the secret, see what was sent.

# Zendesk's published secret for tests of a webhook that does not exist yet.
TEST_SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="  # noqa: S105 - public, for tests
NEEDED = ("name", "endpoint", "http_method", "request_format", "status")
CHANGEABLE = (*NEEDED, "description", "authentication", "custom_headers", "subscriptions")
UNASKED_PAGE = 25  # unverified: no contract says how many; small, so that nobody relies on one page
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def add_webhook(state: ZendeskState, asked: Record, actor: Record) -> Record:
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
            raise _refuse("MissingAttribute", f"Attribute {name} is required")
    if asked["http_method"] not in METHODS:
        raise _refuse("InvalidAttribute", f"http_method {asked['http_method']} is not known")
    if not str(asked["endpoint"]).startswith(("http://", "https://")):
        raise _refuse("InvalidAttribute", "endpoint must be an http or https address")
    events = [each for each in asked.get("subscriptions") or [] if each != CONDITIONAL]
    if events and CONDITIONAL in asked["subscriptions"]:
        raise _refuse("InvalidSubscription", f"{CONDITIONAL} cannot be combined with events")
    if events and (asked["http_method"], asked["request_format"]) != ("POST", "json"):
        raise _refuse("InvalidSubscription", "Event subscriptions must be POST with format json")


def _refuse(code: str, title: str, status: int = 400) -> RefusedError:
    error = {"code": code, "title": title, "detail": title, "id": "sandbox", "status": str(status)}
    return RefusedError(status, {"errors": [error]})


def _find(call: Call, webhook_id: str) -> Record:
    if webhook_id not in call.state.webhooks:
        raise _refuse("WebhookNotFound", "Webhook not found", 404)
    return call.state.webhooks[webhook_id]


def _hide_secret(found: Record) -> Record:
    """Secrets are read at their own address, and given back once, when the webhook is made."""
    return {name: value for name, value in found.items() if name != "signing_secret"}


def _list(call: Call) -> Answer:
    rows = [_hide_secret(each) for each in call.state.webhooks.values()]
    if "filter[name_contains]" in call.query:
        rows = [each for each in rows if call.query["filter[name_contains]"].lower() in each["name"].lower()]
    if "filter[status]" in call.query:
        rows = [each for each in rows if each["status"] == call.query["filter[status]"]]
    if call.query.get("sort") in ("name", "status"):
        rows.sort(key=lambda each: str(each[call.query["sort"]]))
    return _cursor_page(call, "webhooks", rows)


def _cursor_page(call: Call, name: str, rows: list[Record]) -> Answer:
    """These lists know the cursor only, also when nothing was said about paging; then a page is a small one."""
    size = {} if "page[size]" in call.query else {"page[size]": str(UNASKED_PAGE)}
    return answer_page(replace(call, query=MultiDict([*call.query.items(multi=True), *size.items()])), name, rows)


def _create(call: Call) -> Answer:
    if "clone_webhook_id" in call.query:
        source = _find(call, call.query["clone_webhook_id"])
        asked = {**source, "name": f"{source['name']} (copy)"}
    else:
        asked = call.part("webhook")
    return Answer(status=201, body={"webhook": add_webhook(call.state, asked, call.actor)})


def _show(call: Call, webhook_id: str) -> Answer:
    return Answer(body={"webhook": _hide_secret(_find(call, webhook_id))})


def _change(call: Call, webhook_id: str) -> Answer:
    found, asked = _find(call, webhook_id), call.part("webhook")
    merged = {**found, **{name: asked[name] for name in CHANGEABLE if name in asked}}
    _check(merged)
    if (CONDITIONAL in found["subscriptions"]) != (CONDITIONAL in merged["subscriptions"]):
        raise _refuse("InvalidSubscription", "The way a webhook is connected cannot be changed")
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
        raise _refuse("MissingAttribute", "Attribute endpoint is required")
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
        raise _refuse("InvocationNotFound", "Invocation not found", 404)
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
