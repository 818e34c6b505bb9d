"""The pieces of an answer that comes as server-sent events."""

from collections.abc import Iterable, Iterator

from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import Choice, ChoiceDelta

from core.errors import RejectedError, TransientError


def pieces_of(chunks: Iterable[object]) -> Iterator[str]:
    """The text of the one answer, piece by piece. RejectedError for what is cut off, filtered or declined;
    TransientError where the stream ends before the answer does."""
    ended = said = False
    for choice in (choice for chunk in chunks for choice in first_of(chunk)):
        if choice.delta.refusal:
            raise RejectedError("the model declined", code="refusal")
        if choice.delta.content:
            if not isinstance(choice.delta.content, str):
                raise RejectedError("a piece of the model's answer is no text", code="malformed_answer")
            said = True
            yield choice.delta.content
        if choice.finish_reason is not None:
            ended = True
            if choice.finish_reason != "stop":
                raise RejectedError("the model did not come to its end", code=str(choice.finish_reason))
    if not ended:
        raise TransientError("the stream ended before the answer did")
    if not said:
        raise RejectedError("the model's answer has no text", code="malformed_answer")


def first_of(chunk: object) -> list[Choice]:
    """The piece of the first answer, where this chunk has one (the last one may only count tokens)."""
    choices = chunk.choices if isinstance(chunk, ChatCompletionChunk) else None
    if not isinstance(choices, list):
        raise RejectedError("a piece of the model's answer makes no sense", code="malformed_answer")
    found = []
    for choice in choices:
        if not (isinstance(choice, Choice) and isinstance(choice.delta, ChoiceDelta)):
            raise RejectedError("a piece of the model's answer makes no sense", code="malformed_answer")
        if choice.index in (0, None):
            found.append(choice)
    return found
