"""A plan of things to make at a vendor, and the book of what was made."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from core.errors import ConfigurationError, HandrailError, RejectedError
from core.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing. `made`: by us, else it was there and `before` is what we changed of it. `after` is what we set."""

    kind: str
    name: str
    id: str = ""
    made: bool = True
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


class Book:
    """One vendor's entries in the store. Without a store nothing was ever made, and nothing can be written down."""

    def __init__(self, store: Store | None, vendor: str) -> None:
        self._store = store
        self._name = f"connected:{vendor}"

    def all(self) -> list[Entry]:
        """In the order in which they were made."""
        if self._store is None:
            return []
        with self._store.read() as unit:
            return [Entry(**row) for row in json.loads(unit.cursors.get(self._name) or "[]")]

    def find(self, kind: str, name: str) -> Entry | None:
        return next((entry for entry in self.all() if (entry.kind, entry.name) == (kind, name)), None)

    def put(self, entry: Entry) -> None:
        """Write it down, in place of an older word on the same thing."""
        rows = self.all()
        places = [at for at, row in enumerate(rows) if (row.kind, row.name) == (entry.kind, entry.name)]
        if places:
            rows[places[0]] = entry
        else:
            rows.append(entry)
        self._keep(rows)

    def drop(self, entry: Entry) -> None:
        self._keep([row for row in self.all() if (row.kind, row.name) != (entry.kind, entry.name)])

    def _keep(self, rows: list[Entry]) -> None:
        if self._store is None:
            raise RuntimeError("nothing can be written down without a store")
        with self._store.begin() as unit:
            unit.cursors.set(self._name, json.dumps([asdict(row) for row in rows], ensure_ascii=False))


LONGEST = 240  # characters of a value in a plan
PLAIN = frozenset({"name", "title", "status"})  # of something new: the title of the step says as much
EVENT_TYPE = "zen:event-type:"  # in front of each of Zendesk's events


class Kind(StrEnum):
    CREATE = "create"
    CHANGE = "change"
    KEEP = "keep"
    REMOVE = "remove"
    RESTORE = "restore"
    SAVE = "save"
    PERSON = "you"


CHANGING = frozenset({Kind.CREATE, Kind.CHANGE, Kind.REMOVE, Kind.RESTORE, Kind.SAVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`changes` are (what, before, after) as a person reads them. A step that is kept may still have to write down
    what it is about."""

    kind: Kind
    what: str
    changes: tuple[tuple[str, str, str], ...] = ()
    act: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing as the vendor has it: what it is and what it should be, field by field."""

    id: str
    raw: Mapping[str, Any]
    wanted: Mapping[str, Any]

    @property
    def differs(self) -> dict[str, tuple[Any, Any]]:
        pairs = {name: (self.raw.get(name), value) for name, value in self.wanted.items()}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing that Handrail needs at a vendor.

    `look` finds it by its id, else by its name; `fit` makes it or changes it, and gives its id; both are told the id
    that is known, or nothing. `delete` says whether it was still there; `restore` sets some of its fields."""

    kind: str
    name: str
    title: str
    look: Callable[[str], Found | None]
    fit: Callable[[str], str]
    wanted: Mapping[str, Any]
    delete: Callable[[str], object] | None = None
    restore: Callable[[str, Mapping[str, Any]], object] | None = None


def wanted_step(thing: Thing, book: Book) -> Step:
    """What is to be done so that the thing is there as it should be."""
    entry = book.find(thing.kind, thing.name)
    found = thing.look(entry.id if entry else "")
    if found is None:
        changes = tuple((name, "", as_line(value)) for name, value in thing.wanted.items() if name not in PLAIN)
        return Step(kind=Kind.CREATE, what=thing.title, changes=changes, act=lambda: _make(thing, book))
    ours = entry is not None and entry.made and entry.id in ("", found.id)
    if found.differs:
        changes = tuple((name, as_line(a), as_line(b)) for name, (a, b) in found.differs.items())
        return Step(
            kind=Kind.CHANGE, what=thing.title, changes=changes, act=lambda: _change(thing, book, found, entry, ours)
        )
    pending = entry is not None and not entry.id
    act = (lambda: book.put(_entry(thing, found.id, made=True))) if pending else None
    return Step(kind=Kind.KEEP, what=thing.title, act=act)


def _entry(thing: Thing, key: str, *, made: bool) -> Entry:
    return Entry(kind=thing.kind, name=thing.name, id=key, made=made, after=dict(thing.wanted))


def _make(thing: Thing, book: Book) -> None:
    asked = _entry(thing, "", made=True)
    book.put(asked)
    try:
        key = thing.fit("")
    except (RejectedError, ConfigurationError):
        # A plain no: what somebody else makes under this name later is theirs.
        with suppress(HandrailError):
            if thing.look("") is None:
                book.drop(asked)
        raise
    book.put(_entry(thing, key, made=True))


def _change(thing: Thing, book: Book, found: Found, entry: Entry | None, ours: bool) -> None:
    # What it was before the very first change is what disconnect goes back to.
    known = dict(entry.before) if entry is not None and entry.id == found.id else {}
    before = {} if ours else {**{name: a for name, (a, _) in found.differs.items()}, **known}
    # Written down first: should we be stopped in between, it can still be taken back.
    book.put(replace(_entry(thing, found.id, made=ours), before=before, after=dict(found.wanted)))
    thing.fit(found.id)


def undo_step(thing: Thing, entry: Entry, book: Book) -> Step:
    """What is to be done so that nothing of ours is left of the thing."""
    found = thing.look(entry.id)
    mine = found is not None and found.id == entry.id

    def forgotten(act: Callable[[], object]) -> Callable[[], None]:
        def both() -> None:
            act()
            book.drop(entry)

        return both

    if found is None or (entry.id and not mine):
        return _left(f"{thing.title}: it is not there any more", forgotten(lambda: None))
    if entry.made and thing.delete is not None:
        delete, key = thing.delete, found.id
        return Step(kind=Kind.REMOVE, what=thing.title, act=forgotten(lambda: delete(key)))
    if not entry.before or thing.restore is None:
        return _left(f"{thing.title}: it was there before Handrail", forgotten(lambda: None))
    if all(found.raw.get(name) == value for name, value in entry.before.items()):
        return _left(f"{thing.title}: it is as it was before Handrail", forgotten(lambda: None))
    if any(found.raw.get(name) != entry.after.get(name) for name in entry.before):
        return _left(f"{thing.title}: somebody changed it since, so it stays as it is", forgotten(lambda: None))
    restore, before, key = thing.restore, dict(entry.before), found.id
    changes = tuple((name, as_line(found.raw.get(name)), as_line(value)) for name, value in before.items())
    return Step(kind=Kind.RESTORE, what=thing.title, changes=changes, act=forgotten(lambda: restore(key, before)))


def _left(what: str, act: Callable[[], None]) -> Step:
    return Step(kind=Kind.KEEP, what=what, act=act)


def as_line(value: Any) -> str:
    """A value as a person reads it in a plan, on one line."""
    text = " ".join(_words(value).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {_words(each)}" for key, each in value.items() if each not in ("", [], None))
    if isinstance(value, list | tuple):
        return ", ".join(_words(each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).removeprefix(EVENT_TYPE)
