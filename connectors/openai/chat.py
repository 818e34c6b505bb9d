"""Chat Completions: how an answer of an agreed form is asked for there, and what is taken for one.

Structured output is the form that is wanted. Endpoints that do not know it are asked for the call of a tool with the
same schema, and those that know no tools for a JSON object, with the schema in words.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessage
from openai.types.chat.chat_completion import Choice
from openai.types.chat.chat_completion_chunk import Choice as ChunkChoice
from openai.types.chat.chat_completion_chunk import ChoiceDelta

from core.errors import RejectedError, TransientError

ENDS = ("stop", "tool_calls")


class Form(StrEnum):
    """How an endpoint is told of the schema, the surest first."""

    SCHEMA = "json_schema"
    TOOL = "tool"
    OBJECT = "json_object"


def form_fields(form: Form, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a request that ask for an answer of this form."""
    name = schema_name(schema)
    if form is Form.TOOL:
        function = {"name": name, "parameters": dict(schema)}
        return {
            "tools": [{"type": "function", "function": function}],
            "tool_choice": {"type": "function", "function": {"name": name}},
        }
    if form is Form.OBJECT:
        return {"response_format": {"type": "json_object"}}
    return {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": name, "strict": True, "schema": dict(schema)},
        }
    }


def system_for(form: Form, system: str, schema: Mapping[str, Any]) -> str:
    """The instructions, with the schema in words where nothing else tells it."""
    if form is not Form.OBJECT:
        return system
    return f"{system}\n\nAnswer with one JSON object of this schema and nothing else:\n{json.dumps(dict(schema))}"


def text_of(completion: object) -> str:
    """The one answer. What is cut off, filtered or declined is a refusal."""
    choice = only_choice(completion)
    if choice.message.refusal:
        raise RejectedError("the model declined", code="refusal")
    if choice.finish_reason not in (*ENDS, None):
        raise RejectedError("the model did not come to its end", code=str(choice.finish_reason))
    parts = [choice.message.content] if choice.message.content else [*arguments_of(choice.message)]
    if not parts or not all(isinstance(part, str) and part for part in parts):
        raise RejectedError("the model's answer has no text", code="malformed_answer")
    return "".join(str(part) for part in parts)


def arguments_of(message: ChatCompletionMessage | ChoiceDelta) -> Iterator[object]:
    """What the message hands to the one tool that it was offered: the answer, where a tool carries the form."""
    for call in message.tool_calls or () if isinstance(message.tool_calls, list | None) else ():
        arguments = getattr(getattr(call, "function", None), "arguments", None)
        if arguments is not None and getattr(call, "index", 0) in (0, None):
            yield arguments


def only_choice(completion: object) -> Choice:
    """The SDK builds its values without looking at what it is given, so this does."""
    choices = completion.choices if isinstance(completion, ChatCompletion) else None
    if isinstance(choices, list) and choices:
        choice = choices[0]
        if isinstance(choice, Choice) and isinstance(choice.message, ChatCompletionMessage):
            return choice
    raise RejectedError("the model's answer has no message", code="malformed_answer")


def pieces_of(chunks: Iterable[object]) -> Iterator[str]:
    """The text of the one answer, piece by piece. RejectedError for what is cut off, filtered or declined;
    TransientError where the stream ends before the answer does."""
    ended = said = False
    for choice in (choice for chunk in chunks for choice in first_of(chunk)):
        if choice.delta.refusal:
            raise RejectedError("the model declined", code="refusal")
        for piece in (choice.delta.content, *arguments_of(choice.delta)):
            if not piece:
                continue
            if not isinstance(piece, str):
                raise RejectedError("a piece of the model's answer is no text", code="malformed_answer")
            said = True
            yield piece
        if choice.finish_reason is not None:
            ended = True
            if choice.finish_reason not in ENDS:
                raise RejectedError("the model did not come to its end", code=str(choice.finish_reason))
    if not ended:
        raise TransientError("the stream ended before the answer did")
    if not said:
        raise RejectedError("the model's answer has no text", code="malformed_answer")


def first_of(chunk: object) -> list[ChunkChoice]:
    """The piece of the first answer, where this chunk has one (the last one may only count tokens)."""
    choices = chunk.choices if isinstance(chunk, ChatCompletionChunk) else None
    if not isinstance(choices, list):
        raise RejectedError("a piece of the model's answer makes no sense", code="malformed_answer")
    found = []
    for choice in choices:
        if not (isinstance(choice, ChunkChoice) and isinstance(choice.delta, ChoiceDelta)):
            raise RejectedError("a piece of the model's answer makes no sense", code="malformed_answer")
        if choice.index in (0, None):
            found.append(choice)
    return found


def schema_name(schema: Mapping[str, Any]) -> str:
    """A name the endpoint accepts: letters, digits, underscores and dashes, at most 64."""
    title = "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in str(schema.get("title", "")))
    return title[:64] or "answer"
