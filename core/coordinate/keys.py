"""Reading a parsed policy file key by key, so that every problem is found and not just the first.

What a value may be is said in `kinds.py`; here is where it stands and how a problem with it is told.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, Generic, TypeVar, cast

from core.errors import ConfigurationError

T = TypeVar("T")
Place = tuple[str | int, ...]

LONGEST_SHOWN = 60
FEW = 8  # names that are listed although it is plain which one was meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[T]):
    """What a value may be, in words for a person, and the function that takes it over.

    `read` raises ValueError, TypeError or OverflowError for anything else. `names` are the words that it may be made
    of, where there are only some."""

    expected: str
    read: Callable[[Any], T]
    names: tuple[str, ...] = ()

    def wanted(self, value: object) -> str:
        """What was expected instead of a value: what it was probably meant to be, else all that it may be."""
        written = value if isinstance(value, list | Mapping) else [value]
        wrong = next((str(item) for item in written if str(item) not in self.names), "")
        near = meant(wrong, self.names) if self.names and wrong else ""
        return f"one of {len(self.names)} names{near}" if near and len(self.names) > FEW else f"{self.expected}{near}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong in the file. `line` counts from 1; 0 where nobody knows it."""

    place: Place
    text: str
    line: int = 0

    @property
    def key(self) -> str:
        return spelt(self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the file is called, and on which line each of its keys stands."""

    name: str = "policy"
    lines: Mapping[Place, int] | None = None

    def line(self, place: Place) -> int:
        """The line of a key, or of the nearest one above it where the key itself is missing. 0: not known."""
        lines = self.lines or {}
        return next((lines[place[:end]] for end in range(len(place), -1, -1) if place[:end] in lines), 0)

    def told(self, place: Place, text: str) -> str:
        line = self.line(place)
        where = f"{self.name}:{line}" if line else self.name
        return f"{where}: {spelt(place)}: {text}" if place else f"{where}: {text}"


class PolicyError(ConfigurationError):
    """The policy file is wrong. One line per problem, in the order of the file."""

    def __init__(self, source: Source, problems: Sequence[Problem]) -> None:
        found = [Problem(place=p.place, text=p.text, line=p.line or source.line(p.place)) for p in problems]
        self.problems = tuple(sorted(found, key=lambda problem: (problem.line, problem.key)))
        super().__init__("\n".join(source.told(problem.place, problem.text) for problem in self.problems))


def spelt(place: Place) -> str:
    """`("tests", 3, "given")` as `tests[3].given`."""
    return "".join(f"[{key}]" if isinstance(key, int) and at else f".{key}" for at, key in enumerate(place)).lstrip(".")


class _Required:
    """No default: the key must be there."""


REQUIRED: Final = _Required()


class Keys:
    """A mapping of the file, and where it stands in it. Collects problems instead of stopping at the first."""

    def __init__(self, fields: object, place: Place = (), problems: list[Problem] | None = None) -> None:
        self.place = place
        self.problems: list[Problem] = [] if problems is None else problems
        self._known: list[str] = []
        self._below: list[Keys] = []
        self._fields: Mapping[Any, Any] = fields if isinstance(fields, Mapping) else {}
        if fields is not None and not isinstance(fields, Mapping):
            self.problem((), f"found {shown(fields)}, expected keys with values")

    def __contains__(self, key: str) -> bool:
        return key in self._fields

    def problem(self, place: Place, text: str) -> None:
        """`place` is counted from here."""
        self.problems.append(Problem(place=(*self.place, *place), text=text))

    def skip(self, *keys: str) -> None:
        """These are known, though nothing is read from them here."""
        self._known.extend(keys)

    def at(self, key: str, kind: Kind[T], default: T | _Required = REQUIRED) -> T:
        """The value of a key; a default makes it one that may be left out.

        After a problem something of another type comes back: then nothing that was read may be used."""
        self._known.append(key)
        value = self._fields.get(key)
        if value is None and not isinstance(default, _Required):
            return default
        return cast(T, self._taken((key,), value, kind))

    def perhaps(self, key: str, kind: Kind[T]) -> T | None:
        """The value of a key, None where it is left out."""
        self._known.append(key)
        value = self._fields.get(key)
        return None if value is None else self._taken((key,), value, kind)

    def within(self, key: str) -> "Keys":
        """The keys under a key; none where it is left out."""
        self._known.append(key)
        return self._child((key,), self._fields.get(key))

    def rows(self, key: str, name: Kind[str]) -> dict[str, "Keys"]:
        """The named tables under a key. `name` says which names there may be."""
        rows = self.within(key)
        taken = {rows._name(each, name): rows._child((each,), rows._fields[each]) for each in rows._fields}
        rows._known.extend(taken)
        return taken

    def table(self, key: str, name: Kind[str], kind: Kind[T]) -> dict[str, T]:
        """A mapping from names to values of one kind."""
        rows = self.within(key)
        taken = {
            rows._name(each, name): cast(T, rows._taken((each,), rows._fields[each], kind)) for each in rows._fields
        }
        rows._known.extend(taken)
        return taken

    def tables(
        self, key: str, name: Kind[str], inner: tuple[Kind[str], Kind[T]], expected: str
    ) -> dict[str, dict[str, T]]:
        """The named tables under a key, none of them empty, each from names to values of one kind (`inner`)."""
        rows, taken = self.within(key), {}
        for each, value in rows._fields.items():
            if not value or not isinstance(value, Mapping):
                rows.skip(each)
                rows.problem((each,), f"found {shown(value)}, expected {expected}")
            else:
                taken[rows._name(each, name)] = rows.table(each, *inner)
        return taken

    def listed(self, key: str) -> list["Keys"]:
        """The tables of a list."""
        self._known.append(key)
        value = self._fields.get(key)
        if value is not None and not isinstance(value, list):
            self.problem((key,), f"found {shown(value)}, expected a list")
        rows = value if isinstance(value, list) else []
        return [self._child((key, number), {} if row is None else row) for number, row in enumerate(rows)]

    def strangers(self) -> Iterator[Problem]:
        """A misspelt key would silently do nothing, so it is a problem like any other. Ask when all is read."""
        for key in self._fields:
            if key not in self._known and str(key) not in self._known:
                yield Problem(place=(*self.place, key), text=self._misspelt(str(key)))
        for below in self._below:
            yield from below.strangers()

    def _misspelt(self, key: str) -> str:
        moved = MOVED.get(spelt((*self.place, key)))
        if moved:
            return f"is written {moved} now"
        known = ", ".join(sorted(set(self._known)))
        return f"is no key of the policy{meant(key, self._known) or f'; expected {known}'}"

    def _child(self, place: Place, fields: object) -> "Keys":
        below = Keys(fields, (*self.place, *place), self.problems)
        self._below.append(below)
        return below

    def _name(self, key: Any, kind: Kind[str]) -> str:
        """YAML takes an unquoted `on:` or `no:` for a yes or no: such a name is a problem, not a surprise."""
        try:
            return kind.read(key)
        except (ValueError, TypeError):
            self.problem((str(key),), f"found the name {shown(key)}, expected {kind.wanted(key)}")
            return str(key)

    def _taken(self, place: Place, value: Any, kind: Kind[T]) -> T | None:
        try:
            if value is None:
                raise ValueError
            return kind.read(value)
        except (ValueError, TypeError, KeyError, OverflowError):
            self.problem(place, f"found {shown(value)}, expected {kind.wanted(value)}")
            return None


# Where keys of earlier versions went.
MOVED = {"channels.shadow": "shadow.channels", "handoff": "groups.NAME.reply_within"}


def meant(name: str, known: Iterable[str]) -> str:
    """`; did you mean …?` where a known name is close."""
    near = get_close_matches(name, [str(each) for each in known], 1)
    return f"; did you mean {near[0]}?" if near else ""


def shown(value: object) -> str:
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
