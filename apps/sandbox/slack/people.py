"""What members of the workspace do: click, fill in a modal, write, open the app's home."""

import hashlib
import hmac
import json
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from simple_websocket import ConnectionClosed

from apps.sandbox.courier import Attempt, Courier, RetryRule
from apps.sandbox.settings import SandboxSettings
from apps.sandbox.slack.arguments import SlackError
from apps.sandbox.slack.views import View, check_view, keep_view
from apps.sandbox.slack.workspace import APP_ID, DOMAIN, TEAM_ID, Channel, Member, Message, Workspace, new_id

# Old verification token; apps of today check the signature instead.
OLD_TOKEN = "fake-verification-token"  # noqa: S105 - an obvious fake
# How each kind of element tells what was chosen.
CHOSEN = {
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A member uses an element. `block_id` where one action stands in several blocks; `value` what the element said as
    it was used, `state_values` what has been filled in around it."""

    action_id: str
    user_id: str
    block_id: str = ""
    value: Any = None
    state_values: dict[str, Any] | None = None


class SlackPeople:
    """Turns what a person does into Slack's signed posts to the app."""

    def __init__(self, workspace: Workspace, settings: SandboxSettings, courier: Courier) -> None:
        self.workspace = workspace
        self._own_url = settings.own_url
        self._carriage = AppEndpoint(workspace, settings, courier)

    def click(self, channel_id: str, ts: str, use: Use) -> Attempt:
        """A member uses an element of a message; returns what the app answered.

        Raises SlackError when there is no such channel, message, element or member.
        """
        workspace = self.workspace
        channel = workspace.channel(channel_id)
        member = workspace.member(use.user_id)
        message = workspace.message(channel, ts)
        block, element = find_element(message.get("blocks") or [], use.action_id, use.block_id)
        response = workspace.new_response(channel, ts, use.user_id)
        payload = self._interaction("block_actions", member) | {
            "container": {
                "type": "message",
                "message_ts": ts,
                "channel_id": channel.channel_id,
                "is_ephemeral": bool(message.get("is_ephemeral")),
            },
            "channel": {"id": channel.channel_id, "name": channel.name},
            "message": {name: part for name, part in message.items() if name != "ephemeral_to"},
            "state": {"values": full_state(message.get("blocks") or [], use.state_values or {})},
            "response_url": f"{self._own_url}/slack/response/{response}",
            "actions": [self._action(block, element, use.value)],
        }
        return self._carriage.interaction(payload)

    def use_view(self, view_id: str, use: Use) -> Attempt:
        """A member uses an element of their home or of an open modal. Raises SlackError."""
        view, member = self._view_of(view_id, use.user_id)
        block, element = find_element(view["blocks"], use.action_id, use.block_id)
        filled = {**view, "state": {"values": full_state(view["blocks"], use.state_values or {})}}
        payload = self._interaction("block_actions", member) | {
            "container": {"type": "view", "view_id": view_id},
            "view": filled,
            "actions": [self._action(block, element, use.value)],
        }
        return self._carriage.interaction(payload)

    def command(self, channel_id: str, user_id: str, words: str) -> Attempt:
        """A member gives a slash command; what it answers comes to the address that went with it. Raises SlackError."""
        workspace = self.workspace
        channel, member = workspace.channel(channel_id), workspace.member(user_id)
        name, _, text = words.strip().partition(" ")
        if name not in workspace.commands:
            raise SlackError("invalid_command")
        response = workspace.new_response(channel, "", user_id)
        return self._carriage.command(
            {
                "token": OLD_TOKEN,
                "team_id": TEAM_ID,
                "team_domain": DOMAIN,
                "channel_id": channel.channel_id,
                "channel_name": channel.name,
                "user_id": user_id,
                "user_name": member.name,
                "command": name,
                "text": text.strip(),
                "api_app_id": APP_ID,
                "is_enterprise_install": "false",
                "response_url": f"{self._own_url}/slack/response/{response}",
                "trigger_id": workspace.new_trigger(user_id),
            }
        )

    def remove_app(self) -> None:
        """An admin takes the app out of the workspace; the app is told by two events."""
        self.workspace.revoked = True
        admin = next(member for member in self.workspace.members.values() if member.is_admin)
        bot = next(member for member in self.workspace.members.values() if member.is_bot)
        self._event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot.user_id]}}, admin)
        self._event({"type": "app_uninstalled"}, admin)

    def submit(self, view_id: str, user_id: str, values: dict[str, Any]) -> Attempt:
        """A member submits a modal; the app's answer decides whether it closes.

        Raises SlackError when the member has no such view open.
        """
        view, member = self._view_of(view_id, user_id)
        filled = {**view, "state": {"values": full_state(view["blocks"], values)}}
        payload = self._interaction("view_submission", member) | {"view": filled, "response_urls": []}
        attempt = self._carriage.interaction(payload)
        if attempt.accepted:
            self._obey(view, user_id, attempt.answer)
        return attempt

    def say(self, channel_id: str, user_id: str, text: str, thread_ts: str = "") -> Message:
        """A member writes in a channel; the app is told by an event."""
        workspace = self.workspace
        channel, member = workspace.channel(channel_id), workspace.member(user_id)
        message = {"user": member.user_id, "text": text, "client_msg_id": new_id("")}
        kept = workspace.post(channel, message | ({"thread_ts": thread_ts} if thread_ts else {}))
        kind = "im" if channel.direct_to else "channel"
        self._event({**kept, "channel": channel.channel_id, "channel_type": kind, "event_ts": kept["ts"]}, member)
        return kept

    def open_home(self, user_id: str) -> None:
        """A member opens the app's home tab; the app is told by an event."""
        workspace = self.workspace
        member = workspace.member(user_id)
        channel: Channel = workspace.direct_channel(user_id)
        event = {
            "type": "app_home_opened",
            "user": user_id,
            "channel": channel.channel_id,
            "tab": "home",
            "event_ts": workspace.next_ts(),
        }
        home = workspace.views.get(workspace.homes.get(user_id, ""))
        self._event(event | ({"view": home} if home else {}), member)

    def _view_of(self, view_id: str, user_id: str) -> tuple[View, Member]:
        """What this member has open. Raises SlackError."""
        member, view = self.workspace.member(user_id), self.workspace.views.get(view_id)
        if not view or self.workspace.view_users[view_id] != user_id:
            raise SlackError("not_found")
        return view, member

    def _interaction(self, kind: str, member: Member) -> dict[str, Any]:
        user = {"id": member.user_id, "username": member.name, "name": member.name, "team_id": TEAM_ID}
        return {
            "type": kind,
            "user": user,
            "api_app_id": APP_ID,
            "token": OLD_TOKEN,
            "trigger_id": self.workspace.new_trigger(member.user_id),
            "team": {"id": TEAM_ID, "domain": DOMAIN},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _action(self, block: dict[str, Any], element: dict[str, Any], value: Any) -> dict[str, Any]:
        action = {
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "type": element["type"],
            "action_ts": self.workspace.next_ts(),
        }
        if element["type"] != "button":
            return action | chosen(element, value)
        kept = {name: element[name] for name in ("text", "value", "style") if name in element}
        # The card may have changed under an open confirmation: what counts is the button that was pressed.
        return action | kept | ({"value": value} if isinstance(value, str) and "value" in kept else {})

    def _event(self, event: dict[str, Any], member: Member) -> None:
        event_id = new_id("Ev")
        wrapped = {
            "token": OLD_TOKEN,
            "team_id": TEAM_ID,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(self.workspace.clock.now().timestamp()),
            "authorizations": [{"enterprise_id": None, "team_id": TEAM_ID, "user_id": member.user_id, "is_bot": False}],
            "is_ext_shared_channel": False,
        }
        self._carriage.event(wrapped)

    def _obey(self, view: View, user_id: str, answer: str) -> None:
        """Do with the modal what the app's answer to a submission says."""
        try:
            wish = json.loads(answer or "{}")
        except ValueError:
            wish = {}
        kind = wish.get("response_action") if isinstance(wish, dict) else None
        workspace = self.workspace
        if kind == "errors":
            return
        if kind == "update":
            keep_view(workspace, check_view(wish.get("view")), user_id, over=view)
        elif kind == "push":
            keep_view(workspace, check_view(wish.get("view")), user_id)
        else:
            with workspace.lock:
                workspace.views.pop(view["id"], None)


def find_element(
    blocks: list[dict[str, Any]], action_id: str, block_id: str = ""
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The block and the element that an action names. Raises SlackError action_not_found."""
    for block in blocks:
        if block_id and block["block_id"] != block_id:
            continue
        for element in elements_of(block):
            if element.get("action_id") == action_id:
                return block, element
    raise SlackError("action_not_found")


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The interactive elements of one block."""
    candidates = [*block.get("elements", []), block.get("accessory"), block.get("element")]
    return [each for each in candidates if isinstance(each, dict) and "action_id" in each]


def chosen(element: dict[str, Any], value: Any) -> dict[str, Any]:
    """A person's choice as Slack words it for this kind of element."""
    name = CHOSEN.get(element["type"], "value")
    if name == "selected_option":
        option = next((each for each in element.get("options", []) if each.get("value") == value), None)
        return {name: option}
    if name == "selected_options":
        wanted = value if isinstance(value, list) else [value]
        return {name: [each for each in element.get("options", []) if each.get("value") in wanted]}
    return {name: value}


def full_state(blocks: list[dict[str, Any]], values: dict[str, Any]) -> dict[str, Any]:
    """The state of every input: `{block: {action: plain value}}` in Slack's full words."""
    state: dict[str, Any] = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in {"button", "overflow"}:
                continue
            given = values.get(block["block_id"], {}).get(element["action_id"], element.get("initial_value"))
            full = given if isinstance(given, dict) else {"type": element["type"], **chosen(element, given)}
            state.setdefault(block["block_id"], {})[element["action_id"]] = full
    return state


# Slack's request signature, written from its public description.


def sign(secret: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """The timestamp and v0 signature headers of a post made now."""
    stamp = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


# How what a member does comes to the app: over its open connection where there is one, else by signed posts.

WITHIN = 3.0  # seconds in which the app has to answer
INTERACTION = RetryRule(connect_seconds=WITHIN, read_seconds=WITHIN)
EVENTS = RetryRule(
    connect_seconds=WITHIN,
    read_seconds=WITHIN,
    delays=(0.0, 60.0, 300.0),
    statuses=frozenset(range(300, 600)),
    on_timeout=True,
    on_no_connection=True,
    stop_header="X-Slack-No-Retry",
)
AGAIN = 3  # times that an event is sent over a connection which does not answer


class AppEndpoint:
    def __init__(self, workspace: Workspace, settings: SandboxSettings, courier: Courier) -> None:
        self._workspace = workspace
        self._secret = settings.slack_signing_secret
        self._address = f"{settings.public_url}/slack/events"
        self._courier = courier

    def interaction(self, payload: dict[str, Any]) -> Attempt:
        """A click or a modal; returns what the app answered."""
        return self._now("interactive", payload, {"payload": json.dumps(payload)})

    def command(self, form: dict[str, str]) -> Attempt:
        return self._now("slash_commands", form, form)

    def _now(self, kind: str, payload: dict[str, Any], form: dict[str, str]) -> Attempt:
        by_socket = self._by_socket(kind, payload)
        if by_socket is not None:
            return by_socket
        body = urlencode(form).encode()

        def headers(attempt: int) -> dict[str, str]:
            return {
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
                **sign(self._secret, body, self._workspace.clock.now()),
            }

        return self._courier.post_now("slack", self._address, body, headers, INTERACTION, new_id("I"))

    def event(self, wrapped: dict[str, Any]) -> None:
        """In the background, with Slack's retries."""
        if self._workspace.connections.newest() is not None:
            threading.Thread(target=self._event_by_socket, args=(wrapped,), daemon=True).start()
            return
        body = json.dumps(wrapped).encode()

        def headers(attempt: int) -> dict[str, str]:
            again = {"X-Slack-Retry-Num": str(attempt - 1), "X-Slack-Retry-Reason": "http_error"}
            return {
                "Content-Type": "application/json",
                **(again if attempt > 1 else {}),
                **sign(self._secret, body, self._workspace.clock.now()),
            }

        self._courier.deliver("slack", self._address, body, headers, EVENTS, str(wrapped["event_id"]))

    def _event_by_socket(self, wrapped: dict[str, Any]) -> None:
        for number in range(AGAIN):
            made = self._by_socket("events_api", wrapped, number)
            if made is None or made.accepted:
                return

    def _by_socket(self, kind: str, payload: dict[str, Any], retry: int = 0) -> Attempt | None:
        """None where the app has no open connection."""
        line = self._workspace.connections.newest()
        if line is None:
            return None
        told = envelope(kind, payload, retry)
        began = time.perf_counter()
        try:
            answer = line.ask(told, WITHIN)
        except ConnectionClosed:
            return self._note(told, retry, began, None, "the connection was closed")
        return self._note(told, retry, began, answer, "" if answer is not None else "timeout")

    def _note(
        self, told: dict[str, Any], retry: int, began: float, answer: dict[str, Any] | None, error: str
    ) -> Attempt:
        payload = (answer or {}).get("payload")
        made = Attempt(
            delivery_id=str(told["envelope_id"]),
            vendor="slack",
            url="Socket Mode",
            attempt=retry + 1,
            at=self._workspace.clock.now(),
            status=200 if answer is not None else None,
            error=error,
            milliseconds=round((time.perf_counter() - began) * 1000, 2),
            body=json.dumps(told),
            answer=json.dumps(payload) if payload else "",
        )
        self._courier.note(made)
        return made


def envelope(kind: str, payload: dict[str, Any], retry: int = 0) -> dict[str, Any]:
    told: dict[str, Any] = {
        "envelope_id": str(uuid.uuid4()),
        "type": kind,
        "accepts_response_payload": kind != "events_api",
        "payload": payload,
    }
    return told | ({"retry_attempt": retry, "retry_reason": "timeout" if retry else ""} if kind == "events_api" else {})
