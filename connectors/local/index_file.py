"""A part of the index as a file that is written once, checked when it is opened, and never changed.

The arrays come first, then what they are (JSON), then its length and checksum: a file that was cut short has no end."""

import fcntl
import hashlib
import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from connectors.local.index_rows import BLOCK, Ids, Places, Sieve, code, quantize
from core.ports import Shelved, Vector

_BEGIN = b"handrail-index-1"
_END = struct.Struct("<QI16s")
_ALIGNED = 64
_CHUNK = 1 << 20
_SAMPLE = 20_000  # rows whose mean is taken for the middle


class DamagedError(Exception):
    """The file is not what was written."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Portion:
    """Some rows on their way into a file."""

    ids: Ids
    serials: Places
    changed: Places
    scopes: NDArray[np.int32]
    expires: NDArray[np.float64]
    scales: Vector
    rounded: NDArray[np.int8]


def portion_of(shelved: Shelved) -> Portion:
    numbers, scales = quantize(shelved.vectors)
    return Portion(
        ids=np.array([name.encode() for name in shelved.ids]),
        serials=shelved.serials,
        changed=shelved.changed,
        scopes=shelved.scopes,
        expires=shelved.expires,
        scales=scales,
        rounded=numbers,
    )


def write_rows(path: Path, portions: Iterable[Portion]) -> int:
    """Write the rows, by serial, under a name that appears only when everything is on the disk; how many there were.

    No file is made for no rows."""
    temporary = path.with_suffix(".new")
    try:
        with temporary.open("w+b") as file:
            rows = _write(file, portions)
            file.flush()
            os.fsync(file.fileno())
        if rows:
            temporary.replace(path)
            fsync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return rows


def open_rows(path: Path) -> Sieve:
    """Raises DamagedError for anything but a whole file of ours, FileNotFoundError."""
    with path.open("rb") as file:
        arrays = _checked(file)
        held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    found: dict[str, Any] = {}
    for name, (offset, kind, shape, _) in arrays.items():
        count = int(np.prod(shape))
        found[name] = np.frombuffer(held, kind, count, offset).reshape(shape)
    some_expire = bool(np.isfinite(found["expires"]).any())
    return Sieve(**found, dead=np.zeros(len(found["ids"]), np.bool_), some_expire=some_expire)


def fsync_folder(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _write(file: IO[bytes], portions: Iterable[Portion]) -> int:
    file.write(_BEGIN.ljust(_ALIGNED, b"\0"))
    narrow: dict[str, list[Any]] = {field.name: [] for field in fields(Portion) if field.name != "rounded"}
    rows, check, dimensions = 0, 0, 0
    for portion in portions:
        raw = portion.rounded.tobytes()
        check = zlib.crc32(raw, check)
        file.write(raw)
        rows, dimensions = rows + len(portion.ids), portion.rounded.shape[1]
        for name, parts in narrow.items():
            parts.append(getattr(portion, name))
    if not rows:
        return 0
    columns = {name: np.concatenate(parts) for name, parts in narrow.items()}
    arrays: dict[str, Any] = {"rounded": (_ALIGNED, "|i1", [rows, dimensions], check)}
    file.flush()
    numbers = np.memmap(file, np.int8, "r", _ALIGNED, (rows, dimensions))
    center = _middle(numbers, columns["scales"])
    columns |= {"center": center, "codes": _codes(numbers, columns["scales"], center)}
    for name, column in columns.items():
        arrays[name] = _append(file, column)
    head = json.dumps(arrays).encode()
    file.write(head + _END.pack(len(head), zlib.crc32(head), _BEGIN))
    return rows


def _append(file: IO[bytes], column: NDArray[Any]) -> tuple[int, str, list[int], int]:
    file.write(b"\0" * (-file.tell() % _ALIGNED))
    offset, raw = file.tell(), np.ascontiguousarray(column).tobytes()
    file.write(raw)
    return offset, column.dtype.str, list(column.shape), zlib.crc32(raw)


def _middle(numbers: NDArray[np.int8], scales: Vector) -> Vector:
    places = np.unique(np.linspace(0, len(numbers) - 1, _SAMPLE).astype(np.int64))
    middle: Vector = (numbers[places].astype(np.float32) * scales[places, None]).mean(axis=0, dtype=np.float32)
    return middle


def _codes(numbers: NDArray[np.int8], scales: Vector, center: Vector) -> NDArray[np.uint64]:
    words = -(-numbers.shape[1] // 64)
    codes = np.zeros((-(-len(numbers) // BLOCK), words, BLOCK), np.uint64)
    for block, start in enumerate(range(0, len(numbers), BLOCK)):
        some = slice(start, min(start + BLOCK, len(numbers)))
        vectors = numbers[some].astype(np.float32) * scales[some, None]
        codes[block, :, : some.stop - start] = code(vectors, center).T
    return codes


def _checked(file: IO[bytes]) -> Mapping[str, Any]:
    """Where each array lies, after everything was read once: a wrong bit would be a wrong answer."""
    size = file.seek(0, os.SEEK_END)
    try:
        file.seek(max(0, size - _END.size))
        length, check, end = _END.unpack(file.read(_END.size))
        file.seek(size - _END.size - length)
        head = file.read(length)
        if end != _BEGIN or zlib.crc32(head) != check:
            raise DamagedError("the file has no end")
        arrays: Mapping[str, Any] = json.loads(head)
    except (struct.error, OSError, ValueError) as error:
        raise DamagedError(f"the end of the file cannot be read: {error}") from error
    for name, (offset, kind, shape, expected) in arrays.items():
        if _check(file, offset, int(np.prod(shape)) * np.dtype(kind).itemsize) != expected:
            raise DamagedError(f"{name} is not what was written")
    return arrays


def _check(file: IO[bytes], offset: int, length: int) -> int:
    file.seek(offset)
    check = 0
    while length and (chunk := file.read(min(_CHUNK, length))):
        check = zlib.crc32(chunk, check)
        length -= len(chunk)
    return check


# ------------------------------------------------------------------
# The files of an index together: a list that names them, written anew in one go, and a lock for who writes.

_LIST = "index.json"
_LOCK = "lock"
_GATHERED = 16_384  # rows copied at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file with the rows that were alive at `version`."""

    name: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The parts that hold every passage of a version of the store, whose stamp says which store."""

    version: int
    stamp: str
    parts: tuple[Part, ...] = ()


class IndexFolder:
    """One encoder's files. Any number of processes may read; who writes holds `writing`."""

    def __init__(self, folder: Path, encoder: str) -> None:
        self._folder = folder / hashlib.sha256(encoder.encode()).hexdigest()[:16]

    def read_list(self) -> Listed | None:
        """None where nothing was written, or the list cannot be read."""
        try:
            body = json.loads((self._folder / _LIST).read_bytes())
            parts = tuple(Part(**part) for part in body["parts"])
            listed = Listed(version=body["version"], stamp=body["stamp"], parts=parts)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return listed if body.get("check") == _check_list(listed) else None

    def open(self, part: Part) -> Sieve:
        """Raises DamagedError, also where the file is gone."""
        try:
            return open_rows(self._folder / part.name)
        except OSError as error:
            raise DamagedError(f"{part.name} cannot be read: {error}") from error

    @contextmanager
    def writing(self, *, wait: bool) -> Iterator[bool]:
        """Whether it is our turn. The turn of a process that dies ends with it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        number = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(number, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(number)

    def write(self, portions: Iterable[Portion], version: int) -> Part | None:
        """A new file that no list names yet; None for no rows. Only while writing."""
        part = Part(name=f"{version}-{uuid4().hex[:12]}.part", version=version)
        return part if write_rows(self._folder / part.name, portions) else None

    def publish(self, listed: Listed) -> None:
        """From now on this is the index; files that it does not name are removed. Only while writing."""
        temporary = self._folder / f"{_LIST}.new"
        body = {**asdict(listed), "check": _check_list(listed)}
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(body, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._folder / _LIST)
        fsync_folder(self._folder)
        named = {part.name for part in listed.parts}
        for path in self._folder.iterdir():
            if path.suffix in (".part", ".new") and path.name not in named:
                path.unlink(missing_ok=True)


def join_rows(sieves: Sequence[Sieve]) -> Iterator[Portion]:
    """The live rows of several parts, by serial."""
    alive = [np.flatnonzero(~sieve.dead) for sieve in sieves]
    source = np.repeat(np.arange(len(sieves)), [len(places) for places in alive])
    places = np.concatenate(alive)
    serials = np.concatenate([sieve.serials[of] for sieve, of in zip(sieves, alive, strict=True)])
    order = np.argsort(serials, kind="stable")
    for start in range(0, len(order), _GATHERED):
        some = order[start : start + _GATHERED]
        yield _gathered(sieves, source[some], places[some])


def _gathered(sieves: Sequence[Sieve], source: Places, places: Places) -> Portion:
    back = np.argsort(np.argsort(source, kind="stable"), kind="stable")
    taken = [(sieve, places[source == number]) for number, sieve in enumerate(sieves)]
    return Portion(
        ids=np.concatenate([sieve.ids[of] for sieve, of in taken])[back],
        serials=np.concatenate([sieve.serials[of] for sieve, of in taken])[back],
        changed=np.concatenate([sieve.changed[of] for sieve, of in taken])[back],
        scopes=np.concatenate([sieve.scopes[of] for sieve, of in taken])[back],
        expires=np.concatenate([sieve.expires[of] for sieve, of in taken])[back],
        scales=np.concatenate([sieve.scales[of] for sieve, of in taken])[back],
        rounded=np.concatenate([sieve.rounded[of] for sieve, of in taken])[back],
    )


def _check_list(listed: Listed) -> str:
    return hashlib.sha256(json.dumps(asdict(listed), sort_keys=True).encode()).hexdigest()
