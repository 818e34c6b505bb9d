from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from connectors.local import shipped
from connectors.local.emotions import taught
from connectors.local.encoder import MiniLmEncoder
from connectors.local.sentiment import load_examples as feelings
from core.ports import Vector


class Counting:
    """An encoder that says what it was asked for."""

    name = MiniLmEncoder.name

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vector:
        self.asked += texts
        return np.ones((len(texts), 384), dtype=np.float32)


def test_every_shipped_example_has_its_vector() -> None:
    encoder = Counting()
    texts = [text for text, _ in feelings()] + [text for rows in taught().values() for text, _ in rows]
    assert shipped.WithShipped(encoder).encode(texts).shape == (len(texts), 384)
    assert encoder.asked == [], "run python -m connectors.local.pack_shipped"


def test_the_shipped_vectors_are_those_of_the_encoder() -> None:
    encoder = MiniLmEncoder()
    texts = [text for text, _ in feelings()[:5]]
    near = (shipped.WithShipped(encoder).encode(texts) * encoder.encode(texts)).sum(axis=1)
    assert near == pytest.approx(1, abs=0.01)


def test_a_new_text_is_encoded_and_another_encoder_trusts_no_vector_of_this_one() -> None:
    encoder = Counting()
    known = feelings()[0][0]
    shipped.WithShipped(encoder).encode([known, "something new"])
    assert encoder.asked == ["something new"]
    encoder.name = "another"
    shipped.WithShipped(encoder).encode([known])
    assert encoder.asked[-1] == known


def test_packing_and_reading_agree(tmp_path: Path) -> None:
    shipped.pack(["a", "b", "a"], Counting(), tmp_path / "v.npz")
    with np.load(tmp_path / "v.npz") as kept:
        assert kept["vectors"].shape == (2, 384)
