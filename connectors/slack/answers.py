"""Slack's JSON, read with care: what is missing or of the wrong kind raises MalformedAnswerError."""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from connectors.faults import MalformedAnswerError
from connectors.paging import pages
from core.text.outside import read_moment

log = logging.getLogger(__name__)
CHANNELS, CHANNEL_PAGES = 200, 100  # of a page, and pages looked through

Record = Mapping[str, Any]


def record(answer: SlackResponse | Record) -> Record:
    body = answer.data if isinstance(answer, SlackResponse) else answer
    if not isinstance(body, Mapping):
        raise MalformedAnswerError("the answer is not an object")
    return body


def part(answer: SlackResponse | Record, name: str) -> Record:
    """An object within, empty where it is not said."""
    value = record(answer).get(name) or {}
    if not isinstance(value, Mapping):
        raise MalformedAnswerError(f"{name} is not an object")
    return value


def text(answer: SlackResponse | Record, name: str) -> str:
    """A text that must be there."""
    value = record(answer).get(name)
    if not isinstance(value, str) or not value:
        raise MalformedAnswerError(f"{name} is not a text")
    return value


def every(answer: SlackResponse, name: str) -> list[Record]:
    """The objects of a list that must be there. What is none is left out, unless nothing else is there."""
    values = record(answer).get(name)
    if not isinstance(values, list):
        raise MalformedAnswerError(f"{name} is not a list")
    found = [value for value in values if isinstance(value, Mapping)]
    if values and not found:
        raise MalformedAnswerError(f"{name} is not a list of objects")
    return found


def listed(what: str, name: str, ask: Callable[[str | None], SlackResponse], *, most: int) -> Iterator[Record]:
    """The objects of the list `name` on all its pages, or on the first `most`. `ask` is given the cursor of each."""

    def read(cursor: str) -> tuple[list[Record], str]:
        answer = ask(cursor or None)
        return every(answer, name), next_cursor(answer)

    return chain.from_iterable(pages(what, read, most=most, warn=log.warning))


def channels(client: WebClient) -> Iterator[tuple[str, str, Record]]:
    """Name, id and the rest of every channel that the bot can see. One without a name or an id is left out."""

    def ask(cursor: str | None) -> SlackResponse:
        return client.conversations_list(
            types="public_channel,private_channel", exclude_archived=True, limit=CHANNELS, cursor=cursor
        )

    for each in listed("channels", "channels", ask, most=CHANNEL_PAGES):
        name, known = each.get("name"), each.get("id")
        if isinstance(name, str) and name and isinstance(known, str) and known:
            yield name, known, each


def next_cursor(answer: SlackResponse) -> str:
    """Where the next page starts; empty after the last."""
    return str(part(answer, "response_metadata").get("next_cursor") or "")


def moment(ts: str) -> datetime:
    """A message's ts as a time."""
    try:
        return read_moment(float(ts))
    except ValueError as error:
        raise MalformedAnswerError(f"{ts!r} is not a ts") from error
