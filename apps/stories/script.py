"""A story as it is written: YAML that a person can read, and what is wrong with it told all at once."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from core.errors import ConfigurationError

# When a story begins: the next such hour from now on, so that opening hours and quiet hours mean the same in each.

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_weekday(text: str) -> tuple[int, time]:
    """The day of the week (Monday is 0) and the time of day. ValueError for anything else."""
    day, _, hour = text.strip().partition(" ")
    try:
        return DAYS.index(day.lower()), datetime.strptime(hour.strip(), "%H:%M").time()  # noqa: DTZ007 - no day's
    except ValueError as error:
        raise ValueError(f"{text!r} is no moment of a week: write for instance Tuesday 10:00") from error


def next_beginning(text: str, now: datetime, zone: str = "Europe/London") -> datetime:
    """`Tuesday 10:00` on the company's clock. ValueError for anything else."""
    day, clock = read_weekday(text)
    here = now.astimezone(ZoneInfo(zone))
    first = here.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    first += timedelta(days=(day - here.weekday()) % 7)
    return first if first >= here else first + timedelta(days=7)


# The story.

FIELDS = {"story", "about", "company", "begins", "people", "matters", "steps", "missing"}
DEFAULT_BEGIN = "Tuesday 10:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`who` is a person of the story or empty, `does` the rest of the sentence, `given` what stands behind it."""

    who: str
    does: str
    given: Any
    number: int

    def __str__(self) -> str:
        return f"{self.who} {self.does}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`people` maps the story's name for somebody to the full one; `matters` how many conversations each customer
    has in the end, one where nothing is said. `missing` says what Handrail cannot do yet, so that the story must fail;
    empty: it must pass."""

    title: str
    path: Path
    people: Mapping[str, str]
    steps: tuple[Step, ...]
    about: str = ""
    company: str = "larkfield"
    begins: str = DEFAULT_BEGIN
    matters: Mapping[str, int] = field(default_factory=dict)
    missing: str = ""


def read_story(path: Path, people_do: Collection[str], world_does: Collection[str]) -> Story:
    """Raises ConfigurationError with everything that is wrong."""
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path} cannot be read as a story: {error}") from error
    problems: list[str] = []
    if not isinstance(written, dict):
        raise ConfigurationError(f"{path} is no story: it must have story, people and steps")
    problems += [f"{name} is nothing that a story has" for name in written if name not in FIELDS]
    problems += [f"{name} is missing" for name in ("story", "people", "steps") if not written.get(name)]
    people = written.get("people") or {}
    rows = written.get("steps") or []
    if not isinstance(people, dict) or not isinstance(rows, list):
        raise ConfigurationError(f"{path}: people must be a mapping of names, steps a list")
    problems += [*_of_begins(written), *_of_matters(written, people)]
    steps = [_step(row, number, people, problems) for number, row in enumerate(rows, 1)]
    for step in steps:
        if step.does not in (people_do if step.who else world_does):
            problems.append(f"step {step.number}: nobody knows how to play “{step}”")
    if problems:
        raise ConfigurationError(f"{path}:\n" + "\n".join(f"  - {problem}" for problem in problems))
    return _story(path, written, steps)


def _of_begins(written: Mapping[str, Any]) -> Iterator[str]:
    try:
        read_weekday(str(written.get("begins") or DEFAULT_BEGIN))
    except ValueError as error:
        yield f"begins: {error}"


def _of_matters(written: Mapping[str, Any], people: Mapping[str, Any]) -> Iterator[str]:
    matters = written.get("matters") or {}
    if not isinstance(matters, dict):
        yield "matters must be a mapping of names: how many conversations each of them has in the end"
        return
    for name, count in matters.items():
        if name not in people:
            yield f"matters: there is no {name} among the people"
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            yield f"matters: how many conversations {name} has is a number, not {count!r}"


def _story(path: Path, written: Mapping[str, Any], steps: list[Step]) -> Story:
    return Story(
        title=str(written["story"]),
        path=path,
        people={str(name): str(full) for name, full in written["people"].items()},
        steps=tuple(steps),
        about=str(written.get("about") or ""),
        company=str(written.get("company") or "larkfield"),
        begins=str(written.get("begins") or DEFAULT_BEGIN),
        matters={str(name): count for name, count in (written.get("matters") or {}).items()},
        missing=str(written.get("missing") or ""),
    )


def _step(row: Any, number: int, people: Mapping[str, Any], problems: list[str]) -> Step:
    """`- Emma texts: Hello` or the bare sentence `- Emma hangs up`."""
    if isinstance(row, str):
        row = {row: None}
    if not isinstance(row, dict) or len(row) != 1:
        problems.append(f"step {number}: one sentence, then a colon and what is said or must be seen")
        return Step(who="", does="", given=None, number=number)
    [(sentence, given)] = row.items()
    who = next((name for name in sorted(people, key=len, reverse=True) if str(sentence).startswith(f"{name} ")), "")
    return Step(who=who, does=str(sentence)[len(who) :].strip(), given=given, number=number)
