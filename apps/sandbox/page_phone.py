"""The page's phone: texts, messaging, calls, and what the account did with them."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify, request

from apps.sandbox.page_api import Answer, PageError, read_body, require
from apps.sandbox.sunshine.app import MessagingApp
from apps.sandbox.sunshine.records import AGENTS, Row, SunshineError, Thread
from apps.sandbox.twilio.account import SMS_NUMBER, WHATSAPP_SENDER, TwilioAccount
from apps.sandbox.twilio.calls import ENDED, Heard, PhoneCall
from apps.sandbox.twilio.records import TextMessage, bare, channel_of
from apps.sandbox.twilio.webhooks import Sent

# The page's phone.

TYPING = timedelta(seconds=25)
SENDERS = {"sms": SMS_NUMBER, "whatsapp": WHATSAPP_SENDER}


def add_phone(page: Blueprint, account: TwilioAccount) -> None:
    """Text from a phone, look at its screen, switch it off and on."""

    @page.post("/phone")
    def text() -> Answer:
        given = read_body()
        channel = _channel(given.get("channel", "sms"))
        sent = _read_sent(given)
        body = str(given.get("body") or "") if sent else require(given, "body")
        message = account.receive(require(given, "from"), SENDERS[channel], body, str(given.get("name") or ""), sent)
        return jsonify(_show_text(message)), 201

    @page.get("/phone/<number>/messages")
    def screen(number: str) -> Answer:
        channel = _channel(request.args.get("channel", "sms"))
        seen = account.typing.get(number) if channel == "whatsapp" else None
        shown = account.on_phone(number, channel)
        answered = seen is not None and any(each.outbound and each.created_at > seen for each in shown)
        typing = seen is not None and not answered and account.since(seen) < TYPING
        return jsonify(messages=[_show_text(each) for each in shown], typing=typing)

    @page.put("/phone/<number>")
    def switch(number: str) -> Answer:
        with account.lock:
            given = read_body()
            if given.get("reachable", True):
                account.switched_off.discard(number)
            else:
                account.switched_off.add(number)
            if given.get("error"):
                account.troubles[number] = int(given["error"])
            else:
                account.troubles.pop(number, None)
        return jsonify(number=number, reachable=number not in account.switched_off)


def _read_sent(given: Mapping[str, Any]) -> Sent | None:
    """What comes besides words. Raises PageError for a file that is none."""
    try:
        files = tuple((str(each["type"]), b64decode(each["content"])) for each in given.get("files", ()))
        place = tuple(str(part) for part in given["place"]) if given.get("place") else None
    except (KeyError, TypeError, ValueError) as error:
        raise PageError(400, "a file is {type, content in base64}, a place [latitude, longitude, label].") from error
    names = ("files", "place", "tapped", "quotes", "reaction", "forwarded")
    if not any(name in given for name in names):
        return None
    return Sent(
        files=files,
        place=(place[0], place[1], place[2]) if place and len(place) == 3 else None,
        tapped=str(given.get("tapped") or ""),
        quotes=str(given.get("quotes") or ""),
        reaction=given.get("reaction"),
        forwarded=bool(given.get("forwarded")),
    )


def _channel(name: Any) -> str:
    if name not in SENDERS:
        raise PageError(400, "channel must be sms or whatsapp.")
    return str(name)


def _show_text(message: TextMessage) -> dict[str, Any]:
    """A message as the page draws it, from the customer's side of the glass."""
    return {
        "sid": message.sid,
        "direction": "outbound" if message.outbound else "inbound",
        "from": bare(message.sender),
        "to": bare(message.to),
        "channel": channel_of(message.to),
        "body": message.body,
        "kind": message.kind,
        "quotes": message.quotes,
        "choices": list(message.choices),
        "place": message.place,
        "files": [{"sid": each.sid, "type": each.content_type} for each in message.files],
        "status": message.status,
        "error_code": message.error_code,
        "at": message.created_at.isoformat(),
        "history": [{"status": status, "at": moment.isoformat()} for status, moment in message.history],
    }


# The page's chat window on the company's site, and its Messenger.

SOURCES = {"chat": "web", "messenger": "messenger"}
FILES = {"image": "image/jpeg", "file": "application/pdf"}


def add_messaging(page: Blueprint, app: MessagingApp) -> None:
    """Write as a visitor or a customer who is logged in, press a button, look at the window."""

    @page.errorhandler(SunshineError)
    def messaging_refused(error: SunshineError) -> Answer:
        return jsonify(error={"message": error.title}), error.status

    @page.post("/messaging")
    def chat() -> Answer:
        given = read_body()
        thread = _thread(app, given)
        message = app.write(thread, _content(given))
        return jsonify(_show_message(thread, message)), 201

    @page.get("/messaging/<person>/messages")
    def chat_window(person: str) -> Answer:
        source = _source(request.args.get("channel"))
        thread = next((t for t in app.threads.values() if t.person.page_id == person and t.source == source), None)
        if thread is None:
            return jsonify(messages=[], with_agents=False, typing=False, signed_in=False)
        if request.args.get("open") in {"1", "true"}:
            app.read(thread)
        return jsonify(
            conversation=thread.id,
            messages=[_show_message(thread, each) for each in list(thread.messages)],
            with_agents=thread.active is AGENTS,
            typing=app.is_typing(thread, app.clock.now()),
            signed_in=thread.person.authenticated,
            ticket_id=str(thread.ticket_id) if thread.ticket_id else None,
        )

    @page.post("/messaging/<person>/sign_in")
    def chat_sign_in(person: str) -> Answer:
        given = read_body()
        found = app.log_in(person, require(given, "name"), str(given.get("email") or ""), require(given, "account"))
        return jsonify(id=found.id, signed_in=True)


