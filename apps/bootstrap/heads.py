"""What reads a message: the trained heads over the encoder, and the sense made of them."""

from pathlib import Path

from apps.intents_file import Intents
from connectors.local.intents import IntentModel
from connectors.local.language import FastLanguage
from connectors.local.sentiment import SentimentModel
from core.ports import Encoder
from core.sense.read import Sense


def readers_of(encoder: Encoder, intents: Intents, folder: Path) -> tuple[IntentModel, SentimentModel]:
    """The trained heads; they are kept in `folder`, so that only the first start trains them."""
    reader = IntentModel(
        encoder, intents.examples, out_of_scope=intents.out_of_scope, labels=intents.labels, folder=folder
    )
    return reader, SentimentModel(encoder, folder=folder)


def sense_of(encoder: Encoder, intents: Intents, readers: tuple[IntentModel, SentimentModel]) -> Sense:
    return Sense(FastLanguage(), *readers, hints=intents.urgency, encoder=encoder)
