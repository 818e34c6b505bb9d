"""The thinking half alone: no vendor, no queue."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from apps.bootstrap.classifiers import Readers, Searched, make_readers, make_sense
from apps.intents_file import Intents, read_intents
from apps.slack.cards.renderer import SlackCards
from apps.thresholds_file import read_reader, read_thresholds
from connectors.local.answering import Labelled, fit
from connectors.local.encoder import CachedEncoder, MiniLmAligner, MiniLmEncoder
from connectors.local.files import Articles, articles_from
from connectors.local.index import PassageIndex
from connectors.local.multilingual import BesideIndex, multilingual_source
from connectors.local.multilingual_encoder import MultilingualEncoder
from connectors.local.need import NeedModel
from connectors.local.spelling import Spelling
from connectors.sql.store import SqlStore
from core.answer.answer import Answer
from core.answer.style import StyleCard
from core.knowledge.library import Library
from core.model.reading import ReaderRole
from core.policy import Policy
from core.ports import Encoder, LanguageModel, Now, VectorIndex
from core.privacy.mask import MaskedModel
from core.prompting.time_budget import TimeBudget
from core.read.model_reader import ModelReader

if TYPE_CHECKING:
    from connectors.actions.systems import System
    from core.decide.evaluation import TurnEvaluator
    from core.model.conversation import CaseContext
    from core.procedure.acting import Acting


__all__ = ["Labelled", "OfflineContainer", "fit", "make_index"]


@dataclass(frozen=True, kw_only=True)
class OfflineContainer:
    """The thinking half over articles from a file: no vendor, no queue. `cache` keeps vectors between runs. By `clock`,
    in seconds, the readers look now and then whether the articles changed."""

    folder: Path
    cache: Path
    policy: Policy
    intents_file: str = ""
    style: StyleCard = field(default_factory=StyleCard)
    learned: Path | None = None  # what `handrail eval answers --write` wrote
    clock: Callable[[], float] = monotonic

    @cached_property
    def store(self) -> SqlStore:
        from connectors.sql.schema import upgrade

        url = f"sqlite:///{self.folder / 'run.db'}"
        upgrade(url)
        return SqlStore(url, cards=SlackCards())

    def acting(self, systems: "Mapping[str, System]", now: Now) -> "Callable[[CaseContext], Acting]":
        """What the step `act` does for a case, by the policy's actions in these systems."""
        from connectors.actions.systems import Systems
        from connectors.local.spoken import CldrSpoken
        from core.actions.examine import Actions
        from core.procedure.acting import Acting

        actions = Actions(systems=Systems(systems), store=self.store, policy=self.policy, now=now)
        return partial(Acting, actions, CldrSpoken())

    @cached_property
    def encoder(self) -> Encoder:
        self.cache.mkdir(parents=True, exist_ok=True)
        return CachedEncoder(self.sentences, self.cache / "vectors.db")

    @cached_property
    def sentences(self) -> MiniLmEncoder:
        return MiniLmEncoder()

    @cached_property
    def intents(self) -> Intents:
        return read_intents(self.intents_file)

    @cached_property
    def readers(self) -> Readers:
        searched = Searched(
            store=self.store,
            index=self.index,
            beside=self.index_beside,
            spelling=self.spelling,
            clock=self.clock,
        )
        folder = self.cache / "models"
        return make_readers(
            self.encoder, self.sentences, self.intents, folder, multilingual=self.multilingual, searched=searched
        )

    @cached_property
    def spelling(self) -> Spelling:
        return Spelling([text for texts in self.intents.examples.values() for text in texts], self.store, self.clock)

    @cached_property
    def evaluator(self) -> "TurnEvaluator":
        from core.decide.evaluation import TurnEvaluator

        sense = make_sense(self.encoder, self.intents, self.readers)
        return TurnEvaluator(sense=sense, answer=self.answer_with(None), policy=self.policy)

    def answer_with(self, model: LanguageModel | None) -> Answer:
        """With a model that words what it finds, or without."""
        return Answer(
            self.store,
            self.encoder,
            self.index,
            intents=self.readers.intents if self.intents.examples else None,
            aligner=self.aligner,
            beside=multilingual_source(self.multilingual, self.index_beside),
            style=self.style,
            spelling=self.spelling,
            need=NeedModel(self.encoder, folder=self.cache / "models"),
            thresholds=read_thresholds(self.learned),
            reader=read_reader(self.learned),
            model=model,
        )

    def reader_of(self, model: LanguageModel, role: ReaderRole, patience: TimeBudget) -> ModelReader:
        """A model that reads messages beside the embedded readers."""
        return ModelReader(model=model, role=lambda: role, intents=self.intents.labels, patience=patience)

    @cached_property
    def index(self) -> PassageIndex:
        return PassageIndex(self.store, self.encoder.name)

    @cached_property
    def multilingual(self) -> MultilingualEncoder:
        return MultilingualEncoder()

    @cached_property
    def index_beside(self) -> BesideIndex:
        return BesideIndex(store=self.store, encoder=CachedEncoder(self.multilingual, self.cache / "vectors.db"))

    @cached_property
    def library(self) -> Library:
        return Library(store=self.store, encoder=self.encoder, aligner=self.aligner)

    @cached_property
    def aligner(self) -> MiniLmAligner:
        return MiniLmAligner(self.sentences, self.cache / "vectors.db")

    def articles(self, path: Path) -> Articles:
        """Read article files; bad lines are in the result, not raised."""
        return articles_from(path)


def make_index(container: OfflineContainer) -> VectorIndex:
    """The passages of a container, found by their vectors."""
    return PassageIndex(container.store, container.encoder.name)


def model_at(address: str, name: str) -> LanguageModel:
    """A language model at an OpenAI-compatible address, patiently asked, that sees no personal data. Its key is in
    HANDRAIL_OPENAI_API_KEY; one on this machine needs none."""
    from connectors.openai.model import OpenAIModel

    key = os.environ.get("HANDRAIL_OPENAI_API_KEY", "none")
    return MaskedModel(OpenAIModel(api_key=key, model=name, base_url=address, timeout=timedelta(minutes=5)))
