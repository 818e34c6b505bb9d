"""Reads a JSON answer while it is still being written, and gives each row of its list as soon as it is whole."""

import json
from typing import Any

from core.answer.compose.reply import MalformedError

LARGEST = 60_000  # characters of one answer


class Rows:
    """Fed with pieces of `{"answerable": true, "sentences": [{…}, {…}]}`; `name` is the list's.

    Nothing is believed yet: what the pieces make up as a whole is for `core.answer.compose.reply.read` to judge."""

    def __init__(self, name: str = "sentences") -> None:
        self._name = name
        self._text = ""
        self._read = 0
        self._depth = 0
        self._quoted = False
        self._escaped = False
        self._string = 0  # where the latest string began
        self._key = ""  # the latest string that ended in the outer object
        self._list = False  # whether we are inside the list
        self._over = False  # a second answer behind the first is not read
        self._row = 0  # where the latest row began
        self.head = ""  # what stands before the list, once that is known

    @property
    def text(self) -> str:
        """Everything so far."""
        return self._text

    @property
    def before(self) -> dict[str, Any]:
        """The fields that stand before the list; none where they cannot be read."""
        try:
            found = json.loads(self.head.strip().removeprefix("```json") + "]}")
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def feed(self, piece: str) -> list[Any]:
        """The rows that this piece completes. Raises MalformedError for a row that is no JSON or an endless answer."""
        self._text += piece
        if len(self._text) > LARGEST:
            raise MalformedError("it does not end")
        found = []
        while self._read < len(self._text) and not self._over:
            letter, place = self._text[self._read], self._read
            self._read += 1
            if self._quoted:
                self._in_string(letter, place)
            elif letter == '"':
                self._quoted, self._string = True, place
            elif letter in "{[":
                self._open(letter, place)
            elif letter in "}]" and self._close(letter):
                found.append(self._whole(place))
        return found

    def _in_string(self, letter: str, place: int) -> None:
        if self._escaped:
            self._escaped = False
        elif letter == "\\":
            self._escaped = True
        elif letter == '"':
            self._quoted = False
            if self._depth == 1:
                self._key = self._text[self._string + 1 : place]

    def _open(self, letter: str, place: int) -> None:
        if letter == "[" and self._depth == 1 and self._key == self._name:
            self._list, self.head = True, self._text[: place + 1]
        elif letter == "{" and self._list and self._depth == 2:
            self._row = place
        self._depth += 1

    def _close(self, letter: str) -> bool:
        """Whether a row ends here."""
        self._depth -= 1
        self._over = self._depth <= 0
        if letter == "]" and self._depth == 1:
            self._list = False
        return letter == "}" and self._list and self._depth == 2

    def _whole(self, place: int) -> Any:
        try:
            return json.loads(self._text[self._row : place + 1])
        except (ValueError, RecursionError) as error:
            raise MalformedError("it is not valid JSON") from error
