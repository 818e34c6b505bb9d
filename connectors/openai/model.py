"""A language model behind an OpenAI-compatible endpoint: one answer, whole or as a stream of pieces."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openai
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessage
from openai.types.chat.chat_completion import Choice
from openai.types.chat.chat_completion_chunk import Choice as ChunkChoice
from openai.types.chat.chat_completion_chunk import ChoiceDelta

from connectors.openai.errors import translate_errors
from connectors.openai.limits import TokenBudget, client, encoding, seconds
from connectors.rates import RateBudget
from core.errors import ConfigurationError, RejectedError, TransientError
from core.ports import Now


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


CACHE = Path(tempfile.gettempdir()) / "handrail-vocabulary"
TIMEOUT = timedelta(seconds=30)
VENDOR_HOST = "api.openai.com"
WINDOW = 16_000  # tokens that prompt and answer may take together
OVERHEAD = 16  # tokens a chat costs besides its texts


class OpenAIModel:
    """Implements `core.ports.LanguageModel` with structured output.

    `base_url` None is the vendor's own address. `window` is the model's context in tokens: what does not fit is
    refused before it is sent and paid for.
    """

    def __init__(
        self,
        *,
        api_key: str,
        model: str,
        base_url: str | None = None,
        timeout: timedelta = TIMEOUT,
        max_retries: int = 0,
        window: int = WINDOW,
        vocabulary_cache: Path = CACHE,
        now: Now | None = None,
    ) -> None:
        if not model or not api_key:
            raise ConfigurationError("a language model needs its name and its key")
        self._model, self._window, self._cache = model, window, vocabulary_cache
        # The vendor's newer models refuse max_tokens and any temperature; other servers know nothing else.
        self._vendors_own = base_url is None or urlsplit(base_url).hostname == VENDOR_HOST
        self._budget = TokenBudget(now)
        self._timeout = timeout
        self._client = openai.OpenAI(
            api_key=api_key,
            base_url=base_url,
            timeout=timeout.total_seconds(),
            max_retries=max_retries,
            http_client=client(),
        )

    @property
    def name(self) -> str:
        return self._model

    @property
    def budgets(self) -> Mapping[str, RateBudget]:
        """What the last answer left of the endpoint's limits, by `requests` and `tokens`."""
        return self._budget.latest

    def names(self) -> list[str]:
        """The models that the endpoint offers: a way to try the key and the address."""
        with translate_errors("list the models"):
            return [model.id for model in self._client.models.list() if isinstance(model.id, str)]

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def count_tokens(self, text: str) -> int:
        return len(encoding(self._cache).encode(text, disallowed_special=()))

    def complete(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> str:
        asked = self._ask(system, user, schema, max_tokens)
        with translate_errors(f"complete with {self._model}"):
            answer = self._client.chat.completions.with_raw_response.create(
                **asked, timeout=seconds(self._timeout, within)
            )
            self._budget.note(answer.headers)
            return text_of(answer.parse())

    def stream(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> Iterator[str]:
        asked = self._ask(system, user, schema, max_tokens)
        with translate_errors(f"stream from {self._model}"):
            answer = self._client.chat.completions.with_raw_response.create(
                **asked, timeout=seconds(self._timeout, within), stream=True
            )
            self._budget.note(answer.headers)
            with closing(answer.parse()) as chunks:
                yield from pieces_of(chunks)

    def _ask(self, system: str, user: str, schema: Mapping[str, Any], max_tokens: int) -> dict[str, Any]:
        """The request's fields. Raises RejectedError for what does not fit, TransientError where a limit is used up."""
        needed = self.count_tokens(system) + self.count_tokens(user) + max_tokens + OVERHEAD
        if needed > self._window:
            raise RejectedError(f"{needed} tokens do not fit into {self._window}", code="context_length")
        self._budget.check()
        return {
            "model": self._model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": schema_name(schema), "strict": True, "schema": dict(schema)},
            },
            **({"max_completion_tokens": max_tokens} if self._vendors_own else {"max_tokens": max_tokens}),
            **({} if self._vendors_own else {"temperature": 0}),
        }


def text_of(completion: object) -> str:
    """The one answer. What is cut off, filtered or declined is a refusal."""
    choice = only_choice(completion)
    if choice.message.refusal:
        raise RejectedError("the model declined", code="refusal")
    if choice.finish_reason not in ("stop", None):
        raise RejectedError("the model did not come to its end", code=str(choice.finish_reason))
    if not isinstance(choice.message.content, str) or not choice.message.content:
        raise RejectedError("the model's answer has no text", code="malformed_answer")
    return choice.message.content


def only_choice(completion: object) -> Choice:
    """The SDK builds its values without looking at what it is given, so this does."""
    choices = completion.choices if isinstance(completion, ChatCompletion) else None
    if isinstance(choices, list) and choices:
        choice = choices[0]
        if isinstance(choice, Choice) and isinstance(choice.message, ChatCompletionMessage):
            return choice
    raise RejectedError("the model's answer has no message", code="malformed_answer")


def schema_name(schema: Mapping[str, Any]) -> str:
    """A name the endpoint accepts: letters, digits, underscores and dashes, at most 64."""
    title = "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in str(schema.get("title", "")))
    return title[:64] or "answer"
