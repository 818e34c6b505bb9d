"""Our values as JSON and as rows, and back; JSON with the version of its shape.

A value is read by the types of its class: a stored field that the class no longer has is ignored, one that is missing
takes the class's default. A change that this cannot bridge raises the number in VERSIONS and adds a step to UPGRADES.
"""

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from sqlalchemy import Row

from connectors.sql.columns import dump, utc
from core.model.action import ActionRun
from core.model.alert import Raised
from core.model.campaign import Campaign
from core.model.decision import Decision
from core.model.draft import Draft
from core.model.knowledge import Passage
from core.model.outbound import as_json
from core.model.request import Request

T = TypeVar("T")
Plain = dict[str, Any]
Reader = Callable[[Any], Any]

# What is not named here is of the first version.
VERSIONS: Mapping[type, int] = {ActionRun: 1, Campaign: 1, Decision: 1, Draft: 1, Passage: 1, Raised: 1, Request: 1}
# (class, version found) -> what makes the next version of it.
UPGRADES: Mapping[tuple[type, int], Callable[[Plain], Plain]] = {}


def encode(value: object) -> str:
    """The JSON of a value whose class stands in VERSIONS. TypeError for what JSON cannot hold."""
    return dump({"v": VERSIONS[type(value)], "is": plain(value)})


def decode(kind: type[T], stored: str) -> T:
    """The value again. ValueError when a newer version than this one wrote it, or when it is damaged."""
    as_any: Any = kind
    value: T = _reader(as_any)(_current(kind, stored))
    return value


def payload_row(payload: object) -> Plain:
    """What a column of payloads holds where SQL looks into them: their own JSON, with the version of its shape beside
    the fields."""
    written: Plain = as_json(payload)
    return {"v": VERSIONS.get(type(payload), 1), **written}


def read_payload_row(kind: type[T], stored: Plain) -> T:
    """The payload that `payload_row` wrote. What was stored before payloads had versions has the fields of version 1.
    ValueError when a newer version than this one wrote it, or when it is damaged."""
    as_any: Any = kind
    try:
        value: T = _reader(as_any)(_upgraded(kind, stored.get("v", 1), stored))
        return value
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"a {kind.__name__} is damaged: {type(error).__name__}: {error}") from error


def is_verbatim(payload: object, stored: Plain) -> bool:
    """Whether this and nothing else is what was stored. Of an earlier version that had to be upgraded nobody can tell:
    it counts as the same."""
    current = VERSIONS.get(type(payload), 1)
    if stored.get("v", current) != current:
        return True
    written: Plain = as_json(payload)
    return written == {name: value for name, value in stored.items() if name != "v"}


def within(kind: type, stored: str, *path: str) -> Any:
    """One field of the value, in JSON's own types, without making the whole of it; None where it was not stored."""
    found: Any = _current(kind, stored)
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def of_row(kind: type[T], row: Row[Any], **given: Any) -> T:
    """A value whose fields are columns of the row, by their names; `given` are those that are not."""
    as_any: Any = kind
    found = row._mapping
    columns = {name: read(found[name]) for name, read in _column_readers(as_any).items() if name not in given}
    return kind(**columns, **given)


def to_row(value: Any, *but: str) -> dict[str, Any]:
    """The value's fields as columns, without those named."""
    named = ((field.name, getattr(value, field.name)) for field in fields(value) if field.name not in but)
    return {name: found if isinstance(found, datetime) else plain(found) for name, found in named}


def write_payload(payload: object, shape: str = "") -> str:
    """The JSON of a payload. `shape` tells its class where there are several. TypeError for what JSON cannot hold."""
    told = {"as": shape} if shape else {}
    return dump({"v": VERSIONS.get(type(payload), 1), **told, "is": as_json(payload)})


def read_payload(shapes: Mapping[str, type[T]], stored: str, earlier: Callable[[Plain], tuple[str, Plain]]) -> T:
    """The payload again. What was stored before payloads had versions is a flat object, of which `earlier` makes the
    shape and the fields of version 1. ValueError when a newer version than this one wrote it, or when it is damaged."""
    try:
        found = json.loads(stored)
        versioned = found.keys() - {"as"} == {"v", "is"}
        shape, inner = (found.get("as", ""), found["is"]) if versioned else earlier(found)
        kind: Any = shapes[shape]
        value: T = _reader(kind)(_upgraded(kind, found["v"] if versioned else 1, inner))
        return value
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"what is stored is damaged: {type(error).__name__}: {error}") from error


def _current(kind: type, stored: str) -> Plain:
    """What this version would have stored."""
    envelope = json.loads(stored)
    return _upgraded(kind, envelope["v"], envelope["is"])


def _upgraded(kind: type, version: int, found: Plain) -> Plain:
    current = VERSIONS.get(kind, 1)
    if version > current:
        raise ValueError(f"a {kind.__name__} of version {version} was written by a newer Handrail")
    for step in range(version, current):
        found = UPGRADES[kind, step](found)
    return found


def plain(value: Any) -> Any:
    """The value in JSON's own types."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return utc(value).isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [plain(inner) for inner in value]
    return value


@cache
def _reader(kind: Any) -> Reader:
    """What turns JSON into a value of a type. Built once for each type."""
    if isinstance(kind, NewType):
        return _reader(kind.__supertype__)
    if get_origin(kind) in (types.UnionType, Union):
        return _optional(kind)
    if get_origin(kind) is tuple:
        inner = _reader(get_args(kind)[0])
        return lambda found: tuple(inner(item) for item in found)
    if get_origin(kind) is not None and issubclass(get_origin(kind), Mapping):
        inner = _reader(get_args(kind)[1])
        return lambda found: {key: inner(item) for key, item in found.items()}
    if kind is datetime:
        return datetime.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if is_dataclass(kind):
        return _fields_reader(kind)
    return lambda found: found


@cache
def _column_readers(kind: Any) -> Mapping[str, Reader]:
    """As `_reader`, but a column holds moments as they are."""
    hints = get_type_hints(kind)
    return {field.name: _column_reader(hints[field.name]) for field in fields(kind)}


def _column_reader(kind: Any) -> Reader:
    return (lambda found: found) if datetime in (kind, *get_args(kind)) else _reader(kind)


def _optional(kind: Any) -> Reader:
    """Of several classes a value is the first one all of whose required fields are stored."""
    *others, last = (arm for arm in get_args(kind) if arm is not types.NoneType)
    inner = _reader(last)
    if not others:
        return lambda found: None if found is None else inner(found)
    needed = [(_required(arm), _reader(arm)) for arm in others]
    return lambda found: next((read for names, read in needed if names <= found.keys()), inner)(found)


def _required(kind: Any) -> frozenset[str]:
    return frozenset(f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING)


def _fields_reader(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}

    def read(found: Plain) -> Any:
        return kind(**{name: readers[name](value) for name, value in found.items() if name in readers})

    return read
