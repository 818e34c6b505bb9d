import sqlite3
from pathlib import Path
from typing import ClassVar

import pytest

from connectors.local.encoder import MiniLmAligner, MiniLmEncoder
from core.ports import Vector

TEXTS = ["Never post a swollen, leaking or dented battery.", "The battery lasts 18 months.", "Refunds take five days."]


def even(word: str) -> float:
    return 1.0


@pytest.fixture(scope="module")
def aligner() -> MiniLmAligner:
    return MiniLmAligner(MiniLmEncoder())


def test_words_of_like_meaning_meet(aligner: MiniLmAligner) -> None:
    swollen, months, refunds = aligner.align("my battery is puffed up", TEXTS, even)
    assert 1 > swollen > months > refunds > 0


def test_a_text_is_wholly_aligned_with_itself(aligner: MiniLmAligner) -> None:
    assert aligner.align(TEXTS[1], TEXTS, even)[1] == pytest.approx(1, abs=0.02)


def test_only_words_of_weight_decide(aligner: MiniLmAligner) -> None:
    asked = "battery refunds"
    by_battery = aligner.align(asked, TEXTS, lambda word: 1.0 if word == "battery" else 0.0)
    by_refunds = aligner.align(asked, TEXTS, lambda word: 1.0 if word == "refunds" else 0.0)
    assert by_battery[1] > by_battery[2]
    assert by_refunds[2] > by_refunds[1]


def test_where_there_are_no_words_nothing_is_aligned(aligner: MiniLmAligner) -> None:
    assert aligner.align("", TEXTS, even) == [0, 0, 0]
    assert aligner.align("battery", [""], even) == [0]
    assert aligner.align("battery", [], even) == []


def test_the_words_of_the_pieces_are_the_texts_own() -> None:
    words, vectors = MiniLmEncoder().pieces("The hub's E14!")
    assert set(words) == {"The", "hub", "'", "s", "E14", "!"}
    assert vectors.shape == (len(words), 384)


def test_texts_are_read_once_for_all_processes_and_questions_leave_no_trace(tmp_path: Path) -> None:
    file = tmp_path / "vectors.db"
    first = MiniLmAligner(MiniLmEncoder(), file)
    first.prepare(TEXTS)
    before = first.align("my battery is puffed up", TEXTS, even)
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM pieces").fetchone() == (len(TEXTS),)

    class Reading(MiniLmEncoder):
        read: ClassVar[list[str]] = []

        def pieces(self, text: str) -> tuple[list[str], Vector]:
            self.read.append(text)
            return super().pieces(text)

    assert MiniLmAligner(Reading(), file).align("my battery is puffed up", TEXTS, even) == before
    assert Reading.read == ["my battery is puffed up"]