def _thread(app: MessagingApp, given: Row) -> Thread:
    name = str(given.get("name") or "Visitor")
    account = str(given.get("account") or "")
    email = str(given.get("email") or "")
    person = app.person(require(given, "person"), name, email, account)
    return app.thread(person, _source(given.get("channel")))


def _source(channel: Any) -> str:
    name = str(channel or "chat")
    if name not in SOURCES:
        raise PageError(400, "channel must be chat or messenger.")
    return SOURCES[name]


def _content(given: Row) -> Row:
    """Words, a pressed button (words with its payload), or a file at an address."""
    kind = str(given.get("kind") or "text")
    if kind == "text":
        button = {"payload": str(given["payload"])} if given.get("payload") else {}
        return {"type": "text", "text": require(given, "body"), **button}
    if kind == "location":
        return {"type": "location", "coordinates": {"lat": float(given["lat"]), "long": float(given["long"])}}
    if kind not in FILES:
        raise PageError(400, "kind must be text, image, file or location.")
    media = {"mediaUrl": require(given, "url"), "mediaType": str(given.get("type") or FILES[kind])}
    return {"type": kind, **media, "altText": str(given.get("file") or ""), "text": str(given.get("body") or "")}


def _show_message(thread: Thread, message: Row) -> Row:
    """A message as the window draws it."""
    content, author = message["content"], message["author"]
    mine = author["type"] == "user"
    return {
        "id": message["id"],
        "mine": mine,
        "by": author.get("displayName") or "",
        "ai": "AI" in (author.get("subtypes") or ()),
        "agent": message["source"]["type"] == "zd:agentWorkspace",
        "body": content.get("text") or content.get("mediaUrl") or "",
        "kind": content["type"],
        "choices": [each["text"] for each in content.get("actions") or () if each["type"] == "reply"],
        "status": "sent" if mine else thread.statuses.get(message["id"], "sent"),
        "at": message["received"],
    }


# The page's telephone calls: a caller who types what they say, and an agent's telephone that rings.

CALLER = {"say": "said", "press": "pressed", "silence": "silent", "hang_up": "hung_up"}
AGENT = {"answer": "agent_answered", "say": "agent_said", "press": "agent_pressed", "hang_up": "agent_hung_up"}
WITHHELD = "+266696687"  # what Twilio puts in the place of a number that is withheld


def add_calls(page: Blueprint, account: TwilioAccount) -> None:
    """Call the company, speak, press keys, hang up; answer at the company's end."""

    @page.post("/calls")
    def ring() -> Answer:
        return jsonify(_row(_rung(account, read_body()))), 201

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
        return jsonify(_row(_find_call(account, sid)))

    @page.post("/calls/<sid>/<who>")
    def act(sid: str, who: str) -> Answer:
        heard, spoken = _read_heard(who, read_body()), _find_call(account, sid)
        if spoken.status in ENDED:
            raise PageError(409, "The call is over.")
        spoken.hear(heard)
        return jsonify(_row(spoken)), 202


def _rung(account: TwilioAccount, given: dict[str, Any]) -> PhoneCall:
    caller = WITHHELD if given.get("withheld") else require(given, "from")
    number = account.senders[SMS_NUMBER]
    if not number.voice_url:
        raise PageError(409, "Nobody has told Twilio where calls to this number go.")
    country = str(given.get("country") or "")
    return account.exchange.ring(
        caller, SMS_NUMBER, number.voice_url, number.status_callback, country, number.voice_fallback_url
    )


def _find_call(account: TwilioAccount, sid: str) -> PhoneCall:
    if sid not in account.exchange.calls:
        raise PageError(404, "There is no such call.")
    return account.exchange.calls[sid]


def _read_heard(who: str, given: dict[str, Any]) -> Heard:
    """What the caller or the agent does at their end of the line."""
    table = {"caller": CALLER, "agent": AGENT}.get(who, {})
    kind = table.get(str(given.get("do")))
    if kind is None:
        raise PageError(400, f"do must be one of {', '.join(table) or 'a caller’s or an agent’s'}.")
    text = require(given, "text") if given["do"] in ("say", "press") else ""
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


# Everything that the account was given to send, to the microsecond: what a run is held against.

MOST = 20_000


def add_log(page: Blueprint, account: TwilioAccount) -> None:
    @page.get("/texts")
    def texts() -> Answer:
        """Outbound messages from the one with the number `after` on, oldest first."""
        after = int(request.args.get("after", 0))
        sent = [each for each in account.kept() if each.outbound]
        shown = sent[after : after + MOST]
        rows = [
            {"to": each.to, "at": each.created_at.isoformat(), "status": each.status, "body": each.body}
            for each in shown
        ]
        return jsonify(texts=rows, all=len(sent))
