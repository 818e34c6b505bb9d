"""The page's telephone calls: a caller who types what they say, and an agent's telephone that rings."""

from typing import Any

from flask import Blueprint, jsonify, request

from apps.sandbox.page_api import Answer, PageError, needed, wish
from apps.sandbox.twilio import TwilioAccount
from apps.sandbox.twilio.account import SMS_NUMBER
from apps.sandbox.twilio.call_values import Heard
from apps.sandbox.twilio.calls import ENDED, PhoneCall

CALLER = {"say": "said", "press": "pressed", "silence": "silent", "hang_up": "hung_up"}
AGENT = {"answer": "agent_answered", "say": "agent_said", "press": "agent_pressed", "hang_up": "agent_hung_up"}
WITHHELD = "+266696687"  # what Twilio puts in the place of a number that is withheld


def add_calls(page: Blueprint, account: TwilioAccount) -> None:
    """Call the company, speak, press keys, hang up; answer at the company's end."""

    @page.post("/calls")
    def ring() -> Answer:
        return jsonify(_row(_rung(account, wish()))), 201

    @page.get("/calls")
    def calls() -> Answer:
        number, live = request.args.get("from"), request.args.get("live")
        shown = [
            _row(call)
            for call in account.exchange.calls.values()
            if number in (None, call.caller) and not (live and call.status in ENDED)
        ]
        return jsonify(calls=shown)

    @page.get("/calls/<sid>")
    def call(sid: str) -> Answer:
        return jsonify(_row(_found(account, sid)))

    @page.post("/calls/<sid>/<who>")
    def act(sid: str, who: str) -> Answer:
        heard, spoken = _heard(who, wish()), _found(account, sid)
        if spoken.status in ENDED:
            raise PageError(409, "The call is over.")
        spoken.hear(heard)
        return jsonify(_row(spoken)), 202


def _rung(account: TwilioAccount, given: dict[str, Any]) -> PhoneCall:
    caller = WITHHELD if given.get("withheld") else needed(given, "from")
    number = account.senders[SMS_NUMBER]
    if not number.voice_url:
        raise PageError(409, "Nobody has told Twilio where calls to this number go.")
    country = str(given.get("country") or "")
    return account.exchange.ring(caller, SMS_NUMBER, number.voice_url, number.status_callback, country)


def _found(account: TwilioAccount, sid: str) -> PhoneCall:
    if sid not in account.exchange.calls:
        raise PageError(404, "There is no such call.")
    return account.exchange.calls[sid]


def _heard(who: str, given: dict[str, Any]) -> Heard:
    """What the caller or the agent does at their end of the line."""
    table = {"caller": CALLER, "agent": AGENT}.get(who, {})
    kind = table.get(str(given.get("do")))
    if kind is None:
        raise PageError(400, f"do must be one of {', '.join(table) or 'a caller’s or an agent’s'}.")
    text = needed(given, "text") if given["do"] in ("say", "press") else ""
    return Heard(kind=kind, text=text, confidence=float(given.get("confidence", 0.93)))


def _row(call: PhoneCall) -> dict[str, Any]:
    return {
        "sid": call.sid,
        "from": call.caller,
        "status": call.status,
        "listening": call.listening,
        "ringing": call.ringing,
        "bridged": call.bridged,
        "error": call.error,
        "started_at": call.started_at.isoformat(),
        "ended_at": call.ended_at.isoformat() if call.ended_at else None,
        "spoken": [
            {"who": each.who, "text": each.text, "at": each.at.isoformat(), "language": each.language}
            for each in list(call.spoken)
        ],
    }
