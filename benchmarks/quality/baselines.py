"""Simple searches to measure against: words (SQLite FTS5), vectors (MiniLM), and the fusion of both by rank."""

import re
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from core.ports import Encoder, Vector
from core.text.stems import STOP

DEPTH = 100  # results of each search
FUSION = 60
_MOST_WORDS = 64
_BATCH = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One thing to be found."""

    id: str
    title: str
    text: str


class Words:
    """FTS5 with porter stemming and the title weighted 2:1; the query's words but the smallest, any of them."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._ids = [unit.id for unit in units]
        self._table = sqlite3.connect(":memory:")
        self._table.execute("CREATE VIRTUAL TABLE units USING fts5(title, text, tokenize='porter unicode61')")
        rows = ((place, unit.title, unit.text) for place, unit in enumerate(units))
        self._table.executemany("INSERT INTO units(rowid, title, text) VALUES (?, ?, ?)", rows)

    def ranked(self, query: str, among: Collection[str] = ()) -> list[str]:
        """Ids, best first; only those of `among`, where it names any."""
        words = [word for word in dict.fromkeys(re.findall(r"\w+", query.lower())) if word not in STOP]
        if not words:
            return []
        wanted = " OR ".join(f'"{word}"' for word in words[:_MOST_WORDS])
        search = "SELECT rowid FROM units WHERE units MATCH ? ORDER BY bm25(units, 2, 1), rowid"
        found = (self._ids[row[0]] for row in self._table.execute(search, [wanted]))
        within = [name for name in found if not among or name in among]
        return within[:DEPTH]


class Vectors:
    """The nearest by cosine, each unit encoded whole (the encoder reads the first 256 tokens)."""

    def __init__(self, units: Sequence[Unit], encoder: Encoder) -> None:
        self._ids = [unit.id for unit in units]
        self._encoder = encoder
        texts = [f"{unit.title}\n{unit.text}" for unit in units]
        parts = [encoder.encode(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        self._vectors: Vector = np.concatenate(parts)

    def ranked(self, query: str, among: Collection[str] = ()) -> list[str]:
        cosines = self._vectors @ self._encoder.encode([query])[0]
        order = (self._ids[place] for place in np.argsort(-cosines, kind="stable"))
        within = (name for name in order if not among or name in among)
        return [name for name, _ in zip(within, range(DEPTH), strict=False)]


def by_rank(*lists: Sequence[str]) -> list[str]:
    """Reciprocal rank fusion with k = 60."""
    scores: dict[str, float] = {}
    for names in lists:
        for rank, name in enumerate(names, 1):
            scores[name] = scores.get(name, 0.0) + 1 / (FUSION + rank)
    return sorted(scores, key=lambda name: -scores[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselines:
    words: Words
    vectors: Vectors

    def ranked(self, query: str, among: Collection[str] = (), label: str = "") -> dict[str, list[str]]:
        """The results by the name of the search."""
        words, vectors = self.words.ranked(query, among), self.vectors.ranked(query, among)
        found = {"FTS5": words, "MiniLM": vectors, "FTS5 + MiniLM (RRF)": by_rank(words, vectors)}
        return {f"{name}{label}": names for name, names in found.items()}
