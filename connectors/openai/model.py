"""A language model behind an OpenAI-compatible endpoint: one answer, whole or as a stream of pieces."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openai

from connectors.measures import Call, calling
from connectors.openai.chat import Form, form_fields, pieces_of, system_for, text_of
from connectors.openai.errors import translate_errors
from connectors.openai.limits import TokenBudget, client, encoding, seconds
from connectors.openai.responses_api import ask_responses, response_pieces, response_text
from connectors.rates import RateBudget
from core.errors import ConfigurationError, RejectedError
from core.ports import Now

CACHE = Path(tempfile.gettempdir()) / "handrail-vocabulary"
TIMEOUT = timedelta(seconds=30)
VENDOR_HOSTS = (".api.openai.com", ".openai.azure.com", ".services.ai.azure.com")
WINDOW = 16_000  # tokens that prompt and answer may take together
OVERHEAD = 16  # tokens a chat costs besides its texts
_OF_THE_FORM = re.compile(
    r"response_format|json_schema|json_object|structured|grammar|schema|tools?\b|tool_choice", re.I
)
_REFUSED = (400, 404, 415, 422, 501)


class OpenAIModel:
    """Implements `core.ports.LanguageModel` with structured output.

    `base_url` None is the vendor's own address. `responses` asks the Responses API instead of Chat Completions.
    `window` is the model's context in tokens: what does not fit is refused before it is sent and paid for. An endpoint
    that refuses structured output is asked for a tool's call from then on, and one that refuses that for a JSON object.
    """

    def __init__(
        self,
        *,
        api_key: str,
        model: str,
        base_url: str | None = None,
        responses: bool = False,
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
        self._vendors_own = base_url is None or f".{urlsplit(base_url).hostname}".endswith(VENDOR_HOSTS)
        self._responses, self._form = responses, Form.SCHEMA
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
    def form(self) -> Form:
        """The form in which the endpoint is asked, as far as it has been tried."""
        return self._form

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
        with translate_errors(f"complete with {self._model}"):
            answer = self._send(system, user, schema, max_tokens, within, stream=False)
            return response_text(answer) if self._responses else text_of(answer)

    def stream(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> Iterator[str]:
        with (
            translate_errors(f"stream from {self._model}"),
            closing(self._send(system, user, schema, max_tokens, within, stream=True)) as chunks,
        ):
            yield from response_pieces(chunks) if self._responses else pieces_of(chunks)

    def _send(
        self,
        system: str,
        user: str,
        schema: Mapping[str, Any],
        max_tokens: int,
        within: timedelta | None,
        *,
        stream: bool,
    ) -> Any:
        """What the endpoint answers, in the first form that it does not refuse. Raises RejectedError for what does not
        fit, TransientError where a limit is used up."""
        needed = self.count_tokens(system) + self.count_tokens(user) + max_tokens + OVERHEAD
        if needed > self._window:
            raise RejectedError(f"{needed} tokens do not fit into {self._window}", code="context_length")
        self._budget.check()
        sent: dict[str, Any] = {"timeout": seconds(self._timeout, within), **({"stream": True} if stream else {})}
        while True:
            form = self._form
            try:
                with calling("model", "ask") as call:
                    answer = self._create(form, system, user, schema, max_tokens, sent, call)
            except openai.APIStatusError as error:
                if self._responses or not refuses_form(error) or form is Form.OBJECT:
                    raise
                self._form = list(Form)[list(Form).index(form) + 1]
                continue
            self._budget.note(answer.headers)
            return answer.parse()

    def _create(
        self,
        form: Form,
        system: str,
        user: str,
        schema: Mapping[str, Any],
        max_tokens: int,
        sent: dict[str, Any],
        call: Call,
    ) -> Any:
        try:
            if self._responses:
                fields = ask_responses(self._model, system, user, schema, max_tokens)
                return self._client.responses.with_raw_response.create(**(fields | sent))
            fields = self._ask(form, system, user, schema, max_tokens)
            return self._client.chat.completions.with_raw_response.create(**(fields | sent))
        except openai.APIStatusError as error:
            call.answered(error.status_code)
            raise

    def _ask(self, form: Form, system: str, user: str, schema: Mapping[str, Any], max_tokens: int) -> dict[str, Any]:
        return {
            "model": self._model,
            "messages": [
                {"role": "system", "content": system_for(form, system, schema)},
                {"role": "user", "content": user},
            ],
            **form_fields(form, schema),
            **({"max_completion_tokens": max_tokens} if self._vendors_own else {"max_tokens": max_tokens}),
            **({} if self._vendors_own else {"temperature": 0}),
        }


def refuses_form(error: openai.APIStatusError) -> bool:
    """Whether the endpoint says that it does not know the form in which it was asked to answer."""
    told = f"{error.message} {getattr(error, 'param', None) or ''}"
    return error.status_code in _REFUSED and _OF_THE_FORM.search(told) is not None
