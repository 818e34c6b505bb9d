"""Feelings, emotions and languages on sentences by another author; the figures are printed with `pytest -s`.

What is asserted is what is reached, less a little for another processor's rounding."""

import sys
from pathlib import Path

import pytest

from apps.evaluate.report import Score
from apps.evaluate.sentiment import emotion_figures, figures, labelled_rows, language_figures, mapping, read_all
from connectors.local.emotions import EmotionModel
from connectors.local.encoder import CachedEncoder, MiniLmEncoder
from connectors.local.language import FastLanguage
from connectors.local.sentiment import SentimentModel
from core.ports import Encoder

HERE = Path(__file__).parent
EMOTION_FLOORS = {"frustration": 0.79, "anger": 0.77, "confusion": 0.81, "hesitation": 0.72, "urgency": 0.83}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return CachedEncoder(MiniLmEncoder(), HERE.parents[1] / "var" / "cache" / "vectors.db")


def told(scores: list[Score]) -> dict[str, float]:
    found = {score.figure: round(score.value, 3) for score in scores}
    sys.stdout.write(f"\n{scores[0].set}: {found}\n")
    return found


@pytest.mark.timeout(300)
def test_upset_customers_are_heard(encoder: Encoder) -> None:
    model = SentimentModel(encoder)
    cases, _ = read_all(labelled_rows(HERE / "sentiment.yaml"), lambda text: model.sentiment(text)[0])
    found = told(figures("service sentences", cases))
    assert len(cases) >= 300
    assert found["negative recall"] >= 0.91  # the aim is .92, one case of 150 less for rounding
    assert found["negative precision"] >= 0.69
    assert found["macro F1"] >= 0.78
    assert found["ECE"] <= 0.06


@pytest.mark.timeout(300)
def test_emotions_are_heard_and_near_misses_are_mostly_left_alone(encoder: Encoder) -> None:
    found = told(emotion_figures("emotions", mapping(HERE / "emotions.yaml"), EmotionModel(encoder)))
    assert {name: found[f"{name} F1"] >= floor for name, floor in EMOTION_FLOORS.items()} == dict.fromkeys(
        EMOTION_FLOORS, True
    )


def test_nineteen_of_twenty_short_texts_are_in_the_right_language_and_no_number_is_in_any() -> None:
    found = told(language_figures("languages", mapping(HERE / "languages.yaml"), FastLanguage()))
    assert found["language right"] >= 0.95
    assert found["unknown left unknown"] == 1
