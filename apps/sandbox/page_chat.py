"""The page's phone."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify, request

from apps.sandbox.page_api import Answer, PageError, needed, wish
from apps.sandbox.twilio import TwilioAccount
from apps.sandbox.twilio.account import SMS_NUMBER, WHATSAPP_SENDER
from apps.sandbox.twilio.inbound import Sent
from apps.sandbox.twilio.records import TextMessage, bare, channel_of

TYPING = timedelta(seconds=25)
SENDERS = {"sms": SMS_NUMBER, "whatsapp": WHATSAPP_SENDER}


def add_phone(page: Blueprint, account: TwilioAccount) -> None:
    """Text from a phone, look at its screen, switch it off and on."""

    @page.post("/phone")
    def text() -> Answer:
        given = wish()
        channel = _channel(given.get("channel", "sms"))
        sent = _sent(given)
        body = str(given.get("body") or "") if sent else needed(given, "body")
        message = account.receive(needed(given, "from"), SENDERS[channel], body, str(given.get("name") or ""), sent)
        return jsonify(_bubble(message)), 201

    @page.get("/phone/<number>/messages")
    def screen(number: str) -> Answer:
        channel = _channel(request.args.get("channel", "sms"))
        seen = account.typing.get(number) if channel == "whatsapp" else None
        shown = account.on_phone(number, channel)
        answered = seen is not None and any(each.outbound and each.created_at > seen for each in shown)
        typing = seen is not None and not answered and account.since(seen) < TYPING
        return jsonify(messages=[_bubble(each) for each in shown], typing=typing)

    @page.put("/phone/<number>")
    def switch(number: str) -> Answer:
        with account.lock:
            given = wish()
            if given.get("reachable", True):
                account.switched_off.discard(number)
            else:
                account.switched_off.add(number)
            if given.get("error"):
                account.troubles[number] = int(given["error"])
            else:
                account.troubles.pop(number, None)
        return jsonify(number=number, reachable=number not in account.switched_off)


def _sent(given: Mapping[str, Any]) -> Sent | None:
    """What comes besides words. Raises PageError for a file that is none."""
    try:
        files = tuple((str(each["type"]), b64decode(each["content"])) for each in given.get("files", ()))
        place = tuple(str(part) for part in given["place"]) if given.get("place") else None
    except (KeyError, TypeError, ValueError) as error:
        raise PageError(400, "a file is {type, content in base64}, a place [latitude, longitude, label].") from error
    names = ("files", "place", "tapped", "quotes", "reaction", "forwarded")
    if not any(name in given for name in names):
        return None
    return Sent(
        files=files,
        place=(place[0], place[1], place[2]) if place and len(place) == 3 else None,
        tapped=str(given.get("tapped") or ""),
        quotes=str(given.get("quotes") or ""),
        reaction=given.get("reaction"),
        forwarded=bool(given.get("forwarded")),
    )


def _channel(name: Any) -> str:
    if name not in SENDERS:
        raise PageError(400, "channel must be sms or whatsapp.")
    return str(name)


def _bubble(message: TextMessage) -> dict[str, Any]:
    """A message as the page draws it, from the customer's side of the glass."""
    return {
        "sid": message.sid,
        "direction": "outbound" if message.outbound else "inbound",
        "from": bare(message.sender),
        "to": bare(message.to),
        "channel": channel_of(message.to),
        "body": message.body,
        "kind": message.kind,
        "quotes": message.quotes,
        "choices": list(message.choices),
        "place": message.place,
        "files": [{"sid": each.sid, "type": each.content_type} for each in message.files],
        "status": message.status,
        "error_code": message.error_code,
        "at": message.created_at.isoformat(),
        "history": [{"status": status, "at": moment.isoformat()} for status, moment in message.history],
    }
