"""A table of the file becomes a value: the fields of its class say which keys there are and what each may be.

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Burst:
        quiet: Annotated[timedelta, SECONDS, At("quiet_seconds")] = timedelta(seconds=1.2)

is the key `quiet_seconds` of its table: `SECONDS` is its kind (`kinds.py`), and the field's default makes it one that
may be left out. A field without a kind goes by its type: true or false, a name, a whole number, names, one of an
enumeration, or a table, rows or a list of another such class. A method `complete` of the class says what several keys
mean together: it gets the table to report problems on.

Every problem is collected; nothing stops at the first. Each has its place in the file, which `problem.py` makes a line.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache, partial
from types import UnionType
from typing import Annotated, Any, Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from core.policy.kinds import COUNT, FLAG, NAME, NAME_SET, NAMES, Kind, member
from core.policy.problem import Place, PolicyProblem, show, spell, suggest

T = TypeVar("T")

REQUIRED: Final = object()  # no default: the key must be there
USUAL: Mapping[Any, Kind[Any]] = {
    bool: FLAG,
    str: NAME,
    int: COUNT,
    tuple[str, ...]: NAMES,
    frozenset[str]: NAME_SET,
}
# Where keys of earlier versions went.
MOVED = {"channels.shadow": "shadow.channels", "handoff": "groups.NAME.reply_within"}


class Table:
    """A mapping of the file, where it stands, and which of its keys were asked for. `name` is what a row is called."""

    def __init__(self, fields: object, place: Place = (), above: "Table | None" = None, name: str = "") -> None:
        self.fields: Mapping[Any, Any] = fields if isinstance(fields, Mapping) else {}
        self.place, self.above, self.name = place, above, name
        self.root: Table = above.root if above else self
        self.problems: list[PolicyProblem] = above.problems if above else []
        self.known: set[str] = set()
        self.below: dict[Place, Table] = {}
        if fields is not None and not isinstance(fields, Mapping):
            self.problem((), f"found {show(fields)}, expected keys with values")

    def __contains__(self, key: str) -> bool:
        return key in self.fields

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong in it so far."""
        return not any(problem.place[: len(self.place)] == self.place for problem in self.problems)

    def problem(self, place: Place, text: str) -> None:
        """`place` is counted from here."""
        self.problems.append(PolicyProblem(place=(*self.place, *place), text=text))

    def at(self, key: str, kind: Kind[T], default: T | object = REQUIRED) -> T:
        """The value of a key; a default makes it one that may be left out.

        After a problem None comes back, whatever the type: then nothing that was read may be used."""
        self.known.add(key)
        value = self.fields.get(key)
        if value is None and default is not REQUIRED:
            return cast(T, default)
        return cast(T, self._take(key, value, kind))

    def within(self, key: str) -> "Table":
        """The keys under a key; none where it is left out."""
        self.known.add(str(key))
        return self._child((key,), self.fields.get(key))

    def rows(self, key: str, name: Kind[Any]) -> "dict[Any, Table]":
        """The named tables under a key. `name` says which names there may be."""
        table = self.within(key)
        names = {each: table.called(each, name) for each in table.fields}
        return {known: table._child((each,), table.fields[each], str(known)) for each, known in names.items()}

    def values(self, key: str, name: Kind[Any], kind: Kind[T]) -> dict[Any, T]:
        """A mapping from names to values of one kind."""
        table = self.within(key)
        return {
            table.called(each, name): cast(T, table._take(each, value, kind)) for each, value in table.fields.items()
        }

    def listed(self, key: str) -> "list[Table]":
        """The tables of a list."""
        self.known.add(key)
        value = self.fields.get(key)
        if value is not None and not isinstance(value, list):
            self.problem((key,), f"found {show(value)}, expected a list")
        rows = value if isinstance(value, list) else []
        return [self.item(key, number, {} if row is None else row) for number, row in enumerate(rows)]

    def item(self, key: str, number: int, row: object) -> "Table":
        return self._child((key, number), row)

    def strangers(self) -> Iterator[PolicyProblem]:
        """A misspelt key would silently do nothing, so it is a problem like any other. Ask when all is read."""
        for key in self.fields:
            if str(key) not in self.known:
                yield PolicyProblem(place=(*self.place, key), text=self._misspelt(str(key)))
        for below in self.below.values():
            yield from below.strangers()

    def _misspelt(self, key: str) -> str:
        moved = MOVED.get(spell((*self.place, key)))
        if moved:
            return f"is written {moved} now"
        known, listed = sorted(self.known), ", ".join(sorted(self.known))
        return f"is no key of the policy{suggest(key, known) or f'; expected {listed}'}"

    def _child(self, place: Place, fields: object, name: str = "") -> "Table":
        """Always the same one for a place: several values may come from one table."""
        if place not in self.below:
            self.below[place] = Table(fields, (*self.place, *place), self, name)
        return self.below[place]

    def called(self, key: Any, kind: Kind[T]) -> T | str:
        """YAML takes an unquoted `on:` or `no:` for a yes or no: such a name is a problem, not a surprise."""
        name: T | str
        try:
            name = kind.read(key)
        except (ValueError, TypeError):
            self.problem((str(key),), f"found the name {show(key)}, expected {kind.describe_wanted(key)}")
            name = str(key)
        self.known.add(str(name))
        return name

    def _take(self, key: Any, value: Any, kind: Kind[T]) -> T | None:
        try:
            if value is None:
                raise ValueError
            return kind.read(value)
        except (ValueError, TypeError, KeyError, OverflowError):
            self.problem((key,), f"found {show(value)}, expected {kind.describe_wanted(value)}")
            return None


