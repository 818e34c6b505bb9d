"""Slack's way of refusing: 200 with ok false and a word."""

from collections.abc import Sequence
from typing import Any


class SlackError(Exception):
    """A refusal by its code, with the details Slack adds for a malformed block or argument."""

    def __init__(self, code: str, details: Sequence[str] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.details = list(details)

    def body(self) -> dict[str, Any]:
        """The answer as the Web API gives it."""
        answer: dict[str, Any] = {"ok": False, "error": self.code}
        if self.details:
            answer["errors"] = self.details
            answer["response_metadata"] = {"messages": [f"[ERROR] {detail}" for detail in self.details]}
        return answer
