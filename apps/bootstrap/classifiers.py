"""What reads a message: the trained classifiers over the encoder, and the sense made of them; for the product, and for
the commands that measure them or learn from somebody's labelled messages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Protocol

from apps.intents_file import Intents, Labelled, by_label
from connectors.local.classifiers import LayeredEncoder
from connectors.local.emotions import EMOTIONS, EmotionModel
from connectors.local.encoder import CachedEncoder, MiniLmEncoder
from connectors.local.intents import IntentModel
from connectors.local.intents_articles import ArticleIntents
from connectors.local.intents_multilingual import MultilingualIntents, RoutedIntents
from connectors.local.intents_trained import cross_judged
from connectors.local.language import FastLanguage
from connectors.local.message_reader import MessageReader
from connectors.local.multilingual_encoder import MultilingualEncoder
from connectors.local.outcomes import OutcomeModel
from connectors.local.pair_rows import Pieces
from connectors.local.sentiment import RoutedSentiment, SentimentModel
from connectors.local.sentiment_multilingual import MultilingualSentiment
from connectors.local.similarity import PairModel
from connectors.local.triggers import Layers, TriggerModel
from core.ports import (
    EmotionReader,
    Encoder,
    IntentCorrections,
    LanguageReader,
    SentimentReader,
    Store,
    VectorIndex,
)
from core.read.reader import Sense
from core.read.triggers import TriggerEnsemble

__all__ = [
    "EMOTIONS",
    "Readers",
    "Searched",
    "cross_label",
    "encoder_of",
    "make_emotion_reader",
    "make_intent_reader",
    "make_language_reader",
    "make_readers",
    "make_sense",
    "make_sentiment_reader",
    "product_sense",
]


class Sentences(Layers, Pieces, Protocol):
    """An encoder that shows its inner layers and the pieces of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """The classifiers; all look at what one run of the encoder says of a message."""

    language: FastLanguage
    intents: IntentModel | RoutedIntents
    sentiment: RoutedSentiment
    emotions: EmotionModel
    messages: MessageReader
    triggers: TriggerModel
    outcomes: OutcomeModel
    similarity: PairModel

    @property
    def alarms(self) -> TriggerEnsemble:
        """The triggers of docs/triggers.md, heard by both models together."""
        return TriggerEnsemble(self.messages, self.triggers)

    def warm(self) -> None:
        """Train what no earlier start has trained, load what is shipped."""
        for reader in (
            self.intents,
            self.sentiment,
            self.emotions,
            self.messages,
            self.triggers,
            self.outcomes,
            self.similarity,
        ):
            reader.warm()


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """The articles' store, the index of the encoder and that of the multilingual one, and what puts words right. By
    `clock`, in seconds, it is looked now and then whether the articles changed."""

    store: Store
    index: VectorIndex
    beside: VectorIndex | None
    spelling: Callable[[str], str] = str
    clock: Callable[[], float] = monotonic


def make_readers(
    encoder: Encoder,
    sentences: Sentences,
    intents: Intents,
    folder: Path,
    corrections: IntentCorrections | None = None,
    multilingual: MultilingualEncoder | None = None,
    searched: Searched | None = None,
) -> Readers:
    """The classifiers over an encoder and its inner layers (`sentences`). What is trained here is kept in `folder`, so
    that only the first start trains it. What agents corrected is asked for with each message. Without the
    `multilingual` encoder the intents of all messages are told by the model of the company's own language; without what
    is `searched` the articles tell nothing of intents."""
    language = FastLanguage()
    own = IntentModel(
        # Its own file of vectors beside the models: the examples are encoded once, whatever becomes of a model.
        CachedEncoder(LayeredEncoder(sentences), folder / "layers.db"),
        intents.examples,
        out_of_scope=intents.out_of_scope,
        labels=intents.labels,
        folder=folder,
        corrections=corrections,
        articles=_told_by(searched, searched.index, encoder, intents.examples) if searched else None,
        spelling=searched.spelling if searched else str,
    )
    every_language = multilingual or MultilingualEncoder()
    questions = CachedEncoder(every_language.questions, folder / "layers.db")
    messages = MessageReader(every_language)
    others = MultilingualSentiment(questions, lambda text: messages.read(text).mood)
    reader = own if multilingual is None else _routed(language, own, intents, questions, folder, searched)
    return Readers(
        language=language,
        intents=reader,
        sentiment=RoutedSentiment(language, SentimentModel(encoder, folder=folder), others),
        emotions=EmotionModel(encoder, folder=folder),
        messages=messages,
        triggers=TriggerModel(sentences, language),
        outcomes=OutcomeModel(sentences),
        similarity=PairModel(sentences),
    )


def _routed(
    language: FastLanguage,
    own: IntentModel,
    intents: Intents,
    questions: Encoder,
    folder: Path,
    searched: Searched | None,
) -> RoutedIntents:
    beside = searched.beside if searched else None
    others = MultilingualIntents(
        questions,
        intents.every,
        out_of_scope=intents.out_of_scope,
        labels=intents.labels,
        folder=folder,
        articles=_told_by(searched, beside, questions, intents.every) if searched and beside else None,
    )
    return RoutedIntents(language, own, others)


def _told_by(
    searched: Searched, index: VectorIndex, questions: Encoder, examples: Mapping[str, Sequence[str]]
) -> ArticleIntents:
    return ArticleIntents(searched.store, index, questions, examples, searched.clock)


def make_sense(encoder: Encoder, intents: Intents, readers: Readers) -> Sense:
    return Sense(
        readers.language,
        readers.intents,
        readers.sentiment,
        triggers=readers.alarms,
        kinds=readers.messages,
        emotions=readers.emotions,
        outcomes=readers.outcomes,
        similarity=readers.similarity,
        hints=intents.urgency,
        encoder=encoder,
    )


# ---------------------------------------------------------------- for commands


def product_sense(intents: Intents, cache: Path) -> Sense:
    """As the product reads; `cache` keeps what is trained. Vectors of the messages are not kept on disk."""
    cache.mkdir(parents=True, exist_ok=True)
    sentences = MiniLmEncoder()
    encoder = CachedEncoder(sentences)
    readers = make_readers(encoder, sentences, intents, cache / "models", multilingual=MultilingualEncoder())
    return make_sense(encoder, intents, readers)


def make_sentiment_reader() -> SentimentReader:
    """Ready to be timed."""
    model = SentimentModel(MiniLmEncoder())
    model.warm()
    return model


def make_emotion_reader() -> EmotionReader:
    return EmotionModel(MiniLmEncoder())


def make_language_reader() -> LanguageReader:
    return FastLanguage()


def encoder_of(cache: Path | None) -> Encoder:
    return CachedEncoder(MiniLmEncoder(), cache / "vectors.db" if cache else None)


def make_intent_reader(rows: Sequence[Labelled], oos: str, folder: Path) -> IntentModel:
    """A model of these rows, not trained yet; those of the label `oos` are out of scope."""
    return IntentModel(
        LayeredEncoder(MiniLmEncoder()),
        by_label(row for row in rows if not oos or row.label != oos),
        out_of_scope=[row.text for row in rows if oos and row.label == oos],
        folder=folder,
    )


def cross_label(rows: Sequence[Labelled], cache: Path | None) -> list[str]:
    """For each row the label that a model of all the other rows gives it."""
    encoder = CachedEncoder(LayeredEncoder(MiniLmEncoder()), cache / "vectors.db" if cache else None)
    return cross_judged(encoder, [(row.text, row.label) for row in rows])
