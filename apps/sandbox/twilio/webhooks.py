"""What Twilio posts: signed forms, tried again as the address asks, and the TwiML that comes back."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

from apps.sandbox.courier import RetryRule
from apps.sandbox.twilio.records import API_VERSION, MediaFile, TextMessage, bare, channel_of, new_sid

# Twilio's webhook signature, written from its public description.


def sign(auth_token: str, url: str, form: Mapping[str, str]) -> str:
    """`X-Twilio-Signature` of a form post to `url`, the full address as configured."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


# Connection overrides: what the fragment of a webhook's address says about trying again.

MOST_RETRIES = 5
RETRY_SECONDS = 1.0


def retry_rule(url: str) -> RetryRule:
    """How Twilio posts to this address: once more and only when it could not connect, unless told otherwise.

    `#rc=2&rp=ct,5xx` asks for two retries after a failed connection or a server error; `all` is every
    fault there is. `ct` and `rt` are the milliseconds to connect and to wait for an answer.
    """
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).fragment).items()}
    count = asked.get("rc", "1")
    times = min(int(count), MOST_RETRIES) if count.isdigit() else 1
    reasons = set(asked.get("rp", "ct").split(","))
    everything = "all" in reasons
    statuses: set[int] = set()
    if everything or "4xx" in reasons:
        statuses |= set(range(400, 500))
    if everything or "5xx" in reasons:
        statuses |= set(range(500, 600))
    return RetryRule(
        connect_seconds=_milliseconds(asked.get("ct"), 5_000, 10_000) / 1000,
        read_seconds=_milliseconds(asked.get("rt"), 15_000, 15_000) / 1000,
        delays=(RETRY_SECONDS,) * times,
        statuses=frozenset(statuses),
        on_timeout=everything or "rt" in reasons,
        on_no_connection=everything or "ct" in reasons,
    )


def failed(url: str) -> dict[str, str]:
    """What a fallback address is told of the first one."""
    return {"ErrorCode": "11200", "ErrorUrl": url.partition("#")[0]}


def _milliseconds(asked: str | None, usual: int, most: int) -> int:
    """What the address asks for, where Twilio would allow it."""
    return min(max(int(asked), 100), most) if asked is not None and asked.isdigit() else usual


# What a phone sends besides words, as Twilio tells of it: files, places, taps, replies, reactions.

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


# The little of TwiML that answers a text.


def twiml_messages(answer: str) -> list[str]:
    """The texts of the `<Message>` verbs in a TwiML answer; none when it is not TwiML."""
    try:
        root = ElementTree.fromstring(answer)  # noqa: S314 - the answer is Handrail's own
    except ElementTree.ParseError:
        return []
    return [" ".join("".join(verb.itertext()).split()) for verb in root.iter("Message")]
