"""Emotions on sentences and near misses by another author, set aside: nothing was fitted on them."""

from pathlib import Path

from apps.evaluate.report import Score
from apps.evaluate.sentiment import emotion_figures, mapping
from benchmarks.quality.sources import Sources
from connectors.local.cache import CachedEncoder
from connectors.local.emotions import EmotionModel
from connectors.local.encoder import MiniLmEncoder

FILE = Path(__file__).parents[2] / "tests" / "scenarios" / "emotions.yaml"


def measure(sources: Sources) -> list[Score]:
    encoder = CachedEncoder(MiniLmEncoder(), sources.cache / "vectors.db")
    return emotion_figures("emotions, set aside", mapping(FILE), EmotionModel(encoder))
