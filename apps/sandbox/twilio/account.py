"""The state of one Twilio account, and what it does by itself: statuses, opt-outs, webhooks."""

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from urllib.parse import urlencode

from apps.sandbox.clock import Clock, Timetable
from apps.sandbox.courier import Attempt, Courier, next_wait
from apps.sandbox.settings import SandboxSettings
from apps.sandbox.twilio.answers import TwilioError, error_text
from apps.sandbox.twilio.calls import Exchange, TwimlError
from apps.sandbox.twilio.records import (
    API_VERSION,
    MessagingService,
    Sender,
    Template,
    TextMessage,
    bare,
    channel_of,
    new_sid,
)
from apps.sandbox.twilio.webhooks import Sent, attach, failed, inbound_form, retry_rule, sign, twiml_messages

# The words that Twilio itself answers on a long code.

STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS = frozenset({"START", "UNSTOP", "YES"})
HELP_WORDS = frozenset({"HELP", "INFO"})
REPLIES = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this "
    "number. Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


def keyword_kind(body: str, *, stopped: bool) -> str:
    """STOP, START or HELP when the whole text is such a word, else empty."""
    word = body.strip().upper()
    if word in STOP_WORDS:
        return "STOP"
    # YES is an ordinary answer from somebody who had not stopped.
    if word in START_WORDS and (stopped or word != "YES"):
        return "START"
    return "HELP" if word in HELP_WORDS else ""


# The account.

SMS_NUMBER = "+15005550006"
WHATSAPP_SENDER = "whatsapp:+14155238886"
WHATSAPP_WINDOW = timedelta(hours=24)
FINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "read", "received"})


