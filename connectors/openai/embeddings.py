"""Sentence vectors from an OpenAI-compatible `/embeddings` endpoint."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import openai
from openai.types import CreateEmbeddingResponse

from connectors.openai.errors import translate_errors
from connectors.openai.limits import client
from core.errors import ConfigurationError, RejectedError
from core.ports import Vector
from core.privacy.mask import mask
from core.prompting.breaker import Breaker

TIMEOUT = timedelta(seconds=20)  # for a batch of passages …
ASKED_WITHIN = timedelta(seconds=2)  # … and for a question that somebody waits for
_BATCH = 32
_LONGEST = 6_000  # characters of a text, under the limit of 8,191 tokens in any script


class EmbeddingsEncoder:
    """Encodes passages; `questions` encodes what is asked of them, without the personal data in it."""

    def __init__(self, *, api_key: str, model: str, base_url: str, timeout: timedelta = TIMEOUT) -> None:
        if not model or not api_key:
            raise ConfigurationError("an endpoint of embeddings needs the model's name and the key")
        self._model = model
        self._client = openai.OpenAI(
            api_key=api_key, base_url=base_url, timeout=timeout.total_seconds(), max_retries=1, http_client=client()
        )
        self._breaker = Breaker(name=f"the endpoint of {model}")
        self._host = self._client.base_url.host

    @property
    def name(self) -> str:
        return f"{self._model}@{self._host}"

    @property
    def questions(self) -> "EmbeddedQuestions":
        return EmbeddedQuestions(self)

    def encode(self, texts: Sequence[str]) -> Vector:
        """Unit vectors, shape (len(texts), dimensions). Raises the errors of `core.errors`."""
        return self.read(texts, TIMEOUT)

    def read(self, texts: Sequence[str], within: timedelta) -> Vector:
        parts = [self._batch(texts[start : start + _BATCH], within) for start in range(0, len(texts), _BATCH)]
        if not parts:
            return np.zeros((0, 0), np.float32)
        if len({part.shape[1] for part in parts}) != 1:
            raise RejectedError("the vectors are not all of one length", code="malformed_answer")
        return np.concatenate(parts)

    def close(self) -> None:
        self._client.close()

    def _batch(self, texts: Sequence[str], within: timedelta) -> Vector:
        # An empty text is refused by the vendor; it is like nothing.
        asked = [text.strip()[:_LONGEST] or "-" for text in texts]
        with self._breaker.watch(), translate_errors(f"embed with {self._model}"):
            answer = self._client.embeddings.create(
                model=self._model, input=asked, encoding_format="float", timeout=within.total_seconds()
            )
            return _vectors(answer, len(asked))


@dataclass(frozen=True, slots=True)
class EmbeddedQuestions:
    """The encoder as it reads questions."""

    passages: EmbeddingsEncoder

    @property
    def name(self) -> str:
        return f"{self.passages.name}-questions"

    def encode(self, texts: Sequence[str]) -> Vector:
        return self.passages.read([mask(text).text for text in texts], ASKED_WITHIN)


def _vectors(answer: object, many: int) -> Vector:
    """In the order of the texts, each of length one."""
    rows = answer.data if isinstance(answer, CreateEmbeddingResponse) else None
    if not isinstance(rows, list) or len(rows) != many:
        raise RejectedError("the endpoint gave another number of vectors", code="malformed_answer")
    try:
        made = np.array([row.embedding for row in sorted(rows, key=lambda row: row.index)], dtype=np.float32)
    except (AttributeError, TypeError, ValueError) as error:
        raise RejectedError("the vectors cannot be read", code="malformed_answer") from error
    if made.ndim != 2 or not np.isfinite(made).all():
        raise RejectedError("the vectors cannot be read", code="malformed_answer")
    return np.asarray(made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-12), dtype=np.float32)
