"""The agreed form of a reply, and reading what comes instead of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from core.prompting.json_answer import MalformedError, the_object

MOST_SENTENCES = 12

SCHEMA: Mapping[str, Any] = {
    "title": "reply",
    "type": "object",
    "additionalProperties": False,
    "required": ["answerable", "sentences"],
    "properties": {
        "answerable": {"type": "boolean"},
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                # The quote comes before the sentence, so that the sentence is written from it.
                "required": ["question", "passage", "quote", "text"],
                "properties": {
                    "question": {"type": "integer"},
                    "passage": {"type": "integer"},
                    "quote": {"type": "string"},
                    "text": {"type": "string"},
                },
            },
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One row of the answer as the model wrote it, of the right types and nothing more. `question` is the number of the
    question that it answers, from 1; None where the model does not say."""

    text: str
    passage: int
    quote: str
    question: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`rows` holds None for a row that is not of the agreed form."""

    answerable: bool
    rows: tuple[Written | None, ...]


def read(text: str) -> Reply:
    """The answer of the agreed form, in a code fence or after thoughts too. Raises MalformedError."""
    fields = the_object(text)
    answerable, rows = fields.get("answerable"), fields.get("sentences")
    if not isinstance(answerable, bool):
        raise MalformedError("answerable is not true or false")
    if not isinstance(rows, list):
        raise MalformedError("sentences is not a list")
    if len(rows) > MOST_SENTENCES:
        raise MalformedError(f"it has {len(rows)} sentences")
    if answerable and not rows:
        raise MalformedError("it is answerable but has no sentences")
    return Reply(answerable=answerable, rows=tuple(parse_row(row) for row in rows))


def parse_row(row: object) -> Written | None:
    """A row of the agreed types, or None."""
    if not isinstance(row, dict):
        return None
    text, passage, quote = row.get("text"), row.get("passage"), row.get("quote")
    if isinstance(text, str) and isinstance(quote, str) and _is_number(passage):
        question = row.get("question")
        return Written(text=text, passage=passage, quote=quote, question=question if _is_number(question) else None)
    return None


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
