"""Twilio's REST API of 2010: the account, its messages with their media, its numbers and its calls."""

import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as Redirect

from apps.sandbox.twilio.account import TwilioAccount
from apps.sandbox.twilio.answers import TwilioError, not_here, old_page
from apps.sandbox.twilio.calls import ENDED, Heard, PhoneCall, TwimlError, verbs_of
from apps.sandbox.twilio.products import add_products
from apps.sandbox.twilio.records import API_VERSION, MediaFile, TextMessage, bare, channel_of

OUTCOMES = frozenset({"confirmed", "unconfirmed"})
Answer = Response | Redirect | tuple[Response, int] | tuple[str, int]


def twilio_blueprint(account: TwilioAccount) -> Blueprint:
    """All of Twilio's products on one prefix; the client names the real host in a header."""
    twilio = Blueprint("twilio", __name__)

    @twilio.before_request
    def check_credentials() -> None:
        if request.endpoint == f"{twilio.name}.{OPEN_ENDPOINT}":
            return
        given = request.authorization
        good = (
            given is not None
            and given.type == "basic"
            and hmac.compare_digest((given.username or "").encode(), account.sid.encode())
            and hmac.compare_digest((given.password or "").encode(), account.auth_token.encode())
        )
        if not good:
            raise TwilioError(20003)
        if (request.view_args or {}).get("account_sid", account.sid) != account.sid:
            raise not_here()

    @twilio.errorhandler(TwilioError)
    def refuse(error: TwilioError) -> tuple[Response, int]:
        return jsonify(error.body()), error.status

    @twilio.after_request
    def sign_off(response: Response) -> Response:
        response.headers["Twilio-Request-Duration"] = "0.010"
        response.headers["X-API-Domain"] = request.headers.get("X-Original-Host", "api.twilio.com")
        return response

    @twilio.route("/<path:unknown>", methods=["GET", "POST", "DELETE"])
    def unknown_address(unknown: str) -> Answer:
        raise not_here()

    _add_account(twilio, account)
    _add_messages(twilio, account)
    _add_numbers(twilio, account)
    add_calls(twilio, account)
    add_call_deletion(twilio, account)
    add_media(twilio, account)
    add_products(twilio, account)
    return twilio


def _add_account(twilio: Blueprint, account: TwilioAccount) -> None:
    started = format_datetime(account.clock.now())

    @twilio.get(f"/{API_VERSION}/Accounts/<sid>.json")
    def fetch_account(sid: str) -> Answer:
        if sid != account.sid:
            raise TwilioError(20404, f"/{API_VERSION}/Accounts/{sid}.json")
        base = f"/{API_VERSION}/Accounts/{account.sid}"
        return jsonify(
            # The real API shows the token here; a stand-in has no reason to.
            auth_token=None,
            date_created=started,
            date_updated=started,
            friendly_name="Larkfield Home",
            owner_account_sid=account.sid,
            sid=account.sid,
            status="active",
            subresource_uris={"messages": f"{base}/Messages.json"},
            type="Full",
            uri=f"{base}.json",
        )


def _add_messages(twilio: Blueprint, account: TwilioAccount) -> None:
    messages = f"/{API_VERSION}/Accounts/<account_sid>/Messages.json"
    one = f"/{API_VERSION}/Accounts/<account_sid>/Messages/<sid>.json"

    def found(sid: str) -> TextMessage:
        if sid not in account.messages:
            raise not_here()
        return account.messages[sid]

    @twilio.post(messages)
    def create(account_sid: str) -> Answer:
        with account.lock:
            return jsonify(create_message(account, request.form).shown()), 201

    @twilio.get(messages)
    def read(account_sid: str) -> Answer:
        shown = [each.shown() for each in account.listed() if _passes_filters(each)]
        return jsonify(old_page("messages", shown))

    @twilio.get(one)
    def fetch(account_sid: str, sid: str) -> Answer:
        return jsonify(found(sid).shown())

    @twilio.post(one)
    def update(account_sid: str, sid: str) -> Answer:
        with account.lock:
            change_message(account, found(sid), request.form)
            return jsonify(found(sid).shown())

    @twilio.post(f"/{API_VERSION}/Accounts/<account_sid>/Messages/<sid>/Feedback.json")
    def feedback(account_sid: str, sid: str) -> Answer:
        """Whether the person did what the message was for."""
        message, outcome = found(sid), request.form.get("Outcome", "confirmed")
        if outcome not in OUTCOMES:
            raise TwilioError(20001, outcome)
        with account.lock:
            message.outcome = outcome
        now = format_datetime(account.clock.now())
        return jsonify(
            account_sid=account_sid,
            message_sid=sid,
            outcome=outcome,
            date_created=now,
            date_updated=now,
            uri=f"{message.shown()['uri'].removesuffix('.json')}/Feedback.json",
        )

    @twilio.delete(one)
    def delete(account_sid: str, sid: str) -> Answer:
        with account.lock:
            del account.messages[found(sid).sid]
        return "", 204


