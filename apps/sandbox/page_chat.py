"""The page's phone and its Slack window."""

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify, request

from apps.sandbox.courier import Attempt
from apps.sandbox.page_api import Answer, PageError, needed, wish
from apps.sandbox.slack import SlackPeople, Workspace
from apps.sandbox.slack.workspace import Message
from apps.sandbox.twilio import TwilioAccount
from apps.sandbox.twilio.account import SMS_NUMBER, WHATSAPP_SENDER
from apps.sandbox.twilio.inbound import Sent
from apps.sandbox.twilio.records import TextMessage, bare, channel_of

TYPING = timedelta(seconds=25)
SENDERS = {"sms": SMS_NUMBER, "whatsapp": WHATSAPP_SENDER}


def add_phone(page: Blueprint, account: TwilioAccount) -> None:
    """Text from a phone, look at its screen, switch it off and on."""

    @page.post("/phone")
    def text() -> Answer:
        given = wish()
        channel = _channel(given.get("channel", "sms"))
        sent = _sent(given)
        body = str(given.get("body") or "") if sent else needed(given, "body")
        message = account.receive(needed(given, "from"), SENDERS[channel], body, str(given.get("name") or ""), sent)
        return jsonify(_bubble(message)), 201

    @page.get("/phone/<number>/messages")
    def screen(number: str) -> Answer:
        channel = _channel(request.args.get("channel", "sms"))
        seen = account.typing.get(number) if channel == "whatsapp" else None
        shown = account.on_phone(number, channel)
        answered = seen is not None and any(each.outbound and each.created_at > seen for each in shown)
        typing = seen is not None and not answered and account.since(seen) < TYPING
        return jsonify(messages=[_bubble(each) for each in shown], typing=typing)

    @page.put("/phone/<number>")
    def switch(number: str) -> Answer:
        with account.lock:
            given = wish()
            if given.get("reachable", True):
                account.switched_off.discard(number)
            else:
                account.switched_off.add(number)
            if given.get("error"):
                account.troubles[number] = int(given["error"])
            else:
                account.troubles.pop(number, None)
        return jsonify(number=number, reachable=number not in account.switched_off)


def _sent(given: Mapping[str, Any]) -> Sent | None:
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


def _bubble(message: TextMessage) -> dict[str, Any]:
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


def add_slack(page: Blueprint, workspace: Workspace, people: SlackPeople) -> None:
    """Channels, their messages, clicks, modals, and what members write."""
    _add_channels(page, workspace, people)
    _add_views(page, workspace, people)


def _add_channels(page: Blueprint, workspace: Workspace, people: SlackPeople) -> None:
    @page.get("/slack/channels")
    def channels() -> Answer:
        shown = [
            {"id": channel.channel_id, "name": channel.name, "purpose": channel.purpose}
            for channel in workspace.channels.values()
            if not channel.direct_to
        ]
        return jsonify(channels=shown)

    @page.get("/slack/channels/<channel_id>/messages")
    def messages(channel_id: str) -> Answer:
        user = request.args.get("user")
        kept = workspace.channel(channel_id).messages
        shown = [_drawn(workspace, each) for each in kept if each.get("ephemeral_to") in (None, user)]
        return jsonify(messages=shown)

    @page.post("/slack/channels/<channel_id>/messages")
    def say(channel_id: str) -> Answer:
        given = wish()
        thread_ts = str(given.get("thread_ts") or "")
        said = people.say(channel_id, needed(given, "user_id"), needed(given, "text"), thread_ts)
        return jsonify(_drawn(workspace, said)), 201

    @page.post("/slack/click")
    def click() -> Answer:
        given = wish()
        attempt = people.click(
            channel_id=needed(given, "channel"),
            ts=needed(given, "ts"),
            action_id=needed(given, "action_id"),
            user_id=needed(given, "user_id"),
            block_id=str(given.get("block_id") or ""),
            value=given.get("value"),
            state_values=given.get("state_values") or {},
        )
        return _acknowledged(attempt)


def _add_views(page: Blueprint, workspace: Workspace, people: SlackPeople) -> None:
    @page.get("/slack/views")
    def views() -> Answer:
        user = request.args.get("user", "")
        shown = [
            view
            for view in list(workspace.views.values())
            if view["type"] == "modal" and workspace.view_users[view["id"]] == user
        ]
        home = workspace.views.get(workspace.homes.get(user, ""))
        return jsonify(views=shown, home=home)

    @page.post("/slack/view_submit")
    def submit() -> Answer:
        given = wish()
        values = given.get("state_values") or given.get("values") or {}
        attempt = people.submit(needed(given, "view_id"), needed(given, "user_id"), values)
        return _acknowledged(attempt)

    @page.post("/slack/view_close")
    def close() -> Answer:
        with workspace.lock:
            workspace.views.pop(needed(wish(), "view_id"), None)
        return jsonify(ok=True)

    @page.post("/slack/home")
    def home() -> Answer:
        people.open_home(needed(wish(), "user_id"))
        return jsonify(ok=True), 202


def _drawn(workspace: Workspace, message: Message) -> dict[str, Any]:
    member = workspace.members.get(message.get("user", ""))
    return {
        **message,
        "user_name": member.real_name if member else None,
        "ephemeral_for": message.get("ephemeral_to"),
    }


def _acknowledged(attempt: Attempt) -> Answer:
    """What the app answered; Slack shows the person an error when that was not a 2xx in time."""
    if not attempt.accepted:
        raise PageError(502, f"the app answered {attempt.status or attempt.error}")
    return jsonify(status=attempt.status, answer=_json(attempt.answer), attempt=attempt.row())


def _json(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
