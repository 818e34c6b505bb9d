"""Twilio → inbox: texts and WhatsApp messages at /message, status callbacks at /status."""

from collections.abc import Iterable
from functools import partial

from flask import Blueprint, Request, Response, request

from core.model.event import Event, EventKind
from core.ports import Now, Signature
from webhooks.intake import Intake
from webhooks.twilio.inbound import told
from webhooks.twilio.schema import InboundSchema, StatusSchema

SOURCE = "twilio"
# Made once: a new schema copies all its fields.
INBOUND, STATUS = InboundSchema(), StatusSchema()
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def twilio_webhooks(intake: Intake, signature: Signature) -> Blueprint:
    blueprint = Blueprint("twilio_webhooks", __name__, url_prefix="/webhooks/twilio")
    inbound, outcome = partial(_inbound, intake.now), partial(_status, intake.now)

    @blueprint.post("/message")
    def message() -> Response:
        return intake.take(SOURCE, request, signature, inbound, Response(EMPTY_TWIML, mimetype="text/xml"))

    @blueprint.post("/status")
    def status() -> Response:
        return intake.take(SOURCE, request, signature, outcome, Response(status=204))

    return blueprint


def _inbound(now: Now, incoming: Request, body: bytes) -> Iterable[Event]:
    fields = INBOUND.load(incoming.form.to_dict())
    at = now()
    return [
        Event(
            source=SOURCE,
            # Twilio signs no timestamp: its sid stops a replay, and a retry too. The idempotency token of its header is
            # outside the signature, so nothing rests on it.
            delivery_id=f"in:{fields['MessageSid']}",
            kind=EventKind.MESSAGE_RECEIVED,
            subject=fields["MessageSid"],
            occurred_at=at,
            received_at=at,
            payload=told(incoming.form, fields),
        )
    ]


def _status(now: Now, incoming: Request, body: bytes) -> Iterable[Event]:
    fields = STATUS.load(incoming.form.to_dict())
    at = now()
    return [
        Event(
            source=SOURCE,
            delivery_id=f"st:{fields['MessageSid']}:{fields['MessageStatus']}",
            kind=EventKind.MESSAGE_STATUS,
            subject=fields["MessageSid"],
            occurred_at=at,
            received_at=at,
            payload={
                "status": fields["MessageStatus"],
                "error": fields["ErrorCode"],
                "effect": incoming.args.get("effect", ""),
            },
        )
    ]