def _passes_filters(message: TextMessage) -> bool:
    """Whether the list's To, From and DateSent filters let the message through."""
    asked = request.args
    return (
        asked.get("To", message.to) == message.to
        and asked.get("From", message.sender) == message.sender
        and _within("DateSent", message.sent_at or message.created_at)
    )


def _passes_call_filters(call: PhoneCall) -> bool:
    """Whether the list's To, From, Status, StartTime and EndTime filters let the call through."""
    asked = request.args
    return (
        asked.get("To", call.to) == call.to
        and asked.get("From", call.caller) == call.caller
        and asked.get("Status", call.status) == call.status
        and _within("StartTime", call.started_at)
        and _within("EndTime", call.ended_at)
    )


def _within(name: str, moment: datetime | None) -> bool:
    """Whether a moment passes a filter by time: from one on, up to one, or on a day."""
    since, until, day = (_moment(request.args.get(f"{name}{sign}")) for sign in (">", "<", ""))
    if moment is None:
        return not (since or until or day)
    return (
        (not since or moment >= since) and (not until or moment <= until) and (not day or moment.date() == day.date())
    )


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        # Twilio ignores a date it cannot read.
        return None
    return moment.astimezone() if moment.tzinfo else datetime.fromisoformat(f"{moment.isoformat()}+00:00")


def _add_numbers(twilio: Blueprint, account: TwilioAccount) -> None:
    settable = {
        "SmsUrl": "sms_url",
        "SmsFallbackUrl": "sms_fallback_url",
        "SmsFallbackMethod": "sms_fallback_method",
        "VoiceFallbackUrl": "voice_fallback_url",
        "VoiceFallbackMethod": "voice_fallback_method",
        "SmsMethod": "sms_method",
        "VoiceUrl": "voice_url",
        "VoiceMethod": "voice_method",
        "VoiceApplicationSid": "voice_application_sid",
        "StatusCallback": "status_callback",
        "FriendlyName": "friendly_name",
    }

    @twilio.get(f"/{API_VERSION}/Accounts/<account_sid>/IncomingPhoneNumbers.json")
    def numbers(account_sid: str) -> Answer:
        wanted = request.args.get("PhoneNumber")
        shown: list[dict[str, Any]] = [
            each.number_shown(account.sid)
            for each in account.senders.values()
            if each.sid.startswith("PN") and wanted in (None, each.address)
        ]
        return jsonify(old_page("incoming_phone_numbers", shown))

    @twilio.get(f"/{API_VERSION}/Accounts/<account_sid>/IncomingPhoneNumbers/<sid>.json")
    def number(account_sid: str, sid: str) -> Answer:
        return jsonify(account.sender_by_sid(sid, "PN").number_shown(account.sid))

    @twilio.post(f"/{API_VERSION}/Accounts/<account_sid>/IncomingPhoneNumbers/<sid>.json")
    def set_number(account_sid: str, sid: str) -> Answer:
        sender = account.sender_by_sid(sid, "PN")
        for name, attribute in settable.items():
            if name in request.form:
                setattr(sender, attribute, request.form[name])
        return jsonify(sender.number_shown(account.sid))


# Whether Twilio takes a message: the checks behind POST Messages.

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
    message.pooled = not form.get("From")
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
            raise TwilioError(21703)
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


# The files of messages: listed, sent on to where they lie, deleted.

OPEN_ENDPOINT = "media_content"  # a signed address needs no credentials; here the file's own id is the secret


