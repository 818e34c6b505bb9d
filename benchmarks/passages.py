"""How knowledge grows: storing, opening and asking 1,000 to 1,000,000 passages, against plain FTS5 and brute force.

Words are made up, with the rarity of real ones, and so are vectors: encoding real text would take over an hour. The
peer is what one writes first: FTS5 over all the question's words, and every vector compared, as 32-bit floats.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, insert

from benchmarks.figures import Figure, percentile
from benchmarks.machine import available, memory
from connectors.local.index import PassageIndex
from connectors.sql.article_search import count_concepts, count_scopes, scopes_of
from connectors.sql.articles import article_row, begin_version, concepts_of, passage_row
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from connectors.sql.tables import articles, passages
from core.knowledge.retrieve import MEASURED, POOL, rank_scores
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import EVERYWHERE, Article, Passage, Scope
from core.ports import Vector

GROUP = "Passages"
ENCODER = "made up"
ASKED = 60
PEER_ASKED = 20
ASKED_WORDS = 9  # of a question, taken from a passage
BULK_FROM = 10_001  # fewer passages are stored as a sync stores them
TOGETHER = 200  # articles in a transaction of a sync
Ask = Callable[[str, Vector], list[str]]
Piece = tuple[Article, list[Passage], Vector]
DIMENSIONS = 384
NAMES = 200  # things that passages are about
PER_ARTICLE = 8
_LATENT = 64  # directions that sentence vectors really use; the rest is noise
_WORDS = 120_000
_LENGTH = (40, 120)
_START = ["b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "w", "br", "st", "tr"]
_MIDDLE = ["a", "e", "i", "o", "u", "ai", "ea"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is promised at a size: milliseconds, megabytes, seconds."""

    p95: float | None = None
    resident: float | None = None
    opened: float | None = None


