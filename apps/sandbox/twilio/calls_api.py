"""Twilio's REST API of calls: look at one, give a live one other TwiML, end it."""

from flask import Blueprint, Response, jsonify, request

from apps.sandbox.twilio.account import TwilioAccount
from apps.sandbox.twilio.call_twiml import TwimlError, verbs_of
from apps.sandbox.twilio.call_values import Heard
from apps.sandbox.twilio.calls import ENDED, PhoneCall
from apps.sandbox.twilio.errors import TwilioError
from apps.sandbox.twilio.paging import old_page
from apps.sandbox.twilio.records import API_VERSION

LONGEST_TWIML = 4000
Answer = Response | tuple[Response, int]


def add_calls(twilio: Blueprint, account: TwilioAccount) -> None:
    calls = f"/{API_VERSION}/Accounts/<account_sid>/Calls.json"
    one = f"/{API_VERSION}/Accounts/<account_sid>/Calls/<sid>.json"

    def found(sid: str) -> PhoneCall:
        if sid not in account.exchange.calls:
            raise TwilioError(20404, request.path.removeprefix("/twilio"))
        return account.exchange.calls[sid]

    @twilio.get(calls)
    def listed_calls(account_sid: str) -> Answer:
        shown = [call.shown() for call in reversed(account.exchange.calls.values())]
        return jsonify(old_page("calls", shown, request.path.removeprefix("/twilio")))

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


def _sound(twiml: str) -> str:
    """Raises TwilioError for what Twilio would not take."""
    try:
        verbs_of(twiml)
    except TwimlError as error:
        raise TwilioError(21100, str(error)) from error
    if len(twiml) > LONGEST_TWIML:
        raise TwilioError(21100, f"longer than {LONGEST_TWIML} characters")
    return twiml
