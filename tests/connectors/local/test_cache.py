import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from connectors.local.encoder import CachedEncoder
from core.ports import Vector


class Counting:
    def __init__(self, name: str = "counting") -> None:
        self.name = name
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vector:
        self.seen += texts
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32).reshape(len(texts), 2)


TEXTS = ["one", "three", "seven"]


def test_a_text_is_encoded_once() -> None:
    behind = Counting()
    cached = CachedEncoder(behind)
    cached.encode(["one"])
    assert cached.encode(["one", "three", "one"]).tolist() == [[3, 1], [5, 1], [3, 1]]
    assert behind.seen == ["one", "three"]


def test_articles_stay_known_after_a_restart(tmp_path: Path) -> None:
    CachedEncoder(Counting(), tmp_path / "v.db").encode(TEXTS)
    after = Counting()
    assert CachedEncoder(after, tmp_path / "v.db").encode(TEXTS).tolist() == [[3, 1], [5, 1], [5, 1]]
    assert after.seen == []


def test_a_customers_question_leaves_no_trace_on_disk(tmp_path: Path) -> None:
    cached = CachedEncoder(Counting(), tmp_path / "v.db")
    cached.encode(TEXTS)
    cached.encode(["my own words"])
    with sqlite3.connect(tmp_path / "v.db") as connection:
        assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (3,)


def test_a_line_that_alone_is_not_in_memory_is_found_on_disk(tmp_path: Path) -> None:
    CachedEncoder(Counting(), tmp_path / "v.db").encode(TEXTS)
    behind = Counting()
    after = CachedEncoder(behind, tmp_path / "v.db")
    after.encode(["one"])
    after.encode(["three"])
    assert after.encode(TEXTS).tolist() == [[3, 1], [5, 1], [5, 1]]
    assert behind.seen == ["one", "three"]


def test_another_encoder_does_not_get_these_vectors(tmp_path: Path) -> None:
    CachedEncoder(Counting("a"), tmp_path / "v.db").encode(TEXTS)
    other = Counting("b")
    CachedEncoder(other, tmp_path / "v.db").encode(TEXTS)
    assert other.seen == TEXTS


def test_a_damaged_file_costs_time_and_not_the_answer(tmp_path: Path) -> None:
    path = tmp_path / "v.db"
    path.write_text("this is no database")
    assert CachedEncoder(Counting(), path).encode(TEXTS).tolist() == [[3, 1], [5, 1], [5, 1]]


def test_no_text_is_no_row() -> None:
    assert CachedEncoder(Counting()).encode([]).shape == (0, 2)
