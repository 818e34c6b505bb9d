"""Reading the JSON object that a model was asked for, and what comes instead of it."""

import re
from collections.abc import Mapping
from typing import Any

from core.text.outside import json_at

_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_OPENING = re.compile(r"\A\s*(?:```\w*\s*)?(?=\{)")


class MalformedError(ValueError):
    """The answer is not of the agreed form; the message says in which way, in words for the model."""


def the_object(text: str) -> Mapping[str, Any]:
    """The one JSON object of an answer; the same one said twice counts once. Raises MalformedError."""
    plain = _THOUGHT.sub("", text)
    opening = _OPENING.search(plain)
    if opening is None:
        raise MalformedError("it is not one JSON object")
    try:
        found, end = json_at(plain, opening.end())
    except ValueError as error:
        raise MalformedError("it is not valid JSON") from error
    rest = plain[end:].strip().removeprefix("```").strip()
    if rest and rest != plain[opening.end() : end]:
        raise MalformedError("something follows the JSON object")
    if not isinstance(found, dict):
        raise MalformedError("it is not one JSON object")
    return found
