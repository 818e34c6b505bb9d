"""What a Twilio account holds, and how its API shows each."""

import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

API_VERSION = "2010-04-01"
# GSM's alphabet; a letter of its extension table takes two places.
SMS_SIGNS = frozenset("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà")
SMS_ESCAPED = frozenset("^{}\\[~]|€\f")


def new_sid(prefix: str) -> str:
    """A fresh id of the kind that `prefix` names: SM, PN, HX, MG …"""
    return prefix + uuid.uuid4().hex


def segments(body: str) -> int:
    """How many SMS segments a text takes: 160/153 in GSM's alphabet, else 70/67 of UTF-16; no sign is cut apart."""
    plain = all((each.isascii() and each.isalnum()) or each in SMS_SIGNS | SMS_ESCAPED for each in body)
    single, joined = (160, 153) if plain else (70, 67)
    widths = [2 if (each in SMS_ESCAPED if plain else ord(each) > 0xFFFF) else 1 for each in body]
    if sum(widths) <= single:
        return 1
    rooms = [joined]
    for width in widths:
        if rooms[-1] < width:
            rooms.append(joined)
        rooms[-1] -= width
    return len(rooms)


def channel_of(address: str) -> str:
    """`whatsapp` for an address of that channel, else `sms`."""
    return "whatsapp" if address.startswith("whatsapp:") else "sms"


def bare(address: str) -> str:
    """The phone number within an address of any channel."""
    return address.removeprefix("whatsapp:")


@dataclass(slots=True, kw_only=True)
class MediaFile:
    """A file that came with a message; `content` is empty once it was deleted."""

    sid: str
    content_type: str
    content: bytes
    created_at: datetime


@dataclass(slots=True, kw_only=True)
class TextMessage:
    """One SMS or WhatsApp message, either way."""

    sid: str
    account_sid: str
    sender: str
    to: str
    body: str
    direction: str
    status: str
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    error_code: int | None = None
    error_message: str | None = None
    service_sid: str | None = None
    pooled: bool = False  # the service chooses the sender, which nobody is told before it sends
    status_callback: str = ""
    num_media: int = 0
    template: bool = False
    choices: tuple[str, ...] = ()  # what can be tapped under it
    files: list["MediaFile"] = field(default_factory=list)
    kind: str = "text"  # WhatsApp's own type of an inbound message
    quotes: str = ""
    place: str = ""  # the name of a place that was sent
    outcome: str = ""  # whether the person did what it was for, as the account told
    history: list[tuple[str, datetime]] = field(default_factory=list)

    @property
    def outbound(self) -> bool:
        """Whether the account sent it."""
        return self.direction != "inbound"

    def move(self, status: str, now: datetime) -> None:
        """Enter a status."""
        self.status = status
        self.updated_at = now
        self.history.append((status, now))
        if status == "sent":
            self.sent_at = now

    def shown(self) -> dict[str, Any]:
        """The message resource."""
        uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"
        priced = self.status in {"sent", "delivered", "read", "received"}
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": format_datetime(self.created_at),
            "date_sent": format_datetime(self.sent_at) if self.sent_at else None,
            "date_updated": format_datetime(self.updated_at),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": self.error_message,
            "from": None if self.pooled and self.status in ("accepted", "scheduled") else self.sender,
            "messaging_service_sid": self.service_sid,
            "num_media": str(self.num_media),
            "num_segments": str(segments(self.body)),
            "price": "-0.00750" if priced else None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json", "feedback": f"{uri}/Feedback.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


