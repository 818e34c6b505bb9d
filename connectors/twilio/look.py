"""What `handrail doctor` asks of an account beyond what an installer does; nothing here writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from twilio.rest import Client  # type: ignore[import-untyped]

from connectors.twilio.client import TwilioAccount, connect, listed
from connectors.twilio.errors import translate_errors
from core.errors import ConfigurationError
from core.model.customer import Channel

MOST = 200  # senders and templates looked through


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTemplate:
    """A WhatsApp template and what Meta says of it: approved, pending, received, rejected, paused, …"""

    name: str
    language: str
    approval: str
    sid: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texted:
    """A message that a customer sent; neither number nor words are kept."""

    sid: str
    at: datetime


class TwilioLook:
    """Errors are those of `core.errors`."""

    def __init__(self, account: TwilioAccount, client: Client | None = None) -> None:
        self._account = account
        self._client = client or connect(account)

    def whatsapp_status(self) -> str:
        """ONLINE, OFFLINE, PENDING_VERIFICATION, … of the WhatsApp sender.

        ConfigurationError when the account has it not."""
        address = self._account.sender(Channel.WHATSAPP.value)
        with translate_errors("read the WhatsApp senders"):
            senders = listed(
                "the WhatsApp senders", self._client.messaging.v2.channels_senders, channel="whatsapp", limit=MOST
            )
            found = next((str(sender.status) for sender in senders if sender.sender_id == address), None)
        if found is None:
            raise ConfigurationError("the Twilio account does not have the WhatsApp sender")
        return found

    def list_texts(self, since: datetime, until: datetime) -> list[Texted]:
        """What customers sent to our senders in this time, the latest of it."""
        senders = [self._account.sender(Channel.SMS.value)]
        if self._account.whatsapp_sender:
            senders.append(self._account.sender(Channel.WHATSAPP.value))
        with translate_errors("read the messages"):
            texts = [
                message
                for sender in senders
                for message in listed(
                    "the messages", self._client.messages, to=sender, date_sent_after=since, limit=MOST
                )
                if message.direction == "inbound" and message.date_sent is not None
            ]
            return [Texted(sid=str(each.sid), at=each.date_sent) for each in texts if since <= each.date_sent <= until]

    def templates(self) -> list[SeenTemplate]:
        """The templates that were handed in for WhatsApp."""
        with translate_errors("read the templates"):
            templates = listed("the templates", self._client.content.v1.content_and_approvals, limit=MOST)
            return [_template(each) for each in templates if isinstance(each.approval_requests, Mapping)]


def _template(found: Any) -> SeenTemplate:
    asked = found.approval_requests
    return SeenTemplate(
        name=str(asked.get("name") or found.friendly_name or ""),
        language=str(found.language or ""),
        approval=str(asked.get("status") or "unsubmitted").lower(),
        sid=str(found.sid or ""),
        reason=str(asked.get("rejection_reason") or ""),
    )
