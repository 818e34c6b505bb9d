"""Zendesk → inbox. Event subscriptions at /events, our trigger template at /trigger."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, Request, Response, request

from core.model.event import Event, EventKind
from core.ports import Signature
from core.text.outside import read_moment
from webhooks.intake import Intake, json_object
from webhooks.zendesk.schema import ABSENT, EventSchema, TriggerSchema

SOURCE = "zendesk"
# Made once: a new schema copies all its fields, which takes longer than reading an event does.
EVENT, TRIGGER = EventSchema(), TriggerSchema()

# One line to take another event; what is not here is acknowledged and ignored.
KINDS: dict[str, EventKind] = {
    "zen:event-type:ticket.created": EventKind.TICKET_CHANGED,
    "zen:event-type:ticket.comment_added": EventKind.TICKET_CHANGED,
    "zen:event-type:ticket.status_changed": EventKind.TICKET_CHANGED,
    "zen:event-type:article.published": EventKind.ARTICLE_CHANGED,
    "zen:event-type:article.unpublished": EventKind.ARTICLE_CHANGED,
    "zen:event-type:user.created": EventKind.CUSTOMER_CHANGED,
    "zen:event-type:user.custom_field_changed": EventKind.CUSTOMER_CHANGED,
    "zen:event-type:user.identity_created": EventKind.CUSTOMER_CHANGED,
}


def zendesk_webhooks(intake: Intake, signature: Signature, own_user_id: str) -> Blueprint:
    """`own_user_id` is the integration user: what it did comes back as an event and is dropped. Empty: not known."""
    blueprint = Blueprint("zendesk_webhooks", __name__, url_prefix="/webhooks/zendesk")

    @blueprint.post("/events")
    def events() -> Response:
        return intake.take(SOURCE, request, signature, _event, Response(status=202))

    @blueprint.post("/trigger")
    def trigger() -> Response:
        return intake.take(SOURCE, request, signature, _trigger, Response(status=202))

    def own(actor: str | None) -> bool:
        return actor not in ABSENT and actor == own_user_id

    def _event(incoming: Request, body: bytes) -> Iterable[Event]:
        fields = EVENT.load(json_object(body))
        kind = KINDS.get(fields["type"])
        if kind is None or own(_actor(fields)):
            return []
        # A comment's own id is in the export too: told in both ways, it is one event.
        comment = (fields["event"].get("comment") or {}).get("id")
        delivery = fields["id"] if comment in ABSENT else f"comment:{comment}"
        return [_ours(delivery, kind, fields["detail"]["id"], fields["time"], intake.now())]

    def _trigger(incoming: Request, body: bytes) -> Iterable[Event]:
        fields = TRIGGER.load(json_object(body))
        if own(fields["current_user_id"]):
            return []
        # Its name is made of what Zendesk signs. The invocation's id is not: it would let one captured request in again
        # under any number of names, or take the name of one that is still to come.
        signed = incoming.headers.get("X-Zendesk-Webhook-Signature-Timestamp", "").encode() + body
        delivery = f"trigger:{hashlib.sha256(signed).hexdigest()}"
        return [_ours(delivery, EventKind.TICKET_CHANGED, fields["ticket_id"], "", intake.now())]

    return blueprint


def _ours(delivery_id: str, kind: EventKind, subject: str, time: str, now: datetime) -> Event:
    return Event(
        source=SOURCE,
        delivery_id=delivery_id,
        kind=kind,
        subject=subject,
        occurred_at=_moment(time) or now,
        received_at=now,
    )


def _actor(fields: dict[str, Any]) -> str | None:
    """Who did it: the comment's author where there is one, else the event's actor."""
    comment = fields["event"].get("comment") or {}
    actor = (comment.get("author") or {}).get("id") or fields["detail"].get("actor_id")
    return None if actor in ABSENT else str(actor)


def _moment(text: str) -> datetime | None:
    """Zendesk's nanoseconds are more than a datetime holds; microseconds are enough to order by."""
    head, _, tail = text.partition(".")
    fraction = tail.rstrip("Z")[:6]
    try:
        return read_moment(f"{head.rstrip('Z')}{'.' + fraction if fraction else ''}+00:00")
    except ValueError:
        return None
