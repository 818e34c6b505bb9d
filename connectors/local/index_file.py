"""A part of the index as a file that is written once, checked when it is opened, and never changed.

The arrays come first, then what they are (JSON), then its length and checksum: a file that was cut short has no end."""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from connectors.local.index_rows import BLOCK, Ids, Places, Sieve, code, rounded
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
    numbers, scales = rounded(shelved.vectors)
    return Portion(
        ids=np.array([name.encode() for name in shelved.ids]),
        serials=shelved.serials,
        changed=shelved.changed,
        scopes=shelved.scopes,
        expires=shelved.expires,
        scales=scales,
        rounded=numbers,
    )


def written(path: Path, portions: Iterable[Portion]) -> int:
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


def opened(path: Path) -> Sieve:
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
