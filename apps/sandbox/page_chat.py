"""The page's phone and its Slack window."""

import json
from typing import Any

from flask import Blueprint, jsonify, request

from apps.sandbox.courier import Attempt
from apps.sandbox.page_api import Answer, PageError, needed, wish
from apps.sandbox.slack import SlackPeople, Workspace
from apps.sandbox.slack.workspace import Message
from apps.sandbox.twilio import TwilioAccount
from apps.sandbox.twilio.account import SMS_NUMBER, WHATSAPP_SENDER
from apps.sandbox.twilio.records import TextMessage, bare, channel_of

SENDERS = {"sms": SMS_NUMBER, "whatsapp": WHATSAPP_SENDER}


def add_phone(page: Blueprint, account: TwilioAccount) -> None:
    """Text from a phone, look at its screen, switch it off and on."""

    @page.post("/phone")
    def text() -> Answer:
        given = wish()
        channel = _channel(given.get("channel", "sms"))
        message = account.receive(
            needed(given, "from"), SENDERS[channel], needed(given, "body"), str(given.get("name") or "")
        )
        return jsonify(_bubble(message)), 201

    @page.get("/phone/<number>/messages")
    def screen(number: str) -> Answer:
        channel = _channel(request.args.get("channel", "sms"))
        return jsonify(messages=[_bubble(each) for each in account.on_phone(number, channel)])

    @page.put("/phone/<number>")
    def switch(number: str) -> Answer:
        with account.lock:
            if wish().get("reachable", True):
                account.switched_off.discard(number)
            else:
                account.switched_off.add(number)
        return jsonify(number=number, reachable=number not in account.switched_off)


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
