"""Filling a store with passages that nobody wrote."""

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.made_up import World
from connectors.sql.articles import passage_row
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.model.knowledge import Article, Passage
from core.ports import Vector
from core.sense.stems import stem

AS_ALWAYS = 10_000  # passages up to which they are stored as a sync stores them
_TOGETHER = 200  # articles in a transaction
_stem = cache(stem.__wrapped__)  # the words are few
Piece = tuple[Article, list[Passage], Vector]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    seconds: float
    how: str


def load(path: Path, world: World, encoder: str) -> Stored:
    """A migrated store with all passages of the world. Large ones are written past the ports, row by row the same."""
    upgrade(f"sqlite:///{path}")
    began = time.perf_counter()
    pieces = world.articles()
    if world.size <= AS_ALWAYS:
        _as_always(path, pieces, encoder)
        return Stored(seconds=time.perf_counter() - began, how="as by a sync")
    with closing(sqlite3.connect(path, isolation_level=None)) as store:
        _in_bulk(store, pieces, encoder)
    return Stored(seconds=time.perf_counter() - began, how="in bulk")


def _as_always(path: Path, pieces: Iterator[Piece], encoder: str) -> None:
    store = SqlStore(f"sqlite:///{path}")
    while some := list(islice(pieces, _TOGETHER)):
        with store.begin() as unit:
            for article, passages, vectors in some:
                unit.articles.save(article, passages, vectors, encoder)
    store.close()


def _in_bulk(store: sqlite3.Connection, pieces: Iterator[Piece], encoder: str) -> None:
    scopes: dict[tuple[str, tuple[str, ...]], int] = {}
    sizes: Counter[int] = Counter()
    counts: Counter[str] = Counter()
    for pragma in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-200000"):
        store.execute(f"PRAGMA {pragma}")
    [trigger] = store.execute("SELECT sql FROM sqlite_master WHERE name = 'passages_added'").fetchone()
    store.execute("DROP TRIGGER passages_added")
    while some := list(islice(pieces, 5 * _TOGETHER)):
        store.execute("BEGIN")
        rows = [row for piece in some for row in _rows(piece, encoder, scopes, sizes, counts)]
        _insert(store, "articles", (_article_row(article) for article, _, _ in some))
        _insert(store, "passages", rows)
        store.execute("COMMIT")
    store.execute("BEGIN")
    for (language, about), number in scopes.items():
        row = (number, str(number), language, "", "public", json.dumps(about), sizes[number])
        store.execute("INSERT INTO passage_scopes VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        store.executemany("INSERT INTO scope_names VALUES (?, ?)", [(name, number) for name in about])
    store.executemany("INSERT INTO concept_counts VALUES (?, ?)", counts.items())
    store.execute("UPDATE index_version SET version = 1")
    store.execute("INSERT INTO index_stamps VALUES (1, 'bulk')")
    store.execute("COMMIT")
    # As a store is after some time: the full text in few large parts.
    for command in ("rebuild", "optimize"):
        store.execute("INSERT INTO passages_fts (passages_fts) VALUES (?)", (command,))
    store.execute(trigger)


def _rows(
    piece: Piece,
    encoder: str,
    scopes: dict[tuple[str, tuple[str, ...]], int],
    sizes: Counter[int],
    counts: Counter[str],
) -> Iterator[dict[str, Any]]:
    for passage, vector in zip(piece[1], piece[2], strict=True):
        number = scopes.setdefault((passage.locale, passage.about), len(scopes) + 1)
        words = {_stem(word) for word in f"{passage.title} {passage.path[0]} {passage.text}".split()}
        sizes[number] += 1
        counts.update(words)
        yield {
            **passage_row(passage),
            "path": json.dumps(passage.path),
            "about": json.dumps(passage.about),
            "encoder": encoder,
            "vector": vector.astype("<f4").tobytes(),
            "scope_id": number,
            "concepts": " ".join(words),
            "changed": 1,
        }


def _article_row(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "url": "",
        "section": "",
        "locale": article.locale,
        "audience": "public",
        "origin": "file",
        "fingerprint": "",
        "about": json.dumps(article.about),
    }


def _insert(store: sqlite3.Connection, table: str, rows: Iterable[dict[str, Any]]) -> None:
    given = list(rows)
    columns, marks = ", ".join(f'"{name}"' for name in given[0]), ", ".join("?" * len(given[0]))
    store.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", [tuple(row.values()) for row in given])  # noqa: S608 - our own names
