"""What a language model is asked and answers, counted: for those who try one out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.ports import LanguageModel


@dataclass(slots=True)
class Metered:
    """Counts the tokens of a model, as the model itself counts them. Implements `core.ports.LanguageModel`."""

    model: LanguageModel
    read: int = 0
    written: int = 0
    asked: int = 0

    @property
    def tokens(self) -> int:
        """Read and written."""
        return self.read + self.written

    @property
    def name(self) -> str:
        return self.model.name

    def count_tokens(self, text: str) -> int:
        return self.model.count_tokens(text)

    def complete(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> str:
        self.asked += 1
        self.read += self.count_tokens(system + user)
        reply = self.model.complete(system=system, user=user, schema=schema, max_tokens=max_tokens, within=within)
        self.written += self.count_tokens(reply)
        return reply

    def stream(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> Iterator[str]:
        """In one piece."""
        yield self.complete(system=system, user=user, schema=schema, max_tokens=max_tokens, within=within)
