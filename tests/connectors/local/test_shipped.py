from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from connectors.local import shipped
from connectors.local.classifiers import LayeredEncoder
from connectors.local.emotions import taught
from connectors.local.encoder import CachedEncoder, MiniLmEncoder
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


# ---------------------------------------------------------------- whole caches


def test_a_shipped_cache_answers_for_the_texts_it_holds_and_for_no_other(tmp_path: Path) -> None:
    texts = ["How long does a refund take?", "Five days.", "To the card that you paid with."]
    made = CachedEncoder(MiniLmEncoder(), tmp_path / "made" / "vectors.db").encode(texts)
    CachedEncoder(LayeredEncoder(MiniLmEncoder()), tmp_path / "made" / "models" / "layers.db").encode(texts)
    assert shipped.pack_caches(tmp_path / "made", tmp_path / "v.npz") == 6
    shipped.fill_caches(tmp_path / "v.npz", tmp_path / "filled")
    counting = Counting()
    found = CachedEncoder(counting, tmp_path / "filled" / "vectors.db").encode([*texts, "something new"])
    assert counting.asked == ["something new"]
    assert (found[:3] * made).sum(axis=1) == pytest.approx(1, abs=0.001)


def test_a_shipped_cache_is_none_of_another_encoder(tmp_path: Path) -> None:
    texts = ["a", "b", "c"]
    for encoder, name in ((Counting(), "vectors.db"), (Counting(), "models/layers.db")):
        CachedEncoder(encoder, tmp_path / "made" / name).encode(texts)
    shipped.pack_caches(tmp_path / "made", tmp_path / "v.npz")
    shipped.fill_caches(tmp_path / "v.npz", tmp_path / "filled")
    other = Counting()
    other.name = "another"
    CachedEncoder(other, tmp_path / "filled" / "vectors.db").encode(texts)
    assert other.asked == texts


def test_what_a_cache_holds_already_stays(tmp_path: Path) -> None:
    texts = ["a", "b", "c"]
    for name in ("vectors.db", "models/layers.db"):
        CachedEncoder(Counting(), tmp_path / "made" / name).encode(texts)
    shipped.pack_caches(tmp_path / "made", tmp_path / "v.npz")
    own = CachedEncoder(MiniLmEncoder(), tmp_path / "filled" / "vectors.db").encode(texts)
    shipped.fill_caches(tmp_path / "v.npz", tmp_path / "filled")
    assert (CachedEncoder(Counting(), tmp_path / "filled" / "vectors.db").encode(texts) == own).all()


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 half a file"])
def test_without_a_whole_file_nothing_is_filled(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "v.npz").write_bytes(content)
    shipped.fill_caches(tmp_path / "v.npz", tmp_path / "filled")
    assert not (tmp_path / "filled").exists()
