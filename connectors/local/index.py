"""The nearest passages: exactly and in memory while they are few, from files mapped into memory when they are many.

What changed since the files were written is kept in memory beside them, and becomes a file of its own when it grows.
The store is the truth: files that do not belong to it, or are damaged, are written anew.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from connectors.local.index_file import DamagedError, IndexFolder, Listed, Part, join_rows, portion_of
from connectors.local.index_rows import EXACT, Flags, Rows, Sieve, Wanted, dead_rows
from core.errors import TransientError
from core.model.ids import PassageId
from core.model.knowledge import EVERYWHERE, Scope
from core.ports import ArticleTable, Shelved, Store, Vector

_SCOPES_KEPT = 256
_TOO_OLD = 50_000  # versions: the store forgets after twice as many what changed
_WORN = 0.25  # share of dead rows from which a file is worth writing anew


Files = tuple[tuple[Part, Sieve], ...]
Gone = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One version of the index: the files' rows, and what came since they were written."""

    version: int
    stamp: str | None
    listed: Listed | None
    files: Files
    recent: Rows

    @property
    def highest(self) -> int:
        """The highest number of a scope."""
        columns = [self.recent.scopes, *(sieve.scopes for _, sieve in self.files)]
        return max(int(scopes.max(initial=0)) for scopes in columns)

    def nearest(self, query: Vector, limit: int, wanted: Wanted) -> list[tuple[PassageId, float]]:
        found = [hit for _, sieve in self.files for hit in sieve.nearest(query, limit, wanted)]
        found += self.recent.nearest(query, limit, wanted)
        found.sort(key=lambda hit: -hit[1])
        return [(PassageId(name), cosine) for name, cosine in found[:limit]]


_NOTHING = Held(version=0, stamp=None, listed=None, files=(), recent=Rows.of([]))


