"""The core's Messenger, over Twilio."""

from datetime import UTC, datetime, timedelta
from typing import Any

from twilio.rest import Client  # type: ignore[import-untyped]

from connectors.twilio.account import TwilioAccount, address
from connectors.twilio.buttons import Buttons, numbered
from connectors.twilio.client import connect
from connectors.twilio.errors import MalformedAnswerError, translated
from connectors.twilio.forms import Forms, flat
from connectors.twilio.templates import TwilioTemplates
from core.model.customer import Channel
from core.model.helpdesk import Receipt
from core.model.outbound import Outgoing
from core.ports import Now
from core.text.segments import spelled

SKEW = timedelta(seconds=5)  # between our clock and Twilio's, whose times are whole seconds
LOOKED_AT = 200  # newest messages to one number
FAILED = frozenset({"failed", "undelivered", "canceled"})
MARGIN = timedelta(seconds=30)  # before the window closes: a request is on its way for a while


class TwilioMessenger:
    """Implements `core.ports.Messenger` for SMS and WhatsApp.

    On WhatsApp free words go out inside the customer's window and an approved form outside it, so that a refusal by
    code 63016 is no part of the ordinary way."""

    def __init__(
        self, account: TwilioAccount, client: Client | None = None, now: Now = lambda: datetime.now(UTC)
    ) -> None:
        self._account = account
        self._client = client or connect(account)
        self._now = now
        templates = TwilioTemplates(account, self._client)
        self._forms = Forms(account.forms, templates.approval)
        self._buttons = Buttons(templates)

    def send(self, outgoing: Outgoing) -> Receipt:
        if outgoing.channel == Channel.WHATSAPP and self._needs_form(outgoing):
            return self._create(outgoing, **self._forms.content(outgoing))
        if outgoing.choices and outgoing.channel == Channel.WHATSAPP:
            content = self._buttons.content(outgoing)
            if content is not None:
                return self._create(outgoing, **content)
        return self._create(outgoing, body=text_of(outgoing))

    def find(self, outgoing: Outgoing, since: datetime) -> Receipt | None:
        channel = outgoing.channel
        bodies = {text_of(outgoing), outgoing.body}
        with translated("look for a message"):
            sent = self._client.messages.stream(
                to=address(channel, outgoing.to), from_=self._account.sender(channel), limit=LOOKED_AT
            )
            for message in sent:  # newest first
                if made_at(message) < since - SKEW:
                    return None
                if not str(message.direction).startswith("outbound") or (outgoing.again and message.status in FAILED):
                    continue
                if message.body in bodies or (channel == Channel.WHATSAPP and flat(outgoing.body) in message.body):
                    return receipt(message)
        return None

    def _needs_form(self, outgoing: Outgoing) -> bool:
        until = outgoing.free_until
        return outgoing.templated or (until is not None and self._now() >= until - MARGIN)

    def _create(self, outgoing: Outgoing, **content: str) -> Receipt:
        channel = outgoing.channel
        with translated("send a message", write=True):
            message = self._client.messages.create(
                to=address(channel, outgoing.to),
                from_=self._account.sender(channel),
                status_callback=self._account.status_callback(outgoing.effect_id),
                validity_period=self._validity(outgoing),
                **content,
            )
            return receipt(message)

    def _validity(self, outgoing: Outgoing) -> int:
        """Whole seconds that Twilio may keep it waiting, rounded down: at least the one that Twilio asks for."""
        longest = self._account.validity
        if outgoing.valid_until is not None:
            longest = min(longest, outgoing.valid_until - self._now())
        return max(1, int(longest.total_seconds()))


def text_of(outgoing: Outgoing) -> str:
    """The words as they leave: by SMS in plain signs, so that a curly quote makes no second message of one, and with
    the choices numbered; on WhatsApp as they are where there are no buttons."""
    body = numbered(outgoing.body, outgoing.choices)
    return spelled(body) if outgoing.channel == Channel.SMS else body


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
