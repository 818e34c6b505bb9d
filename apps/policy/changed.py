"""Which lines of the policy differ, in words for whoever applies or signs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.govern.changes import Change

MOST = 12  # lines shown of one section
LONGEST = 60
_GONE = object()


def list_changes(changes: Sequence[Change], before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """A line for each section, and below it a line for each of its keys that differs."""
    for change in changes:
        yield f"{change.section}: {change.word}"
        lines = list(_differences("", before.get(change.section, _GONE), after.get(change.section, _GONE)))
        yield from (f"    {line}" for line in lines[:MOST])
        if len(lines) > MOST:
            yield f"    … and {len(lines) - MOST} more"


def _differences(place: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            yield from _differences(f"{place}.{key}" if place else str(key), old.get(key, _GONE), new.get(key, _GONE))
        if not place and [key for key in old if key in new] != [key for key in new if key in old]:
            yield f"in another order: {', '.join(map(str, new))}"
    elif old != new:
        name = place or "all of it"
        yield f"{name}: {_short(old)} → {_short(new)}"


def _short(value: Any) -> str:
    if value is _GONE:
        return "(nothing)"
    plain = isinstance(value, list) and not any(isinstance(each, Mapping | list) for each in value)
    text = (", ".join(map(str, value)) or "(none)") if plain else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
