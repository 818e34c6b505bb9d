"""Knowledge search for an agent: internal articles too, marked as what they are."""

from collections.abc import Callable
from dataclasses import dataclass

from core.answer.answer import Answer
from core.model.knowledge import Hit


@dataclass(frozen=True, slots=True)
class Search:
    """`answer` is asked for at the first search, so that a web process without one loads no model."""

    answer: Callable[[], Answer]

    def find(self, words: str, limit: int, brand: str = "") -> list[Hit]:
        """Best first; nothing for nothing. An empty `brand` means all."""
        return self.answer().search(words, limit, brand) if words.strip() else []
