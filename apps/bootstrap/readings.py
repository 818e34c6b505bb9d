"""What the commands that measure reading need of the connectors."""

from pathlib import Path

from apps.bootstrap.heads import readers_of, sense_of
from apps.intents_file import Intents
from connectors.local.cache import CachedEncoder
from connectors.local.emotion_words import EMOTIONS
from connectors.local.emotions import EmotionModel
from connectors.local.encoder import MiniLmEncoder
from connectors.local.language import FastLanguage
from connectors.local.sentiment import SentimentModel
from core.ports import EmotionReader, LanguageReader, SentimentReader
from core.read.reader import Sense

__all__ = ["EMOTIONS", "emotions", "language", "product_sense", "sentiment"]


def product_sense(intents: Intents, cache: Path) -> Sense:
    """As the product reads; `cache` keeps what is trained. Vectors of the messages are not kept on disk."""
    cache.mkdir(parents=True, exist_ok=True)
    sentences = MiniLmEncoder()
    encoder = CachedEncoder(sentences)
    return sense_of(encoder, intents, readers_of(encoder, sentences, intents, cache / "models"))


def sentiment() -> SentimentReader:
    """Ready to be timed."""
    model = SentimentModel(MiniLmEncoder())
    model.warm()
    return model


def emotions() -> EmotionReader:
    return EmotionModel(MiniLmEncoder())


def language() -> LanguageReader:
    return FastLanguage()
