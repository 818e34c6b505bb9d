"""The store, the models, the articles and what is answered from them."""

import logging
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from apps.bootstrap.classifiers import Readers, Searched, make_readers, make_sense
from apps.bootstrap.clock import STEADINESS, now
from apps.bootstrap.master_key import make_master_key, read_master_keys
from apps.bootstrap.model_role import ModelRole, marks_name
from apps.bootstrap.policies import InForce, enacter
from apps.intents_file import Intents, read_intents
from apps.scenarios_file import read_scenarios
from apps.settings import Settings
from apps.slack.cards.renderer import SlackCards
from apps.style_file import read_style
from apps.thresholds_file import read_reader, read_thresholds
from connectors.local.encoder import CachedEncoder, MiniLmAligner, MiniLmEncoder
from connectors.local.index import PassageIndex
from connectors.local.multilingual import BesideIndex, multilingual_source
from connectors.local.multilingual_encoder import MultilingualEncoder
from connectors.local.need import NeedModel
from connectors.local.own_encoder import OnnxEncoder
from connectors.local.spelling import Spelling
from connectors.rerank import HttpReranker
from connectors.sql.master import MasterKeys
from connectors.sql.patience import FOR_WORKERS, Waiting
from connectors.sql.pgvector import PgVectorIndex
from connectors.sql.store import SqlCorrections, SqlStore, Waits
from core.answer.answer import Answer
from core.answer.learned import Learned
from core.answer.rewrite import Rewriter
from core.answer.style import StyleCard
from core.answer.style_changes import accepted_changes, changed
from core.errors import ConfigurationError, HandrailError
from core.knowledge.library import Step, Watch, ignore_progress
from core.knowledge.retrieve import VectorSource
from core.policy import Policy
from core.ports import Encoder, LanguageModel
from core.privacy.mask import MaskedModel
from core.prompting.breaker import Breaker, BreakerModel
from core.prompting.budget import ModelBudget
from core.read.corrections import KeptCorrections
from core.read.model_reader import ModelReader
from core.read.reader import Sense
from core.scenarios.compute import Rules

if TYPE_CHECKING:
    from connectors.openai.embeddings import EmbeddingsEncoder
    from core.improve.accepting import Deciding
    from core.improve.article_costs import ArticleCosts
    from core.improve.find import Lessons
    from core.knowledge.check import Known

log = logging.getLogger("handrail.search")


