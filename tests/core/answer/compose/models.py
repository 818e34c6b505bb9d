"""Language models that say what they were given to say."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.model.knowledge import Passage
from core.prompting.time_budget import TimeBudget
from tests.core import samples

TEXT = "A refund to PayPal takes 24 hours. A refund to a card takes 3 to 5 working days."
PASSAGE = samples.passage(text=TEXT, end=len(TEXT), title="Refunds")
GOOD = {"text": "A PayPal refund takes 24 hours.", "passage": 1, "quote": "A refund to PayPal takes 24 hours."}
CARD = {
    "text": "A card refund takes 3 to 5 working days.",
    "passage": 1,
    "quote": "A refund to a card takes 3 to 5 working days.",
}
WRONG = {**GOOD, "text": "A PayPal refund takes 12 hours."}


def passage(text: str, **changes: Any) -> Passage:
    return samples.passage(text=text, end=len(text), **changes)


class Model:
    """Gives its replies in turn, the last one for ever; an exception is raised. Streams `size` letters at a time, and
    raises the exception in a list of pieces after those before it."""

    def __init__(self, *replies: object, name: str = "stub-1", size: int = 7) -> None:
        self._replies = list(replies)
        self.name = name
        self._size = size
        self.prompts: list[str] = []
        self.systems: list[str] = []
        self.limits: list[timedelta | None] = []
        self.closed = 0

    def complete(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> str:
        return "".join(self.stream(system=system, user=user, schema=schema, max_tokens=max_tokens, within=within))

    def stream(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> Iterator[str]:
        self.prompts.append(user)
        self.systems.append(system)
        self.limits.append(within)
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        try:
            for piece in self._pieces(reply):
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.closed += 1

    def count_tokens(self, text: str) -> int:
        return len(text)

    def _pieces(self, reply: object) -> Sequence[str | Exception]:
        if isinstance(reply, Exception):
            return [reply]
        if isinstance(reply, list):
            return reply
        text = reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
        return [text[start : start + self._size] for start in range(0, len(text), self._size)]


def reply(*rows: object, answerable: bool = True) -> dict[str, object]:
    return {"answerable": answerable, "sentences": list(rows)}


def says(*rows: object, answerable: bool = True) -> Model:
    return Model(reply(*rows, answerable=answerable))


class Clock:
    """Time that passes only when somebody sleeps, or by `step` at each look."""

    def __init__(self, step: float = 0.0) -> None:
        self.now = 0.0
        self.step = step
        self.slept: list[float] = []

    def __call__(self) -> float:
        self.now += self.step
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def patience(clock: Clock, seconds: float = 20, tries: int = 3) -> TimeBudget:
    return TimeBudget(total=timedelta(seconds=seconds), tries=tries, clock=clock, sleep=clock.sleep)
