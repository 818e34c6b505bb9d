"""Tells Twilio where to send what customers write. Doing it twice changes nothing."""

from dataclasses import dataclass
from typing import Any

from twilio.rest import Client  # type: ignore[import-untyped]

from connectors.twilio.account import TwilioAccount
from connectors.twilio.client import connect
from connectors.twilio.errors import MalformedAnswerError, translated
from core.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What Twilio says about a phone number. `kind` is mobile, landline, … where it was asked for."""

    number: str
    valid: bool
    country: str | None = None
    kind: str | None = None


class TwilioInstaller:
    """What an admin would click together. Errors are those of `core.errors`."""

    def __init__(self, account: TwilioAccount, client: Client | None = None) -> None:
        self._account = account
        self._client = client or connect(account)

    def ensure_number(self, message_url: str) -> str:
        """Point the SMS sender's webhooks at us; its sid. ConfigurationError when the account does not own it."""
        sender = self._account.sms_sender
        wanted = (message_url, self._account.status_url)
        with translated("read the phone numbers"):
            owned = self._client.incoming_phone_numbers.list(phone_number=sender, limit=20)
            found = next((number for number in owned if number.phone_number == sender), None)
        if found is None:
            raise ConfigurationError("the Twilio account does not own the SMS sender")
        if (found.sms_url, found.status_callback) != wanted:
            with translated("set the number's webhooks", write=True):
                found.update(sms_url=message_url, sms_method="POST", status_callback=self._account.status_url)
        return str(found.sid)

    def lookup(self, number: str, *, kind: bool = False) -> Line:
        """Whether a number can exist, and (at a price) what kind of line it is."""
        with translated("look up a number"):
            numbers = self._client.lookups.v2.phone_numbers(number)
            found = numbers.fetch(fields="line_type_intelligence") if kind else numbers.fetch()
            return line(found)


def line(found: Any) -> Line:
    """What a lookup says about a number."""
    if not isinstance(found.phone_number, str) or not isinstance(found.valid, bool):
        raise MalformedAnswerError("a lookup without a number")
    intelligence = found.line_type_intelligence
    kind = intelligence.get("type") if isinstance(intelligence, dict) else None
    return Line(number=found.phone_number, valid=found.valid, country=found.country_code, kind=kind)
