"""The core's Messenger, over Twilio."""

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from twilio.rest import Client  # type: ignore[import-untyped]
from twilio.rest.content.v1.content import ContentList  # type: ignore[import-untyped]

from connectors.faults import MalformedAnswerError
from connectors.twilio.client import TwilioAccount, address, connect, listed
from connectors.twilio.errors import translate_errors
from connectors.twilio.forms import Forms, flat
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError, UnknownOutcome
from core.model.conversation import Message
from core.model.customer import Channel
from core.model.helpdesk import Receipt
from core.model.outbound import Outgoing
from core.ports import Now
from core.text.segments import simplify_signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapped:
    """A text with buttons under it; what is tapped comes back as the customer's own message."""

    body: str
    choices: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        actions = [{"type": "QUICK_REPLY", "title": each, "id": str(n)} for n, each in enumerate(self.choices, 1)]
        return {"twilio/quick-reply": {"body": self.body, "actions": actions}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A text with a menu that `button` opens."""

    body: str
    choices: tuple[str, ...]
    button: str

    def to_dict(self) -> dict[str, Any]:
        items = [{"id": str(n), "item": each} for n, each in enumerate(self.choices, 1)]
        return {"twilio/list-picker": {"body": self.body, "button": self.button, "items": items}}


class TwilioContent:
    """Makes content with buttons, and reads WhatsApp's approval of templates. Errors are those of `core.errors`."""

    def __init__(self, account: TwilioAccount, client: Client | None = None) -> None:
        self._client = client or connect(account)

    def make(self, name: str, language: str, shape: Tapped | Listed) -> str:
        """The sid of new content, for which no approval is asked: it may be sent inside a customer's window."""
        asked: dict[str, Any] = {"friendly_name": name, "language": language, "variables": {}, "types": shape}
        with translate_errors("make content", write=True):
            return sid_of(self._client.content.v1.contents.create(ContentList.ContentCreateRequest(asked)))

    def approval(self, sid: str) -> str:
        """What WhatsApp says of it: `approved`, `pending`, `rejected` …; empty when it was never asked."""
        with translate_errors("read a template's approval"):
            answer = self._client.content.v1.contents(sid).approval_fetch().fetch()
            if sid_of(answer) != sid or not isinstance(answer.whatsapp, dict):
                raise MalformedAnswerError("an approval of another template")
            return str(answer.whatsapp.get("status") or "")


def sid_of(template: Any) -> str:
    if not isinstance(template.sid, str) or not template.sid:
        raise MalformedAnswerError("a template without a sid")
    return template.sid


# Answers to choose from: quick replies or a list on WhatsApp, numbered lines where there are no buttons. Inside the
# customer's window such content needs no approval. It is made once for each text and set of choices, and used again:
# Twilio keeps what is made.

MOST_TAPPED, LONGEST_TAPPED = 3, 20  # quick replies, and characters of each
MOST_LISTED, LONGEST_LISTED = 10, 24
LONGEST_BODY = 1024
KEPT = 500
CHOOSE = {"en": "Choose", "de": "Auswählen", "es": "Elegir", "fr": "Choisir", "pt": "Escolher", "ja": "選択"}


class Buttons:
    """The content with buttons for a message."""

    def __init__(self, contents: TwilioContent) -> None:
        self._contents = contents
        self._made: OrderedDict[str, str] = OrderedDict()

    def content(self, outgoing: Outgoing) -> Mapping[str, str] | None:
        """None where the choices do not fit on buttons, or none could be made: then they are numbered lines."""
        shape = _shape(outgoing)
        if shape is None:
            return None
        key = hashlib.sha256("\x1f".join((outgoing.language, outgoing.body, *outgoing.choices)).encode()).hexdigest()
        if key not in self._made:
            try:
                sid = self._contents.make(f"handrail_choice_{key[:24]}", outgoing.language, shape)
            except (ConfigurationError, RejectedError, TransientError, UnknownOutcome):
                return None  # nothing was sent to the customer yet, and words do as well
            self._made[key] = sid
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
        return {"content_sid": self._made[key]}


def number_choices(body: str, choices: tuple[str, ...]) -> str:
    """The text with its choices as numbered lines under it; as it is where there are none, or where it lists them. The
    way to a person, which comes last, needs no number where the text says what to write for it."""
    told = choices[:-1] if choices and choices[-1].upper() in body else choices
    lines = [f"{place}. {choice}" for place, choice in enumerate(told, 1)]
    if all(line in body.splitlines() for line in lines):
        return body
    return "\n".join([body, *lines]) if lines else body


def _shape(outgoing: Outgoing) -> Any:
    choices = outgoing.choices
    # Two braces would be read as a variable of a template.
    if len(outgoing.body) > LONGEST_BODY or "{{" in outgoing.body or len(set(choices)) < len(choices):
        return None
    if len(choices) <= MOST_TAPPED and all(0 < len(each) <= LONGEST_TAPPED for each in choices):
        return Tapped(body=outgoing.body, choices=choices)
    if len(choices) <= MOST_LISTED and all(0 < len(each) <= LONGEST_LISTED for each in choices):
        return Listed(body=outgoing.body, choices=choices, button=CHOOSE.get(outgoing.language, CHOOSE["en"]))
    return None


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
        contents = TwilioContent(account, self._client)
        self._forms = Forms(account.forms, contents.approval)
        self._buttons = Buttons(contents)

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
        with translate_errors("look for a message"):
            sent = listed(
                "the messages",
                self._client.messages,
                to=address(channel, outgoing.to),
                from_=self._account.sender(channel),
                limit=LOOKED_AT,
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
        with translate_errors("send a message", write=True):
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
    body = number_choices(outgoing.body, outgoing.choices)
    return simplify_signs(body) if outgoing.channel == Channel.SMS else body


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


# WhatsApp's sign that an answer is being written, which marks the customer's message as read too.

LOG = logging.getLogger(__name__)
REF = "twilio:"
MOST = 4  # requests on their way at once; beyond that a sign is left out


class TwilioTyping:
    """Implements `core.ports.Typing`. Each sign is sent beside the work, so that no answer waits for it."""

    def __init__(self, account: TwilioAccount, client: Client | None = None) -> None:
        self._client = client or connect(account)
        self._room = threading.BoundedSemaphore(MOST)

    def show(self, message: Message) -> None:
        """Under the message that is going to be answered; only WhatsApp knows such a sign."""
        if message.channel is not Channel.WHATSAPP or not message.vendor_ref.startswith(REF):
            return
        if self._room.acquire(blocking=False):
            threading.Thread(target=self._send, args=(message.vendor_ref.removeprefix(REF),), daemon=True).start()

    def _send(self, sid: str) -> None:
        try:
            with translate_errors("show that an answer is being written"):
                self._client.messaging.v2.typing_indicator.create(channel=Channel.WHATSAPP.value, message_id=sid)
        except HandrailError as error:
            LOG.info("no typing indicator: %s", error)
        finally:
            self._room.release()
