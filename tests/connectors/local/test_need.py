from pathlib import Path

import pytest

from connectors.local.classifiers import HALF, grams, rarity, weigh
from connectors.local.encoder import CachedEncoder, MiniLmEncoder
from connectors.local.need import Example, NeedModel, load_examples
from core.ports import Encoder


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return CachedEncoder(MiniLmEncoder())


@pytest.fixture(scope="module")
def model(encoder: Encoder) -> NeedModel:
    return NeedModel(encoder)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("Perfect, that did it", "Hold the button for ten seconds."),
        ("Friday suits me", "When may we call you back?"),
        ("no, that was all for now", "Can I help with anything else?"),
        ("ok great thank you", "Your refund was sent."),
    ],
)
def test_thanks_and_bookings_need_no_article(model: NeedModel, text: str, before: str) -> None:
    assert model.need(text, before) < 0.3


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("How do I change my delivery address?", ""),
        ("The doorbell does not ring", ""),
        ("and how much does that cost", "Shall I book the installer?"),
        ("I was billed twice this month", ""),
    ],
)
def test_questions_and_troubles_need_one(model: NeedModel, text: str, before: str) -> None:
    assert model.need(text, before) > 0.5


def test_one_and_many_at_once_are_the_same(model: NeedModel) -> None:
    assert model.needs(["thanks a lot"], [""])[0] == pytest.approx(model.need("thanks a lot", ""), abs=1e-5)


def test_what_was_trained_is_loaded_again(encoder: Encoder, tmp_path: Path) -> None:
    examples = load_examples()[::4]
    first = NeedModel(encoder, examples, folder=tmp_path)
    first.warm()
    (file,) = tmp_path.glob("need-*.npz")
    again = NeedModel(encoder, examples, folder=tmp_path)
    assert again.need("where is my parcel", "") == pytest.approx(first.need("where is my parcel", ""))
    assert file.stem == again.name


def test_other_examples_are_another_model(encoder: Encoder) -> None:
    other = [Example("hi", "", needed=False), Example("where is it", "", needed=True)]
    assert NeedModel(encoder, other).name != NeedModel(encoder).name


def test_a_text_without_words_has_only_its_ends() -> None:
    places, values = weigh(grams("…"), rarity([grams("a b")]))
    assert all(place >= HALF for place in places)
    assert len(places) == len(values)
