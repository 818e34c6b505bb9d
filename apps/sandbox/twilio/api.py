"""Twilio's REST API of 2010: the account, its messages and its numbers."""

import hmac
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from apps.sandbox.twilio.account import TwilioAccount
from apps.sandbox.twilio.calls_api import add_calls
from apps.sandbox.twilio.errors import TwilioError
from apps.sandbox.twilio.media import OPEN, add_media
from apps.sandbox.twilio.paging import old_page
from apps.sandbox.twilio.products import add_products
from apps.sandbox.twilio.records import API_VERSION, TextMessage
from apps.sandbox.twilio.sending import change_message, create_message

Answer = Response | tuple[Response, int] | tuple[str, int]


def twilio_blueprint(account: TwilioAccount) -> Blueprint:
    """All of Twilio's products on one prefix; the client names the real host in a header."""
    twilio = Blueprint("twilio", __name__)

    @twilio.before_request
    def check_credentials() -> None:
        if request.endpoint == f"{twilio.name}.{OPEN}":
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
            raise TwilioError(20404, request.path.removeprefix("/twilio"))

    @twilio.errorhandler(TwilioError)
    def refuse(error: TwilioError) -> tuple[Response, int]:
        return jsonify(error.body()), error.status

    @twilio.after_request
    def sign_off(response: Response) -> Response:
        response.headers["Twilio-Request-Duration"] = "0.010"
        response.headers["X-API-Domain"] = request.headers.get("X-Original-Host", "api.twilio.com")
        return response

    @twilio.route("/<path:unknown>", methods=["GET", "POST", "DELETE"])
    def not_here(unknown: str) -> Answer:
        raise TwilioError(20404, f"/{unknown}")

    _add_account(twilio, account)
    _add_messages(twilio, account)
    _add_numbers(twilio, account)
    add_calls(twilio, account)
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
            raise TwilioError(20404, request.path.removeprefix("/twilio"))
        return account.messages[sid]

    @twilio.post(messages)
    def create(account_sid: str) -> Answer:
        with account.lock:
            return jsonify(create_message(account, request.form).shown()), 201

    @twilio.get(messages)
    def read(account_sid: str) -> Answer:
        shown = [each.shown() for each in account.listed() if _wanted(each)]
        return jsonify(old_page("messages", shown, request.path.removeprefix("/twilio")))

    @twilio.get(one)
    def fetch(account_sid: str, sid: str) -> Answer:
        return jsonify(found(sid).shown())

    @twilio.post(one)
    def update(account_sid: str, sid: str) -> Answer:
        with account.lock:
            change_message(account, found(sid), request.form)
            return jsonify(found(sid).shown())

    @twilio.delete(one)
    def delete(account_sid: str, sid: str) -> Answer:
        with account.lock:
            del account.messages[found(sid).sid]
        return "", 204


def _wanted(message: TextMessage) -> bool:
    """Whether the list's To, From and DateSent filters let the message through."""
    asked = request.args
    moment = message.sent_at or message.created_at
    return (
        asked.get("To", message.to) == message.to
        and asked.get("From", message.sender) == message.sender
        and (not (since := _moment(asked.get("DateSent>"))) or moment >= since)
        and (not (until := _moment(asked.get("DateSent<"))) or moment <= until)
        and (not (day := _moment(asked.get("DateSent"))) or moment.date() == day.date())
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
        return jsonify(old_page("incoming_phone_numbers", shown, request.path.removeprefix("/twilio")))

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
