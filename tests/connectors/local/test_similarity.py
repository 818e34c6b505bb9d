import time
from pathlib import Path

import numpy as np
import pytest

from connectors.local.encoder import MiniLmEncoder
from connectors.local.lessons_pairs import fingerprint, lessons
from connectors.local.pair_rows import rarity
from connectors.local.similarity import PairHead, PairModel
from core.errors import ConfigurationError


@pytest.fixture(scope="module")
def model() -> PairModel:
    return PairModel(MiniLmEncoder())


def test_the_shipped_weights_belong_to_the_lessons_and_the_encoder(model: PairModel) -> None:
    assert model.taught == fingerprint(lessons()), "run python -m connectors.local.lessons_pairs"


def test_there_are_lessons_enough_and_none_is_taught_as_both() -> None:
    for kind, some in lessons().items():
        by_label = [{one.pairs for one in some if one.positive is label} for label in (True, False)]
        assert not by_label[0] & by_label[1], kind
        assert min(len(pairs) for pairs in by_label) >= 200, kind


def test_a_question_in_other_words_that_was_not_answered_is_the_same(model: PairModel) -> None:
    asked = "Do I need a ticket for my dog?"
    assert model.asked_again("Does a pet have to pay as well?", asked, "The fare is 12 euros.") > 0.5
    assert model.asked_again("Which seats are quiet?", asked, "No, dogs go free.") < 0.5


def test_the_same_words_about_another_order_are_never_the_same(model: PairModel) -> None:
    assert model.asked_again("Where is order 55120?", "Where is order 55121?", "") == 0
    assert model.same_matter("Invoice AB-4410 is wrong", "Invoice. AB-4411 is wrong") == 0


def test_news_of_a_fault_is_the_same_matter_and_a_purchase_is_another(model: PairModel) -> None:
    before = "Kettle leaks. Water comes out at the bottom of my kettle."
    assert model.same_matter("The kettle you sent instead loses water too.", before) > 0.5
    assert model.same_matter("Do you sell a kettle in red?", before) < 0.5


def test_words_that_everybody_uses_are_not_rare() -> None:
    assert rarity("time") < rarity("parcel") < rarity("thermostat")
    assert rarity("20114") == 1.0


def test_a_turn_costs_little_beside_its_vectors(model: PairModel) -> None:
    now, before, said = "Do I pay for the dog?", "Do I need a ticket for my dog?", "The fare is 12 euros."
    model.asked_again(now, before, said)
    begun = time.perf_counter()
    for _ in range(20):
        model.asked_again(now, before, said)
    assert (time.perf_counter() - begun) / 20 < 0.01


def test_empty_words_and_half_an_emoji_are_read(model: PairModel) -> None:
    for odd in ("", "   ", "👍", "\ud83d", "?" * 3_000):
        assert 0 <= model.asked_again(odd, "Where is my parcel?", "") <= 1
        assert 0 <= model.same_matter(odd, odd) <= 1


def test_a_head_survives_being_kept() -> None:
    head = PairHead(
        names=("a",),
        mean=np.zeros(1, np.float32),
        scale=np.ones(1, np.float32),
        weights=np.ones(3, np.float32),
        bias=0.5,
    )
    again = PairHead.of("kind", head.arrays("kind"))
    meaning = np.ones(2, dtype=np.float32)
    assert again.chance({"a": 1.0}, meaning) == pytest.approx(head.chance({"a": 1.0}, meaning))


def test_missing_weights_are_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        PairModel(MiniLmEncoder(), file=tmp_path / "none.npz").warm()
