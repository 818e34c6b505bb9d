"""The Responses API: how an answer of an agreed form is asked for there, and what is taken for one."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseErrorEvent,
    ResponseFailedEvent,
    ResponseIncompleteEvent,
    ResponseRefusalDeltaEvent,
    ResponseTextDeltaEvent,
)

from connectors.openai.chat import schema_name
from core.errors import RejectedError, TransientError


def ask_responses(model: str, system: str, user: str, schema: Mapping[str, Any], max_tokens: int) -> dict[str, Any]:
    """The request's fields. The vendor is asked to keep nothing of it."""
    return {
        "model": model,
        "instructions": system,
        "input": user,
        "text": {
            "format": {"type": "json_schema", "name": schema_name(schema), "strict": True, "schema": dict(schema)}
        },
        "max_output_tokens": max_tokens,
        "store": False,
    }


def response_text(response: object) -> str:
    """The one answer. What is cut off, filtered or declined is a refusal."""
    if not isinstance(response, Response) or not isinstance(response.output, list):
        raise RejectedError("the model's answer has no message", code="malformed_answer")
    parts = [part for item in response.output if getattr(item, "type", None) == "message" for part in _parts(item)]
    if any(getattr(part, "type", None) == "refusal" for part in parts):
        raise RejectedError("the model declined", code="refusal")
    _finished(response)
    texts = [getattr(part, "text", None) for part in parts if getattr(part, "type", None) == "output_text"]
    if not texts or not all(isinstance(text, str) for text in texts) or not any(texts):
        raise RejectedError("the model's answer has no text", code="malformed_answer")
    return "".join(str(text) for text in texts)


def _parts(item: object) -> list[Any]:
    parts = getattr(item, "content", None)
    return parts if isinstance(parts, list) else []


def response_pieces(events: Iterable[object]) -> Iterator[str]:
    """The text, piece by piece. RejectedError for what is cut off, filtered or declined; TransientError where the
    stream ends before the answer does, or the endpoint fails on the way."""
    ended = said = False
    for event in events:
        if isinstance(event, ResponseRefusalDeltaEvent):
            raise RejectedError("the model declined", code="refusal")
        if isinstance(event, ResponseErrorEvent | ResponseFailedEvent):
            raise TransientError("the endpoint failed while it answered")
        if isinstance(event, ResponseTextDeltaEvent):
            if not isinstance(event.delta, str):
                raise RejectedError("a piece of the model's answer is no text", code="malformed_answer")
            said = True
            yield event.delta
        if isinstance(event, ResponseCompletedEvent | ResponseIncompleteEvent):
            ended = True
            _finished(event.response)
    if not ended:
        raise TransientError("the stream ended before the answer did")
    if not said:
        raise RejectedError("the model's answer has no text", code="malformed_answer")


def _finished(response: Response) -> None:
    if response.status in ("completed", None):
        return
    why = getattr(response.incomplete_details, "reason", None) or response.status
    # As Chat Completions name it: the caller may ask for less.
    code = "length" if why == "max_output_tokens" else str(why)
    raise RejectedError("the model did not come to its end", code=code)
