"""What reads a message: the trained heads over the encoder, and the sense made of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from apps.intents_file import Intents
from connectors.local.cache import CachedEncoder
from connectors.local.emotions import EmotionModel
from connectors.local.intents import IntentModel
from connectors.local.language import FastLanguage
from connectors.local.layered import LayeredEncoder
from connectors.local.likeness import PairModel
from connectors.local.outcomes import OutcomeModel
from connectors.local.pair_rows import Pieces
from connectors.local.sentiment import SentimentModel
from connectors.local.triggers import Layers, TriggerModel
from core.ports import Encoder, IntentCorrections
from core.read.reader import Sense
from core.read.triggers import RulesAndModel


class Sentences(Layers, Pieces, Protocol):
    """An encoder that shows its inner layers and the pieces of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """The heads; all look at what one run of the encoder says of a message."""

    language: FastLanguage
    intents: IntentModel
    sentiment: SentimentModel
    emotions: EmotionModel
    triggers: TriggerModel
    outcomes: OutcomeModel
    likeness: PairModel

    def warm(self) -> None:
        """Train what no earlier start has trained, load what is shipped."""
        for reader in (self.intents, self.sentiment, self.emotions, self.triggers, self.outcomes, self.likeness):
            reader.warm()


def readers_of(
    encoder: Encoder,
    sentences: Sentences,
    intents: Intents,
    folder: Path,
    corrections: IntentCorrections | None = None,
) -> Readers:
    """The heads over an encoder and its inner layers (`sentences`). What is trained here is kept in `folder`, so that
    only the first start trains it. What agents corrected is asked for with each message."""
    language = FastLanguage()
    reader = IntentModel(
        # Its own file of vectors beside the models: the examples are encoded once, whatever becomes of a model.
        CachedEncoder(LayeredEncoder(sentences), folder / "layers.db"),
        intents.examples,
        out_of_scope=intents.out_of_scope,
        labels=intents.labels,
        folder=folder,
        corrections=corrections,
    )
    return Readers(
        language=language,
        intents=reader,
        sentiment=SentimentModel(encoder, folder=folder),
        emotions=EmotionModel(encoder, folder=folder),
        triggers=TriggerModel(sentences, language),
        outcomes=OutcomeModel(sentences),
        likeness=PairModel(sentences),
    )


def sense_of(encoder: Encoder, intents: Intents, readers: Readers) -> Sense:
    """The triggers of docs/triggers.md are heard by rules and model together."""
    return Sense(
        readers.language,
        readers.intents,
        readers.sentiment,
        (),
        triggers=RulesAndModel(readers.triggers),
        emotions=readers.emotions,
        outcomes=readers.outcomes,
        likeness=readers.likeness,
        hints=intents.urgency,
        encoder=encoder,
    )
