"""Files that people write: YAML in, what marshmallow takes over out, everything that is wrong on one line."""

from pathlib import Path
from typing import Any

import yaml
from marshmallow import Schema, ValidationError

from core.errors import ConfigurationError


def read_yaml(path: str, setting: str) -> Any:
    """What a file holds, not checked yet. `setting` is what names the file.

    Raises ConfigurationError where it cannot be read, or is not YAML."""
    try:
        return yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror}); set {setting}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigurationError(f"{path}: is not YAML: {' '.join(str(error).split())}") from error


def check(schema: Schema, written: Any, path: str) -> Any:
    """What a schema takes over. Raises ConfigurationError naming the file and everything that is wrong in it."""
    try:
        return schema.load(written)
    except ValidationError as error:
        raise ConfigurationError(f"{path}: {tell(error.messages)}") from error


def tell(messages: Any, path: str = "") -> str:
    """Nested messages by their place: `messages.0.text: Missing data …; id: …`."""
    if isinstance(messages, dict):
        return "; ".join(tell(value, f"{path}.{key}".lstrip(".")) for key, value in messages.items())
    said = " ".join(map(str, messages)) if isinstance(messages, list) else str(messages)
    return f"{path}: {said}"