PROMISES = {100_000: Promise(p95=40, resident=1000, opened=2), 1_000_000: Promise(p95=150, resident=3000)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many passages; from `bulk_from` on they are stored in large portions."""

    passages: tuple[int, ...] = (1_000, 10_000, 100_000)
    bulk_from: int = BULK_FROM


QUICK = Size(passages=(400,), bulk_from=0)
LARGE = Size(passages=(1_000_000,))


def measure(folder: Path, size: Size) -> list[Figure]:
    """The growth table; each number of passages in a folder of its own, asked by fresh processes."""
    return [figure for many in size.passages for figure in _measure_many(folder / str(many), many, size.bulk_from)]


def _measure_many(folder: Path, size: int, bulk_from: int) -> list[Figure]:
    folder.mkdir(parents=True)
    seconds = fill(folder / "store.db", World(size), in_bulk=size >= bulk_from)
    before = _ask_apart("first", folder)  # writes the index's files
    ours, peer = _ask_apart("ours", folder), _ask_apart("peer", folder)
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != "vectors.npy")
    promise = PROMISES.get(size, Promise())
    alike = [len(set(a[:10]) & set(b[:10])) / 10 for a, b in zip(ours["near"], peer["near"], strict=False)]
    rows: list[tuple[str, float, str, dict[str, float | None]]] = [
        ("stored, in bulk" if size >= bulk_from else "stored, as by a sync", seconds, "s", {}),
        ("index written", before["opened"], "s", {}),
        ("opened, first answer", ours["opened"], "s", {"most": promise.opened}),
        ("memory", ours["resident"], "MB", {"most": promise.resident}),
        ("memory, peer", peer["resident"], "MB", {}),
        ("question p50", percentile(ours["times"], 50), "ms", {}),
        ("question p95", percentile(ours["times"], 95), "ms", {"most": promise.p95}),
        ("question p95, processor time", percentile(ours["busy"], 95), "ms", {}),
        ("question in a narrow scope p95", percentile(ours["scoped"], 95), "ms", {"most": promise.p95}),
        ("question p50, peer", percentile(peer["times"], 50), "ms", {}),
        ("question p95, peer", percentile(peer["times"], 95), "ms", {}),
        ("nearest 10 as by brute force", float(np.mean(alike)), "", {"least": 0.95}),
        ("asked passage in first 10", float(np.mean(ours["hits"])), "", {}),
        ("asked passage in first 10, peer", float(np.mean(peer["hits"])), "", {}),
        ("disk", disk / 1e6, "MB", {}),
    ]
    return [
        Figure(group=GROUP, name=f"{size:,}: {name}", value=value, unit=unit, **promised)
        for name, value, unit, promised in rows
        if available() or "memory" not in name
    ]


def _ask_apart(who: str, folder: Path) -> dict[str, Any]:
    """What a process that has done nothing else measures."""
    command = [sys.executable, "-m", "benchmarks.passages", who, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


# ---------------------------------------------------------------- a store full of passages that nobody wrote


def fill(path: Path, world: "World", *, in_bulk: bool) -> float:
    """A migrated store with all passages of the world; the seconds that storing took."""
    url = f"sqlite:///{path}"
    upgrade(url)
    store, pieces = SqlStore(url), world.articles()
    began = time.perf_counter()
    while some := list(islice(pieces, 5 * TOGETHER if in_bulk else TOGETHER)):
        with store.begin() as unit:
            if in_bulk:
                _save_all(unit.connection, some)
                continue
            for article, cut, vectors in some:
                unit.articles.save(article, cut, vectors, ENCODER)
    seconds = time.perf_counter() - began
    if in_bulk:
        # As a store is after some time: the full text in few large parts.
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("INSERT INTO passages_fts (passages_fts) VALUES ('optimize')")
    store.close()
    return seconds


def _save_all(connection: Connection, pieces: Sequence[Piece]) -> None:
    """What `ArticleTable.save` does with each of them, once for all: nothing of theirs is stored yet."""
    changed = begin_version(connection)
    numbers = scopes_of(connection, [passage for _, cut, _ in pieces for passage in cut])
    rows = [
        {
            **passage_row(passage),
            "encoder": ENCODER,
            "vector": vector.astype("<f4").tobytes(),
            "scope_id": numbers[passage.id],
            "concepts": concepts_of(passage),
            "changed": changed,
        }
        for _, cut, vectors in pieces
        for passage, vector in zip(cut, vectors, strict=True)
    ]
    connection.execute(insert(articles), [article_row(article) for article, _, _ in pieces])
    connection.execute(insert(passages), rows)
    count_concepts(connection, added=[(row["concepts"], row["audience"]) for row in rows])
    count_scopes(connection, added=[row["scope_id"] for row in rows])


class World:
    """The same for the same seed, however many passages are drawn from it."""

    def __init__(self, size: int, seed: int = 7) -> None:
        self.size = size
        rng = np.random.default_rng(seed)
        self.words = np.array([_word(number) for number in rng.permutation(_WORDS)], dtype=object)
        shares = 1 / (np.arange(_WORDS) + 12.0) ** 1.07
        self._below = np.cumsum(shares / shares.sum())
        topics = max(16, size // 400)
        self._mixing = (rng.normal(size=(_LATENT, DIMENSIONS)) / np.sqrt(_LATENT)).astype(np.float32)
        self._topics = rng.normal(size=(topics, _LATENT)).astype(np.float32)
        self._always = rng.normal(size=_LATENT).astype(np.float32)

    def articles(self, seed: int = 11) -> Iterator[Piece]:
        rng = np.random.default_rng(seed)
        for number in range(0, self.size, PER_ARTICLE):
            count = min(PER_ARTICLE, self.size - number)
            topic = int(rng.integers(len(self._topics)))
            title = " ".join(self._draw(rng, 4))
            about = (f"Thing {rng.integers(NAMES)}",) if rng.random() < 0.8 else ()
            locale = "en" if rng.random() < 0.8 else "de"
            texts = [" ".join(self._draw(rng, int(rng.integers(*_LENGTH)))) for _ in range(count)]
            article = Article(
                id=ArticleId(f"ar_{number:020d}"), title=title, text="\n\n".join(texts), about=about, locale=locale
            )
            yield article, list(_passages(article, texts)), self._vectors(rng, np.full(count, topic))

    def _draw(self, rng: np.random.Generator, count: int) -> list[str]:
        words: list[str] = self.words[np.searchsorted(self._below, rng.random(count))].tolist()
        return words

    def _vectors(self, rng: np.random.Generator, topics: NDArray[np.int64]) -> Vector:
        own = rng.normal(size=(len(topics), _LATENT)).astype(np.float32)
        latent = 0.4 * self._always + 0.8 * self._topics[topics] + 0.8 * own
        noise = 0.15 * rng.normal(size=(len(topics), DIMENSIONS)).astype(np.float32)
        return _unit(latent @ self._mixing + noise)


def _passages(article: Article, texts: list[str]) -> Iterator[Passage]:
    start = 0
    for number, text in enumerate(texts):
        yield Passage(
            id=PassageId(f"{article.id}_{number}"),
            article_id=article.id,
            title=article.title,
            path=(text[:24].strip(),),
            text=text,
            start=start,
            end=start + len(text),
            locale=article.locale,
            about=article.about,
        )
        start += len(text) + 2


def _word(number: int) -> str:
    syllables = []
    number += 1
    while number:
        number, start = divmod(number, len(_START))
        number, middle = divmod(number, len(_MIDDLE))
        syllables.append(_START[start] + _MIDDLE[middle])
    return "".join(syllables) + ("n", "r", "s", "ing", "ed", "t", "l")[sum(map(ord, syllables[0])) % 7]


def _unit(vectors: Vector) -> Vector:
    unit: Vector = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


# ---------------------------------------------------------------- in a process of its own


def _draw_questions(folder: Path, count: int) -> list[tuple[str, str, Vector]]:
    """(passage, words, vector): some words of a passage in another order, and a vector near to its own."""
    rng = np.random.default_rng(23)
    with closing(sqlite3.connect(f"file:{folder / 'store.db'}?mode=ro", uri=True)) as store:
        last = store.execute("SELECT max(serial) FROM passages").fetchone()[0]
        rows = [
            store.execute("SELECT id, text, vector FROM passages WHERE serial >= ? LIMIT 1", (int(serial),)).fetchone()
            for serial in rng.integers(1, last + 1, count)
        ]
    asked = []
    for name, text, raw in rows:
        words = list(dict.fromkeys(text.split()))
        vector = np.frombuffer(raw, "<f4") + 0.03 * rng.normal(size=len(raw) // 4).astype(np.float32)
        chosen = rng.permutation(len(words))[:ASKED_WORDS]
        asked.append((name, " ".join(words[place] for place in chosen), vector / np.linalg.norm(vector)))
    return asked


def _time_answers(folder: Path, open_index: Callable[[], Ask], count: int) -> dict[str, Any]:
    questions = _draw_questions(folder, count + 1)
    (_, words, vector), *rest = questions
    began = time.perf_counter()
    ask = open_index()
    ask(words, vector)
    result: dict[str, Any] = {"opened": time.perf_counter() - began, "times": [], "busy": [], "hits": []}
    for name, words, vector in rest:
        began, busy = time.perf_counter(), time.process_time()
        found = ask(words, vector)
        result["busy"].append((time.process_time() - busy) * 1000)
        result["times"].append((time.perf_counter() - began) * 1000)
        result["hits"].append(name in found[:10])
    return result


def _ask_ours(folder: Path, count: int) -> dict[str, Any]:
    store = SqlStore(f"sqlite:///{folder / 'store.db'}")
    index: list[PassageIndex] = []

    def ask(words: str, vector: Vector, scope: Scope = EVERYWHERE) -> list[str]:
        near = [name for name, _ in index[0].nearest(vector, MEASURED, scope)]
        with store.read() as unit:
            keyword = unit.articles.keyword(words, POOL, scope)
            scores = rank_scores([(keyword, 1.0), (near[:POOL], 1.0)])
            best = sorted(scores, key=lambda name: -scores[name])[:POOL]
            return [passage.id for passage in unit.articles.passages(best)]

    def open_index() -> Ask:
        index.append(PassageIndex(store, ENCODER, folder / "index"))
        return ask

    result = _time_answers(folder, open_index, count)
    questions = _draw_questions(folder, count + 1)[1:]
    result["scoped"] = []
    for number, (_, words, vector) in enumerate(questions):
        began = time.perf_counter()
        ask(words, vector, Scope(about=frozenset({f"Thing {number % NAMES}"}), languages=frozenset({"en"})))
        result["scoped"].append((time.perf_counter() - began) * 1000)
    result["resident"] = memory([os.getpid()]).rss if available() else 0.0
    result["near"] = [[name for name, _ in index[0].nearest(vector, 10)] for _, _, vector in questions[:PEER_ASKED]]
    store.close()
    return result


def _ask_peer(folder: Path) -> dict[str, Any]:
    """FTS5 as the tutorials have it, and numpy."""
    store = sqlite3.connect(f"file:{folder / 'store.db'}?mode=ro", uri=True)
    kept: list[Any] = []

    def near(vector: Vector, limit: int) -> list[str]:
        names, matrix = kept
        cosines = matrix @ vector
        best = np.argpartition(-cosines, limit - 1)[:limit]
        return [names[place] for place in best[np.argsort(-cosines[best])]]

    def ask(words: str, vector: Vector) -> list[str]:
        wanted = " OR ".join(f'"{word}"' for word in words.split())
        search = (
            "SELECT passages.id FROM passages_fts JOIN passages ON passages.serial = passages_fts.rowid"
            " WHERE passages_fts MATCH ? ORDER BY bm25(passages_fts, 2.0, 1.0, 1.0, 0.0) LIMIT ?"
        )
        keyword = [row[0] for row in store.execute(search, (wanted, POOL))]
        scores = rank_scores([(keyword, 1.0), (near(vector, POOL), 1.0)])  # type: ignore[list-item]
        return sorted(scores, key=lambda name: -scores[name])[:POOL]  # type: ignore[return-value]

    def open_index() -> Ask:
        names: list[str] = []
        rows = store.execute("SELECT count(*) FROM passages").fetchone()[0]
        for place, (name, raw) in enumerate(store.execute("SELECT id, vector FROM passages ORDER BY serial")):
            if not place:
                matrix = np.empty((rows, len(raw) // 4), np.float32)
            names.append(name)
            matrix[place] = np.frombuffer(raw, "<f4")
        kept.extend((names, matrix))
        return ask

    result = _time_answers(folder, open_index, PEER_ASKED)
    result["resident"] = memory([os.getpid()]).rss if available() else 0.0
    result["near"] = [near(vector, 10) for _, _, vector in _draw_questions(folder, ASKED + 1)[1 : PEER_ASKED + 1]]
    store.close()
    return result


def main() -> None:
    who, folder = sys.argv[1], Path(sys.argv[2])
    answers = _ask_peer(folder) if who == "peer" else _ask_ours(folder, ASKED if who == "ours" else 1)
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
