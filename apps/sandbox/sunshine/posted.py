"""What somebody posts over the API, checked as the API checks it."""

from typing import Any

from apps.sandbox.sunshine.errors import bad
from apps.sandbox.sunshine.records import Row

KINDS = ("text", "image", "file", "location", "carousel", "list", "form", "template")
LONGEST = 4096
MOST_METADATA = 4096  # bytes, about


def posted(given: Row) -> Row:
    """Author, content and metadata of a message. Raises SunshineError."""
    author, content = given.get("author"), given.get("content")
    if not isinstance(author, dict) or author.get("type") not in ("business", "user"):
        raise bad("author.type must be business or user")
    if not isinstance(content, dict) or content.get("type") not in KINDS:
        raise bad("content.type is missing or not known")
    if content["type"] == "text" and not (content.get("text") or content.get("actions")):
        raise bad("content.text is required")
    if len(str(content.get("text") or "")) > LONGEST:
        raise bad(f"content.text must be at most {LONGEST} characters")
    for action in content.get("actions") or ():
        _checked(action)
    metadata = given.get("metadata") or {}
    if not all(isinstance(value, str | int | float | bool) for value in metadata.values()):
        raise bad("metadata must be flat")
    return {"author": author, "content": content, "metadata": metadata}


def _checked(action: Any) -> None:
    if not isinstance(action, dict) or not action.get("type") or not action.get("text"):
        raise bad("an action needs its type and text")
    if action["type"] in ("reply", "postback") and not action.get("payload"):
        raise bad("a reply needs its payload")