# ---------------------------------------------------------------- what stands beside a field's type


@dataclass(frozen=True, slots=True)
class At:
    """Where in its table the field stands, such as `prices.light`; a leading / counts from the top of the file. Without
    an `At` the key is the field's name; an empty path is the table itself.

    `otherwise` names the key of the file whose value it has where it is left out."""

    path: str
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Custom:
    """A field that no kind describes alone: `read` gets its table and its key there."""

    read: Callable[[Table, str], Any]


@dataclass(frozen=True, slots=True)
class Filled:
    """Of rows of names and values: none may be empty, and that is what is expected instead."""

    expected: str


Read = Callable[[Table, str, Any], Any]  # of a table, a key of it and what holds where that is left out


def read_table(cls: type[T], table: Table) -> T:
    """The value of a class that a table of the file describes; None where it cannot be made after a problem."""
    values = {name: read(table) for name, read in _readers(cast(Any, cls))}
    try:
        found = cls(**values)
    except (TypeError, ValueError):
        if table.sound:
            raise
        return cast(T, None)
    return cast(T, found.complete(table)) if hasattr(found, "complete") else found


@cache
def _readers(cls: Any) -> tuple[tuple[str, Callable[[Table], Any]], ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple((each.name, _of_field(each, hints[each.name])) for each in fields(cls))


def _of_field(each: Field[Any], hint: Any) -> Callable[[Table], Any]:
    bare, extras = _split(hint)
    at = next((extra for extra in extras if isinstance(extra, At)), At(each.name))
    if not at.path:
        return partial(read_table, bare)
    *above, key = at.path.lstrip("/").split(".")
    value = _of_hint(hint)

    def read(table: Table) -> Any:
        place = table.root if at.path.startswith("/") else table
        for part in above:
            place = place.within(part)
        default = REQUIRED if each.default is MISSING else each.default
        if each.default_factory is not MISSING:
            default = each.default_factory()
        return value(place, key, _other(table.root, at.otherwise, value, default) if at.otherwise else default)

    return read


def _other(root: Table, path: str, value: Read, default: Any) -> Any:
    """What stands at another key of the file; if that is wrong, it is told there."""
    written: Any = root.fields
    for part in path.split("."):
        written = written.get(part) if isinstance(written, Mapping) else None
    return value(Table({path: written}), path, default)


def _of_hint(hint: Any) -> Read:
    """How a value of a type is read."""
    bare, extras = _split(hint)
    custom = next((extra for extra in extras if isinstance(extra, Custom)), None)
    if custom is not None:
        own = custom.read
        return lambda table, key, default: own(table, key)
    kind = _kind(hint)
    if kind is not None:
        return lambda table, key, default: table.at(key, kind, default)
    if is_dataclass(bare):
        written = get_args(hint)[0] if get_origin(hint) is Annotated else hint
        return partial(_nested, cast(Any, bare), type(None) in get_args(written))
    if get_origin(bare) is tuple:
        row = get_args(bare)[0]
        return lambda table, key, default: tuple(read_table(row, each) for each in table.listed(key))
    name, of = get_args(bare)
    names, below = _kind(name) or NAME, _kind(of)
    if below is not None:
        return lambda table, key, default: table.values(key, names, below)
    if is_dataclass(of):
        return lambda table, key, default: {
            each: read_table(cast(Any, of), row) for each, row in table.rows(key, names).items()
        }
    expected = next(extra.expected for extra in extras if isinstance(extra, Filled))
    inner = [_kind(each) or NAME for each in get_args(of)]
    return lambda table, key, default: _filled(table.within(key), names, (inner[0], inner[1]), expected)


def _nested(cls: type[T], optional: bool, table: Table, key: str, _default: object) -> T | None:
    below = table.within(key)
    return None if optional and key not in table else read_table(cls, below)


def _filled(
    table: Table, names: Kind[Any], inner: tuple[Kind[Any], Kind[Any]], expected: str
) -> dict[Any, dict[Any, Any]]:
    taken = {}
    for each, value in table.fields.items():
        if not value or not isinstance(value, Mapping):
            table.known.add(str(each))
            table.problem((each,), f"found {show(value)}, expected {expected}")
        else:
            taken[table.called(each, names)] = table.values(each, *inner)
    return taken


def _split(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without what stands beside it and without `| None`, and what stands beside it."""
    extras = hint.__metadata__ if get_origin(hint) is Annotated else ()
    bare = get_args(hint)[0] if extras else hint
    if get_origin(bare) in (Union, UnionType):
        bare = next(each for each in get_args(bare) if each is not type(None))
    return bare, extras


def _kind(hint: Any) -> Kind[Any] | None:
    """What a single value may be; None for tables, rows and lists of tables."""
    bare, extras = _split(hint)
    beside = next((extra for extra in extras if isinstance(extra, Kind)), None)
    if beside is None and isinstance(bare, type) and issubclass(bare, StrEnum):
        return member(bare)
    return beside or USUAL.get(bare)
