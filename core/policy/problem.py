"""What is wrong in a policy file: where it stands, and how it is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from core.errors import ConfigurationError

Place = tuple[str | int, ...]

LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyProblem:
    """Something wrong in the file. `line` counts from 1; 0 where nobody knows it."""

    place: Place
    text: str
    line: int = 0

    @property
    def key(self) -> str:
        return spell(self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the file is called, and on which line each of its keys stands."""

    name: str = "policy"
    lines: Mapping[Place, int] | None = None

    def line(self, place: Place) -> int:
        """The line of a key, or of the nearest one above it where the key itself is missing. 0: not known."""
        lines = self.lines or {}
        return next((lines[place[:end]] for end in range(len(place), -1, -1) if place[:end] in lines), 0)

    def tell(self, place: Place, text: str) -> str:
        line = self.line(place)
        where = f"{self.name}:{line}" if line else self.name
        return f"{where}: {spell(place)}: {text}" if place else f"{where}: {text}"


class PolicyError(ConfigurationError):
    """The policy file is wrong. One line per problem, in the order of the file."""

    def __init__(self, source: Source, problems: Sequence[PolicyProblem]) -> None:
        found = [PolicyProblem(place=p.place, text=p.text, line=p.line or source.line(p.place)) for p in problems]
        self.problems = tuple(sorted(found, key=lambda problem: (problem.line, problem.key)))
        super().__init__("\n".join(source.tell(problem.place, problem.text) for problem in self.problems))


def spell(place: Place) -> str:
    """`("tests", 3, "given")` as `tests[3].given`."""
    return "".join(f"[{key}]" if isinstance(key, int) and at else f".{key}" for at, key in enumerate(place)).lstrip(".")


def suggest(name: str, known: Iterable[str]) -> str:
    """`; did you mean …?` where a known name is close."""
    near = get_close_matches(name, [str(each) for each in known], 1)
    return f"; did you mean {near[0]}?" if near else ""


def show(value: object) -> str:
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
