import numpy as np

from connectors.local.classifiers import LayeredEncoder
from connectors.local.encoder import SIZE, MiniLmEncoder

TEXTS = ["Where is my parcel?", "I want my money back."]


def test_the_first_part_is_the_vector_of_the_encoder_itself() -> None:
    encoder = MiniLmEncoder()
    assert np.allclose(LayeredEncoder(encoder).encode(TEXTS)[:, :SIZE], encoder.encode(TEXTS), atol=1e-5)


def test_every_depth_has_a_vector_of_length_one_and_its_own() -> None:
    found = LayeredEncoder(MiniLmEncoder()).encode(TEXTS).reshape(len(TEXTS), 3, SIZE)
    assert np.allclose(np.linalg.norm(found, axis=2), 1, atol=1e-4)
    assert not np.allclose(found[:, 0], found[:, 1], atol=0.01)
    assert not np.allclose(found[:, 1], found[:, 2], atol=0.01)


def test_its_vectors_are_not_taken_for_those_of_the_encoder() -> None:
    assert LayeredEncoder(MiniLmEncoder()).name != MiniLmEncoder().name


def test_no_texts_give_no_rows() -> None:
    assert LayeredEncoder(MiniLmEncoder()).encode([]).shape == (0, 3 * SIZE)