@dataclass(frozen=True)
class Models:
    """Each part is built at its first use: a web process never loads the encoder unless somebody searches."""

    settings: Settings
    waiting: Waiting = FOR_WORKERS

    @cached_property
    def store(self) -> SqlStore:
        return self.store_with(self.waiting)

    def store_with(self, waiting: Waiting) -> SqlStore:
        """One of the caller's own, who closes it."""
        return SqlStore(
            self.settings.store_url,
            waits=Waits(steady=STEADINESS.steady),
            trusted=self.settings.profile.trusted,
            cards=SlackCards(),
            waiting=waiting,
            keys=self._master_keys,
        )

    def _master_keys(self, *, new: bool = False) -> MasterKeys:
        if new:
            make_master_key(self.settings)
        return read_master_keys(self.settings)

    @cached_property
    def in_force(self) -> InForce:
        return InForce(self.store, self.settings.policy, now)

    @property
    def policy(self) -> Policy:
        """The one in force now. Ask once for each event or request: who begins with a policy ends with it."""
        policy = self.in_force()
        if policy.alerts.tickets_at:
            return policy
        return replace(policy, alerts=replace(policy.alerts, tickets_at=self.tickets_at))

    @property
    def tickets_at(self) -> str:
        """Where people open a ticket, with {ticket} in its place: their browsers go where we go, in the demo too."""
        subdomain, elsewhere = self.settings.zendesk.subdomain, self.settings.zendesk.url.rstrip("/")
        if not (subdomain or elsewhere):
            return ""
        return f"{elsewhere or f'https://{subdomain}.zendesk.com'}/agent/tickets/{{ticket}}"

    @cached_property
    def written_style(self) -> StyleCard:
        """The card as its file has it."""
        return read_style(self.settings.style, self.settings.company)

    @property
    def style(self) -> StyleCard:
        """The card in force now, with what people accepted since it was written. Ask once for each event."""
        with self.store.read() as unit:
            accepted = accepted_changes(unit)
        return changed(self.written_style, accepted)

    @cached_property
    def sentences(self) -> MiniLmEncoder:
        return MiniLmEncoder()

    @cached_property
    def encoder(self) -> Encoder:
        return CachedEncoder(self.sentences, self.settings.data_dir / "vectors.db")

    @cached_property
    def intents(self) -> Intents:
        return read_intents(self.settings.intents)

    @cached_property
    def readers(self) -> Readers:
        folder = self.settings.data_dir / "models"
        corrections = SqlCorrections(self.store)
        return make_readers(
            self.encoder,
            self.sentences,
            self.intents,
            folder,
            KeptCorrections(every=corrections, accepted=corrections.accepted, policy=lambda: self.policy, now=now),
            multilingual=self.multilingual,
            searched=Searched(store=self.store, index=self.index, beside=self.index_beside, spelling=self.spelling),
        )

    @cached_property
    def spelling(self) -> Spelling:
        """For English words, with those of the articles and of the intents' examples."""
        return Spelling([text for texts in self.intents.examples.values() for text in texts], self.store)

    @cached_property
    def sense(self) -> Sense:
        return make_sense(self.encoder, self.intents, self.readers)

    @cached_property
    def aligner(self) -> MiniLmAligner:
        return MiniLmAligner(self.sentences, self.settings.data_dir / "vectors.db")

    @cached_property
    def index(self) -> PassageIndex | PgVectorIndex:
        """On PostgreSQL the database's own where it has pgvector, else files in the data folder."""
        if PgVectorIndex.available(self.store):
            return PgVectorIndex(self.store, self.encoder.name)
        return PassageIndex(self.store, self.encoder.name, self.settings.data_dir / "index")

    @cached_property
    def multilingual(self) -> MultilingualEncoder | None:
        """The second encoder, which knows a hundred languages; None where English alone is wanted."""
        return MultilingualEncoder() if self.settings.encoder == "both" else None

    @cached_property
    def beside(self) -> VectorSource | None:
        if self.multilingual is None or self.index_beside is None:
            return None
        return multilingual_source(self.multilingual, self.index_beside)

    @cached_property
    def index_beside(self) -> BesideIndex | None:
        if self.multilingual is None:
            return None
        encoder = CachedEncoder(self.multilingual, self.settings.data_dir / "vectors.db")
        return BesideIndex(store=self.store, encoder=encoder)

    @cached_property
    def own_encoder(self) -> "OnnxEncoder | EmbeddingsEncoder | None":
        """An encoder that the company chose, besides the two that come with us."""
        wish = self.settings.search
        if wish.onnx and wish.embeddings_url:
            raise ConfigurationError("HANDRAIL_SEARCH_ONNX and HANDRAIL_SEARCH_EMBEDDINGS_URL exclude one another")
        if wish.onnx:
            return OnnxEncoder(wish.onnx)
        if not wish.embeddings_url:
            return None
        from connectors.openai.embeddings import EmbeddingsEncoder

        return EmbeddingsEncoder(
            api_key=wish.key.value or "none", model=wish.embeddings_model, base_url=wish.embeddings_url
        )

    @cached_property
    def index_further(self) -> BesideIndex | None:
        if self.own_encoder is None:
            return None
        encoder = CachedEncoder(self.own_encoder, self.settings.data_dir / "vectors.db")
        return BesideIndex(store=self.store, encoder=encoder)

    @cached_property
    def further(self) -> VectorSource | None:
        if self.own_encoder is None or self.index_further is None:
            return None
        questions = CachedEncoder(self.own_encoder.questions)
        return VectorSource(questions=questions, passages=self.index_further.encoder, index=self.index_further)

    @cached_property
    def reranker(self) -> HttpReranker | None:
        wish = self.settings.search
        if not wish.rerank_url:
            return None
        return HttpReranker(url=wish.rerank_url, model=wish.rerank_model, key=wish.key.value)

    def tend(self, watch: Watch = ignore_progress) -> None:
        """After the articles changed: what is kept on disk to search them, and the other encoders' vectors. An endpoint
        that is away is asked again at the next sync; what it has read is searched meanwhile."""
        self.index.tend()

        def tell(done: int, of: int) -> None:
            watch(Step(source="vectors for the other languages", done=done, expected=of))

        if self.index_beside is not None:
            self.index_beside.tend(tell)
            self.index_beside.tend_lines(tell)
        if self.index_further is not None:
            try:
                self.index_further.tend(lambda done, of: watch(Step(source="your encoder", done=done, expected=of)))
            except HandrailError as error:
                log.warning(
                    "the vectors of %s: %s; tried again at the next sync", self.index_further.encoder.name, error
                )

    @cached_property
    def need(self) -> NeedModel:
        return NeedModel(self.encoder, folder=self.settings.data_dir / "models")

    @property
    def answer(self) -> Answer:
        """Under the style card that is in force now."""
        return self._answer.sounding(self.style)

    @cached_property
    def _answer(self) -> Answer:
        return Answer(
            self.store,
            self.encoder,
            self.index,
            style=self.written_style,
            model=self.model,
            strong=self.strong_model,
            intents=self.readers.intents if self.intents.examples else None,
            aligner=self.aligner,
            beside=self.beside,
            further=self.further,
            reranker=self.reranker,
            need=self.need,
            purse=self.purse,
            learned=Learned(policy=lambda: self.policy, now=now),
            spelling=self.spelling,
            thresholds=read_thresholds(self.settings.data_dir / "thresholds.json"),
            reader=read_reader(self.settings.data_dir / "thresholds.json"),
        )

    @cached_property
    def lessons(self) -> "Lessons":
        """What agents changed in drafts, as proposals."""
        from core.improve.alarms import TriggerWordings
        from core.improve.find import Lessons
        from core.improve.gap_answers import GapArticles
        from core.improve.intents import IntentChanges
        from core.improve.taught import TaughtIntents

        def encoder() -> Encoder:
            return self.multilingual or self.encoder

        def card() -> StyleCard:
            return self.style

        further = (
            GapArticles(encoder=encoder, card=card),
            TaughtIntents(
                policy=lambda: self.policy,
                labels=lambda: self.intents.labels,
                reading=lambda corrections: self.readers.intents.with_corrections(corrections),
            ),
            TriggerWordings(policy=lambda: self.policy, likely=lambda text: self.readers.alarms.likelihoods(text)),
            IntentChanges(
                policy=lambda: self.policy,
                encoder=encoder,
                english=lambda: self.encoder,
                examples=lambda: self.intents.examples,
                labels=lambda: self.intents.labels,
            ),
        )
        return Lessons(store=self.store, encoder=encoder, card=card, further=further)

    @property
    def vectors_beside(self) -> "Known | None":
        """The vectors that the second encoder has made of passages; None where there is none."""
        return None if self.index_beside is None else self.index_beside.encoder.look_up

    @cached_property
    def article_costs(self) -> "ArticleCosts":
        """Articles that are stale or contradict each other, with the tickets that they cost."""
        from core.improve.article_costs import ArticleCosts

        return ArticleCosts(
            store=self.store,
            encoder=lambda: self.encoder.name,
            card=lambda: self.style,
            beside=self.vectors_beside,
        )

    @property
    def rulings(self) -> "Deciding":
        """What people say to proposals."""
        from apps.intents.drafting import IntentsDraft
        from apps.policy_rewrite import with_disclaimers, with_wording
        from core.improve.accepting import Deciding

        acting = enacter(self.store, now, "the policy with the proposal")
        return Deciding(
            store=self.store,
            enacter=acting,
            with_lines=with_disclaimers,
            with_wording=with_wording,
            now=now,
            draft_intents=IntentsDraft(source=self.settings.intents, folder=self.settings.data_dir),
        )

    @cached_property
    def purse(self) -> ModelBudget:
        """What models may cost, by the policy that is in force when they are asked."""
        return ModelBudget(store=self.store, models=lambda: self.policy.models, now=now)

    @cached_property
    def model(self) -> LanguageModel | None:
        return self._model(self.settings.openai.model)

    @cached_property
    def strong_model(self) -> LanguageModel | None:
        return self._model(self.settings.openai.strong_model)

    def _model(self, name: str) -> LanguageModel | None:
        """None where no endpoint is set, or no model of this kind."""
        if not self.settings.openai.base_url or not name:
            return None
        from connectors.openai.model import OpenAIModel

        asked = OpenAIModel(
            api_key=self.settings.openai.api_key.value,
            model=name,
            base_url=self.settings.openai.base_url,
            responses=self.settings.openai.api == "responses",
            vocabulary_cache=self.settings.data_dir / "vocabulary",
        )
        # Wrapped at its source: nothing can ask a model without its being masked.
        return MaskedModel(BreakerModel(asked, Breaker(name=name)))

    @cached_property
    def model_role(self) -> ModelRole:
        """What the model has shown that it can do."""
        return ModelRole(store=self.store, name=marks_name(self.settings.openai.base_url, self.settings.openai.model))

    @cached_property
    def model_reader(self) -> ModelReader | None:
        """The model beside the embedded readers of messages; None without one."""
        if self.model is None:
            return None
        labels = self.intents.labels
        return ModelReader(model=self.model, role=self.model_role, intents=labels, purse=self.purse)

    @cached_property
    def rewriter(self) -> Rewriter:
        return Rewriter(model=self.model, voice=self.style.spoken, purse=self.purse)

    @cached_property
    def scenarios(self) -> Rules:
        return read_scenarios(self.settings.scenarios)
