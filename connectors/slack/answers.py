"""Slack's JSON, read with care: what is missing or of the wrong kind raises MalformedAnswerError."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from slack_sdk.web import SlackResponse

from connectors.faults import MalformedAnswerError

Record = Mapping[str, Any]


def record(answer: SlackResponse | Record) -> Record:
    body = answer.data if isinstance(answer, SlackResponse) else answer
    if not isinstance(body, Mapping):
        raise MalformedAnswerError("the answer is not an object")
    return body


def text(answer: SlackResponse | Record, name: str) -> str:
    """A text that must be there."""
    value = record(answer).get(name)
    if not isinstance(value, str) or not value:
        raise MalformedAnswerError(f"{name} is not a text")
    return value


def every(answer: SlackResponse, name: str) -> list[Record]:
    """A list of objects that must be there."""
    values = record(answer).get(name)
    if not isinstance(values, list) or not all(isinstance(value, Mapping) for value in values):
        raise MalformedAnswerError(f"{name} is not a list of objects")
    return values


def next_cursor(answer: SlackResponse) -> str:
    """Where the next page starts; empty after the last."""
    metadata = record(answer).get("response_metadata") or {}
    if not isinstance(metadata, Mapping):
        raise MalformedAnswerError("response_metadata is not an object")
    return str(metadata.get("next_cursor") or "")


def moment(ts: str) -> datetime:
    """A message's ts as a time."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError) as error:
        raise MalformedAnswerError(f"{ts!r} is not a ts") from error
