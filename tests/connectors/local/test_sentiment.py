from pathlib import Path

import pytest

from connectors.local.encoder import CachedEncoder, MiniLmEncoder
from connectors.local.sentiment import SentimentModel
from core.model.signals import Feeling


@pytest.fixture(scope="module")
def model() -> SentimentModel:
    return SentimentModel(CachedEncoder(MiniLmEncoder()))


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("third time my order is late and nobody helps!", Feeling.NEGATIVE),  # VADER hears +0.44
        ("I want to talk to a person, this is ridiculous", Feeling.NEGATIVE),
        ("How do I change my delivery address?", Feeling.NEUTRAL),
        ("Please help me to set up the hub", Feeling.NEUTRAL),
        ("Thank you so much, it works perfectly now", Feeling.POSITIVE),
    ],
)
def test_the_feeling_is_heard(model: SentimentModel, text: str, feeling: Feeling) -> None:
    assert model.sentiment(text)[0].value == feeling


def test_the_mood_follows_the_strength_of_the_words(model: SentimentModel) -> None:
    furious = model.sentiment("This is outrageous, you are the worst company, I am furious and disgusted!")[1]
    annoyed = model.sentiment("My parcel is a day late")[1]
    happy = model.sentiment("Brilliant service, thank you, I love it!")[1]
    assert -1 <= furious < -0.7 < annoyed < 0.3 < 0.6 < happy <= 1


def test_the_words_that_show_it_are_named_where_they_stand(model: SentimentModel) -> None:
    text = "This is ridiculous and the app is useless"
    found, _ = model.sentiment(text)
    assert [e.words for e in found.evidence] == ["ridiculous", "useless"]
    assert all(text[e.start : e.end] == e.words for e in found.evidence)


@pytest.mark.parametrize("text", ["", "👍", "4711"])
def test_without_words_there_is_no_feeling(model: SentimentModel, text: str) -> None:
    found, mood = model.sentiment(text)
    assert (found.value, mood) == (Feeling.NEUTRAL, 0.0)


def test_what_was_learned_is_kept(model: SentimentModel, tmp_path: Path) -> None:
    encoder = CachedEncoder(MiniLmEncoder(), tmp_path / "v.db")
    SentimentModel(encoder, folder=tmp_path).warm()
    again = SentimentModel(encoder, folder=tmp_path)
    assert [file.stem for file in tmp_path.glob("*.npz")] == [again.name]
    text = "The doorbell is broken again"
    assert again.sentiment(text)[1] == pytest.approx(model.sentiment(text)[1], abs=1e-3)


@pytest.mark.parametrize(
    "text", ["my device is offline", "The display stays black.", "I was charged twice for order 88213."]
)
def test_a_fault_told_calmly_keeps_the_mood_steady(model: SentimentModel, text: str) -> None:
    feeling, mood = model.sentiment(text)
    assert feeling.value == Feeling.NEUTRAL
    assert mood > -0.4


def test_thanks_for_a_solved_problem_is_happy_and_mocking_thanks_is_not(model: SentimentModel) -> None:
    assert model.sentiment("After weeks of trouble the connection is finally stable, thank you!")[1] > 0.3
    assert model.sentiment("Great, another week without heating. Thanks for nothing.")[1] < -0.3


@pytest.mark.timeout(20)
def test_a_very_long_text_is_read_in_time(model: SentimentModel) -> None:
    assert model.sentiment("The hub is late and nobody helps! " * 6000)[0].value == Feeling.NEGATIVE
