"""The state of one Slack workspace."""

import json
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from simple_websocket import ConnectionClosed, Server

from apps.sandbox.clock import Clock
from apps.sandbox.settings import SandboxSettings
from apps.sandbox.slack.arguments import SlackError

# The open connections of an app in Socket Mode.

TICKETS = 20  # addresses that were given out and not used
CONNECTIONS = 10  # of one app, as Slack allows


class Connection:
    """One open connection of the app."""

    def __init__(self, socket: Server, app_id: str) -> None:
        self._socket, self._app_id = socket, app_id
        self._waiting: dict[str, tuple[threading.Event, list[dict[str, Any]]]] = {}

    def hello(self) -> None:
        told = {
            "type": "hello",
            "num_connections": 1,
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
        }
        self._socket.send(json.dumps(told))

    def listen(self) -> None:
        """Take the app's answers until it hangs up."""
        while True:
            try:
                answer = json.loads(self._socket.receive())
            except ConnectionClosed:
                return
            except (TypeError, ValueError):
                continue
            waiting = self._waiting.get(str(answer.get("envelope_id")))
            if waiting is not None:
                waiting[1].append(answer)
                waiting[0].set()

    def ask(self, envelope: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """The app's answer; None when none came in time. Raises ConnectionClosed."""
        name = str(envelope["envelope_id"])
        arrived, answers = self._waiting[name] = (threading.Event(), [])
        try:
            self._socket.send(json.dumps(envelope))
            arrived.wait(seconds)
            return answers[0] if answers else None
        finally:
            del self._waiting[name]

    def close(self) -> None:
        with suppress(ConnectionClosed):  # the app may have hung up just now
            self._socket.close()


class Connections:
    """The app's open connections, and the addresses at which it may open one."""

    def __init__(self, app_id: str) -> None:
        self._app_id, self._lock = app_id, threading.Lock()
        self._tickets: list[str] = []
        self._open: list[Connection] = []

    def ticket(self) -> str:
        made = secrets.token_urlsafe(24)
        with self._lock:
            self._tickets = [*self._tickets[-TICKETS:], made]
        return made

    def use_ticket(self, ticket: str) -> bool:
        with self._lock:
            known = ticket in self._tickets
            self._tickets = [each for each in self._tickets if each != ticket]
        return known

    def serve(self, socket: Server) -> None:
        """Until the app hangs up."""
        line = Connection(socket, self._app_id)
        line.hello()
        with self._lock:
            self._open = [*self._open[-CONNECTIONS:], line]
        try:
            line.listen()
        finally:
            with self._lock:
                self._open = [each for each in self._open if each is not line]

    def newest(self) -> Connection | None:
        with self._lock:
            return self._open[-1] if self._open else None

    def close(self) -> None:
        with self._lock:
            lines, self._open = self._open, []
        for line in lines:
            line.close()


# The workspace.

TEAM_ID = "T0LARKF1ELD"
APP_ID = "A0HANDRA1L1"
BOT_ID = "B0HANDRA1L1"
BOT_USER = "U0HANDRA1L1"
DOMAIN = "larkfield"
SCOPES = (
    "channels:history,channels:join,channels:read,chat:write,commands,groups:history,groups:read,im:write,"
    "reactions:write,users:read,users:read.email"
)
# A trigger opens one view within three seconds; a response address takes five posts in half an hour.
TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_LIFE = timedelta(minutes=30)
RESPONSE_USES = 5

Message = dict[str, Any]


def new_id(prefix: str) -> str:
    """A fresh id in Slack's manner."""
    return prefix + secrets.token_hex(5).upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person or bot of the workspace."""

    user_id: str
    name: str
    real_name: str
    email: str
    is_bot: bool = False
    is_admin: bool = False
    title: str = ""


MEMBERS = (
    Member(
        user_id="U0PR1YANA1R",
        name="priya.nair",
        real_name="Priya Nair",
        email="priya.nair@larkfield.example",
        is_admin=True,
        title="Care lead",
    ),
    Member(
        user_id="U0MAR1ALOP2",
        name="maria.lopez",
        real_name="Maria Lopez",
        email="maria.lopez@larkfield.example",
        title="Customer care",
    ),
    Member(user_id=BOT_USER, name="handrail", real_name="Handrail", email="", is_bot=True),
)


@dataclass(slots=True, kw_only=True)
class Channel:
    """A conversation: a public channel, or a direct message to one member."""

    channel_id: str
    name: str
    created_at: datetime
    members: list[str]
    purpose: str = ""
    direct_to: str = ""
    messages: list[Message] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Trigger:
    """Leave to open one view for one member."""

    user_id: str
    expires_at: datetime
    used: bool = False


@dataclass(slots=True, kw_only=True)
class ResponseAddress:
    """Leave to answer one interaction on the message it came from."""

    channel_id: str
    message_ts: str
    user_id: str
    expires_at: datetime
    uses: int = 0


class Workspace:
    """Members, channels with their messages, views, and what interactions may still be answered."""

    def __init__(self, settings: SandboxSettings, clock: Clock) -> None:
        self.token = settings.slack_bot_token
        self.config_token = settings.slack_config_token
        self.app_token = settings.slack_app_token
        self.client_id, self.client_secret = settings.slack_client_id, settings.slack_client_secret
        self.codes: dict[str, str] = {}  # of installations under way, with where each goes back to
        self.revoked = False  # whether the bot's token was taken back
        self.connections = Connections(APP_ID)
        self.commands = frozenset({"/handrail"})
        self.signing_secret = settings.slack_signing_secret
        self.apps: dict[str, dict[str, Any]] = {}  # manifests by the app's id
        self.clock = clock
        self.scopes = SCOPES  # of the bot's token
        self.lag = timedelta(seconds=settings.lag_seconds)
        self.lock = threading.RLock()
        self.members = {member.user_id: member for member in MEMBERS}
        self.scheduled: dict[str, Any] = {}  # `later.Scheduled` by id
        self.files: dict[str, Any] = {}  # `later.SharedFile` by id
        self.views: dict[str, dict[str, Any]] = {}
        self.view_users: dict[str, str] = {}
        self.homes: dict[str, str] = {}
        self.triggers: dict[str, Trigger] = {}
        self.responses: dict[str, ResponseAddress] = {}
        self._last_ts = 0
        self._written_at: dict[tuple[str, str], datetime] = {}
        self._direct: dict[str, str] = {}
        everyone = [member.user_id for member in MEMBERS]
        named = (
            ("C0APPR0VALS", "care-approvals", "Proposals that wait for a supervisor"),
            ("C0ENGINEER1", "engineering", "Faults that support cannot mend"),
            ("C0ALERTS001", "care-alerts", "What needs a person now"),
        )
        self.channels = {
            channel_id: Channel(
                channel_id=channel_id,
                name=name,
                created_at=clock.now(),
                members=list(everyone),
                purpose=purpose,
            )
            for channel_id, name, purpose in named
        }

    # --- finding

    def channel(self, name_or_id: str) -> Channel:
        """A channel by id or by #name. Raises SlackError channel_not_found."""
        if name_or_id in self.members:
            return self.direct_channel(name_or_id)
        wanted = name_or_id.lstrip("#")
        for channel in self.channels.values():
            if wanted in (channel.channel_id, channel.name):
                return channel
        raise SlackError("channel_not_found")

    def member(self, user_id: str) -> Member:
        """Raises SlackError user_not_found."""
        if user_id not in self.members:
            raise SlackError("user_not_found")
        return self.members[user_id]

    def message(self, channel: Channel, ts: str, code: str = "message_not_found") -> Message:
        """A message by its timestamp. Raises SlackError with `code`."""
        for message in channel.messages:
            if message["ts"] == ts:
                return message
        raise SlackError(code)

    def listed(self, channel: Channel) -> list[Message]:
        """What the history shows, newest first: nothing ephemeral, nothing of the last moments."""
        newest = self.clock.now() - self.lag
        return [
            message
            for message in reversed(channel.messages)
            if not message.get("is_ephemeral") and self._written_at[channel.channel_id, message["ts"]] <= newest
        ]

    # --- writing

    def next_ts(self) -> str:
        """A timestamp that no other message has."""
        with self.lock:
            self._last_ts = max(self._last_ts + 1, int(self.clock.now().timestamp() * 1_000_000))
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def post(self, channel: Channel, message: Message) -> Message:
        """Add a message under a fresh timestamp; blocks without an id get one."""
        with self.lock:
            kept = {"type": "message", "team": TEAM_ID, **message, "ts": self.next_ts()}
            kept["blocks"] = with_block_ids(kept.get("blocks") or [])
            if not kept["blocks"]:
                del kept["blocks"]
            channel.messages.append(kept)
            self._written_at[channel.channel_id, kept["ts"]] = self.clock.now()
            self._count_reply(channel, kept)
            return kept

    def _count_reply(self, channel: Channel, reply: Message) -> None:
        if "thread_ts" not in reply:
            return
        parent = self.message(channel, reply["thread_ts"], "thread_not_found")
        parent["thread_ts"] = parent["ts"]
        parent["reply_count"] = parent.get("reply_count", 0) + 1
        parent["latest_reply"] = reply["ts"]
        parent["reply_users"] = sorted({*parent.get("reply_users", []), reply["user"]})
        parent["reply_users_count"] = len(parent["reply_users"])

    def direct_channel(self, user_id: str) -> Channel:
        """The direct conversation between the app and one member."""
        with self.lock:
            if user_id not in self._direct:
                channel = Channel(
                    channel_id=new_id("D"),
                    name=self.member(user_id).name,
                    created_at=self.clock.now(),
                    members=[BOT_USER, user_id],
                    direct_to=user_id,
                )
                self.channels[channel.channel_id] = channel
                self._direct[user_id] = channel.channel_id
            return self.channels[self._direct[user_id]]

    # --- leave to answer an interaction

    def new_trigger(self, user_id: str) -> str:
        """A trigger id, good for one view in three seconds."""
        trigger_id = f"{self._last_ts}.{new_id('')}.{secrets.token_hex(16)}"
        with self.lock:
            self.triggers[trigger_id] = Trigger(user_id=user_id, expires_at=self.clock.now() + TRIGGER_LIFE)
        return trigger_id

    def use_trigger(self, trigger_id: str) -> str:
        """The member behind a trigger, once. Raises SlackError."""
        with self.lock:
            trigger = self.triggers.get(trigger_id)
            if trigger is None:
                raise SlackError("invalid_trigger_id")
            if trigger.used:
                raise SlackError("exchanged_trigger_id")
            if self.clock.now() > trigger.expires_at:
                raise SlackError("expired_trigger_id")
            trigger.used = True
            return trigger.user_id

    def new_response(self, channel: Channel, message_ts: str, user_id: str) -> str:
        """The last part of a response address for one interaction."""
        token = secrets.token_urlsafe(18)
        with self.lock:
            self.responses[token] = ResponseAddress(
                channel_id=channel.channel_id,
                message_ts=message_ts,
                user_id=user_id,
                expires_at=self.clock.now() + RESPONSE_LIFE,
            )
        return token

    def use_response(self, token: str) -> ResponseAddress:
        """Spend one use of a response address. Raises SlackError when it is used up or unknown."""
        with self.lock:
            address = self.responses.get(token)
            if address is None:
                raise SlackError("no_such_url")
            if address.uses >= RESPONSE_USES or self.clock.now() > address.expires_at:
                raise SlackError("used_url")
            address.uses += 1
            return address


def with_block_ids(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks, each with an id, as Slack hands them back."""
    return [{**block, "block_id": block.get("block_id") or secrets.token_urlsafe(4)} for block in blocks]