@dataclass(slots=True, kw_only=True)
class Sender:
    """A number or WhatsApp sender of the account, with the webhook an admin set on it."""

    sid: str
    address: str
    created_at: datetime
    friendly_name: str
    sms_url: str = ""
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    voice_application_sid: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    status_callback: str = ""
    status: str = "ONLINE"  # of a WhatsApp sender

    def number_shown(self, account_sid: str) -> dict[str, Any]:
        """The incoming phone number resource."""
        moment = format_datetime(self.created_at)
        return {
            "account_sid": account_sid,
            "address_requirements": "none",
            "address_sid": None,
            "api_version": API_VERSION,
            "beta": False,
            "bundle_sid": None,
            "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
            "date_created": moment,
            "date_updated": moment,
            "emergency_address_sid": None,
            "emergency_status": "Inactive",
            "friendly_name": self.friendly_name,
            "identity_sid": None,
            "origin": "twilio",
            "phone_number": self.address,
            "sid": self.sid,
            "sms_application_sid": None,
            "sms_fallback_method": self.sms_fallback_method,
            "sms_fallback_url": self.sms_fallback_url,
            "sms_method": self.sms_method,
            "sms_url": self.sms_url,
            "status": "in-use",
            "status_callback": self.status_callback,
            "status_callback_method": "POST",
            "trunk_sid": None,
            "uri": f"/{API_VERSION}/Accounts/{account_sid}/IncomingPhoneNumbers/{self.sid}.json",
            "voice_application_sid": self.voice_application_sid or None,
            "voice_caller_id_lookup": False,
            "voice_fallback_method": self.voice_fallback_method,
            "voice_fallback_url": self.voice_fallback_url or None,
            "voice_method": self.voice_method,
            "voice_url": self.voice_url or None,
        }

    def channel_shown(self) -> dict[str, Any]:
        """The channel sender resource of a WhatsApp sender."""
        return {
            "sid": self.sid,
            "sender_id": self.address,
            "status": self.status,
            "profile": {"name": self.friendly_name},
            "webhook": {
                "callback_url": self.sms_url,
                "callback_method": self.sms_method,
                "fallback_url": self.sms_fallback_url,
                "fallback_method": self.sms_fallback_method,
                "status_callback_url": self.status_callback,
                "status_callback_method": "POST",
            },
            "url": f"https://messaging.twilio.com/v2/Channels/Senders/{self.sid}",
        }


@dataclass(slots=True, kw_only=True)
class Template:
    """A content template and, once asked for, its WhatsApp approval."""

    sid: str
    account_sid: str
    friendly_name: str
    language: str
    variables: dict[str, str]
    types: dict[str, Any]
    created_at: datetime
    approval: dict[str, Any] | None = None

    @property
    def url(self) -> str:
        """Its address at the vendor."""
        return f"https://content.twilio.com/v1/Content/{self.sid}"

    def text(self, given: dict[str, str]) -> str:
        """The template's body with the given variables in place of its own samples."""
        body = next((str(kind["body"]) for kind in self.types.values() if "body" in kind), "")
        values = {**self.variables, **given}
        return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda slot: values.get(slot[1], slot[0]), body)

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be tapped or picked under the text."""
        given: dict[str, Any] = next(iter(self.types.values()), {})
        tapped = [str(each["title"]) for each in given.get("actions", ()) if "title" in each]
        return tuple(tapped or [str(each["item"]) for each in given.get("items", ())])

    def shown(self) -> dict[str, Any]:
        """The content resource."""
        moment = self.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "friendly_name": self.friendly_name,
            "language": self.language,
            "variables": self.variables,
            "types": self.types,
            "date_created": moment,
            "date_updated": moment,
            "url": self.url,
            "links": {
                "approval_fetch": f"{self.url}/ApprovalRequests",
                "approval_create": f"{self.url}/ApprovalRequests/whatsapp",
            },
        }

    def approval_shown(self) -> dict[str, Any]:
        """The approval resource."""
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "whatsapp": self.approval or {},
            "url": f"{self.url}/ApprovalRequests",
        }


@dataclass(slots=True, kw_only=True)
class MessagingService:
    """A pool of senders with one webhook."""

    sid: str
    account_sid: str
    friendly_name: str
    created_at: datetime
    inbound_request_url: str = ""
    status_callback: str = ""
    sender_sids: list[str] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """The service resource."""
        moment = self.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        url = f"https://messaging.twilio.com/v1/Services/{self.sid}"
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "friendly_name": self.friendly_name,
            "date_created": moment,
            "date_updated": moment,
            "inbound_request_url": self.inbound_request_url or None,
            "inbound_method": "POST",
            "fallback_url": None,
            "fallback_method": "POST",
            "status_callback": self.status_callback or None,
            "sticky_sender": True,
            "mms_converter": True,
            "smart_encoding": False,
            "scan_message_content": "inherit",
            "fallback_to_long_code": False,
            "area_code_geomatch": False,
            "synchronous_validation": False,
            "validity_period": 14400,
            "url": url,
            "links": {"phone_numbers": f"{url}/PhoneNumbers", "channel_senders": f"{url}/ChannelSenders"},
            "usecase": "notifications",
            "us_app_to_person_registered": False,
            "use_inbound_webhook_on_number": not self.inbound_request_url,
        }
