"""handrail.toml: read as dotted keys, and changed without losing what a person wrote into it."""

import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import ConfigurationError


def read_toml(path: Path | None, problems: list[str]) -> dict[str, str]:
    """The file as dotted keys; none is fine."""
    if path is None or not path.exists():
        return {}
    try:
        return _flat(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{path.name} cannot be read: {error}")
        return {}


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = str(value).lower() if isinstance(value, bool) else str(value)
    return flat


def change_toml(path: Path, values: Mapping[str, str | None]) -> None:
    """Set dotted keys, or take those out whose value is None; comments, order and everything else stay.

    Raises:
        ConfigurationError: the file cannot be read or written, or a part of a key is no table in it.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        # As bytes: read as text, every line would end as this system likes it.
        document = tomlkit.parse(path.read_bytes().decode("utf-8") if path.exists() else "")
        for key, value in values.items():
            _set(document, key, value)
        _write(path, tomlkit.dumps(document))
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise ConfigurationError(f"{path} cannot be changed: {error}") from error


def _set(document: Any, key: str, value: str | None) -> None:
    import tomlkit

    *tables, name = key.split(".")
    place = document
    for table in tables:
        if table not in place:
            if value is None:
                return
            place[table] = tomlkit.table()
        place = place[table]
        if not isinstance(place, Mapping):
            raise ConfigurationError(f"{key} cannot be set: {table} is no table in handrail.toml")
    if value is None:
        place.pop(name, None)
    else:
        place[name] = value


def _write(path: Path, text: str) -> None:
    """In one step, with the rights that the file had: a reader sees the old file or the new one."""
    rights = path.stat().st_mode & 0o777 if path.exists() else 0o600
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(name).chmod(rights)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
