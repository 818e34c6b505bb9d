"""The core's Messenger, over Twilio."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from twilio.rest import Client  # type: ignore[import-untyped]

from connectors.twilio.account import TwilioAccount, address
from connectors.twilio.client import connect
from connectors.twilio.errors import MalformedAnswerError, translated
from core.errors import RejectedError
from core.model.customer import Channel
from core.model.helpdesk import Receipt
from core.model.ids import EffectId
from core.model.outbound import Outgoing

OUTSIDE_WINDOW = "63016"  # WhatsApp: more than a day since the customer wrote, so only a template may be sent
SKEW = timedelta(seconds=5)  # between our clock and Twilio's, whose times are whole seconds
LOOKED_AT = 200  # newest messages to one number


class TwilioMessenger:
    """Implements `core.ports.Messenger` for SMS and WhatsApp."""

    def __init__(self, account: TwilioAccount, client: Client | None = None) -> None:
        self._account = account
        self._client = client or connect(account)

    def send(self, outgoing: Outgoing) -> Receipt:
        channel, to, effect_id = outgoing.channel, outgoing.to, outgoing.effect_id
        try:
            return self._create(channel, to, effect_id, body=outgoing.body)
        except RejectedError as error:
            template = self._account.whatsapp_template
            if channel != Channel.WHATSAPP or error.code != OUTSIDE_WINDOW or template is None:
                raise
            return self.send_template(to=to, content_sid=template, variables={"1": outgoing.body}, effect_id=effect_id)

    def send_template(self, *, to: str, content_sid: str, variables: Mapping[str, str], effect_id: EffectId) -> Receipt:
        """Send an approved WhatsApp template with its variables filled in."""
        content = {"content_sid": content_sid, "content_variables": json.dumps(dict(variables))}
        return self._create(Channel.WHATSAPP, to, effect_id, **content)

    def find(self, outgoing: Outgoing, since: datetime) -> Receipt | None:
        channel = outgoing.channel
        with translated("look for a message"):
            sent = self._client.messages.stream(
                to=address(channel, outgoing.to), from_=self._account.sender(channel), limit=LOOKED_AT
            )
            for message in sent:  # newest first
                if made_at(message) < since - SKEW:
                    return None
                if message.body == outgoing.body and str(message.direction).startswith("outbound"):
                    return receipt(message)
        return None

    def _create(self, channel: str, to: str, effect_id: EffectId, **content: str) -> Receipt:
        with translated("send a message", write=True):
            message = self._client.messages.create(
                to=address(channel, to),
                from_=self._account.sender(channel),
                status_callback=self._account.status_callback(effect_id),
                validity_period=int(self._account.validity.total_seconds()),
                **content,
            )
            return receipt(message)


def receipt(message: Any) -> Receipt:
    """Twilio's word on a message. Its sid is what delivery reports will name."""
    if not isinstance(message.sid, str) or not message.sid:
        raise MalformedAnswerError("a message without a sid")
    return Receipt(ref=message.sid, at=made_at(message), facts={"status": str(message.status or "")})


def made_at(message: Any) -> datetime:
    # The SDK leaves a time as it came when it cannot read it.
    if not isinstance(message.date_created, datetime):
        raise MalformedAnswerError("a message without a time")
    return message.date_created
