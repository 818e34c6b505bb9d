"""Twilio → inbox: texts and WhatsApp messages at /message, status callbacks at /status."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Request, Response, request

from core.model.conversation import Attachment, MessageKind
from core.model.customer import Channel
from core.model.event import Event, EventKind
from core.model.event_payloads import MessageReceived, MessageStatus
from core.model.ids import EffectId
from core.ports import Now, Signature
from webhooks.intake import Intake
from webhooks.twilio.schema import SID, InboundSchema, StatusSchema

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
    at = now()
    return recorded_message(incoming.form.to_dict(), at, at)


def recorded_message(form: Mapping[str, str], occurred_at: datetime, received_at: datetime) -> tuple[Event, ...]:
    """The event of a message, by whatever way its fields came. Raises ValidationError."""
    fields = INBOUND.load(form)
    event = Event(
        source=SOURCE,
        # Twilio signs no timestamp: its sid stops a replay, and a retry too. The idempotency token of its header is
        # outside the signature, so nothing rests on it.
        delivery_id=f"in:{fields['MessageSid']}",
        kind=EventKind.MESSAGE_RECEIVED,
        subject=fields["MessageSid"],
        occurred_at=occurred_at,
        received_at=received_at,
        payload=read_message(form, fields),
    )
    return (event,)


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
            payload=MessageStatus(
                status=fields["MessageStatus"],
                error=fields["ErrorCode"],
                effect=EffectId(incoming.args.get("effect", "")) or None,
            ),
        )
    ]


# ------------------------------------------------------------------
# A text or WhatsApp message as people are told of it: its words, and what came with or instead of them.


MOST_MEDIA = 10  # of one message, by Twilio's own limit
LONGEST = 500  # characters of an address or a type
REACTION = "reaction"
# What a file without words is called, by the beginning of its type.
SENT = {
    "image/": "a photo",
    "audio/": "a voice message",
    "video/": "a video",
    "text/vcard": "a contact card",
    "text/x-vcard": "a contact card",
    "application/pdf": "a PDF",
}
STICKER = "sticker"
# Types whose words or files are there already; of any other somebody has to know that it cannot be shown.
SHOWN = frozenset(
    {"", "text", "image", "audio", "voice", "video", "document", STICKER, "location", "contacts", "button"}
    | {"interactive", "order", REACTION}
)
TRUE = frozenset({"true", "1"})


def read_message(form: Mapping[str, str], fields: Mapping[str, Any]) -> MessageReceived:
    """The payload of the event; nothing is fetched. `form` is the whole form, `fields` what the schema read of it."""
    files = media(form, fields["NumMedia"])
    return MessageReceived(
        channel=Channel.WHATSAPP if fields["From"].startswith("whatsapp:") else Channel.SMS,
        sender=fields["From"].removeprefix("whatsapp:"),
        text=words_of(fields, [each.type for each in files]),
        name=fields["ProfileName"],
        kind=MessageKind.REACTION if fields["MessageType"] == REACTION else MessageKind.WORDS,
        attachments=files,
        media=fields["NumMedia"],
        quotes=_quoted(fields["OriginalRepliedMessageSid"]),
        opt_out=fields["OptOutType"].upper(),
        choice=fields["ButtonPayload"] or fields["ListId"],
        forwarded=fields["Forwarded"].lower() in TRUE,
    )


def media(form: Mapping[str, str], count: int) -> tuple[Attachment, ...]:
    """The files of an MMS or WhatsApp message, as Twilio numbers them."""
    numbers = range(min(count, MOST_MEDIA))
    found = [(form.get(f"MediaUrl{each}", ""), form.get(f"MediaContentType{each}", "")) for each in numbers]
    sent = enumerate(((address, kind) for address, kind in found if address), 1)
    return tuple(
        Attachment(name=f"file {number}", type=kind[:LONGEST], ref=address[:LONGEST])
        for number, (address, kind) in sent
    )


def words_of(fields: Mapping[str, Any], types: list[str]) -> str:
    """What the customer said: the body, the button or the row that they chose, else what came in their place; empty
    where nothing did."""
    said = fields["Body"] or fields["ButtonText"] or fields["ListTitle"]
    parts = [said, _place(fields), "" if said else _files(fields, types), _from_an_ad(fields)]
    if fields["Forwarded"].lower() in TRUE and said:
        parts.append("(forwarded)")
    return "\n".join(part for part in parts if part) or _unknown(fields["MessageType"])


def _place(fields: Mapping[str, Any]) -> str:
    """A place as words, coordinates and a link to a map; empty where none was sent."""
    where = fields["Latitude"], fields["Longitude"]
    if not all(re.fullmatch(r"-?\d{1,3}(?:\.\d{1,12})?", part) for part in where):
        return ""
    named = ", ".join(part for part in (fields["Label"], fields["Address"]) if part)
    at = f"{where[0]}, {where[1]}"
    link = f"https://www.openstreetmap.org/?mlat={where[0]}&mlon={where[1]}"
    return f"Location: {f'{named} ({at})' if named else at} {link}"


def _files(fields: Mapping[str, Any], types: list[str]) -> str:
    if not fields["NumMedia"]:
        return ""
    if fields["MessageType"] == STICKER:
        return "(sent a sticker)"
    kinds = {next((name for start, name in SENT.items() if kind.startswith(start)), "") for kind in types}
    return f"(sent {kinds.pop()})" if len(kinds) == 1 and "" not in kinds else "(sent a picture or file)"


def _from_an_ad(fields: Mapping[str, Any]) -> str:
    parts = [part for part in (fields["ReferralHeadline"], fields["ReferralSourceUrl"]) if part]
    return f"(came from the ad: {', '.join(parts)})" if parts else ""


def _unknown(kind: str) -> str:
    return "" if kind in SHOWN else f"(sent a message that cannot be shown here: {kind[:40]})"


def _quoted(sid: str) -> str:
    """The message replied to, as the timeline names it; empty for what is no message of Twilio's."""
    return f"twilio:{sid}" if re.match(SID, sid) else ""
