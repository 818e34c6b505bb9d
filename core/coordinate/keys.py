"""Reading a parsed policy file key by key, so that every problem is found and not just the first.

The readers below take one value and return it checked; they raise ValueError or TypeError for anything else.
"""

import string
from collections.abc import Callable, Iterator, Mapping
from datetime import time
from typing import Any

Read = Callable[[Any], Any]


class Keys:
    """Walks nested keys and collects problems instead of stopping at the first."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.problems: list[str] = []
        self._fields = fields
        self._known: set[str] = set()

    def at(self, path: str, expected: str, read: Read, default: Any = None) -> Any:
        """The value at a dotted path. Without a default it must be there."""
        self._known.add(path)
        value: Any = self._fields
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is None and default is not None:
            return default
        return self._taken(path, value, expected, read, default)

    def row(self, path: str, expected: str, read: Read, keys: frozenset[str]) -> Any:
        """A mapping with `keys` and no others."""
        fields = self.at(path, expected, mapping)
        return None if fields is None else self._row(path, fields, expected, read, keys)

    def table(self, path: str, expected: str, read: Read, keys: frozenset[str]) -> dict[str, Any]:
        """Rows by name, each read on its own, so that a bad one does not hide another."""
        rows = self.at(path, expected, mapping) or {}
        return {name: self._row(f"{path}: {name}", fields, expected, read, keys) for name, fields in rows.items()}

    def strangers(self) -> list[str]:
        """A misspelt key would silently do nothing, so it is a problem like any other."""
        return [_stranger(path) for path in self._unread(self._fields)]

    def _row(self, path: str, value: Any, expected: str, read: Read, keys: frozenset[str]) -> Any:
        if isinstance(value, Mapping):
            self.problems += [_stranger(f"{path}.{key}") for key in value if key not in keys]
        return self._taken(path, value, expected, read, None)

    def _taken(self, path: str, value: Any, expected: str, read: Read, default: Any) -> Any:
        try:
            if value is None:
                raise ValueError
            return read(value)
        except (ValueError, TypeError, KeyError, OverflowError):
            found = "nothing" if value is None else repr(value)
            self.problems.append(f"{path}: found {found}, expected {expected}")
            return default

    def _unread(self, fields: Mapping[Any, Any], prefix: str = "") -> Iterator[str]:
        for key, value in fields.items():
            path = f"{prefix}{key}"
            if path in self._known:
                continue
            if isinstance(value, Mapping) and any(known.startswith(f"{path}.") for known in self._known):
                yield from self._unread(value, f"{path}.")
            else:
                yield path


def _stranger(path: str) -> str:
    return f"{path}: is no key of the policy, check its spelling"


def number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def between(least: float, most: float) -> Read:
    def read(value: Any) -> float:
        if not least <= number(value) <= most:
            raise ValueError
        return number(value)

    return read


def positive(value: Any) -> float:
    if not number(value) > 0:
        raise ValueError
    return number(value)


def count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError
    return value


def yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def word(value: Any) -> str:
    """A name or a text; a number is taken as it is written."""
    if isinstance(value, bool | Mapping | list) or not str(value).strip():
        raise ValueError
    return str(value)


def words(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(word(item) for item in value)


def clock(value: Any) -> time:
    # YAML reads an unquoted 20:00 as the number 1200, which would pass for noon.
    if not isinstance(value, str):
        raise TypeError
    moment = time.fromisoformat(value)
    if moment.tzinfo is not None:
        raise ValueError
    return moment


def mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise TypeError
    return value


def texts(value: Any) -> dict[str, str]:
    return {name: word(text).strip() for name, text in mapping(value).items()}


def template(text: str) -> str:
    """A text whose places all have names: `{service}`, and no brace is left open."""
    names = [name for _, name, _, _ in string.Formatter().parse(text)]
    if any(name is not None and not name.isidentifier() for name in names):
        raise ValueError
    return text