class TwilioAccount:
    """Messages, senders, templates and services, with their lives on a timetable of their own."""

    def __init__(self, settings: SandboxSettings, courier: Courier, clock: Clock) -> None:
        self.sid = settings.twilio_account_sid
        self.auth_token = settings.twilio_auth_token
        self.clock = clock
        self.lag = timedelta(seconds=settings.lag_seconds)
        self.lock = threading.RLock()
        self.messages: dict[str, TextMessage] = {}
        self.templates: dict[str, Template] = {}
        self.services: dict[str, MessagingService] = {}
        self.switched_off: set[str] = set()
        self.troubles: dict[str, int] = {}  # number → the error that every message to it ends with
        self.typing: dict[str, datetime] = {}  # phone → when the company was last seen typing to it
        self.opted_out: set[tuple[str, str]] = set()
        self._courier = courier
        self._step_seconds = settings.status_seconds
        self._timetable = Timetable("twilio")
        self.exchange = Exchange(self.sid, clock.now, self.ask)
        self.senders = {each.address: each for each in _senders(settings.public_url, clock.now())}

    # --- what the account sends

    def launch(self, message: TextMessage, wait_seconds: float = 0.0) -> None:
        """Take a new outbound message and let it live through its statuses."""
        with self.lock:
            self.messages[message.sid] = message
            message.history.append((message.status, message.created_at))
        for number, (status, error) in enumerate(self._life(message), start=1):
            wait = wait_seconds + number * self._step_seconds
            self._timetable.after(wait, self._mover(message, status, error))

    def _life(self, message: TextMessage) -> list[tuple[str, int | None]]:
        if bare(message.to) in self.switched_off:
            return [("sending", None), ("sent", None), ("undelivered", 30003)]
        if bare(message.to) in self.troubles:
            return [("sending", None), ("sent", None), ("undelivered", self.troubles[bare(message.to)])]
        if channel_of(message.to) == "sms":
            return [("sending", None), ("sent", None), ("delivered", None)]
        if not message.template and not self.window_open(message.to):
            return [("undelivered", 63016)]
        return [("sent", None), ("delivered", None), ("read", None)]

    def _mover(self, message: TextMessage, status: str, error: int | None) -> Callable[[], None]:
        def move() -> None:
            with self.lock:
                if message.status in FINAL - {"delivered"} or message.sid not in self.messages:
                    return
                message.error_code = error
                message.error_message = error_text(error) if error else None
                message.move(status, self.clock.now())
            self._report(message)

        return move

    def _report(self, message: TextMessage) -> None:
        """Post the status to the address named for this message or its service."""
        service = self.services.get(message.service_sid or "")
        url = message.status_callback or (service.status_callback if service else "")
        if not url:
            return
        form = {
            "AccountSid": self.sid,
            "ApiVersion": API_VERSION,
            "From": message.sender,
            "MessageSid": message.sid,
            "MessageStatus": message.status,
            "SmsSid": message.sid,
            "SmsStatus": message.status,
            "To": message.to,
        }
        if message.service_sid:
            form["MessagingServiceSid"] = message.service_sid
        if message.error_code:
            form["ErrorCode"] = str(message.error_code)
        if channel_of(message.to) == "whatsapp":
            form["ChannelPrefix"] = "whatsapp"
            form["ChannelToAddress"] = message.to
            if message.status == "read":
                form["EventType"] = "READ"
        self.post(url, form)

    # --- what phones send

    def receive(self, phone: str, to: str, body: str, profile_name: str = "", sent: Sent | None = None) -> TextMessage:
        """A phone texts one of the account's senders; `sent` is what came besides words.

        Raises KeyError when the account has no such sender.
        """
        sender = self.senders[to]
        channel = channel_of(to)
        message = self._inbound(f"whatsapp:{phone}" if channel == "whatsapp" else phone, to, body)
        form = inbound_form(message, profile_name or phone)
        if sent is not None:
            form |= attach(message, sent)
        kind = self._opt_out_kind(message) if channel == "sms" else ""
        if kind:
            form["OptOutType"] = kind
            self._answer_opt_out(message, kind)
        service = next((each for each in self.services.values() if sender.sid in each.sender_sids), None)
        if service is not None:
            message.service_sid = form["MessagingServiceSid"] = service.sid
        if service is not None and service.inbound_request_url:  # it takes the place of the number's own address
            self.post(service.inbound_request_url, form, lambda attempt: self._reply_with_twiml(message, attempt))
        elif sender.sms_url:
            self._tell(sender, form, lambda attempt: self._reply_with_twiml(message, attempt))
        return message

    def _tell(self, sender: Sender, form: Mapping[str, str], on_answer: Callable[[Attempt], None]) -> None:
        """Post to the sender's address; where that fails, to its fallback, which is told so."""

        def fall_back(last: Attempt) -> None:
            if sender.sms_fallback_url:
                self.post(sender.sms_fallback_url, {**form, **failed(sender.sms_url)}, on_answer)

        self.post(sender.sms_url, form, on_answer, fall_back)

    def _inbound(self, phone: str, to: str, body: str) -> TextMessage:
        now = self.clock.now()
        message = TextMessage(
            sid=new_sid("SM"),
            account_sid=self.sid,
            sender=phone,
            to=to,
            body=body,
            direction="inbound",
            status="received",
            created_at=now,
            updated_at=now,
            sent_at=now,
            history=[("received", now)],
        )
        with self.lock:
            self.messages[message.sid] = message
        return message

    def _opt_out_kind(self, message: TextMessage) -> str:
        pair = (message.sender, message.to)
        with self.lock:
            kind = keyword_kind(message.body, stopped=pair in self.opted_out)
            if kind == "STOP":
                self.opted_out.add(pair)
            elif kind == "START":
                self.opted_out.discard(pair)
        return kind

    def _answer_opt_out(self, message: TextMessage, kind: str) -> None:
        self.launch(self.outbound(message.to, message.sender, REPLIES[kind], "outbound-reply"))

    def _reply_with_twiml(self, message: TextMessage, attempt: Attempt) -> None:
        for text in twiml_messages(attempt.answer):
            self.launch(self.outbound(message.to, message.sender, text, "outbound-reply"))

    def outbound(self, sender: str, to: str, body: str, direction: str = "outbound-api") -> TextMessage:
        """A new outbound message, not yet launched."""
        now = self.clock.now()
        return TextMessage(
            sid=new_sid("SM"),
            account_sid=self.sid,
            sender=sender,
            to=to,
            body=body,
            direction=direction,
            status="queued",
            created_at=now,
            updated_at=now,
        )

    # --- what others ask about the account

    def window_open(self, address: str) -> bool:
        """Whether WhatsApp's 24 hours since the person's last message still run."""
        oldest = self.clock.now() - WHATSAPP_WINDOW
        return any(each.sender == address and each.created_at > oldest for each in self.kept())

    def kept(self) -> list[TextMessage]:
        """All messages, oldest first."""
        with self.lock:
            return list(self.messages.values())

    def listed(self) -> list[TextMessage]:
        """The messages a list shows: newest first, without those of the last moments."""
        newest = self.clock.now() - self.lag
        return [each for each in reversed(self.kept()) if each.created_at <= newest]

    def on_phone(self, phone: str, channel: str) -> list[TextMessage]:
        """What a phone's screen shows, oldest first: what it sent and what reached it."""
        address = f"whatsapp:{phone}" if channel == "whatsapp" else phone
        return [
            each
            for each in self.kept()
            if each.sender == address or (each.to == address and each.status in {"sent", "delivered", "read"})
        ]

    def sender_by_sid(self, sid: str, prefix: str) -> Sender:
        """The sender with this id, of the kind its prefix names. Raises TwilioError 20404."""
        for sender in self.senders.values():
            if sender.sid == sid and sid.startswith(prefix):
                return sender
        raise TwilioError(20404, sid)

    def since(self, moment: datetime) -> timedelta:
        """How long ago a moment was."""
        return self.clock.now() - moment

    def ask(self, url: str, form: Mapping[str, str]) -> str:
        """Send a webhook and wait for what it answers. Raises TwimlError where it does not."""
        token = str(uuid.uuid4())
        headers, rule = self._headers(url, form, token), retry_rule(url)
        for number in count(1):
            made = self._courier.post_now("twilio", url, urlencode(form).encode(), lambda _: headers, rule, token)
            if made.accepted:
                return made.answer
            wait = next_wait(rule, replace(made, attempt=number))
            if wait is None:
                break
            time.sleep(wait)
        raise TwimlError(f"11200: {url} answered {made.status or made.error}")

    def post(
        self,
        url: str,
        form: Mapping[str, str],
        on_answer: Callable[[Attempt], None] | None = None,
        on_failure: Callable[[Attempt], None] | None = None,
    ) -> None:
        """Send a webhook, signed over the address as configured."""
        token = str(uuid.uuid4())
        headers = self._headers(url, form, token)
        body = urlencode(form).encode()
        self._courier.deliver(
            "twilio", url, body, lambda attempt: headers, retry_rule(url), token, on_answer, on_failure
        )

    def _headers(self, url: str, form: Mapping[str, str], token: str) -> dict[str, str]:
        return {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "I-Twilio-Idempotency-Token": token,
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": sign(self.auth_token, url.partition("#")[0], form),
        }

    def drain(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds until every message has reached its last status."""
        return self._timetable.drain(timeout)

    def close(self) -> None:
        """Stop the lives of all messages."""
        self._timetable.close()
        self.exchange.close()


def _senders(public_url: str, now: datetime) -> tuple[Sender, ...]:
    """An admin would have set these webhooks in the console; an installer may set others."""
    webhook = f"{public_url}/webhooks/twilio/message"
    return (
        Sender(
            sid="PN" + "0" * 31 + "1",
            address=SMS_NUMBER,
            created_at=now,
            friendly_name="Larkfield Home",
            sms_url=webhook,
            voice_url=f"{public_url}/webhooks/twilio/voice",
            status_callback=f"{public_url}/webhooks/twilio/voice/status",
        ),
        Sender(
            sid="XE" + "0" * 31 + "2",
            address=WHATSAPP_SENDER,
            created_at=now,
            friendly_name="Larkfield Home",
            sms_url=webhook,
        ),
    )
