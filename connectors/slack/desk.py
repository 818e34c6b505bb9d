"""The core's Desk, in Slack."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from html import escape as escape_html
from typing import Any
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from connectors.slack import answers
from connectors.slack.errors import translate_errors
from core.errors import ConfigurationError, RejectedError
from core.model.helpdesk import Receipt
from core.model.outreach import Member
from core.model.workspace import split_workspace, within
from core.text.line import one_line

EVENT_TYPE = "handrail"  # of the metadata that marks our posts
PAGE = 100
NOBODY = ("is_bot", "deleted", "is_restricted", "is_ultra_restricted", "is_stranger")
PAGES = 5  # of history looked through for a post of ours
ANSWERS_AT = "https://hooks.slack.com"  # where Slack takes answers to a command


class SlackDesk:
    """Implements `core.ports.Desk`. A channel is an id, or a name with its #. A post's `text` is what a notification
    says, in plain words: Slack would read mentions in it even beside a card."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._channels: dict[str, str] = {}

    def post(
        self,
        *,
        channel: str,
        text: str,
        blocks: Sequence[Mapping[str, Any]],
        key: str,
        only_to: str = "",
        thread: str = "",
    ) -> Receipt:
        if only_to:
            return self._whisper(channel, only_to, text, blocks)
        with translate_errors(f"post to {channel}", write=True):
            answer = self._client.chat_postMessage(
                channel=channel,
                text=escape(text),
                blocks=[dict(block) for block in blocks] or None,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
                thread_ts=thread or None,
                unfurl_links=False,
                unfurl_media=False,
            )
            return receipt(answers.text(answer, "channel"), answers.text(answer, "ts"))

    def _whisper(self, channel: str, user_id: str, text: str, blocks: Sequence[Mapping[str, Any]]) -> Receipt:
        with translate_errors(f"tell {user_id} in {channel}", write=True):
            answer = self._client.chat_postEphemeral(
                channel=channel,
                user=user_id,
                text=escape(text),
                blocks=[dict(block) for block in blocks] or None,
            )
            return receipt(channel, answers.text(answer, "message_ts"))

    def update(self, *, ref: str, text: str, blocks: Sequence[Mapping[str, Any]]) -> Receipt:
        channel, ts = split_ref(ref)
        with translate_errors(f"update {ref}", write=True):
            answer = self._client.chat_update(
                channel=channel, ts=ts, text=escape(text), blocks=[dict(block) for block in blocks]
            )
            return receipt(answers.text(answer, "channel"), answers.text(answer, "ts"))

    def delete(self, ref: str) -> bool:
        channel, ts = split_ref(ref)
        try:
            with translate_errors(f"delete {ref}"):
                self._client.chat_delete(channel=channel, ts=ts)
        except RejectedError as error:
            if error.code != "message_not_found":
                raise
            return False
        return True

    def find(self, *, channel: str, key: str, since: datetime, thread: str = "") -> Receipt | None:
        with translate_errors(f"look for a post in {channel}"):
            channel_id = self._channel_id(channel)
            for message in self._history(channel_id, since, thread):
                if key_of(message) == key:
                    return receipt(channel_id, answers.text(message, "ts"))
        return None

    def _history(self, channel_id: str, since: datetime, thread: str) -> Iterator[Mapping[str, Any]]:
        def ask(cursor: str | None) -> SlackResponse:
            oldest = f"{since.timestamp():.6f}"
            if thread:
                return self._client.conversations_replies(
                    channel=channel_id, ts=thread, oldest=oldest, include_all_metadata=True, limit=PAGE, cursor=cursor
                )
            return self._client.conversations_history(
                channel=channel_id, oldest=oldest, include_all_metadata=True, limit=PAGE, cursor=cursor
            )

        return answers.listed(f"the posts in {channel_id}", "messages", ask, most=PAGES)

    def _channel_id(self, channel: str) -> str:
        """Posting takes a name, reading the history does not."""
        if not channel.startswith("#"):
            return channel
        if channel not in self._channels:
            self._channels |= {f"#{name}": known for name, known, _ in answers.channels(self._client)}
        if channel not in self._channels:
            raise ConfigurationError(f"there is no Slack channel {channel}, or the app is not in it")
        return self._channels[channel]

    def member(self, user_id: str) -> Member | None:
        with translate_errors(f"read member {user_id}"):
            answer = self._client.users_info(user=user_id)
            user = answers.part(answer, "user")
            profile = answers.part(user, "profile")
        # Nobody who could approve, whatever the profile says: of a shared channel's strangers another company made it.
        if any(user.get(each) for each in NOBODY):
            return None
        address = profile.get("email")
        name = profile.get("real_name") or user.get("real_name") or ""
        return Member(email=str(address), name=str(name)) if address else None

    def publish_home(self, user_id: str, blocks: Sequence[Mapping[str, Any]]) -> None:
        with translate_errors(f"show {user_id} their home"):
            self._client.views_publish(
                user_id=user_id, view={"type": "home", "blocks": [dict(block) for block in blocks]}
            )

    def answer(self, address: str, text: str, blocks: Sequence[Mapping[str, Any]] = ()) -> None:
        if not self._answers_at(address):
            raise RejectedError("Slack takes answers at another address", code="response_url")
        # Answered twice is read twice, which is better than not at all.
        with translate_errors("answer a command"):
            hook = WebhookClient(address, timeout=self._client.timeout)
            hook.retry_handlers.clear()
            given = hook.send(
                text=escape(text),
                blocks=[dict(block) for block in blocks] or None,
                response_type="ephemeral",
            )
        if given.status_code != 200:
            raise RejectedError(f"Slack refused the answer: {given.status_code}", code=str(given.status_code))

    def _answers_at(self, address: str) -> bool:
        """Only Slack itself, or what stands in for it, is told what a command answered."""
        asked, own = urlsplit(address), urlsplit(self._client.base_url)
        return f"{asked.scheme}://{asked.netloc}" in (ANSWERS_AT, f"{own.scheme}://{own.netloc}")

    def link(self, ref: str) -> str:
        channel, ts = split_ref(ref)
        with translate_errors(f"look for the address of {ref}"):
            return answers.text(self._client.chat_getPermalink(channel=channel, message_ts=ts), "permalink")


