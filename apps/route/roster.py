"""The agents of a replay: from a YAML or CSV file, or as the helpdesk reports them now."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

import yaml

from apps.route.languages import language_in
from core.errors import ConfigurationError
from core.model.agent import Agent

KEYS = {"id", "name", "groups", "skills", "languages", "capacity", "senior", "hours", "available"}
YES, NO = {"true", "yes", "1"}, {"false", "no", "0", ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An agent, and the hours (UTC) in which they take something new; None: always."""

    agent: Agent
    opens: time | None = None
    closes: time | None = None

    def takes(self, at: datetime) -> bool:
        if self.opens is None or self.closes is None:
            return True
        now = at.timetz().replace(tzinfo=None)
        if self.opens <= self.closes:
            return self.opens <= now < self.closes
        return now >= self.opens or now < self.closes  # past midnight


def read_roster(path: Path) -> list[Member]:
    """Raises ConfigurationError with the line, or the place in the list, of each problem."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    rows = _of_csv(text) if path.suffix.lower() == ".csv" else _of_yaml(path, text)
    members: list[Member] = []
    problems: list[str] = []
    for place, row in rows:
        try:
            members.append(_member(row))
        except ValueError as error:
            problems.append(f"{place}: {error}")
    return checked(path.name, members, problems)


def reported(agents: Iterable[Agent]) -> list[Member]:
    """As the helpdesk has them; whoever is away at this moment is replayed as at work, with nothing in hand."""
    taking = [agent for agent in agents if agent.capacity != 0]
    return [Member(agent=replace(agent, available=True, open=0, last_assigned_at=None)) for agent in taking]


def checked(name: str, members: Sequence[Member], problems: Sequence[str]) -> list[Member]:
    ids = [member.agent.id for member in members]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    found = [*problems, *(f"the id {each} is there twice" for each in twice)]
    at_work = [member for member in members if member.agent.available]
    if not found and not at_work:
        found.append("there is nobody in it who is at work")
    if found:
        listed = "\n".join(f"  - {problem}" for problem in found)
        raise ConfigurationError(f"{name} names no agents to replay with:\n{listed}")
    return sorted(at_work, key=lambda member: (len(member.agent.id), member.agent.id))


def _of_csv(text: str) -> list[tuple[str, Mapping[str, Any]]]:
    reader = csv.DictReader(text.splitlines())
    return [(f"line {reader.line_num}", row) for row in reader]


def _of_yaml(path: Path, text: str) -> list[tuple[str, Mapping[str, Any]]]:
    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise ConfigurationError(f"{path.name}: {where}this is not YAML") from error
    rows = loaded.get("agents") if isinstance(loaded, dict) else loaded
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigurationError(f"{path.name}: expected a list of agents, each with a name")
    return [(f"agent {number}", row) for number, row in enumerate(rows, 1)]


def _member(row: Mapping[str, Any]) -> Member:
    unknown = sorted(str(key) for key in row if key not in KEYS)
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not known; the keys are {', '.join(sorted(KEYS))}")
    name = str(row.get("name") or row.get("id") or "").strip()
    if not name:
        raise ValueError("there is no name")
    opens, closes = _hours(str(row.get("hours") or ""))
    agent = Agent(
        id=str(row.get("id") or name).strip(),
        name=name,
        groups=_words(row.get("groups")),
        skills=_words(row.get("skills")),
        languages=frozenset(language_in(word) for word in _parts(row.get("languages"))),
        capacity=_capacity(row.get("capacity")),
        senior=_yes(row, "senior", default=False),
        available=_yes(row, "available", default=True),
    )
    return Member(agent=agent, opens=opens, closes=closes)


def _words(value: Any) -> frozenset[str]:
    """A list, or a text with bars or semicolons between."""
    return frozenset(str(part).strip() for part in _parts(value))


def _parts(value: Any) -> list[Any]:
    parts = [value] if value is False else str(value or "").replace(";", "|").split("|")
    return [part for part in (value if isinstance(value, list) else parts) if str(part).strip()]


def _capacity(value: Any) -> int | None:
    if value in (None, ""):
        return None
    if not str(value).isdigit() or int(value) == 0:
        raise ValueError(f"capacity {value!r} is not a number of conversations")
    return int(value)


def _yes(row: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = str(row.get(name, default)).strip().lower()
    if value not in YES | NO:
        raise ValueError(f"{name} {value!r} is neither yes nor no")
    return value in YES


def _hours(text: str) -> tuple[time | None, time | None]:
    if not text.strip():
        return None, None
    opens, _, closes = text.partition("-")
    try:
        first, last = time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    except ValueError:
        raise ValueError(f"hours {text!r} are not written as 09:00-17:30") from None
    if first == last:
        raise ValueError(f"hours {text!r} begin when they end; leave them out for somebody who is always there")
    return first, last
