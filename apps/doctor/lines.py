"""What the doctor says: one line for each thing looked at."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"  # it works, and will not for long, or not as well as it could
    FAILING = "failing"
    SKIPPED = "skipped"  # nothing to look at, or not possible to look


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen, and what to do about it."""

    state: State
    found: str
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A finding with its place in the report."""

    section: str
    check: str
    seen: Seen


def ok(found: str) -> Seen:
    return Seen(state=State.OK, found=found)


def warning(found: str, fix: str) -> Seen:
    return Seen(state=State.WARNING, found=found, fix=fix)


def failing(found: str, fix: str) -> Seen:
    return Seen(state=State.FAILING, found=found, fix=fix)


def skip(found: str, fix: str = "") -> Seen:
    return Seen(state=State.SKIPPED, found=found, fix=fix)


def few(names: list[str], most: int = 5) -> str:
    """The first names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