def receipt(channel: str, ts: str) -> Receipt:
    return Receipt(ref=f"{channel}:{ts}", at=answers.moment(ts))


def split_ref(ref: str) -> tuple[str, str]:
    """Channel and ts of a `Receipt.ref`."""
    channel, _, ts = ref.partition(":")
    if not channel or not ts:
        raise RejectedError(f"{ref!r} is not a Slack message", code="message_not_found")
    return channel, ts


def escape(text: str) -> str:
    """Slack's three control characters, and one line: a name in it begins no second one."""
    return escape_html(one_line(text), quote=False)


def key_of(message: Mapping[str, Any]) -> str | None:
    """The key that a post of ours carries."""
    metadata = message.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != EVENT_TYPE:
        return None
    payload = metadata.get("event_payload")
    return payload.get("key") if isinstance(payload, Mapping) else None


# The core's Desk over several workspaces: each name says which.

Token = Callable[[str], tuple[str, str]]  # of a workspace, its id and the token; of none, the first one's


class SlackDesks:
    """Implements `core.ports.Desk`. What it hands back names its workspace."""

    def __init__(self, token: Token, desk: Callable[[str], SlackDesk]) -> None:
        """`desk` makes the one that speaks with a token."""
        self._token, self._desk = token, desk
        self._desks: dict[str, tuple[str, SlackDesk]] = {}

    def _at(self, name: str) -> tuple[str, SlackDesk, str]:
        """The workspace, its desk, and the name as it is said there."""
        team, rest = split_workspace(name)
        known, token = self._token(team)
        if self._desks.get(known, ("", None))[0] != token:
            self._desks[known] = (token, self._desk(token))
        return known, self._desks[known][1], rest

    def post(
        self,
        *,
        channel: str,
        text: str,
        blocks: Sequence[Mapping[str, Any]],
        key: str,
        only_to: str = "",
        thread: str = "",
    ) -> Receipt:
        team, desk, name = self._at(channel)
        user = split_workspace(only_to)[1]
        made = desk.post(channel=name, text=text, blocks=blocks, key=key, only_to=user, thread=thread)
        return replace(made, ref=within(team, made.ref))

    def update(self, *, ref: str, text: str, blocks: Sequence[Mapping[str, Any]]) -> Receipt:
        team, desk, there = self._at(ref)
        made = desk.update(ref=there, text=text, blocks=blocks)
        return replace(made, ref=within(team, made.ref))

    def delete(self, ref: str) -> bool:
        _, desk, there = self._at(ref)
        return desk.delete(there)

    def find(self, *, channel: str, key: str, since: datetime, thread: str = "") -> Receipt | None:
        team, desk, name = self._at(channel)
        found = desk.find(channel=name, key=key, since=since, thread=thread)
        return None if found is None else replace(found, ref=within(team, found.ref))

    def member(self, user_id: str) -> Member | None:
        _, desk, user = self._at(user_id)
        return desk.member(user)

    def publish_home(self, user_id: str, blocks: Sequence[Mapping[str, Any]]) -> None:
        _, desk, user = self._at(user_id)
        desk.publish_home(user, blocks)

    def answer(self, address: str, text: str, blocks: Sequence[Mapping[str, Any]] = ()) -> None:
        _, desk, _ = self._at("")
        desk.answer(address, text, blocks)

    def link(self, ref: str) -> str:
        _, desk, there = self._at(ref)
        return desk.link(there)
