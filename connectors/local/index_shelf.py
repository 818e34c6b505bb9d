"""The files of an index together: a list that names them, written anew in one go, and a lock for who writes."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np

from connectors.local.index_file import DamagedError, Portion, fsync_folder, opened, written
from connectors.local.index_rows import Places, Sieve

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

    def listed(self) -> Listed | None:
        """None where nothing was written, or the list cannot be read."""
        try:
            body = json.loads((self._folder / _LIST).read_bytes())
            parts = tuple(Part(**part) for part in body["parts"])
            listed = Listed(version=body["version"], stamp=body["stamp"], parts=parts)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return listed if body.get("check") == _check(listed) else None

    def open(self, part: Part) -> Sieve:
        """Raises DamagedError, also where the file is gone."""
        try:
            return opened(self._folder / part.name)
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
        return part if written(self._folder / part.name, portions) else None

    def publish(self, listed: Listed) -> None:
        """From now on this is the index; files that it does not name are removed. Only while writing."""
        temporary = self._folder / f"{_LIST}.new"
        body = {**asdict(listed), "check": _check(listed)}
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


def joined(sieves: Sequence[Sieve]) -> Iterator[Portion]:
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


def _check(listed: Listed) -> str:
    return hashlib.sha256(json.dumps(asdict(listed), sort_keys=True).encode()).hexdigest()