def add_media(twilio: Blueprint, account: TwilioAccount) -> None:
    """Twilio answers the plain address with a redirect to its file store, and with `.json` with the record."""
    files = f"/{API_VERSION}/Accounts/<account_sid>/Messages/<sid>/Media"

    def found(sid: str, media_sid: str) -> tuple[TextMessage, MediaFile]:
        message = account.messages.get(sid)
        file = next((each for each in message.files if each.sid == media_sid), None) if message else None
        if message is None or file is None:
            raise not_here()
        return message, file

    @twilio.get(f"{files}.json")
    def list_media(account_sid: str, sid: str) -> Answer:
        if sid not in account.messages:
            raise not_here()
        shown = [_show_media(account, sid, file) for file in account.messages[sid].files]
        return jsonify(old_page("media_list", shown))

    @twilio.get(f"{files}/<media_sid>.json")
    def media_record(account_sid: str, sid: str, media_sid: str) -> Answer:
        return jsonify(_show_media(account, sid, found(sid, media_sid)[1]))

    @twilio.get(f"{files}/<media_sid>")
    def media_redirect(account_sid: str, sid: str, media_sid: str) -> Answer:
        found(sid, media_sid)
        return redirect(f"/twilio/media/{sid}/{media_sid}", code=307)

    @twilio.delete(f"{files}/<media_sid>.json")
    def delete_media(account_sid: str, sid: str, media_sid: str) -> Answer:
        message, file = found(sid, media_sid)
        with account.lock:
            message.files.remove(file)
        return "", 204

    @twilio.get("/media/<sid>/<media_sid>", endpoint=OPEN_ENDPOINT)
    def stored(sid: str, media_sid: str) -> Answer:
        file = found(sid, media_sid)[1]
        return Response(file.content, mimetype=file.content_type)


def _show_media(account: TwilioAccount, sid: str, file: MediaFile) -> dict[str, Any]:
    moment = format_datetime(file.created_at)
    return {
        "account_sid": account.sid,
        "content_type": file.content_type,
        "date_created": moment,
        "date_updated": moment,
        "parent_sid": sid,
        "sid": file.sid,
        "uri": f"/{API_VERSION}/Accounts/{account.sid}/Messages/{sid}/Media/{file.sid}.json",
    }


# Twilio's REST API of calls: look at one, give a live one other TwiML, end it.

LONGEST_TWIML = 4000


def add_calls(twilio: Blueprint, account: TwilioAccount) -> None:
    calls = f"/{API_VERSION}/Accounts/<account_sid>/Calls.json"
    one = f"/{API_VERSION}/Accounts/<account_sid>/Calls/<sid>.json"

    def found(sid: str) -> PhoneCall:
        if sid not in account.exchange.calls:
            raise not_here()
        return account.exchange.calls[sid]

    @twilio.get(calls)
    def listed_calls(account_sid: str) -> Answer:
        shown = [call.shown() for call in reversed(account.exchange.calls.values()) if _passes_call_filters(call)]
        return jsonify(old_page("calls", shown))

    @twilio.get(one)
    def call(account_sid: str, sid: str) -> Answer:
        return jsonify(found(sid).shown())

    @twilio.post(one)
    def update_call(account_sid: str, sid: str) -> Answer:
        changed = found(sid)
        if changed.status in ENDED:
            raise TwilioError(21220)
        if request.form.get("Status") == "completed":
            changed.hear(Heard(kind="hung_up"))
        elif "Twiml" in request.form:
            changed.hear(Heard(kind="twiml", text=_sound(request.form["Twiml"])))
        return jsonify(changed.shown())


def add_call_deletion(twilio: Blueprint, account: TwilioAccount) -> None:
    @twilio.delete(f"/{API_VERSION}/Accounts/<account_sid>/Calls/<sid>.json")
    def delete_call(account_sid: str, sid: str) -> Answer:
        """No contract describes this route, nor the recordings': both are as the SDK calls them."""
        if account.exchange.calls.pop(sid, None) is None:
            raise not_here()
        return "", 204

    @twilio.get(f"/{API_VERSION}/Accounts/<account_sid>/Recordings.json")
    def recordings(account_sid: str) -> Answer:
        """Nothing here records a call."""
        return jsonify(old_page("recordings", []))


def _sound(twiml: str) -> str:
    """Raises TwilioError for what Twilio would not take."""
    try:
        verbs_of(twiml)
    except TwimlError as error:
        raise TwilioError(21100, str(error)) from error
    if len(twiml) > LONGEST_TWIML:
        raise TwilioError(21100, f"longer than {LONGEST_TWIML} characters")
    return twiml
