"""The page's Slack window."""

import json
from typing import Any

from flask import Blueprint, jsonify, request

from apps.sandbox.courier import Attempt
from apps.sandbox.page_api import Answer, PageError, read_body, require
from apps.sandbox.slack.later import post_due
from apps.sandbox.slack.people import SlackPeople, Use
from apps.sandbox.slack.workspace import Message, Workspace


def add_slack(page: Blueprint, workspace: Workspace, people: SlackPeople) -> None:
    """Channels, their messages, clicks, modals, and what members write."""
    _add_channels(page, workspace)
    _add_deeds(page, people)
    _add_views(page, workspace)
    _add_view_deeds(page, workspace, people)


def _add_channels(page: Blueprint, workspace: Workspace) -> None:
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
        post_due(workspace)
        kept = workspace.channel(channel_id).messages
        shown = [_draw(workspace, each) for each in kept if each.get("ephemeral_to") in (None, user)]
        return jsonify(messages=shown)


def _add_deeds(page: Blueprint, people: SlackPeople) -> None:
    @page.post("/slack/channels/<channel_id>/messages")
    def say(channel_id: str) -> Answer:
        given = read_body()
        thread_ts = str(given.get("thread_ts") or "")
        said = people.say(channel_id, require(given, "user_id"), require(given, "text"), thread_ts)
        return jsonify(_draw(people.workspace, said)), 201

    @page.post("/slack/command")
    def command() -> Answer:
        given = read_body()
        return _acknowledge(
            people.command(require(given, "channel"), require(given, "user_id"), require(given, "text"))
        )

    @page.post("/slack/click")
    def click() -> Answer:
        given = read_body()
        return _acknowledge(people.click(require(given, "channel"), require(given, "ts"), _read_use(given)))


def _add_views(page: Blueprint, workspace: Workspace) -> None:
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


def _add_view_deeds(page: Blueprint, workspace: Workspace, people: SlackPeople) -> None:
    @page.post("/slack/view_submit")
    def submit() -> Answer:
        given = read_body()
        values = given.get("state_values") or given.get("values") or {}
        attempt = people.submit(require(given, "view_id"), require(given, "user_id"), values)
        return _acknowledge(attempt)

    @page.post("/slack/view_click")
    def view_click() -> Answer:
        given = read_body()
        return _acknowledge(people.use_view(require(given, "view_id"), _read_use(given)))

    @page.post("/slack/view_close")
    def close() -> Answer:
        with workspace.lock:
            workspace.views.pop(require(read_body(), "view_id"), None)
        return jsonify(ok=True)

    @page.post("/slack/home")
    def home() -> Answer:
        people.open_home(require(read_body(), "user_id"))
        return jsonify(ok=True), 202


def _draw(workspace: Workspace, message: Message) -> dict[str, Any]:
    member = workspace.members.get(message.get("user", ""))
    return {
        **message,
        "user_name": member.real_name if member else None,
        "ephemeral_for": message.get("ephemeral_to"),
    }


def _read_use(given: dict[str, Any]) -> Use:
    """Which element somebody used, what they chose, and what stood in the fields then."""
    return Use(
        action_id=require(given, "action_id"),
        user_id=require(given, "user_id"),
        block_id=str(given.get("block_id") or ""),
        value=given.get("value"),
        state_values=given.get("state_values") or {},
    )


def _acknowledge(attempt: Attempt) -> Answer:
    """What the app answered; Slack shows the person an error when that was not a 2xx in time."""
    if not attempt.accepted:
        raise PageError(502, f"the app answered {attempt.status or attempt.error}")
    return jsonify(status=attempt.status, answer=_json(attempt.answer), attempt=attempt.row())


def _json(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
