"""Twilio → inbox: texts and WhatsApp messages at /message, status callbacks at /status."""

from collections.abc import Iterable, Mapping
from functools import partial

from flask import Blueprint, Request, Response, request

from core.model.event import Event, EventKind
from core.ports import Now, Signature
from webhooks.intake import Intake
from webhooks.twilio.schema import InboundSchema, StatusSchema

SOURCE = "twilio"
# Made once: a new schema copies all its fields.
INBOUND, STATUS = InboundSchema(), StatusSchema()
MOST_MEDIA = 10  # of one message, by Twilio's own limit
LONGEST = 500  # characters of an address or a type
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
    payload = {
        "from": fields["From"].removeprefix("whatsapp:"),
        "channel": "whatsapp" if fields["From"].startswith("whatsapp:") else "sms",
        "text": fields["Body"] or ("(sent a picture or file)" if fields["NumMedia"] else ""),
        "name": fields["ProfileName"],
        "media": fields["NumMedia"],
        **({"attachments": files} if (files := media(incoming.form, fields["NumMedia"])) else {}),
        "opt_out": fields["OptOutType"],
    }
    return [
        Event(
            source=SOURCE,
            delivery_id=f"in:{fields['MessageSid']}",  # Twilio signs no timestamp: its sid stops a replay
            kind=EventKind.MESSAGE_RECEIVED,
            subject=fields["MessageSid"],
            occurred_at=at,
            received_at=at,
            payload=payload,
        )
    ]


def media(form: Mapping[str, str], count: int) -> list[dict[str, str]]:
    """The files of an MMS or WhatsApp message, as Twilio numbers them; nothing is fetched."""
    numbers = range(min(count, MOST_MEDIA))
    found = [(form.get(f"MediaUrl{each}", ""), form.get(f"MediaContentType{each}", "")) for each in numbers]
    return [{"ref": address[:LONGEST], "type": kind[:LONGEST]} for address, kind in found if address]


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
