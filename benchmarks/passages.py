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
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figures import Figure, percentile
from benchmarks.machine import available, memory
from benchmarks.made_up import NAMES, World
from benchmarks.made_up_store import load
from connectors.local.index import PassageIndex
from connectors.sql.store import SqlStore
from core.knowledge.retrieve import MEASURED, POOL, rank_scores
from core.model.knowledge import EVERYWHERE, Scope
from core.ports import Vector

GROUP = "Passages"
ENCODER = "made up"
ASKED = 60
PEER_ASKED = 20
_WORDS = 9  # of a question, taken from a passage
Ask = Callable[[str, Vector], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is promised at a size: milliseconds, megabytes, seconds."""

    p95: float | None = None
    resident: float | None = None
    opened: float | None = None


PROMISES = {100_000: Promise(p95=40, resident=1000, opened=2), 1_000_000: Promise(p95=150, resident=3000)}


def passages(folder: Path, sizes: Sequence[int] = (1_000, 10_000, 100_000)) -> list[Figure]:
    """The growth table; each size in a folder of its own, asked by fresh processes."""
    return [figure for size in sizes for figure in _at(folder / str(size), size)]


def _at(folder: Path, size: int) -> list[Figure]:
    folder.mkdir(parents=True)
    stored = load(folder / "store.db", World(size), ENCODER)
    before = _asked("first", folder)  # writes the index's files
    ours, peer = _asked("ours", folder), _asked("peer", folder)
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != "vectors.npy")
    promise = PROMISES.get(size, Promise())
    alike = [len(set(a[:10]) & set(b[:10])) / 10 for a, b in zip(ours["near"], peer["near"], strict=False)]
    rows: list[tuple[str, float, str, dict[str, float | None]]] = [
        (f"stored, {stored.how}", stored.seconds, "s", {}),
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


def _asked(who: str, folder: Path) -> dict[str, Any]:
    """What a process that has done nothing else measures."""
    command = [sys.executable, "-m", "benchmarks.passages", who, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


# ---------------------------------------------------------------- in a process of its own


def _questions(folder: Path, count: int) -> list[tuple[str, str, Vector]]:
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
        chosen = rng.permutation(len(words))[:_WORDS]
        asked.append((name, " ".join(words[place] for place in chosen), vector / np.linalg.norm(vector)))
    return asked


def _measured(folder: Path, opened: Callable[[], Ask], count: int, narrow: Ask | None = None) -> dict[str, Any]:
    questions = _questions(folder, count + 1)
    (_, words, vector), *rest = questions
    began = time.perf_counter()
    ask = opened()
    ask(words, vector)
    result: dict[str, Any] = {"opened": time.perf_counter() - began, "times": [], "busy": [], "hits": []}
    for name, words, vector in rest:
        began, busy = time.perf_counter(), time.process_time()
        found = ask(words, vector)
        result["busy"].append((time.process_time() - busy) * 1000)
        result["times"].append((time.perf_counter() - began) * 1000)
        result["hits"].append(name in found[:10])
    return result


def _ours(folder: Path, count: int) -> dict[str, Any]:
    store = SqlStore(f"sqlite:///{folder / 'store.db'}")
    index: list[PassageIndex] = []

    def ask(words: str, vector: Vector, scope: Scope = EVERYWHERE) -> list[str]:
        near = [name for name, _ in index[0].nearest(vector, MEASURED, scope)]
        with store.read() as unit:
            keyword = unit.articles.keyword(words, POOL, scope)
            scores = rank_scores([(keyword, 1.0), (near[:POOL], 1.0)])
            best = sorted(scores, key=lambda name: -scores[name])[:POOL]
            return [passage.id for passage in unit.articles.passages(best)]

    def opened() -> Ask:
        index.append(PassageIndex(store, ENCODER, folder / "index"))
        return ask

    result = _measured(folder, opened, count)
    questions = _questions(folder, count + 1)[1:]
    result["scoped"] = []
    for number, (_, words, vector) in enumerate(questions):
        began = time.perf_counter()
        ask(words, vector, Scope(about=frozenset({f"Thing {number % NAMES}"}), languages=frozenset({"en"})))
        result["scoped"].append((time.perf_counter() - began) * 1000)
    result["resident"] = memory([os.getpid()]).rss if available() else 0.0
    result["near"] = [[name for name, _ in index[0].nearest(vector, 10)] for _, _, vector in questions[:PEER_ASKED]]
    store.close()
    return result


def _peer(folder: Path) -> dict[str, Any]:
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

    def opened() -> Ask:
        names: list[str] = []
        rows = store.execute("SELECT count(*) FROM passages").fetchone()[0]
        for place, (name, raw) in enumerate(store.execute("SELECT id, vector FROM passages ORDER BY serial")):
            if not place:
                matrix = np.empty((rows, len(raw) // 4), np.float32)
            names.append(name)
            matrix[place] = np.frombuffer(raw, "<f4")
        kept.extend((names, matrix))
        return ask

    result = _measured(folder, opened, PEER_ASKED)
    result["resident"] = memory([os.getpid()]).rss if available() else 0.0
    result["near"] = [near(vector, 10) for _, _, vector in _questions(folder, ASKED + 1)[1 : PEER_ASKED + 1]]
    store.close()
    return result


def main() -> None:
    who, folder = sys.argv[1], Path(sys.argv[2])
    measured = _peer(folder) if who == "peer" else _ours(folder, ASKED if who == "ours" else 1)
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
