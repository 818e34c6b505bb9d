"""The files of a replay: the history of conversations, and the roster of agents."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import yaml

from core.errors import ConfigurationError
from core.model.agent import Agent, Handled
from core.model.language import language_code
from core.policy.languages import CODES


def language_in(written: object) -> str:
    """The ISO 639-1 code; YAML reads an unquoted `no` as False.

    Raises:
        ValueError: for what is no language that we know.
    """
    name = "no" if written is False else str(written).strip()
    code = language_code(name)
    if code not in CODES:
        raise ValueError(f"language {name!r} is neither a code such as de nor the name of a language that we know")
    return code


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
    return _of_json(text, problems) if first.lstrip().startswith("{") else _rows_of_csv(text, problems)


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


def _rows_of_csv(text: str, problems: list[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
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
    rows = _members_of_csv(text) if path.suffix.lower() == ".csv" else _of_yaml(path, text)
    members: list[Member] = []
    problems: list[str] = []
    for place, row in rows:
        try:
            members.append(_member(row))
        except ValueError as error:
            problems.append(f"{place}: {error}")
    return check_roster(path.name, members, problems)


def as_members(agents: Iterable[Agent]) -> list[Member]:
    """As the helpdesk has them; whoever is away at this moment is replayed as at work, with nothing in hand."""
    taking = [agent for agent in agents if agent.capacity != 0]
    return [Member(agent=replace(agent, available=True, open=0, last_assigned_at=None)) for agent in taking]


def check_roster(name: str, members: Sequence[Member], problems: Sequence[str]) -> list[Member]:
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


def _members_of_csv(text: str) -> list[tuple[str, Mapping[str, Any]]]:
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
