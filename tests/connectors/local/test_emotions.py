from pathlib import Path

import pytest

from connectors.local.emotions import EMOTIONS, EmotionModel, taught
from connectors.local.encoder import CachedEncoder, MiniLmEncoder


@pytest.fixture(scope="module")
def model() -> EmotionModel:
    return EmotionModel(CachedEncoder(MiniLmEncoder()))


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("I have tried everything and it still will not pair, I'm so frustrated", "frustration"),
        ("How dare you lie to me, you should be ashamed!", "anger"),
        ("I'm confused, I don't understand what you mean by that", "confusion"),
        ("I'm not sure, I'd rather think about it before I sign", "hesitation"),
        ("Please hurry, water is coming through the ceiling right now!", "urgency"),
    ],
)
def test_an_emotion_is_heard_with_the_words_that_show_it(model: EmotionModel, text: str, emotion: str) -> None:
    (found,) = [each for each in model.emotions(text) if each.value == emotion]
    assert found.evidence
    assert all(text[e.start : e.end] == e.words for e in found.evidence)
    assert 0 < found.confidence <= 1


@pytest.mark.parametrize("text", ["", "👍", "4711", "What are your opening hours?", "Thank you, that's perfect."])
def test_a_plain_message_shows_none(model: EmotionModel, text: str) -> None:
    assert model.emotions(text) == ()


def test_the_strongest_comes_first(model: EmotionModel) -> None:
    found = model.emotions("You liars, I'm furious! I've called ten times and nothing works. Fix it right now!")
    assert len(found) >= 2
    assert [e.confidence for e in found] == sorted((e.confidence for e in found), reverse=True)


def test_every_emotion_has_lessons_for_and_against() -> None:
    for name, rows in taught().items():
        assert sum(present for _, present in rows) >= 100, name
        assert sum(not present for _, present in rows) >= 120, name
    assert tuple(taught()) == EMOTIONS


def test_what_was_learned_is_kept(model: EmotionModel, tmp_path: Path) -> None:
    encoder = CachedEncoder(MiniLmEncoder())
    EmotionModel(encoder, folder=tmp_path).warm()
    again = EmotionModel(encoder, folder=tmp_path)
    assert {file.stem for file in tmp_path.glob("*.npz")} == {f"{again.name}-{name}" for name in EMOTIONS}
    text = "How dare you lie to me, you should be ashamed!"
    assert [e.value for e in again.emotions(text)] == [e.value for e in model.emotions(text)]
