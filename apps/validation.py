"""What marshmallow found wrong, on one line for a person."""

from typing import Any


def told(messages: Any, path: str = "") -> str:
    """Nested messages by their place: `messages.0.text: Missing data …; id: …`."""
    if isinstance(messages, dict):
        return "; ".join(told(value, f"{path}.{key}".lstrip(".")) for key, value in messages.items())
    said = " ".join(map(str, messages)) if isinstance(messages, list) else str(messages)
    return f"{path}: {said}"
