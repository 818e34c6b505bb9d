"""The core's Messenger, over Zendesk messaging: web, mobile and the social channels of the app."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.sunshine.api import Json, SunshineApi, conversation_path
from connectors.sunshine.errors import UNREADABLE
from core.errors import RejectedError, UnknownOutcome
from core.model.helpdesk import Receipt
from core.model.outbound import Outgoing

EFFECT = "handrail_effect"  # the field of a message's metadata that names our effect
AI_GENERATED = "ai_generated"
LONGEST_TEXT = 4096  # characters of a message, by the API
LONGEST_CHOICE = 128  # characters of a button's payload that we still read back
MOST_CHOICES = 10
SKEW = timedelta(seconds=5)
MOST_PAGES = 5  # of 100 messages each, looked through for one of ours


class SunshineMessenger:
    """Implements `core.ports.Messenger` for the CHATTED channels: `to` is a messaging conversation."""

    def __init__(self, api: SunshineApi) -> None:
        self._api = api

    def send(self, outgoing: Outgoing) -> Receipt:
        path = conversation_path(outgoing.to, "/messages")
        answer = self._api.post(path, body_of(outgoing, self._api.account.assistant), "send a message", write=True)
        try:
            return receipt(answer["messages"][-1])
        except (LookupError, TypeError) as error:
            raise UnknownOutcome("the answer to a message names no message") from error

    def find(self, outgoing: Outgoing, since: datetime) -> Receipt | None:
        """By our mark in its metadata, from the newest back to `since`."""
        path, before = conversation_path(outgoing.to, "/messages"), ""
        for _ in range(MOST_PAGES):
            page = self._api.get(path, "look for a message", {"page[before]": before} if before else None)
            rows = _rows(page)
            found = next((row for row in rows if _mark(row) == outgoing.effect_id), None)
            if found is not None:
                return receipt(found)
            before = str(_meta(page).get("beforeCursor") or "")
            if not before or not rows or received_at(rows[0]) < since - SKEW:
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
        at = datetime.fromisoformat(str(stamp))
    except ValueError as error:
        raise RejectedError("a message without a time", code=UNREADABLE) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _rows(page: Json) -> list[Json]:
    rows = page.get("messages")
    if not isinstance(rows, list):
        raise RejectedError("a page of messages has no messages", code=UNREADABLE)
    return [row for row in rows if isinstance(row, Mapping)]


def _meta(page: Json) -> Json:
    meta = page.get("meta")
    return meta if isinstance(meta, Mapping) and meta.get("hasMore") else {}


def _mark(row: Json) -> Any:
    marks = row.get("metadata")
    return marks.get(EFFECT) if isinstance(marks, Mapping) else None
