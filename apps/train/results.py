"""Results, a line of JSON each, kept from one training to the next; and what they come to for each person."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from core.errors import ConfigurationError

NAME = "results.jsonl"
MOST_MISSED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One exercise that somebody finished. `missed` are the checks that did not pass; `minutes` what it should take.
    Of a matter of the company's own `parts` is the quality score of the reply and `then` that of what was sent then,
    part → score; `passed` counts the good ones `of` those that can be told, and `missed` names the faulty ones."""

    at: str
    agent_id: str
    agent: str
    exercise: str
    title: str
    ticket_id: str
    passed: int
    of: int
    seconds: float
    minutes: int
    missed: tuple[str, ...]
    parts: Mapping[str, str] = field(default_factory=dict)
    then: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """How somebody did, by the last try at each exercise."""

    agent: str
    done: int
    whole: int
    passed: int
    of: int
    seconds: float
    missed: tuple[str, ...]


def append(folder: Path, result: Result) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / NAME).open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")


def read_results(folder: Path) -> list[Result]:
    """Oldest first; none where nobody has trained. Raises ConfigurationError for a line that is none of ours."""
    path = folder / NAME
    if not path.exists():
        return []
    found = []
    # Not splitlines(): that would also end a line at what only some programs take for its end.
    for number, line in enumerate(path.read_text(encoding="utf-8").rstrip("\n").split("\n"), 1):
        try:
            row: dict[str, Any] = json.loads(line)
            found.append(Result(**{**row, "missed": tuple(row["missed"])}))
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(f"{path}:{number} is no result of a training: {error}") from error
    return found


def latest(results: Sequence[Result]) -> list[Result]:
    """The last try of each person at each exercise."""
    return list({(result.agent_id, result.exercise): result for result in results}.values())


def people(results: Sequence[Result]) -> list[Person]:
    """By name."""
    last = latest(results)
    names = {result.agent_id: result.agent for result in last}
    mine = {agent_id: [result for result in last if result.agent_id == agent_id] for agent_id in names}
    return sorted((_person(names[agent_id], rows) for agent_id, rows in mine.items()), key=lambda each: each.agent)


def _person(agent: str, rows: Sequence[Result]) -> Person:
    missed = Counter(miss for row in rows for miss in row.missed)
    return Person(
        agent=agent,
        done=len(rows),
        whole=sum(row.passed == row.of for row in rows),
        passed=sum(row.passed for row in rows),
        of=sum(row.of for row in rows),
        seconds=median(row.seconds for row in rows),
        missed=tuple(name for name, _ in missed.most_common(MOST_MISSED)),
    )


def lines(results: Sequence[Result], exercises: int) -> Iterator[str]:
    """A line for each person, then a line for each exercise; then the company's own matters."""
    if not results:
        yield "Nobody has trained yet: handrail train."
        return
    ours, own = ([row for row in results if bool(row.parts) is of_own] for of_own in (False, True))
    if ours:
        yield from _exercise_lines(ours, exercises)
    if own:
        yield from _own_lines(own)
    last = latest(results)
    tries = f"{len(results)} tries in all" if len(results) > len(last) else "one try each"
    yield f"\nThe last try at each exercise counts; {tries}."


def _exercise_lines(results: Sequence[Result], exercises: int) -> Iterator[str]:
    yield f"{'':<22} {'exercises':>10}  {'without a miss':>14}  {'checks':>9}  {'time (median)':>13}"
    for each in people(results):
        counts = f"{f'{each.done} of {exercises}':>10}  {each.whole:>14}  {f'{each.passed}/{each.of}':>9}"
        yield f"{each.agent:<22} {counts}  {_clock(each.seconds):>13}"
        if each.missed:
            yield f"  to practise: {'; '.join(each.missed)}"
    yield ""
    last = latest(results)
    for title in dict.fromkeys(row.title for row in last):
        rows = [row for row in last if row.title == title]
        whole = sum(row.passed == row.of for row in rows)
        yield f"{title}: {whole} of {len(rows)} without a miss, {_clock(median(row.seconds for row in rows))}"


def _own_lines(results: Sequence[Result]) -> Iterator[str]:
    """Each matter by itself: how the replies scored, part by part, beside what was sent then. Nobody is compared."""
    yield "\nYour own matters, by the quality score (docs/conversation-quality.md):"
    last = latest(results)
    for title in sorted({row.title for row in last}):
        rows = sorted((row for row in last if row.title == title), key=lambda row: row.agent)
        yield f"{title}"
        yield f"  {'what was sent then':<20} {_scores(rows[-1].then)}"
        yield from (f"  {row.agent:<20} {_scores(row.parts)}, {_clock(row.seconds)}" for row in rows)


def _scores(parts: Mapping[str, str]) -> str:
    return ", ".join(f"{part} {score}" for part, score in parts.items())


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def as_object(results: Sequence[Result]) -> dict[str, Any]:
    return {
        "people": [asdict(each) for each in people([row for row in results if not row.parts])],
        "results": [asdict(each) for each in results],
    }
