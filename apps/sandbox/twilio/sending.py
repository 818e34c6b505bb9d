"""Whether Twilio takes a message: the checks behind POST Messages."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from apps.sandbox.twilio.account import TwilioAccount
from apps.sandbox.twilio.errors import TwilioError
from apps.sandbox.twilio.records import TextMessage, bare, channel_of

E164 = re.compile(r"\+[1-9]\d{6,14}")
LONGEST_BODY = 1600
# Twilio's own test numbers, and the refusal each stands for.
MAGIC_NUMBERS = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
SOONEST, LATEST = timedelta(minutes=5), timedelta(days=35)


def create_message(account: TwilioAccount, form: Mapping[str, str]) -> TextMessage:
    """Take a message for sending. Raises TwilioError when Twilio would refuse it."""
    to = form.get("To", "").replace(" ", "")
    if not to:
        raise TwilioError(21604)
    sender = _sender(account, form, to)
    _check_recipient(account, sender, to)
    body, template = _body(account, form)
    message = account.outbound(sender, to, body)
    message.template = template
    content = account.templates.get(form.get("ContentSid", ""))
    message.choices = content.choices if content else ()
    message.service_sid = form.get("MessagingServiceSid") or None
    message.status_callback = form.get("StatusCallback", "")
    message.num_media = 1 if form.get("MediaUrl") else 0
    wait = _wait_seconds(account, form)
    message.status = "scheduled" if wait else "accepted" if message.service_sid else "queued"
    account.launch(message, wait)
    return message


def change_message(account: TwilioAccount, message: TextMessage, form: Mapping[str, str]) -> None:
    """Redact the body or cancel a scheduled message. Raises TwilioError when it is too late."""
    if form.get("Body") == "":
        message.body = ""
    if form.get("Status") == "canceled":
        if message.status not in {"scheduled", "accepted", "queued"}:
            raise TwilioError(30409, message.sid)
        message.move("canceled", account.clock.now())


def _sender(account: TwilioAccount, form: Mapping[str, str], to: str) -> str:
    service = account.services.get(form.get("MessagingServiceSid", ""))
    if form.get("MessagingServiceSid") and not service:
        raise TwilioError(20404, form["MessagingServiceSid"])
    sender = form.get("From", "")
    if service and not sender:
        pool = [each.address for each in account.senders.values() if each.sid in service.sender_sids]
        sender = next((each for each in pool if channel_of(each) == channel_of(to)), "")
    if not sender:
        raise TwilioError(21603)
    if not E164.fullmatch(bare(sender)):
        raise TwilioError(21212, sender)
    if sender not in account.senders:
        raise TwilioError(63007 if channel_of(sender) == "whatsapp" else 21606, sender)
    if channel_of(sender) != channel_of(to):
        raise TwilioError(21910)
    return sender


def _check_recipient(account: TwilioAccount, sender: str, to: str) -> None:
    if not E164.fullmatch(bare(to)):
        raise TwilioError(21211, to)
    if bare(to) in MAGIC_NUMBERS:
        raise TwilioError(MAGIC_NUMBERS[bare(to)], to)
    if (to, sender) in account.opted_out:
        raise TwilioError(21610, to)


def _body(account: TwilioAccount, form: Mapping[str, str]) -> tuple[str, bool]:
    """The text, and whether it is an approved template's."""
    content_sid = form.get("ContentSid", "")
    if not content_sid:
        body = form.get("Body", "")
        if not body and not form.get("MediaUrl"):
            raise TwilioError(21602)
        if len(body) > LONGEST_BODY:
            raise TwilioError(21617)
        return body, False
    template = account.templates.get(content_sid)
    if not template:
        raise TwilioError(20404, content_sid)
    approved = (template.approval or {}).get("status") == "approved"
    return template.text(_variables(form.get("ContentVariables", ""))), approved


def _variables(text: str) -> dict[str, str]:
    try:
        given = json.loads(text or "{}")
    except ValueError as error:
        raise TwilioError(21656) from error
    if not isinstance(given, dict):
        raise TwilioError(21656)
    return {str(name): str(value) for name, value in given.items()}


def _wait_seconds(account: TwilioAccount, form: Mapping[str, str]) -> float:
    if form.get("ScheduleType") != "fixed":
        return 0.0
    if not form.get("MessagingServiceSid"):
        raise TwilioError(35118)
    try:
        wait = datetime.fromisoformat(form.get("SendAt", "")) - account.clock.now()
    except (ValueError, TypeError) as error:
        raise TwilioError(35114) from error
    if not SOONEST <= wait <= LATEST:
        raise TwilioError(35114)
    return wait.total_seconds()
