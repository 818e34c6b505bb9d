"""A history of arrivals as a person exports it: CSV with a header, or one JSON object a line."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from apps.route.languages import language_in
from core.errors import ConfigurationError
from core.model.agent import Handled

MOST_PROBLEMS = 20
MOST_MINUTES = 24 * 60
PRIORITIES = ("low", "normal", "high", "urgent")
COLUMNS = {
    "at",
    "intent",
    "language",
    "customer",
    "handle_minutes",
    "channel",
    "priority",
    "agent",
    "group",
    "complexity",
}
NEEDED = ("at", "intent", "handle_minutes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One conversation that came in, and the minutes of work it took. `agent` is who handled it then, by id or name;
    empty where the export does not say. `group` is the team it went to, empty: any."""

    number: int
    at: datetime
    intent: str
    minutes: float
    language: str = ""
    customer: str = ""
    channel: str = ""
    first: bool = False
    agent: str = ""
    group: str = ""
    complexity: float = 0.0

    @property
    def handled(self) -> Handled:
        return Handled(agent=self.agent, intent=self.intent, minutes=self.minutes, complexity=self.complexity)


def read_history(path: Path) -> list[Arrival]:
    """By time.

    Raises:
        ConfigurationError: naming the line of each problem, the first twenty of them.
    """
    arrivals: list[Arrival] = []
    problems: list[str] = []
    for line, row in _rows(path, problems):
        try:
            arrivals.append(_arrival(len(arrivals), row))
        except ValueError as error:
            problems.append(f"line {line}: {error}")
    if not problems and not arrivals:
        problems.append("there is no arrival in it")
    if problems:
        more = [f"and {len(problems) - MOST_PROBLEMS} more"] if len(problems) > MOST_PROBLEMS else []
        listed = "\n".join(f"  - {problem}" for problem in [*problems[:MOST_PROBLEMS], *more])
        raise ConfigurationError(f"{path.name} cannot be replayed:\n{listed}")
    return sorted(arrivals, key=lambda arrival: (arrival.at, arrival.number))


def _rows(path: Path, problems: list[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path.name} is not UTF-8 text: save it as UTF-8") from error
    first = next((line for line in text.splitlines() if line.strip()), "")
    return _of_json(text, problems) if first.lstrip().startswith("{") else _of_csv(text, problems)


def _of_json(text: str, problems: list[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line, written in enumerate(text.splitlines(), 1):
        if not written.strip():
            continue
        try:
            row = json.loads(written)
        except ValueError:
            problems.append(f"line {line}: this is not JSON")
            continue
        if isinstance(row, dict):
            yield line, row
        else:
            problems.append(f'line {line}: expected an object, as in {{"at": …}}')


def _of_csv(text: str, problems: list[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(text.splitlines())
    names = [name.strip() for name in reader.fieldnames or []]
    renamed = ["intent" if name == "skill" and "intent" not in names else name for name in names]
    reader.fieldnames = renamed
    missing = [name for name in NEEDED if name not in renamed]
    unknown = [name for name in renamed if name not in COLUMNS]
    problems += [f"line 1: there is no column {name}" for name in missing]
    problems += [f"line 1: {name!r} is not a column; they are {', '.join(sorted(COLUMNS))}" for name in unknown]
    if missing or unknown:
        return
    for row in reader:
        if None in row or None in row.values():
            problems.append(f"line {reader.line_num}: expected {len(renamed)} fields")
        else:
            yield reader.line_num, row


def _arrival(number: int, row: Mapping[str, Any]) -> Arrival:
    unknown = sorted(set(row) - COLUMNS - {"skill"})
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not known; the keys are {', '.join(sorted(COLUMNS))}")
    intent = _text(row, "intent") or _text(row, "skill")
    if not intent:
        raise ValueError("intent is empty")
    priority = _text(row, "priority").lower() or "normal"
    if priority not in PRIORITIES:
        raise ValueError(f"priority {priority!r} is none of {', '.join(PRIORITIES)}")
    return Arrival(
        number=number,
        at=_moment(_text(row, "at")),
        intent=intent,
        minutes=_number(row, "handle_minutes", MOST_MINUTES, above=True),
        language=language_in(_text(row, "language")) if _text(row, "language") else "",
        customer=_text(row, "customer"),
        channel=_text(row, "channel"),
        first=priority == "urgent",
        agent=_text(row, "agent"),
        group=_text(row, "group"),
        complexity=_number(row, "complexity", 1) if _text(row, "complexity") else 0.0,
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()


def _moment(text: str) -> datetime:
    """In UTC, in which the hours of the agents are written."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"at {text!r} is not a time such as 2026-11-02T09:30:00Z") from None


def _number(row: Mapping[str, Any], name: str, most: float, *, above: bool = False) -> float:
    text = _text(row, name)
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{name} {text!r} is not a number") from None
    if not 0 <= value <= most or (above and value == 0):
        raise ValueError(f"{name} {text} is not between 0 and {most:g}")
    return value
