"""Tells Twilio where to send what customers write. Doing it twice changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from twilio.rest import Client  # type: ignore[import-untyped]
from twilio.rest.messaging.v2.channels_sender import ChannelsSenderList  # type: ignore[import-untyped]

from connectors.faults import MalformedAnswerError
from connectors.twilio.client import TwilioAccount, connect, listed
from connectors.twilio.errors import translate_errors
from core.errors import ConfigurationError
from core.model.customer import Channel

# An application takes the place of the address, so it belongs to what decides where a text goes.
NUMBER_HOOKS = ("sms_url", "sms_method", "sms_fallback_url", "sms_fallback_method", "sms_application_sid")
VOICE_HOOKS = (
    "voice_url",
    "voice_method",
    "voice_fallback_url",
    "voice_fallback_method",
    "voice_application_sid",
    "status_callback",
    "status_callback_method",
)
WHATSAPP_HOOKS = ("callback_url", "callback_method", "fallback_url", "fallback_method")
SERVICES = SENDERS = 200  # looked through


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What Twilio says about a phone number. `kind` is mobile, landline, … where it was asked for."""

    number: str
    valid: bool
    country: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A number or WhatsApp sender of the account, and where what comes to it goes. `hooks` are the values as Twilio
    names them."""

    sid: str
    address: str
    hooks: Mapping[str, str]


class TwilioInstaller:
    """What an admin would click together. Errors are those of `core.errors`."""

    def __init__(self, account: TwilioAccount, client: Client | None = None) -> None:
        self._account = account
        self._client = client or connect(account)

    def account(self) -> tuple[str, str]:
        """(name, status) of the account. ConfigurationError when Twilio does not know the credentials."""
        with translate_errors("read the account"):
            found = self._client.api.v2010.accounts(self._account.sid).fetch()
            return str(found.friendly_name), str(found.status)

    def number(self) -> Sender:
        """The SMS sender. ConfigurationError when the account does not own it, or it cannot text."""
        address = self._account.sms_sender
        with translate_errors("read the phone numbers"):
            owned = listed("the phone numbers", self._client.incoming_phone_numbers, phone_number=address, limit=20)
            found = next((number for number in owned if number.phone_number == address), None)
        if found is None:
            raise ConfigurationError("the Twilio account does not own the SMS sender")
        if not _can(found, "sms"):
            raise ConfigurationError("the SMS sender is a number that cannot send or receive texts")
        hooks = {name: str(getattr(found, name) or "") for name in NUMBER_HOOKS}
        return Sender(sid=str(found.sid), address=address, hooks=hooks)

    def telephone(self, address: str) -> Sender:
        """The number that customers call. ConfigurationError when the account does not own it, or it takes no calls."""
        with translate_errors("read the phone numbers"):
            owned = listed("the phone numbers", self._client.incoming_phone_numbers, phone_number=address, limit=20)
            found = next((number for number in owned if number.phone_number == address), None)
        if found is None:
            raise ConfigurationError(f"the Twilio account does not own {address}")
        if not _can(found, "voice"):
            raise ConfigurationError(f"{address} is a number that takes no calls")
        hooks = {name: str(getattr(found, name) or "") for name in VOICE_HOOKS}
        return Sender(sid=str(found.sid), address=address, hooks=hooks)

    def set_number(self, sid: str, hooks: Mapping[str, str]) -> None:
        """Set some of the number's `hooks`."""
        with translate_errors("set the number's webhooks", write=True):
            self._client.incoming_phone_numbers(sid).update(**dict(hooks))

    def pool(self) -> str:
        """The name of the messaging service that decides where texts to the SMS sender go; empty where none does."""
        with translate_errors("read the messaging services"):
            for service in listed("the messaging services", self._client.messaging.v1.services, limit=SERVICES):
                if service.use_inbound_webhook_on_number:
                    continue
                members = listed("the numbers of a service", service.phone_numbers, limit=SENDERS)
                if any(member.phone_number == self._account.sms_sender for member in members):
                    return str(service.friendly_name or service.sid)
        return ""

    def whatsapp(self) -> Sender | None:
        """The WhatsApp sender; None where the settings name none, ConfigurationError when the account has it not."""
        if not self._account.whatsapp_sender:
            return None
        address = self._account.sender(Channel.WHATSAPP.value)
        with translate_errors("read the WhatsApp senders"):
            senders = listed(
                "the WhatsApp senders", self._client.messaging.v2.channels_senders, channel="whatsapp", limit=SENDERS
            )
            found = next((sender for sender in senders if sender.sender_id == address), None)
        if found is None:
            raise ConfigurationError("the Twilio account does not have the WhatsApp sender")
        webhook = found.webhook if isinstance(found.webhook, Mapping) else {}
        hooks = {name: str(webhook.get(name) or "") for name in WHATSAPP_HOOKS}
        return Sender(sid=str(found.sid), address=address, hooks=hooks)

    def set_whatsapp(self, sid: str, hooks: Mapping[str, str]) -> None:
        """Set some of the WhatsApp sender's `hooks`."""
        change = ChannelsSenderList.MessagingV2ChannelsSenderRequestsUpdate({"webhook": dict(hooks)})
        with translate_errors("set the WhatsApp sender's webhook", write=True):
            self._client.messaging.v2.channels_senders(sid).update(change)

    def lookup(self, number: str, *, kind: bool = False) -> Line:
        """Whether a number can exist, and (at a price) what kind of line it is."""
        with translate_errors("look up a number"):
            numbers = self._client.lookups.v2.phone_numbers(number)
            found = numbers.fetch(fields="line_type_intelligence") if kind else numbers.fetch()
            return line(found)


def _can(number: Any, what: str) -> bool:
    """True where Twilio does not say."""
    told = number.capabilities
    return bool(told.get(what, True)) if isinstance(told, Mapping) else True


def line(found: Any) -> Line:
    """What a lookup says about a number."""
    if not isinstance(found.phone_number, str) or not isinstance(found.valid, bool):
        raise MalformedAnswerError("a lookup without a number")
    intelligence = found.line_type_intelligence
    kind = intelligence.get("type") if isinstance(intelligence, dict) else None
    return Line(number=found.phone_number, valid=found.valid, country=found.country_code, kind=kind)
