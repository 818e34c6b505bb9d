from pathlib import Path

import numpy as np
import pytest

from connectors.local.encoder import MiniLmEncoder, tokenizer
from core.errors import ConfigurationError


@pytest.fixture(scope="module")
def encoder() -> MiniLmEncoder:
    return MiniLmEncoder()


def test_meaning_counts_more_than_words(encoder: MiniLmEncoder) -> None:
    asked, answer, other = encoder.encode(
        ["How do I get my money back?", "Refunds and returns", "How do I get my dog back?"]
    )
    far = encoder.encode(["The weather is nice today"])[0]
    assert float(asked @ answer) > 0.4
    assert float(asked @ far) < 0.2
    assert float(asked @ other) < 0.9


def test_vectors_have_length_one(encoder: MiniLmEncoder) -> None:
    assert np.allclose(np.linalg.norm(encoder.encode(["a", "some words", ""]), axis=1), 1, atol=1e-4)


def test_a_texts_vector_does_not_depend_on_its_neighbours(encoder: MiniLmEncoder) -> None:
    alone = encoder.encode(["Where is my parcel?"])[0]
    among = encoder.encode(["a much longer text " * 30, "Where is my parcel?"])[1]
    assert np.array_equal(alone, among)


def test_nothing_gives_an_empty_matrix(encoder: MiniLmEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_the_tokenizer_is_berts() -> None:
    pieces = tokenizer().encode("Où est ma commande n° 4431? The hub's unplugged")
    assert " ".join(pieces.tokens) == (
        "[CLS] ou est ma command ##e n ##° 44 ##31 ? the hub ' s un ##pl ##ug ##ged [SEP]"
    )


def test_a_missing_model_is_a_matter_for_a_person(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        MiniLmEncoder(model=tmp_path / "none.onnx").encode(["a"])
