"""The arguments of a Web API call, whichever of Slack's encodings carried them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Request

# Slack's way of refusing: 200 with ok false and a word.


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


# In a form these arrive as JSON within a field.
STRUCTURED = frozenset({"attachments", "blocks", "metadata", "view"})


class Arguments:
    """Named values with the conversions that Slack applies."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def text(self, name: str, default: str = "") -> str:
        """A value as text."""
        value = self._values.get(name)
        return default if value is None else str(value)

    def needed(self, name: str, code: str = "invalid_arguments") -> str:
        """A value that must be there. Raises SlackError with `code`."""
        if not self.text(name):
            raise SlackError(code, [f"missing required field: {name}"] if code == "invalid_arguments" else [])
        return self.text(name)

    def yes(self, name: str) -> bool:
        """A value as a truth."""
        return self.text(name).lower() in {"1", "true"}

    def number(self, name: str, default: int) -> int:
        """A whole number. Raises SlackError."""
        text = self.text(name)
        if text and not text.isdigit():
            raise SlackError("invalid_arguments", [f"{name} is not a number"])
        return int(text) if text else default

    def structure(self, name: str, code: str = "invalid_json") -> Any:
        """A list or object, decoded when it came as text; None when absent. Raises SlackError."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError as error:
            raise SlackError(code) from error


def read_arguments(request: Request) -> Arguments:
    """Query, form and JSON body as one. Raises SlackError when a JSON body is not an object."""
    values: dict[str, Any] = {**request.args.to_dict(), **request.form.to_dict()}
    if request.is_json and request.get_data():
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise SlackError("json_not_object" if body is not None else "invalid_json")
        values |= body
    return Arguments(values)
