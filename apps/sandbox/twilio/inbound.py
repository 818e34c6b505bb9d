"""What a phone sends besides words, as Twilio tells of it: files, places, taps, replies, reactions."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.sandbox.twilio.records import API_VERSION, MediaFile, TextMessage, bare, channel_of, new_sid

API = "https://api.twilio.com"
KINDS = {"image": "image", "audio": "audio", "video": "video", "text/vcard": "contacts"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """`files` are (type, content); `place` is (latitude, longitude, label); `tapped` is a button or a row of a list by
    its text; `quotes` is the sid replied or reacted to; `reaction` an emoji, empty for one that is taken back."""

    files: tuple[tuple[str, bytes], ...] = ()
    place: tuple[str, str, str] | None = None
    tapped: str = ""
    quotes: str = ""
    reaction: str | None = None
    forwarded: bool = False


def inbound_form(message: TextMessage, profile_name: str) -> dict[str, str]:
    """The fields of every message."""
    form = {
        "AccountSid": message.account_sid,
        "ApiVersion": API_VERSION,
        "Body": message.body,
        "From": message.sender,
        "MessageSid": message.sid,
        "NumMedia": "0",
        "NumSegments": message.shown()["num_segments"],
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": message.to,
    }
    if channel_of(message.to) == "whatsapp":
        form |= {"MessageType": "text", "ProfileName": profile_name, "WaId": bare(message.sender).lstrip("+")}
    else:
        form |= {"FromCountry": "", "FromCity": "", "FromState": "", "FromZip": "", "ToCountry": "US"}
    return form


def attach(message: TextMessage, sent: Sent) -> dict[str, str]:
    """Keep on the message what came with it; the fields that tell of it."""
    form = _files(message, sent)
    if channel_of(message.to) != "whatsapp":
        return form
    if sent.place is not None:
        latitude, longitude, label = sent.place
        message.place = label
        form |= {"Latitude": latitude, "Longitude": longitude, "Label": label, "MessageType": "location"}
    if sent.tapped:
        message.body = sent.tapped
        form |= {"Body": sent.tapped, "ButtonText": sent.tapped, "ButtonPayload": sent.tapped, "MessageType": "button"}
    if sent.reaction is not None:
        message.body = sent.reaction
        form |= {"Body": sent.reaction, "MessageType": "reaction"}
    if sent.quotes:
        form["OriginalRepliedMessageSid"] = sent.quotes
    if sent.forwarded:
        form["Forwarded"] = "true"
    message.kind, message.quotes = form.get("MessageType", message.kind), sent.quotes
    return form


def _files(message: TextMessage, sent: Sent) -> dict[str, str]:
    for kind, content in sent.files:
        file = MediaFile(sid=new_sid("ME"), content_type=kind, content=content, created_at=message.created_at)
        message.files.append(file)
    message.num_media = len(message.files)
    if not message.files:
        return {}
    fields: dict[str, str] = {"NumMedia": str(message.num_media), "MessageType": _kind(message.files[0].content_type)}
    for place, file in enumerate(message.files):
        fields |= {f"MediaUrl{place}": media_url(message, file), f"MediaContentType{place}": file.content_type}
    return fields


def media_url(message: TextMessage, file: MediaFile) -> str:
    """Where Twilio says that a file is."""
    return f"{API}/{API_VERSION}/Accounts/{message.account_sid}/Messages/{message.sid}/Media/{file.sid}"


def _kind(content_type: str) -> str:
    known: Mapping[str, str] = KINDS
    return next((name for start, name in known.items() if content_type.startswith(start)), "document")
