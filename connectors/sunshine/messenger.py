"""The core's Messenger, over Zendesk messaging: web, mobile and the social channels of the app."""

import logging
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.paging import pages
from connectors.sunshine.api import AGENT_WORKSPACE, UNREADABLE, Json, SunshineAccount, SunshineApi, conversation_path
from core.errors import ConfigurationError, HandrailError, RejectedError, UnknownOutcome
from core.model.conversation import Control, Message
from core.model.customer import CHATTED
from core.model.effect_payloads import ControlPayload
from core.model.helpdesk import Receipt
from core.model.outbound import Outgoing
from core.ports import Now
from core.text.outside import read_moment

EFFECT = "handrail_effect"  # the field of a message's metadata that names our effect
AI_GENERATED = "ai_generated"
LONGEST_TEXT = 4096  # characters of a message, by the API
LONGEST_CHOICE = 128  # characters of a button's payload that we still read back
MOST_CHOICES = 10
SKEW = timedelta(seconds=5)
MOST_PAGES = 5  # of 100 messages each, looked through for one of ours
LOG = logging.getLogger(__name__)


class SunshineMessenger:
    """Implements `core.ports.Messenger` for the CHATTED channels: `to` is a messaging conversation."""

    def __init__(self, api: SunshineApi) -> None:
        self._api = api

    def send(self, outgoing: Outgoing) -> Receipt:
        path = conversation_path(outgoing.to, "/messages")
        answer = self._api.post(path, body_of(outgoing, self._api.account.assistant), "send a message", write=True)
        try:
            return receipt(page_rows(answer)[-1])
        except (IndexError, RejectedError) as error:  # it may have been sent all the same
            raise UnknownOutcome("the answer to a message names no message") from error

    def find(self, outgoing: Outgoing, since: datetime) -> Receipt | None:
        """By our mark in its metadata, from the newest back to `since`."""
        path = conversation_path(outgoing.to, "/messages")

        def read(before: str) -> tuple[list[Any], str]:
            page = self._api.get(path, "look for a message", {"page[before]": before} if before else None)
            return page_rows(page), str(page_meta(page).get("beforeCursor") or "")

        for rows in pages("the messages of a conversation", read, most=MOST_PAGES, warn=LOG.warning):
            found = next((row for row in rows if _mark(row) == outgoing.effect_id), None)
            if found is not None:
                return receipt(found)
            if not rows or received_at(rows[0]) < since - SKEW:
                return None
        return None


def body_of(outgoing: Outgoing, assistant: str) -> dict[str, Any]:
    """What is posted. An agent's own words bear their name; ours are marked as a machine's."""
    author: dict[str, Any] = {"type": "business", "displayName": outgoing.author or assistant}
    if not outgoing.author:
        author["subtypes"] = ["AI"]
    content: dict[str, Any] = {"type": "text", "text": outgoing.body[:LONGEST_TEXT]}
    if outgoing.choices:
        content["actions"] = [
            {"type": "reply", "text": choice, "payload": choice[:LONGEST_CHOICE]}
            for choice in outgoing.choices[:MOST_CHOICES]
        ]
    marks = {EFFECT: outgoing.effect_id, AI_GENERATED: not outgoing.author}
    return {"author": author, "content": content, "metadata": marks}


def receipt(row: Json) -> Receipt:
    """The API's word on a message. Its id is what delivery events will name."""
    name = row.get("id")
    if not isinstance(name, str) or not name:
        raise UnknownOutcome("a message without an id")
    return Receipt(ref=name, at=received_at(row), facts={})


def received_at(row: Json) -> datetime:
    stamp = row.get("received")
    try:
        return read_moment(str(stamp))
    except ValueError as error:
        raise RejectedError("a message without a time", code=UNREADABLE) from error


def page_rows(page: Json) -> list[Json]:
    rows = page.get("messages")
    if not isinstance(rows, list):
        raise RejectedError("a page of messages has no messages", code=UNREADABLE)
    return [row for row in rows if isinstance(row, Mapping)]


def page_meta(page: Json) -> Json:
    meta = page.get("meta")
    return meta if isinstance(meta, Mapping) and meta.get("hasMore") else {}


def _mark(row: Json) -> Any:
    marks = row.get("metadata")
    return marks.get(EFFECT) if isinstance(marks, Mapping) else None


# The sign in a messaging window that an answer is being written.
MOST = 4  # requests on their way at once; beyond that a sign is left out


class SunshineTyping:
    """Implements `core.ports.Typing`. Each sign is sent beside the work, so that no answer waits for it."""

    def __init__(self, account: SunshineAccount) -> None:
        self._account = account
        self._room = threading.BoundedSemaphore(MOST)

    def show(self, message: Message) -> None:
        """In the window that the message came from; it goes with the answer, or by itself after some seconds."""
        if message.channel not in CHATTED or not message.address:
            return
        if self._room.acquire(blocking=False):
            threading.Thread(target=self._send, args=(message.address,), daemon=True).start()

    def _send(self, address: str) -> None:
        body = {"author": {"type": "business"}, "type": "typing:start"}
        try:
            path = conversation_path(address, "/activity")
            SunshineApi(self._account).post(path, body, "show that an answer is being written")
        except HandrailError as error:
            LOG.info("no sign of writing: %s", error)
        finally:
            self._room.release()


# The core's Switchboard, over the app's own.

# What Zendesk takes over into the ticket that it opens, as its metadata names it.
SUBJECT = "dataCapture.systemField.subject"
TAGS = "dataCapture.systemField.tags"
FIRST_MESSAGE = "first_message_id"


class SunshineControl:
    """Implements `core.ports.ConversationControl`."""

    def __init__(self, api: SunshineApi, now: Now) -> None:
        self._api, self._now = api, now

    def holder(self, address: str) -> Control:
        answer = self._api.get(conversation_path(address), "read who has control")
        conversation = answer.get("conversation")
        active = conversation.get("activeSwitchboardIntegration") if isinstance(conversation, Mapping) else None
        return control_of(active, self._api.account.integration_id)

    def pass_to(self, address: str, wanted: ControlPayload) -> Receipt:
        to = wanted.to
        names = {Control.AGENTS: AGENT_WORKSPACE, Control.ASSISTANT: self._api.account.switchboard}
        if to not in names:
            raise ConfigurationError(f"control cannot be passed to {to}")
        body: dict[str, Any] = {"switchboardIntegration": names[to]}
        if metadata := metadata_of(wanted):
            body["metadata"] = metadata
        # Control that is passed to whoever has it stays there: this may be done twice.
        self._api.post(conversation_path(address, "/passControl"), body, f"pass control to {to}")
        return Receipt(ref=address, at=self._now(), facts={})


def metadata_of(wanted: ControlPayload) -> dict[str, str]:
    """The wishes for the ticket as Zendesk reads them."""
    named = {SUBJECT: wanted.subject or "", TAGS: ",".join(wanted.tags), FIRST_MESSAGE: wanted.first or ""}
    return {name: value for name, value in named.items() if value}


def control_of(active: Any, ours: str) -> Control:
    """Who is active in the switchboard."""
    if not isinstance(active, Mapping):
        return Control.NOBODY
    if active.get("integrationType") == AGENT_WORKSPACE:
        return Control.AGENTS
    return Control.ASSISTANT if active.get("integrationId") == ours else Control.OTHER
