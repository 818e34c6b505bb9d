"""Hands webhooks to the courier: signed as Zendesk signs, tried again as Zendesk tries again."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping

from apps.sandbox.deliveries import Attempt, RetryRule
from apps.sandbox.zendesk.answers import Record
from apps.sandbox.zendesk.state import ZendeskState, stamp

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
    invocation_id = note_invocation(state, webhook)
    state.courier.deliver(
        vendor=VENDOR,
        url=webhook["endpoint"],
        body=body,
        headers=lambda attempt: headers(state, webhook, body, invocation_id),
        retry=RETRY,
        delivery_id=invocation_id,
    )


def post_now(state: ZendeskState, webhook: Record, body: bytes) -> Attempt:
    """Send a test at once and return what came of it."""
    invocation_id = note_invocation(state, webhook)
    return state.courier.post_now(
        vendor=VENDOR,
        url=webhook["endpoint"],
        body=body,
        headers=lambda attempt: headers(state, webhook, body, invocation_id),
        retry=RETRY,
        delivery_id=invocation_id,
    )


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
