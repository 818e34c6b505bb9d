import numpy as np

from core.ports import Vector
from core.sense.repeat import repeated


class Alike:
    """An encoder to which all texts mean the same."""

    name = "alike"

    def encode(self, texts: list[str]) -> Vector:
        return np.tile(np.array([1.0, 0.0], dtype=np.float32), (len(texts), 1))


def test_the_same_question_again_is_noticed() -> None:
    earlier = ("How long does the refund for my doorbell take?",)
    found = repeated("how long does a refund for the doorbell take??", earlier)
    assert found is not None
    assert found.value == "repeated_question"


def test_another_question_about_the_same_thing_is_not() -> None:
    earlier = ("How long does the refund for my doorbell take?",)
    assert repeated("Which wires does the doorbell need?", earlier) is None


def test_a_short_follow_up_is_not() -> None:
    assert repeated("and now?", ("and now?",)) is None


def test_a_rewording_is_noticed_with_an_encoder() -> None:
    text = "When do I finally get my money for the broken camera?"
    earlier = ("How long does the refund for my doorbell take?",)
    assert repeated(text, earlier) is None
    assert repeated(text, earlier, Alike()) is not None  # type: ignore[arg-type]