class PassageIndex:
    """`core.ports.VectorIndex` for one encoder's vectors. Threads may share it, and processes the folder.

    The first search reads what changed since the last one, and the very first opens the index."""

    def __init__(self, store: Store, encoder: str, folder: Path | None = None, *, in_memory: int = EXACT) -> None:
        """Without a folder everything is kept in memory, exactly; with one, only the latest `in_memory` passages."""
        self._store = store
        self._encoder = encoder
        self._folder = None if folder is None else IndexFolder(folder, encoder)
        self._most = in_memory
        self._lock = Lock()
        self._held: Held | None = None
        self._allowed: OrderedDict[Scope, Flags] = OrderedDict()

    def nearest(self, query: Vector, limit: int, scope: Scope = EVERYWHERE) -> list[tuple[PassageId, float]]:
        """(passage, cosine) of the nearest in the scope, best first; empty while there are no articles."""
        if limit < 1:
            return []
        with self._lock:
            held = self._current()
            scopes = self._scopes(held, replace(scope, at=None))
        at = None if scope.at is None else scope.at.timestamp()
        return held.nearest(np.asarray(query, np.float32), limit, Wanted(scopes=scopes, at=at))

    def tend(self) -> None:
        """Take in now what changed, so that the next search need not."""
        with self._lock:
            self._current()

    def _scopes(self, held: Held, scope: Scope) -> Flags | None:
        if scope == EVERYWHERE:
            return None
        if scope not in self._allowed:
            with self._store.read() as unit:
                numbers = np.array(unit.articles.scopes(scope), np.int64)
            allowed = np.zeros(held.highest + 1, np.bool_)
            allowed[numbers[numbers <= held.highest]] = True
            self._allowed[scope] = allowed
            while len(self._allowed) > _SCOPES_KEPT:
                self._allowed.popitem(last=False)
        return self._allowed[scope]

    def _current(self) -> Held:
        with self._store.read() as unit:
            if self._held is not None and self._held.version == unit.articles.version():
                return self._held
        self._allowed.clear()
        held = self._taken_in(self._most if self._folder else None)
        if held is None:
            self._write(wait=self._held is None)
            held = self._taken_in(None)
        self._held = held
        assert held is not None  # noqa: S101 - without a limit everything is taken in
        return held

    def _taken_in(self, most: int | None) -> Held | None:
        """The index as the store is now; None when more than `most` passages would have to be kept in memory."""
        # The list is read before the store is: the other way round it could be of a version that we do not see yet.
        listed = self._folder.read_list() if self._folder else None
        with self._store.read() as unit:
            articles = unit.articles
            held = self._begun(articles, listed)
            came: list[Shelved] = []
            for shelved in articles.list_added(self._encoder, held.version):
                came.append(shelved)
                if most is not None and len(held.recent.ids) + sum(len(one.ids) for one in came) > most:
                    return None
            gone = _gone(articles, held.version)
            version = articles.version()
            stayed = held.recent.without(gone)
            return Held(
                version=version,
                stamp=articles.stamp(version),
                listed=held.listed,
                files=_without(held.files, gone),
                recent=Rows.of([stayed, *came]) if came else stayed,
            )

    def _begun(self, articles: ArticleTable, listed: Listed | None) -> Held:
        """What we hold, or what the files hold where that is newer; nothing where neither is of this store."""
        held = self._held
        if held is not None and articles.stamp(held.version) != held.stamp:
            # Another database, or this one set back to what it was before.
            held = self._held = None
        if listed is None or (held is not None and held.listed == listed):
            return held or _NOTHING
        return self._from_files(articles, listed) or held or _NOTHING

    def _from_files(self, articles: ArticleTable, listed: Listed) -> Held | None:
        oldest = min((part.version for part in listed.parts), default=listed.version)
        if articles.stamp(listed.version) != listed.stamp or articles.stamp(oldest) is None or self._folder is None:
            return None
        known = dict(self._held.files) if self._held else {}
        gone = _gone(articles, oldest)
        files: Files = ()
        try:
            for part in listed.parts:
                sieve = known.get(part) or self._folder.open(part)
                files += _without(((part, sieve),), gone[gone[:, 1] > part.version])
        except DamagedError:
            return None
        return replace(_NOTHING, version=listed.version, stamp=listed.stamp, listed=listed, files=files)

    def _write(self, *, wait: bool) -> None:
        """Bring the files to the store's version, unless another process does and we can go on without."""
        assert self._folder is not None  # noqa: S101 - only files are written
        try:
            with self._folder.writing(wait=wait) as ours:
                if ours:
                    self._write_into(self._folder)
        except (OSError, DamagedError) as error:
            raise TransientError(f"the index of the passages cannot be written: {error}") from error

    def _write_into(self, folder: IndexFolder) -> None:
        listed = folder.read_list()
        with self._store.read() as unit:
            articles, version = unit.articles, unit.articles.version()
            held = (listed and self._from_files(articles, listed)) or _NOTHING
            stamp = articles.stamp(version)
            if stamp is None or (held.listed and held.version == version):
                return
            part = folder.write(map(portion_of, articles.list_added(self._encoder, held.version)), version)
            files = _without(held.files, _gone(articles, held.version))
        if part is not None:
            files = (*files, (part, folder.open(part)))
        files = tidy(folder, files, version)
        folder.publish(Listed(version=version, stamp=stamp, parts=tuple(part for part, _ in files)))


def tidy(folder: IndexFolder, files: Files, version: int) -> Files:
    """The files, small ones joined with others of a like size so that there are never many, worn ones written anew."""
    chosen: list[tuple[Part, Sieve]] = []
    for part, sieve in sorted(files, key=lambda file: len(file[1].ids)):
        if not chosen or len(sieve.ids) <= 2 * sum(len(one.ids) for _, one in chosen) or _worn(part, sieve, version):
            chosen.append((part, sieve))
    if not chosen or (len(chosen) == 1 and not _worn(*chosen[0], version)):
        return files
    joint = folder.write(join_rows([sieve for _, sieve in chosen]), version)
    names = {part.name for part, _ in chosen}
    kept = tuple(file for file in files if file[0].name not in names)
    return (*kept, (joint, folder.open(joint))) if joint else kept


def _worn(part: Part, sieve: Sieve, version: int) -> bool:
    return bool(sieve.dead.mean() > _WORN) or part.version < version - _TOO_OLD


def _gone(articles: ArticleTable, since: int) -> Gone:
    return np.array(articles.gone(since), np.int64).reshape(-1, 2)


def _without(files: Files, gone: Gone) -> Files:
    """The files with these rows marked as dead."""
    if not len(gone):
        return files
    return tuple(
        (part, replace(sieve, dead=sieve.dead | dead_rows(sieve.serials, sieve.changed, gone))) for part, sieve in files
    )
