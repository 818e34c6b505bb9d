"""Webhooks as Zendesk posts them, ready for the wire: signed, each with a delivery id of its own."""

import base64
import hashlib
import hmac
import json
import uuid
from datetime import UTC, datetime


def request_bytes(host: str, path: str, secret: str, ticket_id: int) -> bytes:
    """One signed HTTP request that tells of a comment on a ticket."""
    body = json.dumps(_event(ticket_id)).encode()
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    lines = (
        f"POST {path} HTTP/1.1",
        f"Host: {host}",
        "Content-Type: application/json; charset=utf-8",
        f"Content-Length: {len(body)}",
        f"X-Zendesk-Webhook-Signature: {base64.b64encode(digest).decode()}",
        f"X-Zendesk-Webhook-Signature-Timestamp: {stamp}",
        f"X-Zendesk-Webhook-Invocation-Id: {uuid.uuid4().hex}",
        "User-Agent: Zendesk Webhook",
        "Accept: */*",
    )
    return "\r\n".join([*lines, "", ""]).encode() + body


def _event(ticket_id: int) -> dict[str, object]:
    """An event subscription's payload, of the size that they have."""
    moment = datetime.now(UTC).isoformat().replace("+00:00", "000Z")
    return {
        "account_id": 22129848,
        "id": str(uuid.uuid4()),
        "type": "zen:event-type:ticket.comment_added",
        "subject": f"zen:ticket:{ticket_id}",
        "time": moment,
        "zendesk_event_version": "2022-11-06",
        "detail": {
            "id": str(ticket_id),
            "actor_id": "900001",
            "assignee_id": "800001",
            "brand_id": "360000",
            "created_at": moment,
            "custom_status": "1000",
            "description": "Hello, my doorbell lost its connection again and the light blinks. " * 4,
            "external_id": None,
            "form_id": "2000",
            "group_id": "700001",
            "is_public": True,
            "organization_id": "0",
            "priority": "NORMAL",
            "requester_id": "900001",
            "status": "OPEN",
            "subject": "Doorbell offline",
            "submitter_id": "900001",
            "tags": ["plus", "email", "larkfield_door"],
            "type": "QUESTION",
            "updated_at": moment,
            "via": {"channel": "email"},
        },
        "event": {
            "meta": {"sequence": {"id": uuid.uuid4().hex, "position": 1}},
            "comment": {
                "id": "5001",
                "body": "It is still offline. I moved the hub next to it as you said. " * 3,
                "is_public": True,
                "author": {"id": "900001", "name": "Emma Clarke", "is_staff": False},
            },
        },
    }
